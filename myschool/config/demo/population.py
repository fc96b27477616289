"""Everybody else in the demo world: three hundred students, their families, the schools' staff.

Made from the school year alone, so that the same year gives the same people, byte for byte.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random

from myschool.config.demo import cast
from myschool.config.demo.citizens import Citizen, Employee, Family, born_for
from myschool.config.demo.names import MEN, SURNAMES, WOMEN, patronymic, surname
from myschool.config.demo.registry import CONNECTED, SPRING_JUNIOR, SPRING_SENIOR, VOLCANO, VSHUO, SchoolPlan
from myschool.enrolment.models import EnrolmentRequest
from myschool.kernel.actors import Role
from myschool.people.esia.answers import Level
from myschool.people.models import Gender, Guardianship

STUDENTS = 300
FIRST_SPECIAL, FIRST_EMPLOYEE, FIRST_ORDINARY = 100, 300, 1000
FEMALE, MALE = Gender.FEMALE, Gender.MALE
State = EnrolmentRequest.State

# All in one class, 5А, so that its list and its requests show what names can be like.
SPECIAL_NAMES = (
    ("Иванова", "Анна", "Сергеевна", FEMALE),
    ("Иванова", "Анна", "Сергеевна", FEMALE),
    ("Иванова", "Анна", "Дмитриевна", FEMALE),
    ("Ёлкин", "Пётр", "Семёнович", MALE),
    ("Королёв-Озёрский", "Лев", "Артёмович", MALE),
    ("Рыжова - Белая", "Анна-Мария", "Львовна", FEMALE),
    ("Ким", "Ен Сун", "", FEMALE),
    ("О'Нил", "Патрик", "", MALE),
    ("Сәлимова", "Гөлнур", "Җәүдәт кызы", FEMALE),
    ("Мөхәммәтҗанов", "Өмет", "Илһам улы", MALE),
    ("Һаадьынов", "Дьулус", "Ньургунович", MALE),
    ("Гасанов", "Эльчин", "Рашид оглы", MALE),
)

# How far the first requests at each school have come; the states that need more than a decision are played apart.
ASKED = {
    VSHUO: (
        State.SUBMITTED,
        State.CLARIFY,
        State.SUBMITTED,
        State.ANSWERED,
        State.SUBMITTED,
        State.APPROVED,
        State.DRAFT,
        State.DECLINED,
        State.SUBMITTED,
        State.WITHDRAWN,
        State.EXPIRED,
        State.SUBMITTED,
    ),
    SPRING_JUNIOR: (State.SUBMITTED, State.ANSWERED, State.SUBMITTED, State.DECLINED),
    SPRING_SENIOR: (State.SUBMITTED, State.APPROVED, State.CLARIFY),
    VOLCANO: (State.SUBMITTED, State.SUBMITTED, State.CLARIFY, State.APPROVED),
}
# Students up to the 6th class are under 14 the whole year, those of the 9th and above over it.
LAST_UNDER_14, FIRST_OVER_14 = 6, 9
TEACHERS = 6


def families(start: date) -> list[tuple[SchoolPlan, Family]]:
    """All students on the schools' lists with their guardians, three hundred in all."""
    households = [*cast.families(start), *((VSHUO, family) for family in _special_families(start))]
    return households + list(_ordinary_families(start, STUDENTS - len(households)))


def _special_families(start: date) -> Iterator[Family]:
    for place, (last, first, of_father, gender) in enumerate(SPECIAL_NAMES):
        number = FIRST_SPECIAL + 10 * place
        student = Citizen(
            number=number,
            last_name=last,
            first_name=first,
            patronymic=of_father,
            gender=gender,
            birth_date=born_for(5, start, 20 + 25 * place),
        )
        mother = _adult(number + 1, Random(number), FEMALE)
        yield Family(level=5, letter="А", student=student, guardians=((cast.MOTHER, mother),))


def _ordinary_families(start: date, count: int) -> Iterator[tuple[SchoolPlan, Family]]:
    classes = cycle((plan, *school_class) for plan in CONNECTED for school_class in plan.classes)
    states_by_plan = {plan: iter(states) for plan, states in ASKED.items()}
    for place, (plan, level, letter) in zip(range(count), classes, strict=False):
        asks = next(states_by_plan[plan], None) if level <= LAST_UNDER_14 else None
        yield plan, _ordinary_family(start, FIRST_ORDINARY + 10 * place, level, letter, asks)


def _ordinary_family(start: date, number: int, level: int, letter: str, asks: State | None) -> Family:
    random = Random(number)
    family, of_father, gender = (random.choice(SURNAMES), random.randrange(len(MEN)), random.choice((FEMALE, MALE)))
    student = Citizen(
        number=number,
        last_name=surname(family, gender),
        first_name=random.choice(WOMEN) if gender == FEMALE else random.choice(MEN)[0],
        patronymic=patronymic(of_father, gender),
        gender=gender,
        birth_date=born_for(level, start, random.randrange(365)),
        level=Level.CONFIRMED if level >= FIRST_OVER_14 and random.random() < 0.5 else None,
    )
    has_account = asks is not None or random.random() < 0.3
    mother = _adult(number + 1, random, FEMALE, family, has_account=has_account)
    father = _adult(number + 2, random, MALE, family, MEN[of_father][0])
    guardians: list[tuple[Guardianship.Relation, Citizen]] = [(cast.MOTHER, mother)]
    if random.random() < 0.5:
        guardians.append((cast.FATHER, father))
    return Family(level=level, letter=letter, student=student, guardians=tuple(guardians), asks=asks)


def staff(plan: SchoolPlan) -> list[Employee]:
    """The school's staff besides its administrator, known from its papers only."""
    first = FIRST_EMPLOYEE + 20 * CONNECTED.index(plan)
    roles = [Role.HEAD, Role.DEPUTY_HEAD, *[Role.TEACHER] * TEACHERS]
    return [
        Employee(citizen=_adult(number, Random(number), MALE if number % 4 == 0 else FEMALE), role=role)
        for number, role in enumerate(roles, first)
    ]


def _adult(
    number: int,
    random: Random,
    gender: Gender,
    family: str | None = None,
    first_name: str | None = None,
    *,
    has_account: bool = False,
) -> Citizen:
    random_name = random.choice(WOMEN) if gender == FEMALE else random.choice(MEN)[0]
    return Citizen(
        number=number,
        last_name=surname(family or random.choice(SURNAMES), gender),
        first_name=first_name or random_name,
        patronymic=patronymic(random.randrange(len(MEN)), gender),
        gender=gender,
        birth_date=date(1972, 1, 1) + timedelta(days=random.randrange(20 * 365)),
        level=Level.CONFIRMED if has_account else None,
    )


def account_holders(start: date) -> list[Citizen]:
    """Everybody with a Gosuslugi account: whom the stand-in has to know."""
    citizens = [
        *cast.OPERATORS.values(),
        *cast.ADMINS.values(),
        cast.TEACHER,
        cast.JUNIOR_TEACHER,
        cast.NEW_TEACHER,
        cast.DECREE_BEARER,
        cast.PUBLISHER,
        *cast.EXPERTS,
        cast.CHANCE_VISITOR,
        cast.volcano_newcomers(start),
        cast.parent_to_come(start),
    ]
    for _, family in families(start):
        citizens += [family.student, *(guardian for _, guardian in family.guardians)]
    # A parent of several children is found with each of them.
    return list({citizen.number: citizen for citizen in citizens if citizen.level}.values())
