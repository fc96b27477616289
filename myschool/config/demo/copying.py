"""The grown world: as many schools as wanted, a thousand people each, copied into the tables past the actions.

What a school is like is told by `growth`; it follows from the school's index, so a further run adds only what is missing.
The rows hold every constraint, but no facts are written: followers of the chronicle see nothing of these people.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, models, transaction
from django.db.models import F

from myschool.config.demo import journals, numbers
from myschool.config.demo.growth import (
    ASKED,
    CLASSES,
    DESK_SPAN,
    FIRST_DESK_ID,
    FIRST_EMPLOYEE,
    FIRST_ID,
    LETTERS,
    MOTHERS_WITHOUT_REQUESTS,
    PERSONS,
    STUDENTS,
    Asked,
    Grown,
    class_of,
    level_of,
    request_from_afar,
    requests,
)
from myschool.config.demo.world import ANSWER, QUESTION
from myschool.enrolment.models import EnrolmentRequest, Placement, RequestStep, StudentCard
from myschool.journal.models import AttendanceCode
from myschool.journal.rules.attendance import Meaning
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.kernel.deadlines import deadline
from myschool.people.actions import TERMS_VERSION
from myschool.people.esia.answers import Level
from myschool.people.models import Account, Guardianship, Person, Post, Profile
from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear
from myschool.schools.queries import calendar_of
from myschool.schools.rules.working_days import RegionCalendar, add_working_days
from myschool.timetable.models import TeachingGroup

FIRST_OID = 2_000_000_000
FIRST_INN = 10_000
BATCH = 50
LONG_DESKS = (10_000, 100_000)
LONG_DESKS_FROM = 1_000

State = EnrolmentRequest.State
DECIDED = {State.APPROVED, State.DECLINED}
Row = tuple[Any, ...]


class TooFew(CommandError):
    """The grown schools cannot bring forth so many requests."""


def grow(
    *, schools: int, desks: Sequence[int] | None, start: date, at: datetime, with_journals: bool = False
) -> Iterator[str]:
    """Copy what is missing to so many schools and so long desks; tells each step as it is done.

    `desks` are the numbers of requests before the first, second… of the grown schools; None asks for the usual ones.
    `start` is the first day of the school year that all live in. `with_journals` adds lessons and marks.

    Raises:
        TooFew: the desks need more schools.
    """
    if not schools:
        return
    if desks is None:
        desks = LONG_DESKS if schools >= LONG_DESKS_FROM else ()
    needed = max([len(desks), *(-(-length // 2 // MOTHERS_WITHOUT_REQUESTS) for length in desks)])
    if needed > schools:
        raise TooFew(f"Для стольких запросов нужно школ не меньше {needed}.")
    plans = planned(schools, start)
    there = set(School.objects.filter(pk__gte=FIRST_ID).values_list("pk", flat=True))
    missing = [school for school in plans if school.id not in there]
    began = monotonic()
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        with transaction.atomic():
            _copy_schools(batch, at)
        count = first + len(batch)
        yield f"Школы: {count} из {len(missing)}, человек: {count * PERSONS}, {int(monotonic() - began)} с"
    for place, length in enumerate(desks):
        with transaction.atomic():
            added = _fill_desk(place, length, plans, at)
        yield f"Запросы в школу {plans[place].id}: добавлено {added}, {int(monotonic() - began)} с"
    if with_journals:
        yield from _copy_journals(plans, began)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield f"Статистика таблиц обновлена, {int(monotonic() - began)} с"


def planned(count: int, start: date) -> list[Grown]:
    """The first so many grown schools, there or not."""
    regions = list(Region.objects.order_by("code"))
    years = dict(SchoolYear.objects.filter(from_date=start).values_list("region", "pk"))
    return [
        Grown(index=index, region=region.code, time_zone=region.time_zone, year_id=years[region.code], start=start)
        for index in range(count)
        for region in (regions[index % len(regions)],)
    ]


def _copy(model: type[models.Model], names: str, rows: Iterable[Row]) -> None:
    """Copy rows into the model's table; `names` are its fields in the order of the rows, further texts stay empty."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    named = names.split()
    empty = [
        name
        for name, field in fields.items()
        if name not in named and isinstance(field, models.CharField) and field.blank
    ]
    columns = ", ".join(str(fields[name].column) for name in (*named, *empty))
    rest = ("",) * len(empty)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row + rest)


