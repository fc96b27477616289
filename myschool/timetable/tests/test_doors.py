"""The plan's pages: what they say, what they refuse in plain Russian, who is told that they looked."""

from decimal import Decimal

import pytest

from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.clock import now
from myschool.kernel.tests.naughty import naughty_strings
from myschool.people.models import AccessRecord
from myschool.people.tests.makers import log_in, make_person
from myschool.schools.models import Holiday, Subject, TermScheme
from myschool.schools.tests.makers import make_class, make_lasting_school
from myschool.timetable.actions import plan
from myschool.timetable.forms import plan as plan_forms
from myschool.timetable.forms import week
from myschool.timetable.models import CurriculumHours, GroupMember, TeachingGroup
from myschool.timetable.tests.makers import assign, fill, make_deputy, make_group, make_subject, make_teacher

pytestmark = pytest.mark.django_db
WORST = ["\0", "9" * 5000, "9223372036854775808", "<script>alert(1)</script>", "   ", "NaN", "Infinity", "1e309", "-1"]


class Desk:
    """A school, its class and who keeps its plan, logged in."""

    def __init__(self, client):
        self.client, self.school = client, make_lasting_school()
        self.by = make_deputy(self.school)
        self.school_class = make_class(self.school)
        self.subject = make_subject(self.by, self.school)
        self.teacher = make_teacher(self.school)
        log_in(client, self.by, now())

    def read(self, address):
        response = self.client.get(address)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    def student(self, first_name="Ада"):
        student = make_person("Ученикова", first_name)
        make_placement(student, self.school_class)
        return student


@pytest.fixture
def desk(client):
    return Desk(client)


def test_a_subject_is_put_into_the_plan_with_hours_and_a_teacher(desk):
    address = f"/plan/classes/{desk.school_class.pk}/"
    sent = {"subject": desk.subject.pk, "hours": "3,5", "teacher": desk.teacher.pk}
    assert desk.client.post(address, sent).status_code == 302
    shown = desk.read(address)
    assert "Учителева А. И., 3,5 ч" in shown
    assert "Меньше нормы: для 7-х классов 32–35 ч в неделю." in shown
    again = desk.client.post(address, sent)
    assert (again.status_code, "уже есть" in again.content.decode()) == (409, True)
    assert (TeachingGroup.objects.count(), CurriculumHours.objects.count()) == (1, 1)


def test_a_group_without_a_teacher_says_so(desk):
    make_group(desk.by, desk.school_class, subject=desk.subject)
    assert "Учитель не назначен" in desk.read(f"/plan/classes/{desk.school_class.pk}/")


def test_the_list_of_a_part_is_made_by_ticks_and_names_the_other_part(desk):
    ada, eva = desk.student("Ада"), desk.student("Ева")
    first, second = (
        make_group(desk.by, desk.school_class, subject=desk.subject, title=title, is_part=True)
        for title in ("Первая", "Вторая")
    )
    fill(second, eva, by=desk.by)
    assert desk.client.post(f"/plan/groups/{first.pk}/students/", {"ids": [ada.pk]}).status_code == 302
    shown = desk.read(f"/plan/groups/{first.pk}/")
    assert f'value="{ada.pk}" checked' in shown
    assert f'value="{eva.pk}" checked' not in shown
    assert "Вторая" in shown
    assert desk.client.post(f"/plan/groups/{first.pk}/students/", {}).status_code == 302
    assert not GroupMember.objects.filter(teaching_group=first, to_date__isnull=True).exists()


def test_the_family_sees_who_looked_at_a_list(desk):
    ada = desk.student()
    teaching_group = make_group(desk.by, desk.school_class, subject=desk.subject)
    assert "Ученикова Ада" in desk.read(f"/plan/groups/{teaching_group.pk}/")
    record = AccessRecord.objects.get()
    assert (record.student, record.viewer_id) == (ada, desk.by.person_id)


def test_a_split_leads_to_the_first_part(desk):
    teaching_group = make_group(desk.by, desk.school_class, subject=desk.subject, title="7А")
    assign(teaching_group, desk.teacher, desk.by)
    answered = desk.client.post(f"/plan/groups/{teaching_group.pk}/split/", {"parts": "3"})
    parts = TeachingGroup.objects.filter(is_part=True).order_by("title")
    assert parts.count() == 3
    assert answered.headers["Location"] == f"/plan/groups/{parts[0].pk}/"
    assert desk.client.get(f"/plan/groups/{teaching_group.pk}/").status_code == 404


def test_a_closed_subject_stays_in_the_plan_and_is_offered_no_more(desk):
    plan.set_hours(school_class=desk.school_class, subject=desk.subject, hours=Decimal(2), by=desk.by, at=now())
    desk.client.post(f"/plan/subjects/{desk.subject.pk}/close/")
    shown = desk.read(f"/plan/classes/{desk.school_class.pk}/")
    assert "Алгебра" in shown
    assert f'<option value="{desk.subject.pk}">' not in shown
    sent = {"subject": desk.subject.pk, "hours": "0"}
    assert desk.client.post(f"/plan/classes/{desk.school_class.pk}/hours/", sent).status_code == 302
    assert not CurriculumHours.objects.exists()


