"""The demo people one logs in as. Adults' birth dates are fixed, children's follow the school year."""

from datetime import date

from myschool.config.demo.citizens import Citizen, Family, born_for
from myschool.config.demo.registry import KAMCHATKA, MOSCOW, SPRING_JUNIOR, SPRING_SENIOR, VOLCANO, VSHUO, SchoolPlan
from myschool.enrolment.models import EnrolmentRequest
from myschool.people.esia.answers import Level
from myschool.people.models import Gender, Guardianship

FEMALE, MALE = Gender.FEMALE, Gender.MALE
MOTHER, FATHER = Guardianship.Relation.MOTHER, Guardianship.Relation.FATHER

OPERATORS = {
    MOSCOW: Citizen(
        number=1,
        last_name="Орлова",
        first_name="Ирина",
        patronymic="Михайловна",
        gender=FEMALE,
        birth_date=date(1979, 3, 14),
        level=Level.CONFIRMED,
        login="operator77@example.com",
        note="Региональный оператор, Москва",
    ),
    KAMCHATKA: Citizen(
        number=2,
        last_name="Быков",
        first_name="Фёдор",
        patronymic="Ильич",
        gender=MALE,
        birth_date=date(1983, 11, 2),
        level=Level.CONFIRMED,
        login="operator41@example.com",
        note="Региональный оператор, Камчатский край",
    ),
}
ADMINS = {
    VSHUO: Citizen(
        number=11,
        last_name="Соколова",
        first_name="Марина",
        patronymic="Игоревна",
        gender=FEMALE,
        birth_date=date(1981, 5, 20),
        level=Level.CONFIRMED,
        login="admin@example.com",
        administers=VSHUO,
        note="Администратор школы: АНО ПО «ВШУО»",
    ),
    SPRING_JUNIOR: Citizen(
        number=12,
        last_name="Белая",
        first_name="Нина",
        patronymic="Павловна",
        gender=FEMALE,
        birth_date=date(1974, 9, 9),
        level=Level.CONFIRMED,
        login="admin.junior@example.com",
        administers=SPRING_JUNIOR,
        note="Администратор школы: «Родник», начальная школа",
    ),
    SPRING_SENIOR: Citizen(
        number=13,
        last_name="Ткаченко",
        first_name="Борис",
        patronymic="Юрьевич",
        gender=MALE,
        birth_date=date(1988, 1, 30),
        level=Level.CONFIRMED,
        login="admin.senior@example.com",
        administers=SPRING_SENIOR,
        note="Администратор школы: «Родник», старшая школа",
    ),
    # Gosuslugi does not know her post: she came with the decree.
    VOLCANO: Citizen(
        number=14,
        last_name="Ежова",
        first_name="Любовь",
        patronymic="Степановна",
        gender=FEMALE,
        birth_date=date(1977, 7, 7),
        level=Level.CONFIRMED,
        login="admin.volcano@example.com",
        note="Администратор школы: «Вулкан», Камчатский край",
    ),
}
TEACHER = Citizen(
    number=21,
    last_name="Седых",
    first_name="Анна",
    patronymic="Львовна",
    gender=FEMALE,
    birth_date=date(1990, 2, 11),
    level=Level.CONFIRMED,
    login="teacher@example.com",
    note="Учитель: АНО ПО «ВШУО»",
)
JUNIOR_TEACHER = Citizen(
    number=25,
    last_name="Лукина",
    first_name="Вера",
    patronymic="Олеговна",
    gender=FEMALE,
    birth_date=date(1986, 8, 30),
    level=Level.CONFIRMED,
    login="teacher.junior@example.com",
    note="Учитель: «Родник», начальная школа",
)
# The schools whose days are played, each with the teacher whose journal is kept.
TEACHERS = {VSHUO: TEACHER, SPRING_JUNIOR: JUNIOR_TEACHER}
# She waits on the desk of АНО ПО «ВШУО».
NEW_TEACHER = Citizen(
    number=22,
    last_name="Чижова",
    first_name="Ольга",
    patronymic="Петровна",
    gender=FEMALE,
    birth_date=date(1995, 6, 1),
    level=Level.CONFIRMED,
)
# He asks for the lyceum that nobody has connected, and his decrees are for the operator to judge.
DECREE_BEARER = Citizen(
    number=23,
    last_name="Зимин",
    first_name="Олег",
    patronymic="Вадимович",
    gender=MALE,
    birth_date=date(1985, 12, 24),
    level=Level.CONFIRMED,
)
PUBLISHER = Citizen(
    number=26,
    last_name="Громова",
    first_name="Елена",
    patronymic="Сергеевна",
    gender=FEMALE,
    birth_date=date(1980, 6, 14),
    level=Level.CONFIRMED,
    login="publisher@example.com",
    note="Поставщик контента: «Азбука знаний»",
)
EXPERTS = (
    Citizen(
        number=27,
        last_name="Савин",
        first_name="Игорь",
        patronymic="Петрович",
        gender=MALE,
        birth_date=date(1972, 2, 3),
        level=Level.CONFIRMED,
        login="expert1@example.com",
        note="Эксперт библиотеки",
    ),
    Citizen(
        number=28,
        last_name="Юдина",
        first_name="Тамара",
        patronymic="Львовна",
        gender=FEMALE,
        birth_date=date(1969, 10, 21),
        level=Level.CONFIRMED,
        login="expert2@example.com",
        note="Эксперт библиотеки",
    ),
)

