"""The demo world: it is made once, of valid numbers, and grows without breaking a constraint."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Sum
from pytest_django.plugin import DjangoDbBlocker

from myschool.config import env
from myschool.config.demo import cast, copying, growth, journals, population, world
from myschool.config.demo.citizens import standin_record
from myschool.config.demo.holidays import days_off
from myschool.config.demo.registry import CONNECTED, DAWN, VOLCANO, VSHUO, year_start
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Placement, StudentCard
from myschool.journal.models import Attendance, Mark
from myschool.kernel.actors import Role
from myschool.kernel.tests.undoing import undone
from myschool.people.actions import add_person
from myschool.people.models import Account, DeletionRequest, Guardianship, Person, Post
from myschool.people.rules.ages import age_on
from myschool.people.rules.names import name_key, name_part_fault, sort_key
from myschool.schools.actions import ClassifierDiffers
from myschool.schools.classifiers import loading
from myschool.schools.models import Classifier, Organisation, Region, School, SchoolClass
from myschool.schools.rules.identifiers import valid_inn, valid_kpp, valid_ogrn, valid_snils
from myschool.schools.rules.week_hours import week_hours_warning
from myschool.schools.rules.working_days import RegionCalendar
from myschool.timetable.access import members_on
from myschool.timetable.models import CurriculumHours, GroupClass, Lesson, TeachingGroup

pytestmark = pytest.mark.django_db

# The hardest day: nearly everything before it happened in the school year's summer.
AT = datetime(2026, 9, 1, 1, tzinfo=UTC)
START = date(2026, 9, 1)
GROWN = {"schools": 3, "desks": (40, 20), "start": START, "at": AT, "with_journals": True}


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo world, made once for the module: each test is undone by its own savepoint, the world at the end."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr("django.conf.settings.FILES_FOLDER", tmp_path_factory.mktemp("files"))
        with undone():
            assert world.build(AT)
            yield


@pytest.fixture
def grown_schools(built: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three grown schools and two long desks, every reference looked up; what was told on the way."""
    monkeypatch.setattr(copying, "_trust", lambda: None)
    return list(copying.grow(**GROWN))  # type: ignore[arg-type]


