"""A grown school: a thousand people and their requests, worked out from the school's index alone.

280 families of two students each, all with a mother and a hundred with a father, and a staff of 60. Everybody has a
place in the school, from 0 on: students, mothers, fathers, staff. The first ten families have asked for a place and a
link; the others are linked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from myschool.config.demo.names import MEN, SURNAMES, WOMEN, patronymic, surname
from myschool.config.demo.registry import FIRST_SEPTEMBER
from myschool.enrolment.models import EnrolmentRequest
from myschool.kernel.actors import Role
from myschool.kernel.deadlines import deadline
from myschool.people.models import Gender, Guardianship
from myschool.people.rules.names import name_part_key, sort_key

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

Kind = EnrolmentRequest.Kind
State = EnrolmentRequest.State
FEMALE, MALE = Gender.FEMALE, Gender.MALE
ASKED = (
    State.SUBMITTED,
    State.SUBMITTED,
    State.CLARIFY,
    State.SUBMITTED,
    State.ANSWERED,
    State.SUBMITTED,
    State.DECLINED,
    State.WITHDRAWN,
    State.EXPIRED,
    State.APPROVED,
)
MOTHERS_WITHOUT_REQUESTS = FAMILIES - len(ASKED)


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


@dataclass(frozen=True, kw_only=True)
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

    def student(self, family: int, seed: int) -> tuple[Gender, Name]:
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
            return self.student(place // 2, seed)
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
        return ((2 * self.id, Kind.PLACE, ""), (2 * self.id + 1, Kind.GUARDIAN, Guardianship.Relation.MOTHER))


def requests(school: Grown, at: datetime) -> Iterator[Asked]:
    """The first families' requests for their first children, who are on the school's list already."""
    for family, state in enumerate(ASKED):
        student = 2 * family
        gender, name = school.person(student)
        ago = timedelta(days=100) if state == State.EXPIRED else timedelta(hours=7 * family + 1)
        yield Asked(
            id=FIRST_ID + school.index * len(ASKED) + family,
            school=school,
            applicant_id=school.person_id(FIRST_MOTHER + family),
            name=name,
            birth_date=school.birth_date(student),
            gender=gender,
            level=level_of(class_of(student)),
            class_id=school.class_id(class_of(student)),
            state=state,
            at=at - ago,
            person_id=school.person_id(student) if state == State.APPROVED else None,
        )


def request_from_afar(desk: int, number: int, planned: Sequence[Grown], at: datetime) -> Asked:
    """The request of the `number`th mother who asks for nothing at home: a child up to the 5th class, on no list."""
    school, (home, family) = planned[desk], divmod(number, MOTHERS_WITHOUT_REQUESTS)
    family += len(ASKED)
    seed = FIRST_DESK_ID + number
    gender, name = planned[home].student(family, seed)
    level = spread(seed, 6, 5) + 1
    # The desk counts in: children of one mother at several desks differ at least by a day.
    born = date(school.start.year - level - 7, *FIRST_SEPTEMBER) + timedelta(days=spread(seed, 7, 300) + desk)
    class_place = (level - 1) * len(LETTERS) + number % len(LETTERS)
    return Asked(
        id=FIRST_DESK_ID + desk * DESK_SPAN + number,
        school=school,
        applicant_id=planned[home].person_id(FIRST_MOTHER + family),
        name=name,
        birth_date=born,
        gender=gender,
        level=level,
        class_id=None if number % 10 == 0 else school.class_id(class_place),
        state=State.SUBMITTED,
        at=at - timedelta(seconds=20 * number),
    )