def test_the_last_day_of_a_term_belongs_to_it(desk):
    sent = {
        "title": "Полугодия",
        "kind": "half_year",
        "first_1": "2026-09-01",
        "last_1": "30.12.2026",
        "first_2": "2027-01-11",
        "last_2": "2027-05-26",
    }
    assert desk.client.post("/plan/terms/add/", sent).status_code == 302
    ends = TermScheme.objects.get().terms.order_by("number").values_list("to_date", flat=True)
    assert [f"{day}" for day in ends] == ["2026-12-31", "2027-05-27"]
    shown = desk.read("/plan/terms/")
    assert "1-е полугодие" in shown
    assert "30 декабря 2026" in shown
    assert "Без периодов" in shown


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first_1": "2026-09-01"}, "Укажите обе даты"),
        ({"first_1": "2026-09-01", "last_1": "2026-08-31"}, "выходит за учебный год|последний день раньше"),
        ({"first_1": "2026-09-01", "last_1": "9999-12-31"}, "Проверьте год"),
        ({}, "хотя бы одного периода"),
    ],
)
def test_dates_that_make_no_term_are_explained_beside_the_form(desk, sent, words):
    answered = desk.client.post("/plan/terms/add/", {"title": "Новый", "kind": "quarter", **sent})
    assert answered.status_code == 422
    assert any(part in answered.content.decode() for part in words.split("|"))
    assert 'value="Новый"' in answered.content.decode()
    assert not TermScheme.objects.exists()


def test_a_holiday_is_shown_with_its_last_day_and_for_whom(desk):
    sent = {"title": "Отдых", "from_date": "2027-02-15", "last_day": "2027-02-21", "up_to_level": "1"}
    assert desk.client.post("/plan/holidays/add/", sent).status_code == 302
    shown = desk.read("/plan/terms/")
    assert "21 февраля 2027" in shown
    assert "1-е классы" in shown
    desk.client.post(f"/plan/holidays/{Holiday.objects.get().pk}/remove/")
    assert "Каникул пока нет" in desk.read("/plan/terms/")


def addresses(desk):
    teaching_group = make_group(desk.by, desk.school_class, subject=desk.subject, is_part=True)
    scheme = TermScheme.objects.create(
        school=desk.school, school_year=desk.school_class.school_year, title="Год", kind="other"
    )
    return {
        "/plan/": ["title", "code"],
        f"/plan/classes/{desk.school_class.pk}/": ["subject", "hours", "teacher"],
        f"/plan/classes/{desk.school_class.pk}/hours/": ["subject", "hours"],
        f"/plan/classes/{desk.school_class.pk}/groups/": ["subject", "title", "is_part", "classes"],
        f"/plan/groups/{teaching_group.pk}/": ["teacher", "hours"],
        f"/plan/groups/{teaching_group.pk}/students/": ["ids"],
        f"/plan/groups/{teaching_group.pk}/classes/": ["school_class"],
        f"/plan/groups/{teaching_group.pk}/split/": ["parts"],
        "/plan/terms/add/": ["title", "kind", "first_1", "last_1"],
        f"/plan/terms/{scheme.pk}/classes/": ["ids"],
        "/plan/holidays/add/": ["title", "from_date", "last_day", "up_to_level"],
    }


def test_bad_fields_are_explained_or_taken_cleanly_through_every_door(desk):
    for address, fields in addresses(desk).items():
        for bad in WORST:
            assert desk.client.post(address, dict.fromkeys(fields, bad)).status_code in {302, 404, 409, 422}, (
                address,
                bad,
            )
    assert TeachingGroup.objects.count() == 1
    assert not [title for title in Subject.objects.values_list("title", flat=True) if "\0" in title]


@pytest.mark.parametrize(
    "form",
    [
        lambda sent: plan_forms.NewSubject(sent, []),
        plan_forms.ClassHours,
        plan_forms.Scheme,
        plan_forms.NewHoliday,
        plan_forms.Parts,
    ],
)
def test_every_field_bears_every_known_bad_string(form):
    for bad in [*naughty_strings(), *WORST, "\ud800"]:
        judged = form(dict.fromkeys(form({}).fields, bad))
        values = judged.cleaned_data if judged.is_valid() else {}
        assert not [value for value in values.values() if isinstance(value, str) and "\0" in value]


def test_substitutes_are_read_from_among_many_lessons():
    left = {f"teacher_{lesson}": "" for lesson in range(1, 90)}
    form = week.Substitutes(left | {"teacher_88": "7", "teacher_3": "9", "reason": " болезнь "})
    assert form.is_valid()
    assert form.cleaned_data["choices"] == {88: 7, 3: 9}
    for wrong in ({f"teacher_{lesson}": "7" for lesson in range(21)}, {"teacher_x": "7"}, {"teacher_1": "x"}):
        assert not week.Substitutes(wrong | {"reason": ""}).is_valid()