def _copy_schools(batch: Sequence[Grown], at: datetime) -> None:
    for model, names, rows in (
        (Organisation, "id kind region inn kpp ogrn full_name short_name", _organisations),
        (School, "organisation time_zone connected_at", _schools),
        (SchoolClass, "id school school_year level letter", _classes),
        (Person, "id last_name first_name patronymic birth_date gender snils name_key sort_key", _persons),
        (Account, "person issuer oid level trusted last_login_at", _accounts),
        (Profile, "person role terms_version registered_at", _profiles),
        (Post, "person organisation role from_date", _posts),
        (Placement, "student school level school_class from_date", _placements),
        (Guardianship, "guardian student relation from_date", _guardianships),
    ):
        _copy(model, names, (row for school in batch for row in rows(school, at)))
    _copy_requests([request for school in batch for request in requests(school, at)])


def _copy_journals(planned: Sequence[Grown], began: float) -> Iterator[str]:
    there = set(TeachingGroup.objects.filter(pk__gte=FIRST_ID).values_list("school", flat=True))
    missing = [school for school in planned if school.id not in there]
    codes = dict(AttendanceCode.objects.filter(meaning=Meaning.ILLNESS).values_list("region", "pk"))
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        with transaction.atomic():
            _trust()
            for label, names, rows in journals.rows(batch, codes):
                _copy(apps.get_model(label), names, rows)
            classes = SchoolClass.objects.filter(school__in=[school.id for school in batch])
            classes.update(term_scheme=F("school"))
        yield f"Журналы: {first + len(batch)} из {len(missing)} школ, {int(monotonic() - began)} с"