CHANCE_VISITOR = Citizen(
    number=24,
    last_name="Ежов",
    first_name="Даниил",
    patronymic="Кириллович",
    gender=MALE,
    birth_date=date(1992, 4, 17),
    level=Level.CONFIRMED,
)
# The stand-in's own person, who can connect the lyceum «Заря» at once.
STANDINS_HEAD = ("persona19@example.com", "Руководитель лицея «Заря», который ещё не подключён (код подскажет стенд)")


def volcano_newcomers(start: date) -> Citizen:
    """A parent in Камчатка whose daughter is on no list yet and wants into a 7th class."""
    daughter = Citizen(
        number=32,
        last_name="Овчинникова",
        first_name="Ульяна",
        patronymic="Глебовна",
        gender=FEMALE,
        birth_date=date(start.year - 13, 9, 1),
    )
    return Citizen(
        number=31,
        last_name="Овчинников",
        first_name="Глеб",
        patronymic="Антонович",
        gender=MALE,
        birth_date=date(1984, 8, 15),
        level=Level.CONFIRMED,
        children=(daughter,),
    )


def parent_to_come(start: date) -> Citizen:
    """A mother who has never been here; both children are on their schools' lists, one of them without ё."""
    return Citizen(
        number=41,
        last_name="Ковалёва",
        first_name="Алёна",
        patronymic="Андреевна",
        gender=FEMALE,
        birth_date=date(1987, 4, 3),
        level=Level.CONFIRMED,
        came=False,
        login="mother@example.com",
        children=(_semyon(start), _sonya(start)),
        note="Мать двоих детей младше 14 лет, на платформе ещё не была",
    )


def _semyon(start: date) -> Citizen:
    return Citizen(
        number=42,
        last_name="Ковалёв",
        first_name="Семён",
        patronymic="Денисович",
        gender=MALE,
        birth_date=born_for(3, start),
    )


def _sonya(start: date, family: str = "Ковалёва") -> Citizen:
    return Citizen(
        number=43,
        last_name=family,
        first_name="София",
        patronymic="Денисовна",
        gender=FEMALE,
        birth_date=born_for(1, start),
    )


def student_to_come(start: date) -> Citizen:
    """A student who is 15 the whole school year, on the school's list, never been here."""
    return Citizen(
        number=44,
        last_name="Новиков",
        first_name="Артём",
        patronymic="Ильич",
        gender=MALE,
        birth_date=date(start.year - 15, 9, 1),
        level=Level.UNCONFIRMED,
        came=False,
        login="student15@example.com",
        note="Ученик 15 лет, ещё не зарегистрирован",
    )


def linked_parent(start: date) -> Citizen:
    """A father of two in two schools: one has approved his request, the other has his name in its papers."""
    return Citizen(
        number=45,
        last_name="Тихонов",
        first_name="Павел",
        patronymic="Сергеевич",
        gender=MALE,
        birth_date=date(1982, 10, 18),
        level=Level.CONFIRMED,
        login="father@example.com",
        children=(approved_student(start),),
        note="Отец двоих детей в двух школах",
    )


def approved_student(start: date) -> Citizen:
    """A girl under 14 with a Gosuslugi account of her own."""
    return Citizen(
        number=46,
        last_name="Тихонова",
        first_name="Вера",
        patronymic="Павловна",
        gender=FEMALE,
        birth_date=born_for(5, start),
        level=Level.UNDER_14,
        login="vera",
        note="Ученица младше 14 лет, место одобрено; вход по логину vera",
    )


def younger_brother(start: date) -> Citizen:
    """Her brother, in the second class of another school."""
    return Citizen(
        number=47,
        last_name="Тихонов",
        first_name="Илья",
        patronymic="Павлович",
        gender=MALE,
        birth_date=born_for(2, start),
    )


def families(start: date) -> list[tuple[SchoolPlan, Family]]:
    """The cast's students as their schools have them on the list."""
    approved = EnrolmentRequest.State.APPROVED
    return [
        (VSHUO, Family(level=3, letter="А", student=_semyon(start))),
        (SPRING_JUNIOR, Family(level=1, letter="Б", student=_sonya(start, "Ковалева"))),
        (VSHUO, Family(level=9, letter="А", student=student_to_come(start))),
        (
            SPRING_JUNIOR,
            Family(level=2, letter="А", student=younger_brother(start), guardians=((FATHER, linked_parent(start)),)),
        ),
        (
            VSHUO,
            Family(
                level=5,
                letter="А",
                student=approved_student(start),
                guardians=((FATHER, linked_parent(start)),),
                asks=approved,
            ),
        ),
    ]


def shown(start: date) -> list[Citizen]:
    """Whom to log in as, in the order of the guide."""
    return [
        ADMINS[VSHUO],
        TEACHER,
        parent_to_come(start),
        student_to_come(start),
        linked_parent(start),
        approved_student(start),
        JUNIOR_TEACHER,
        OPERATORS[MOSCOW],
        OPERATORS[KAMCHATKA],
        ADMINS[VOLCANO],
        ADMINS[SPRING_JUNIOR],
        ADMINS[SPRING_SENIOR],
        PUBLISHER,
        *EXPERTS,
    ]
