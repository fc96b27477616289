"""The grown world: as many schools as wanted, a thousand people each, copied into the tables past the actions.

Everything follows from a school's index and a person's place in it, so a further run adds only what is missing. The
rows hold every constraint, but no facts are written: followers of the chronicle see nothing of these people.

A school is 280 families of two students each, all with a mother and a hundred with a father, and a staff of 60.
The first ten families have just asked for a place and a link; the others are linked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, models, transaction

from myschool.config.demo import numbers
from myschool.config.demo.names import MEN, SURNAMES, WOMEN, patronymic, surname
from myschool.config.demo.registry import FIRST_SEPTEMBER
from myschool.enrolment.models import EnrolmentRequest, Placement, RequestStep, StudentCard
from myschool.kernel import clock
from myschool.kernel.actors import Role
from myschool.kernel.deadlines import deadline
from myschool.people.actions import TERMS_VERSION
from myschool.people.esia.answers import Level
from myschool.people.models import Account, Gender, Guardianship, Person, Post, Profile
from myschool.people.rules import name_part_key, sort_key
from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear
from myschool.schools.queries import calendar_of
from myschool.schools.rules import RegionCalendar, add_working_days

FAMILIES, FATHERS, STAFF = 280, 100, 60
STUDENTS = 2 * FAMILIES
FIRST_MOTHER, FIRST_FATHER, FIRST_EMPLOYEE = STUDENTS, STUDENTS + FAMILIES, STUDENTS + FAMILIES + FATHERS
PERSONS = FIRST_EMPLOYEE + STAFF
CLASSES, LETTERS = 22, "АБ"
FIRST_LEVEL_WITH_ACCOUNT = 9

# A billion lies beyond anything the sequences will reach, so grown rows and all others never want one id.
FIRST_ID = 1_000_000_000
FIRST_DESK_ID = 2_000_000_000
DESK_SPAN = 10_000_000
FIRST_OID = 2_000_000_000
FIRST_INN = 10_000
BATCH = 50
LONG_DESKS = (10_000, 100_000)
LONG_DESKS_FROM = 1_000

Kind = EnrolmentRequest.Kind
State = EnrolmentRequest.State
ASKED = (
    State.SUBMITTED, State.SUBMITTED, State.CLARIFY, State.SUBMITTED, State.ANSWERED, State.SUBMITTED,
    State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.APPROVED,
)  # fmt: skip
DECIDED = {State.APPROVED, State.DECLINED}
QUESTION, ANSWER = "Уточните, пожалуйста, с какого дня ученик учится у нас.", "С первого сентября."
MOTHERS_WITHOUT_REQUESTS = FAMILIES - len(ASKED)
FEMALE, MALE = Gender.FEMALE, Gender.MALE
Row = tuple[Any, ...]


class Part(NamedTuple):
    """A part of a name with its keys: joined they are the keys of the whole name."""

    text: str
    key: str
    sort: str


class Name(NamedTuple):
    """A person's name with its keys."""

    last: str
    first: str
    patronymic: str
    key: str
    sort: str


@cache
def part(text: str) -> Part:
    """A part with its keys, worked out once: a million people share a few hundred parts."""
    return Part(text, name_part_key(text), sort_key(text, "").strip())


def name_of(last: str, first: str, of_father: str) -> Name:
    """A whole name with the keys that people.rules would give it."""
    a, b, c = part(last), part(first), part(of_father)
    return Name(last, first, of_father, f"{a.key}|{b.key}|{c.key}", f"{a.sort} {b.sort} {c.sort}")


def spread(number: int, salt: int, over: int) -> int:
    """A place below `over` that looks like chance and always is the same."""
    # A prime modulus, and another factor for each salt: names and patronymics of one person do not go in step.
    return (number * (2_654_435_761 + salt * 40_503_006) % 4_294_967_291 >> 7) % over