def _trust() -> None:
    """Where the database lets us, do not look every reference of millions of rows up: a test has looked at a few."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles"
            " WHERE rolname = current_user AND rolsuper"
        )


def _organisations(school: Grown, at: datetime) -> Iterator[Row]:
    number = FIRST_INN + school.index
    title = f"Школа № {number}"
    yield (
        school.id,
        Organisation.Kind.SCHOOL,
        school.region,
        numbers.inn(school.region, number),
        numbers.kpp(school.region),
        numbers.ogrn(school.region, number),
        f"Учебное образовательное учреждение «{title}»",
        f"«{title}»",
    )


def _schools(school: Grown, at: datetime) -> Iterator[Row]:
    yield school.id, school.time_zone, at


def _classes(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(CLASSES):
        letter = LETTERS[place % len(LETTERS)]
        yield school.class_id(place), school.id, school.year_id, level_of(place), letter


def _persons(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        gender, name = school.person(place)
        snils = numbers.snils(numbers.FIRST_GROWN_SNILS + school.index * PERSONS + place)
        yield (
            school.person_id(place),
            name.last,
            name.first,
            name.patronymic,
            school.birth_date(place),
            gender,
            snils,
            name.key,
            name.sort,
        )


def _accounts(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        if school.profile(place):
            oid = FIRST_OID + school.index * PERSONS + place
            yield school.person_id(place), settings.ESIA["issuer"], str(oid), Level.CONFIRMED, True, at


def _profiles(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        if role := school.profile(place):
            yield school.person_id(place), role, TERMS_VERSION, at


def _posts(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(FIRST_EMPLOYEE, PERSONS):
        leads = {0: Role.SCHOOL_ADMIN, 1: Role.HEAD, 2: Role.DEPUTY_HEAD}
        role = leads.get(place - FIRST_EMPLOYEE, Role.TEACHER)
        yield school.person_id(place), school.id, role, school.start


def _placements(school: Grown, at: datetime) -> Iterator[Row]:
    for student in range(STUDENTS):
        place = class_of(student)
        yield school.person_id(student), school.id, level_of(place), school.class_id(place), school.start


def _guardianships(school: Grown, at: datetime) -> Iterator[Row]:
    for student in range(STUDENTS):
        family = student // 2
        if family >= len(ASKED) or ASKED[family] == State.APPROVED:
            for guardian, relation in school.guardians(student):
                yield school.person_id(guardian), school.person_id(student), relation, school.start


def _fill_desk(desk: int, length: int, planned: Sequence[Grown], at: datetime) -> int:
    """Bring a school's desk to so many requests, of mothers from all schools; answers how many were added."""
    first = FIRST_DESK_ID + desk * DESK_SPAN
    there = EnrolmentRequest.objects.filter(pk__gte=2 * first, pk__lt=2 * (first + DESK_SPAN)).count()
    missing = range(there // 2, length // 2)
    _copy_requests([request_from_afar(desk, number, planned, at) for number in missing])
    return 2 * len(missing)


def _copy_requests(asked: Sequence[Asked]) -> None:
    if not asked:
        return
    school = asked[0].school
    # All regions keep the same days here.
    calendar = calendar_of(school.region, date(school.start.year, 1, 1))
    _copy(
        StudentCard,
        "id filed_by person source last_name first_name patronymic birth_date gender name_key",
        map(_card, asked),
    )
    _copy(
        EnrolmentRequest,
        "id kind bundle applicant card relation school school_year level school_class state submitted_at due_day"
        " expires_day question answer reason decided_at decided_by",
        (row for request in asked for row in _halves(request, calendar)),
    )
    _copy(RequestStep, "request state by text at", (row for request in asked for row in _steps(request)))


def _card(asked: Asked) -> Row:
    name = asked.name
    return (
        asked.id,
        asked.applicant_id,
        asked.person_id,
        StudentCard.Source.TYPED,
        name.last,
        name.first,
        name.patronymic,
        asked.birth_date,
        asked.gender,
        name.key,
    )


def _halves(asked: Asked, calendar: RegionCalendar) -> Iterator[Row]:
    school, state = asked.school, asked.state
    day = clock.local_day(school.time_zone, asked.at)
    due = add_working_days(day, deadline("request_decision").days, calendar)
    expires = day + timedelta(days=deadline("request_expiry").days)
    declined = state == State.DECLINED
    for number, kind, relation in asked.halves:
        yield (
            number,
            kind,
            UUID(int=asked.id),
            asked.applicant_id,
            asked.id,
            relation,
            school.id,
            school.year_id,
            asked.level,
            asked.class_id,
            state,
            asked.at,
            due,
            expires,
            QUESTION if state in (State.CLARIFY, State.ANSWERED) else "",
            ANSWER if state == State.ANSWERED else "",
            EnrolmentRequest.Reason.NOT_ON_LIST if declined else "",
            *((asked.moved_at, school.person_id(FIRST_EMPLOYEE)) if state in DECIDED else (None, None)),
        )


def _steps(asked: Asked) -> Iterator[Row]:
    applicant, admin = asked.applicant_id, asked.school.person_id(FIRST_EMPLOYEE)
    later: dict[str, list[tuple[str, int | None, str]]] = {
        State.CLARIFY: [(State.CLARIFY, admin, QUESTION)],
        State.ANSWERED: [(State.CLARIFY, admin, QUESTION), (State.ANSWERED, applicant, ANSWER)],
        State.DECLINED: [(State.DECLINED, admin, "")],
        State.APPROVED: [(State.APPROVED, admin, "")],
        State.WITHDRAWN: [(State.WITHDRAWN, applicant, "")],
        State.EXPIRED: [(State.EXPIRED, None, "")],
    }
    for number, _, _ in asked.halves:
        yield number, State.SUBMITTED, applicant, "", asked.at
        for state, by, text in later.get(asked.state, []):
            yield number, state, by, text, asked.moved_at
