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
from django.db import connection, models, transaction

from myschool.config.demo import numbers
from myschool.config.demo.names import MEN, SURNAMES, WOMEN, patronymic, surname
from myschool.config.demo.registry import FIRST_SEPTEMBER, year_start
from myschool.enrolment.models import EnrolmentRequest, Placement, RequestStep, StudentCard
from myschool.kernel.actors import Role
from myschool.kernel.deadlines import deadline
from myschool.people.actions import TERMS_VERSION
from myschool.people.esia.answers import Level
from myschool.people.models import Account, Gender, Guardianship, Person, Post, Profile
from myschool.people.rules import name_part_key, sort_key
from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear
from myschool.schools.queries import calendar_of
from myschool.schools.rules import add_working_days

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

Kind, State = EnrolmentRequest.Kind, EnrolmentRequest.State
ASKED = (
    State.SUBMITTED, State.SUBMITTED, State.CLARIFY, State.SUBMITTED, State.ANSWERED, State.SUBMITTED,
    State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.APPROVED,
)  # fmt: skip
DECIDED = {State.APPROVED, State.DECLINED}
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
    return ((number * 2_654_435_761 + salt * 40_503_007) % 4_294_967_291 >> 7) % over


def class_of(student: int) -> int:
    """The place among the school's classes of a student; a family's two are years apart."""
    return (student // 2 + 5 * (student % 2)) % CLASSES


def level_of(class_place: int) -> int:
    """The level of a class by its place."""
    return class_place // len(LETTERS) + 1


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

    def gender(self, place: int) -> Gender:
        """The gender of the person of this place."""
        if FIRST_MOTHER <= place < FIRST_EMPLOYEE:
            return FEMALE if place < FIRST_FATHER else MALE
        return (FEMALE, MALE)[spread(self.person_id(place), 1, 2)]

    def family(self, place: int) -> int | None:
        """The family of the person of this place; the staff have none here."""
        if place < FIRST_MOTHER:
            return place // 2
        return (place - FIRST_MOTHER) % FAMILIES if place < FIRST_EMPLOYEE else None

    def name(self, place: int) -> Name:
        """The name of the person of this place: a family shares its surname, children take the father's name."""
        person, gender, family = self.person_id(place), self.gender(place), self.family(place)
        kin = person if family is None else self.index * FAMILIES + family
        fathers_own = spread(kin, 2, len(MEN))
        given = spread(person, 3, len(WOMEN) if gender == FEMALE else len(MEN))
        first = WOMEN[given] if gender == FEMALE else MEN[given][0]
        of_father = fathers_own if place < FIRST_MOTHER else spread(person, 4, len(MEN))
        if FIRST_FATHER <= place < FIRST_EMPLOYEE:
            first = MEN[fathers_own][0]
        return name_of(
            surname(SURNAMES[spread(kin, 5, len(SURNAMES))], gender), first, patronymic(of_father, gender)
        )

    def birth_date(self, place: int) -> date:
        """Students are as old as their class, the others between 28 and 52."""
        person = self.person_id(place)
        if place < FIRST_MOTHER:
            born = date(self.start.year - level_of(class_of(place)) - 7, *FIRST_SEPTEMBER)
            return born + timedelta(days=spread(person, 6, 365))
        return date(self.start.year - 52, 1, 1) + timedelta(days=spread(person, 6, 24 * 365))

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


def grow(*, schools: int, desks: Sequence[int] | None, at: datetime) -> Iterator[str]:
    """Copy what is missing to so many schools and so long desks; tells each step as it is done.

    `desks` are the numbers of requests before the first, second… of the grown schools; None asks for the usual ones.
    """
    if not schools:
        return
    if desks is None:
        desks = LONG_DESKS if schools >= LONG_DESKS_FROM else ()
    planned = _planned(schools, at)
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


def _planned(count: int, at: datetime) -> list[Grown]:
    start = year_start(at.date())
    regions = list(Region.objects.order_by("code"))
    years = dict(SchoolYear.objects.filter(from_date=start).values_list("region", "pk"))
    return [
        Grown(index, region.code, region.time_zone, years[region.code], start)
        for index in range(count)
        for region in (regions[index % len(regions)],)
    ]


def _copy(model: type[models.Model], names: str, rows: Iterable[Row]) -> None:
    """Copy rows into the model's table; `names` are its fields in the order of the rows."""
    columns = ", ".join(model._meta.get_field(name).column for name in names.split())  # type: ignore[union-attr]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _copy_schools(batch: Sequence[Grown], at: datetime) -> None:
    for model, names, rows in (
        (Organisation, "id kind region inn kpp ogrn full_name short_name address", _organisations),
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
        f"Учебное образовательное учреждение «{title}»", f"«{title}»", "",
    )  # fmt: skip


def _schools(school: Grown, at: datetime) -> Iterator[Row]:
    yield school.id, school.time_zone, at


def _classes(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(CLASSES):
        letter = LETTERS[place % len(LETTERS)]
        yield school.class_id(place), school.id, school.year_id, level_of(place), letter


def _persons(school: Grown, at: datetime) -> Iterator[Row]:
    for place in range(PERSONS):
        name = school.name(place)
        snils = numbers.snils(numbers.FIRST_GROWN_SNILS + school.index * PERSONS + place)
        yield (
            school.person_id(place), name.last, name.first, name.patronymic, school.birth_date(place),
            school.gender(place).value, snils, name.key, name.sort,
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
        ago = timedelta(days=100) if state == State.EXPIRED else timedelta(hours=7 * family + 1)
        yield Asked(
            id=FIRST_ID + school.index * len(ASKED) + family, school=school,
            applicant_id=school.person_id(FIRST_MOTHER + family), name=school.name(student),
            birth_date=school.birth_date(student), gender=school.gender(student), level=level_of(class_of(student)),
            class_id=school.class_id(class_of(student)), state=state, at=at - ago,
            person_id=school.person_id(student) if state == State.APPROVED else None,
        )  # fmt: skip


def _fill_desk(desk: int, length: int, planned: Sequence[Grown], at: datetime) -> int:
    """Bring a school's desk to so many requests, of mothers from all schools; answers how many were added."""
    school, first = planned[desk], FIRST_DESK_ID + desk * DESK_SPAN
    there = EnrolmentRequest.objects.filter(pk__gte=2 * first, pk__lt=2 * (first + DESK_SPAN)).count()
    asking = [
        _from_afar(school, desk, number, planned, at) for number in range(there // 2, length // 2)
    ]
    _copy_requests(asking)
    return 2 * len(asking)


def _from_afar(school: Grown, desk: int, number: int, planned: Sequence[Grown], at: datetime) -> Asked:
    """The request of the `number`th mother who asks for nothing at home: a child up to the 5th class, on no list."""
    home, family = divmod(number, FAMILIES - len(ASKED))
    mother = FIRST_MOTHER + len(ASKED) + family
    applicant = planned[home].person_id(mother)
    kin = planned[home].name(2 * (len(ASKED) + family) + 1)
    gender = planned[home].gender(2 * (len(ASKED) + family) + 1)
    level = spread(number, 7, 5) + 1
    born = date(school.start.year - level - 7, *FIRST_SEPTEMBER) + timedelta(days=spread(number, 8, 365))
    # Five children of one mother could differ in nothing but the day: the desk's number keeps them apart.
    return Asked(
        id=FIRST_DESK_ID + desk * DESK_SPAN + number, school=school, applicant_id=applicant, name=kin,
        birth_date=born, gender=gender, level=level,
        class_id=None if number % 10 == 0 else school.class_id((level - 1) * len(LETTERS) + number % len(LETTERS)),
        state=State.SUBMITTED, at=at - timedelta(seconds=20 * number),
    )  # fmt: skip