def fingerprint() -> dict[str, tuple[int, str]]:
    """Every table's count of rows and a digest of what is in them."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in apps.get_models()):
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, ';' ORDER BY t::text)), '') FROM {table} t"  # noqa: S608 - the models' own tables
            )
            digests[table] = cursor.fetchone()
    return digests


@pytest.mark.usefixtures("built")
def test_the_world_has_what_it_is_to_show() -> None:
    assert Placement.objects.filter(to_date__isnull=True).count() == population.STUDENTS
    assert School.objects.filter(connected_at__isnull=False).count() == len(CONNECTED)
    assert not School.objects.get(organisation__ogrn=DAWN.ogrn).connected_at
    assert Organisation.objects.filter(kind="authority", post__role=Role.OPERATOR).count() == 2
    levels = SchoolClass.objects.filter(school__organisation__inn=VOLCANO.inn).values_list("level", flat=True)
    assert set(range(1, 12)) - set(levels) == {7}
    states = Counter(EnrolmentRequest.objects.values_list("state", flat=True))
    assert set(states) == set(EnrolmentRequest.State.values)
    assert set(ConnectionRequest.objects.values_list("state", flat=True)) >= {"submitted", "approved", "declined"}
    assert DeletionRequest.objects.get().state == "submitted"
    kinds = EnrolmentRequest.objects.filter(school__organisation__inn=VSHUO.inn, tray="new")
    assert set(kinds.values_list("kind", flat=True)) == {"place", "guardian", "post"}


@pytest.mark.usefixtures("built")
def test_the_first_schools_have_a_plan() -> None:
    hours = CurriculumHours.objects.values("school_class", "school_class__level").annotate(sum=Sum("hours"))
    assert len(hours) == sum(len(plan.classes) for plan in cast.TEACHERS)
    warned = [row for row in hours if week_hours_warning(row["school_class__level"], row["sum"])]
    assert not warned
    first, second = TeachingGroup.objects.filter(is_part=True).order_by("title")
    listed = [set(members_on(part, START)) for part in (first, second)]
    assert all(listed)
    assert not listed[0] & listed[1]
    assert GroupClass.objects.filter(teaching_group__title="10А и 10 физмат").count() == 2
    assert set(
        SchoolClass.objects.filter(level__gte=10, term_scheme__isnull=False).values_list("term_scheme__kind", flat=True)
    ) == {"half_year"}
    teacher = Account.objects.get(oid=cast.TEACHER.oid).person
    assert 15 <= teacher.loads.aggregate(sum=Sum("hours"))["sum"] <= 24


@pytest.mark.usefixtures("built")
def test_the_cast_is_as_it_is_told() -> None:
    student, father = cast.approved_student(START), cast.linked_parent(START)
    person = Account.objects.get(oid=student.oid).person
    assert person.placements.get().school_class.title == "5А"  # type: ignore[union-attr]
    assert person.guardians.get().guardian.account_set.get().oid == father.oid
    for newcomer in (cast.parent_to_come(START), cast.student_to_come(START)):
        assert not Account.objects.filter(oid=newcomer.oid).exists()
    teacher = Account.objects.get(oid=cast.TEACHER.oid).person
    assert teacher.post_set.get().organisation.inn == VSHUO.inn
    admins = Post.objects.filter(role=Role.SCHOOL_ADMIN).values_list("person__account__oid", flat=True)
    assert set(admins) == {citizen.oid for citizen in cast.ADMINS.values()}


@pytest.mark.parametrize("day", [START, date(2027, 2, 28), date(2027, 8, 31)])
def test_ages_hold_all_the_school_year(day: date) -> None:
    assert year_start(day) == START
    assert age_on(cast.student_to_come(START).birth_date, day) == 15
    under_14 = [
        *cast.parent_to_come(START).children,
        cast.approved_student(START),
        *cast.volcano_newcomers(START).children,
    ]
    asking = [family.student for _, family in population.families(START) if family.asks]
    assert all(age_on(student.birth_date, day) < 14 for student in [*under_14, *asking])


@pytest.mark.usefixtures("built")
def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    before = fingerprint()
    assert not world.build(AT + timedelta(days=3))
    assert fingerprint() == before
    assert world.start_of_world() == START
    contents = []
    for name in ("first", "second"):
        world.tell_standin(tmp_path / name, START)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.usefixtures("built")
def test_names_are_possible_and_namesakes_share_a_class() -> None:
    for person in Person.objects.all():
        parts = [part for part in (person.last_name, person.first_name, person.patronymic) if part]
        assert [name_part_fault(part) for part in parts] == [None] * len(parts)
    namesakes = Counter(
        Placement.objects.filter(school_class__level=5).values_list("school_class", "student__name_key")
    )
    assert max(namesakes.values()) == 2


@pytest.mark.usefixtures("grown_schools")
def test_every_number_is_valid_and_nobody_elses() -> None:
    for organisation in Organisation.objects.all():
        assert valid_inn(organisation.inn)
        assert valid_kpp(organisation.kpp)
        assert valid_ogrn(organisation.ogrn)
    numbers = [snils for snils in Person.objects.values_list("snils", flat=True) if snils]
    assert all(map(valid_snils, numbers))
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("9") for number in numbers)


@pytest.mark.usefixtures("built")
def test_the_standin_takes_the_people(tmp_path: Path) -> None:
    path = tmp_path / "esia" / "persons.json"
    world.tell_standin(path, START)
    records = {record["oid"]: record for record in json.loads(path.read_text("utf-8"))}
    assert len(records) == len(population.account_holders(START))
    for account in Account.objects.select_related("person"):
        record = records[account.oid]
        assert record["level"] == account.level
        assert record["birth_date"] == f"{account.person.birth_date}"
        assert "".join(filter(str.isdigit, record["snils"])) == account.person.snils
    arguments = ["import-persons", "--data", str(tmp_path / "standin"), str(path)]
    process = subprocess.run(
        [sys.executable, "-m", "esia_standin", *arguments], cwd=env.ROOT, capture_output=True, check=False
    )
    assert (process.returncode, process.stderr.decode()) == (0, "")
    assert str(len(records)) in process.stdout.decode()


def test_a_card_names_a_child_with_an_account_by_it() -> None:
    father = standin_record(cast.linked_parent(START))
    assert father["kids"] == [cast.approved_student(START).oid]
    mother = standin_record(cast.parent_to_come(START))
    assert [card["first_name"] for card in mother["kids"]] == ["Семён", "София"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("grown_schools")
def test_grown_schools_hold_every_constraint() -> None:
    connection.check_constraints()
    schools = School.objects.filter(pk__gte=growth.FIRST_ID)
    assert schools.count() == schools.filter(organisation__kind=Organisation.Kind.SCHOOL).count() == 3
    assert Person.objects.filter(pk__gte=growth.FIRST_ID).count() == 3 * growth.PERSONS
    assert Placement.objects.filter(school__in=schools).count() == 3 * growth.STUDENTS
    assert Post.objects.filter(organisation__in=schools.values("pk")).count() == 3 * growth.STAFF
    states = growth.ASKED
    desks = Counter(EnrolmentRequest.objects.filter(school__in=schools).values_list("school", flat=True))
    assert sorted(desks.values()) == [2 * len(states), 2 * len(states) + 20, 2 * len(states) + 40]
    connected = Guardianship.objects.filter(student__placements__school=growth.FIRST_ID).values("student")
    waiting = 2 * sum(state != EnrolmentRequest.State.APPROVED for state in states)
    assert connected.distinct().count() == growth.STUDENTS - waiting


@pytest.mark.usefixtures("grown_schools")
def test_grown_schools_have_journals() -> None:
    grown = {"teaching_group__school__gte": growth.FIRST_ID}
    assert Lesson.objects.filter(**grown).count() == 3 * growth.CLASSES * len(journals.SUBJECTS) * journals.LESSONS
    marks = Mark.objects.filter(**grown)
    assert marks.count() >= 3 * 20_000
    assert marks.filter(day=F("lesson__day"), given_by=F("lesson__teacher")).count() == marks.count()
    taught = TeachingGroup.objects.get(pk=growth.FIRST_ID)
    members = set(members_on(taught, journals.day_of(START, 0)).values_list("pk", flat=True))
    assert {mark.student_id for mark in marks.filter(teaching_group=taught)} <= members
    assert len(members) > 24
    absent = Attendance.objects.filter(teaching_group=taught)
    assert 0 < absent.count() < journals.LESSONS
    first, second = marks.filter(lesson=journals.LESSONS + growth.FIRST_ID)[:2]
    assert first.student_id != second.student_id


@pytest.mark.usefixtures("grown_schools")
def test_grown_people_are_like_others() -> None:
    for person in Person.objects.filter(pk__gte=growth.FIRST_ID):
        names = person.last_name, person.first_name, person.patronymic
        assert (person.name_key, person.sort_key) == (name_key(*names), sort_key(*names))
    for card in StudentCard.objects.filter(pk__gte=growth.FIRST_ID):
        assert card.name_key == name_key(card.last_name, card.first_name, card.patronymic)
        assert 6 <= age_on(card.birth_date, START) < 14
    ages = Placement.objects.filter(pk__isnull=False, school__gte=growth.FIRST_ID).select_related("student")
    for placement in ages:
        assert placement.student.birth_date is not None
        assert 0 <= age_on(placement.student.birth_date, START) - placement.level - 6 <= 1
    whole_names = Person.objects.filter(pk__gte=growth.FIRST_ID).values("name_key").distinct()
    assert whole_names.count() > 0.9 * 3 * growth.PERSONS


@pytest.mark.usefixtures("grown_schools")
def test_growing_again_adds_only_what_is_missing() -> None:
    before = fingerprint()
    assert list(copying.grow(**GROWN))  # type: ignore[arg-type]
    assert fingerprint() == before
    assert list(copying.grow(schools=4, desks=(60, 20), start=START, at=AT))
    after = fingerprint()
    assert after["people_person"][0] - before["people_person"][0] == growth.PERSONS
    added = after["enrolment_enrolmentrequest"][0] - before["enrolment_enrolmentrequest"][0]
    assert added == 20 + 2 * len(growth.ASKED)
    connection.check_constraints()


@pytest.mark.usefixtures("grown_schools")
def test_ordinary_rows_keep_clear_of_grown_ones() -> None:
    person = add_person(last_name="Новый", first_name="Лев", patronymic="", birth_date=None, gender="M")
    assert person.pk < growth.FIRST_ID


@pytest.mark.usefixtures("built")
def test_desks_too_long_for_the_schools_are_refused() -> None:
    with pytest.raises(copying.TooFew, match="не меньше 2"):
        list(copying.grow(schools=1, desks=(1000,), start=START, at=AT))
    assert not School.objects.filter(pk__gte=growth.FIRST_ID).exists()


@pytest.mark.usefixtures("built")
def test_the_command_says_whom_to_log_in_as(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "LOCAL", tmp_path)
    out = StringIO()
    call_command("demo", stdout=out)
    output = out.getvalue()
    assert "Учебный мир уже есть." in output
    assert "Пароль1" in output
    assert all(citizen.shown_login in output and citizen.note in output for citizen in cast.shown(START))
    assert (tmp_path / "esia" / "persons.json").exists()


def test_days_off_by_law() -> None:
    off = {*days_off(2026), *days_off(2027)}
    assert {date(2026, 3, 9), date(2026, 5, 11), date(2026, 1, 9), date(2026, 12, 31)} <= off
    assert {date(2027, 2, 23), date(2027, 3, 8), date(2027, 5, 3), date(2027, 5, 10), date(2027, 6, 14)} <= off
    calendar = RegionCalendar(holidays=frozenset(days_off(2026)))
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(365))
    assert sum(map(calendar.is_working, days)) == 247


@pytest.mark.usefixtures("built")
def test_classifiers_load_once() -> None:
    before = fingerprint()
    assert loading.load(at=AT) == []
    assert fingerprint() == before
    out = StringIO()
    call_command("load_classifiers", stdout=out)
    assert "Новых версий справочников нет." in out.getvalue()


@pytest.mark.usefixtures("built")
def test_a_changed_file_of_a_known_version_is_refused(tmp_path: Path) -> None:
    source = next(path for path in loading.FOLDER.glob("relations.*.csv"))
    (tmp_path / source.name).write_text(source.read_text("utf-8").replace("Мать", "Мама"), "utf-8")
    with pytest.raises(ClassifierDiffers):
        loading.load(at=AT, folder=tmp_path)
    (tmp_path / source.name).rename(tmp_path / "relations.2.csv")
    assert [file.version for file in loading.load(at=AT, folder=tmp_path)] == ["2"]


def test_line_ends_make_no_other_classifier(tmp_path: Path) -> None:
    for path in loading.FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert list(loading.files(tmp_path)) == list(loading.files())


@pytest.mark.usefixtures("built")
def test_regions_are_all_there() -> None:
    (file,) = (file for file in loading.files() if file.code == loading.REGIONS)
    assert len(file.rows) == Region.objects.count() == 89
    for column in ("code", "title", "okato"):
        assert len({row[column] for row in file.rows}) == 89
    plates = [plate for row in file.rows for plate in row["gibdd"].split()]
    assert len(set(plates)) == len(plates)
    assert all(ZoneInfo(region.time_zone) for region in Region.objects.all())
    bashkortostan = next(row for row in file.rows if row["code"] == "02")
    assert (bashkortostan["gibdd"].split()[:2], bashkortostan["okato"]) == (["02", "102"], "80")


@pytest.mark.parametrize(
    ("code", "choices"),
    [("decline_reasons", EnrolmentRequest.Reason.choices), ("relations", Guardianship.Relation.choices)],
)
@pytest.mark.usefixtures("built")
def test_classifiers_say_what_the_code_says(code: str, choices: list[tuple[str, str]]) -> None:
    newest = Classifier.objects.filter(code=code).latest("version")
    assert list(newest.items.order_by("position").values_list("code", "title")) == choices