def class_of(student: int) -> int:
    """The place among the school's classes of a student; a family's two are years apart."""
    return (student // 2 + 5 * (student % 2)) % CLASSES


def level_of(class_place: int) -> int:
    """The level of a class by its place."""
    return class_place // len(LETTERS) + 1


def _gender(seed: int) -> Gender:
    return (FEMALE, MALE)[spread(seed, 0, 2)]


def _given(seed: int, gender: Gender) -> str:
    if gender == FEMALE:
        return WOMEN[spread(seed, 1, len(WOMEN))]
    return MEN[spread(seed, 1, len(MEN))][0]


@dataclass(frozen=True)
class Grown:
    """One grown school: where it is and what its index makes of it."""

    index: int
    region: str
    time_zone: str
    year_id: int
    start: date

    @property
    def id(self) -> int:
        """The organisation's id."""
        return FIRST_ID + self.index

    def person_id(self, place: int) -> int:
        """The id of the person of this place in the school."""
        return FIRST_ID + self.index * PERSONS + place

    def class_id(self, place: int) -> int:
        """The id of the class of this place in the school."""
        return FIRST_ID + self.index * CLASSES + place

    def child(self, family: int, seed: int) -> tuple[Gender, Name]:
        """A child of a family: its surname, the father's name as patronymic, the rest as the seed has it."""
        gender = _gender(seed)
        of_father = patronymic(self.father(family), gender)
        return gender, name_of(self.surname(family, gender), _given(seed, gender), of_father)

    def surname(self, family: int, gender: Gender) -> str:
        """A family's surname."""
        return surname(SURNAMES[spread(self.index * FAMILIES + family, 2, len(SURNAMES))], gender)

    def father(self, family: int) -> int:
        """The place in MEN of a father's name."""
        return spread(self.index * FAMILIES + family, 3, len(MEN))

    def person(self, place: int) -> tuple[Gender, Name]:
        """The person of this place."""
        seed = self.person_id(place)
        if place < FIRST_MOTHER:
            return self.child(place // 2, seed)
        own = spread(seed, 4, len(MEN))
        if place < FIRST_EMPLOYEE:
            family = (place - FIRST_MOTHER) % FAMILIES
            gender = FEMALE if place < FIRST_FATHER else MALE
            first = _given(seed, FEMALE) if gender == FEMALE else MEN[self.father(family)][0]
            return gender, name_of(self.surname(family, gender), first, patronymic(own, gender))
        gender = _gender(seed)
        family_name = surname(SURNAMES[spread(seed, 2, len(SURNAMES))], gender)
        return gender, name_of(family_name, _given(seed, gender), patronymic(own, gender))

    def birth_date(self, place: int) -> date:
        """Students are as old as their class, the others between 38 and 58."""
        seed = self.person_id(place)
        if place < FIRST_MOTHER:
            born = date(self.start.year - level_of(class_of(place)) - 7, *FIRST_SEPTEMBER)
            return born + timedelta(days=spread(seed, 5, 365))
        return date(self.start.year - 58, 1, 1) + timedelta(days=spread(seed, 5, 20 * 365))

    def profile(self, place: int) -> Role | None:
        """As what the person of this place is registered; None for a young student, who never was here."""
        if place < FIRST_MOTHER:
            return Role.STUDENT if level_of(class_of(place)) >= FIRST_LEVEL_WITH_ACCOUNT else None
        return Role.GUARDIAN if place < FIRST_EMPLOYEE else Role.TEACHER

    def guardians(self, student: int) -> list[tuple[int, Guardianship.Relation]]:
        """The places of a student's guardians."""
        family = student // 2
        father = [(FIRST_FATHER + family, Guardianship.Relation.FATHER)] if family < FATHERS else []
        return [(FIRST_MOTHER + family, Guardianship.Relation.MOTHER), *father]


class TooFew(CommandError):
    """The grown schools cannot bring forth so many requests."""


def grow(*, schools: int, desks: Sequence[int] | None, start: date, at: datetime) -> Iterator[str]:
    """Copy what is missing to so many schools and so long desks; tells each step as it is done.

    `desks` are the numbers of requests before the first, second… of the grown schools; None asks for the usual ones.
    `start` is the first day of the school year that all live in.

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
    planned = _planned(schools, start)
    there = set(School.objects.filter(pk__gte=FIRST_ID).values_list("pk", flat=True))
    missing = [school for school in planned if school.id not in there]
    began = monotonic()
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        with transaction.atomic():
            _copy_schools(batch, at)
        done = first + len(batch)
        yield f"Школы: {done} из {len(missing)}, человек: {done * PERSONS}, {monotonic() - began:.0f} с"
    for place, length in enumerate(desks):
        with transaction.atomic():
            added = _fill_desk(place, length, planned, at)
        yield f"Запросы в школу {planned[place].id}: добавлено {added}, {monotonic() - began:.0f} с"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield f"Статистика таблиц обновлена, {monotonic() - began:.0f} с"


def _planned(count: int, start: date) -> list[Grown]:
    regions = list(Region.objects.order_by("code"))
    years = dict(SchoolYear.objects.filter(from_date=start).values_list("region", "pk"))
    return [
        Grown(index, region.code, region.time_zone, years[region.code], start)
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
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
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
    _copy_requests([request for school in batch for request in _requests(school, at)])


def _organisations(school: Grown, at: datetime) -> Iterator[Row]:
    number = FIRST_INN + school.index
    title = f"Школа № {number}"
    yield (
        school.id, Organisation.Kind.SCHOOL, school.region, numbers.inn(school.region, number),
        numbers.kpp(school.region), numbers.ogrn(school.region, number),
        f"Учебное образовательное учреждение «{title}»", f"«{title}»",
    )  # fmt: skip


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
            school.person_id(place), name.last, name.first, name.patronymic, school.birth_date(place),
            gender.value, snils, name.key, name.sort,
        )  # fmt: skip


def _accounts(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        if school.profile(place):
            oid = FIRST_OID + school.index * PERSONS + place
            yield school.person_id(place), settings.ESIA["issuer"], str(oid), Level.CONFIRMED.value, True, at


def _profiles(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        if role := school.profile(place):
            yield school.person_id(place), role.value, TERMS_VERSION, at


def _posts(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(FIRST_EMPLOYEE, PERSONS):
        leads = {0: Role.SCHOOL_ADMIN, 1: Role.HEAD, 2: Role.DEPUTY_HEAD}
        role = leads.get(place - FIRST_EMPLOYEE, Role.TEACHER)
        yield school.person_id(place), school.id, role.value, school.start


def _placements(school: Grown, at: datetime) -> Iterator[Row]:
    for student in range(STUDENTS):
        place = class_of(student)
        yield school.person_id(student), school.id, level_of(place), school.class_id(place), school.start


def _guardianships(school: Grown, at: datetime) -> Iterator[Row]:
    for student in range(STUDENTS):
        family = student // 2
        if family >= len(ASKED) or ASKED[family] == State.APPROVED:
            for guardian, relation in school.guardians(student):
                yield school.person_id(guardian), school.person_id(student), relation.value, school.start


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A mother's request for her child: the card and the two halves that share it."""

    id: int
    school: Grown
    applicant_id: int
    name: Name
    birth_date: date
    gender: Gender
    level: int
    class_id: int | None
    state: State
    at: datetime
    person_id: int | None = None

    @property
    def moved_at(self) -> datetime:
        """When it came into its present state, if that is not the first."""
        days = deadline("request_expiry").days + 1 if self.state == State.EXPIRED else 0
        return self.at + timedelta(days=days, minutes=40)

    @property
    def halves(self) -> tuple[tuple[int, Kind, str], ...]:
        """Id, kind and relation of each half."""
        return (
            (2 * self.id, Kind.PLACE, ""),
            (2 * self.id + 1, Kind.GUARDIAN, Guardianship.Relation.MOTHER.value),
        )


def _requests(school: Grown, at: datetime) -> Iterator[Asked]:
    """The first families' requests for their first children, who are on the school's list already."""
    for family, state in enumerate(ASKED):
        student = 2 * family
        gender, name = school.person(student)
        ago = timedelta(days=100) if state == State.EXPIRED else timedelta(hours=7 * family + 1)
        yield Asked(
            id=FIRST_ID + school.index * len(ASKED) + family, school=school,
            applicant_id=school.person_id(FIRST_MOTHER + family), name=name,
            birth_date=school.birth_date(student), gender=gender, level=level_of(class_of(student)),
            class_id=school.class_id(class_of(student)), state=state, at=at - ago,
            person_id=school.person_id(student) if state == State.APPROVED else None,
        )  # fmt: skip


def _fill_desk(desk: int, length: int, planned: Sequence[Grown], at: datetime) -> int:
    """Bring a school's desk to so many requests, of mothers from all schools; answers how many were added."""
    first = FIRST_DESK_ID + desk * DESK_SPAN
    there = EnrolmentRequest.objects.filter(pk__gte=2 * first, pk__lt=2 * (first + DESK_SPAN)).count()
    missing = range(there // 2, length // 2)
    _copy_requests([_from_afar(desk, number, planned, at) for number in missing])
    return 2 * len(missing)


def _from_afar(desk: int, number: int, planned: Sequence[Grown], at: datetime) -> Asked:
    """The request of the `number`th mother who asks for nothing at home: a child up to the 5th class, on no list."""
    school, (home, family) = planned[desk], divmod(number, MOTHERS_WITHOUT_REQUESTS)
    family += len(ASKED)
    seed = FIRST_DESK_ID + number
    gender, name = planned[home].child(family, seed)
    level = spread(seed, 6, 5) + 1
    # The desk counts in: children of one mother at several desks differ at least by a day.
    born = date(school.start.year - level - 7, *FIRST_SEPTEMBER) + timedelta(days=spread(seed, 7, 300) + desk)
    class_place = (level - 1) * len(LETTERS) + number % len(LETTERS)
    return Asked(
        id=FIRST_DESK_ID + desk * DESK_SPAN + number, school=school,
        applicant_id=planned[home].person_id(FIRST_MOTHER + family), name=name, birth_date=born, gender=gender,
        level=level, class_id=None if number % 10 == 0 else school.class_id(class_place), state=State.SUBMITTED,
        at=at - timedelta(seconds=20 * number),
    )  # fmt: skip


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
        (row for one in asked for row in _halves(one, calendar)),
    )
    _copy(RequestStep, "request state by text at", (row for one in asked for row in _steps(one)))


def _card(asked: Asked) -> Row:
    name = asked.name
    return (
        asked.id, asked.applicant_id, asked.person_id, StudentCard.Source.TYPED.value, name.last, name.first,
        name.patronymic, asked.birth_date, asked.gender.value, name.key,
    )  # fmt: skip


def _halves(asked: Asked, calendar: RegionCalendar) -> Iterator[Row]:
    school, state = asked.school, asked.state
    day = clock.local_day(school.time_zone, asked.at)
    due = add_working_days(day, deadline("request_decision").days, calendar)
    expires = day + timedelta(days=deadline("request_expiry").days)
    declined = state == State.DECLINED
    for number, kind, relation in asked.halves:
        yield (
            number, kind.value, UUID(int=asked.id), asked.applicant_id, asked.id, relation, school.id,
            school.year_id, asked.level, asked.class_id, state.value, asked.at, due, expires,
            QUESTION if state in (State.CLARIFY, State.ANSWERED) else "",
            ANSWER if state == State.ANSWERED else "",
            EnrolmentRequest.Reason.NOT_ON_LIST.value if declined else "",
            *((asked.moved_at, school.person_id(FIRST_EMPLOYEE)) if state in DECIDED else (None, None)),
        )  # fmt: skip


def _steps(asked: Asked) -> Iterator[Row]:
    admin = asked.school.person_id(FIRST_EMPLOYEE)
    for number, _, _ in asked.halves:
        yield number, State.SUBMITTED.value, asked.applicant_id, "", asked.at
        if asked.state in (State.CLARIFY, State.ANSWERED):
            yield number, State.CLARIFY.value, admin, QUESTION, asked.moved_at
        if asked.state == State.ANSWERED:
            yield number, asked.state.value, asked.applicant_id, ANSWER, asked.moved_at
        elif asked.state == State.WITHDRAWN:
            yield number, asked.state.value, asked.applicant_id, "", asked.moved_at
        elif asked.state in DECIDED:
            yield number, asked.state.value, admin, "", asked.moved_at
        elif asked.state == State.EXPIRED:
            yield number, asked.state.value, None, "", asked.moved_at
