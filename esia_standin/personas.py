"""The people every stand-in starts with: one for each way a login can go."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from esia_standin.persons import Address, CardState, Contact, Document, KidCard, Level, Person, Post

PASSWORD = "Пароль1"  # noqa: S105 — invented and shown on the front page

LYCEUM = Post(
    oid="1000900001",
    ogrn="1237700000009",
    inn="7700000009",
    full_name="Государственное бюджетное общеобразовательное учреждение «Лицей № 1 «Заря»",
    short_name="ГБОУ «Лицей № 1 «Заря»",
)
SCHOOL = Post(
    oid="1000900002",
    ogrn="1195000000018",
    inn="5000000017",
    full_name="Муниципальное общеобразовательное учреждение «Средняя школа № 2»",
    short_name="МОУ «СШ № 2»",
)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def personas(today: date) -> list[Person]:
    """All of them, their ages counted from today."""
    tomorrow = today + timedelta(days=1)

    def aged(years: int, days: int = 100) -> date:
        return years_before(today - timedelta(days=days), years)

    return [
        Person(
            oid="1000000001",
            level=Level.CONFIRMED,
            last_name="Ильина",
            first_name="Мария",
            patronymic="Сергеевна",
            birth_date=aged(38),
            birth_place="г. Рязань",
            gender="F",
            snils="112-233-445 95",
            inn="770000000082",
            contacts=_reached(1),
            addresses=[Address(kind="PRG", text="Рязань, ул. Садовая, д. 1, кв. 2", zip_code="390000")],
            documents=[_passport(1, today)],
            kids=["1000000004"],
            password=PASSWORD,
            note="Взрослая, подтверждённая запись; мать Пети (ребёнок младше 14 лет)",
        ),
        Person(
            oid="1000000002",
            level=Level.PLAIN,
            last_name="Громов",
            first_name="Павел",
            patronymic="Андреевич",
            birth_date=aged(16),
            gender="M",
            snils="123-456-789 64",
            contacts=_reached(2),
            documents=[_passport(2, today)],
            password=PASSWORD,
            note="Ученик 16 лет, стандартная (неподтверждённая) запись",
        ),
        Person(
            oid="1000000003",
            level=Level.PLAIN,
            last_name="Лебедева",
            first_name="Инна",
            contacts=_reached(3),
            password=PASSWORD,
            note="Упрощённая запись: нет СНИЛС, даты рождения и отчества",
        ),
        Person(
            oid="1000000004",
            level=Level.KID,
            last_name="Ильин",
            first_name="Пётр",
            patronymic="Олегович",
            birth_date=aged(10),
            gender="M",
            snils="100-206-999 99",
            login="petya",
            documents=[_birth_certificate("IV-АИ", "123456")],
            password=PASSWORD,
            note="Ребёнок 10 лет, детская запись; вход по логину petya",
        ),
        Person(
            oid="1000000005",
            level=Level.KID,
            last_name="Морозова",
            first_name="Алина",
            patronymic="Игоревна",
            birth_date=years_before(tomorrow, 14),
            gender="F",
            snils="100-207-899 00",
            login="alina",
            documents=[_birth_certificate("XXI-ОВ", "654321")],
            password=PASSWORD,
            note="Завтра исполняется 14 лет (на Камчатке завтра уже наступило); логин alina",
        ),
        Person(
            oid="1000000006",
            level=Level.CONFIRMED,
            last_name="Орлов",
            first_name="Никита",
            patronymic="Денисович",
            birth_date=aged(15),
            gender="M",
            snils="100-207-989 00",
            contacts=_reached(6),
            documents=[_passport(6, today)],
            password=PASSWORD,
            note="Ученик 15 лет, подтверждённая запись",
        ),
        Person(
            oid="1000000007",
            level=Level.CONFIRMED,
            last_name="Фролов",
            first_name="Степан",
            patronymic="Ильич",
            birth_date=aged(41),
            gender="M",
            snils="900-069-999 00",
            contacts=_reached(7)[:1],
            documents=[_passport(7, today)],
            password=PASSWORD,
            note="Взрослый без адреса электронной почты",
        ),
        Person(
            oid="1000000008",
            level=Level.CONFIRMED,
            last_name="Ким",
            first_name="Ен Сун",
            birth_date=aged(45),
            gender="F",
            snils="900-078-999 00",
            contacts=_reached(8),
            documents=[_passport(8, today)],
            password=PASSWORD,
            note="Взрослая без отчества",
        ),
        Person(
            oid="1000000009",
            level=Level.CONFIRMED,
            last_name="Королёва",
            first_name="Алёна",
            patronymic="Фёдоровна",
            birth_date=aged(36),
            gender="F",
            snils="900-079-899 01",
            contacts=_reached(9),
            documents=[_passport(9, today)],
            password=PASSWORD,
            note="Буква «ё» в фамилии, имени и отчестве",
        ),
        Person(
            oid="1000000010",
            level=Level.CONFIRMED,
            last_name="Сәлахов",
            first_name="Өлкән",
            patronymic="Җәүдәт улы",
            birth_date=aged(50),
            gender="M",
            snils="900-100-001 88",
            contacts=_reached(10),
            documents=[_passport(10, today)],
            password=PASSWORD,
            note="Татарские буквы ә, ө, җ, ү",
        ),
        Person(
            oid="1000000011",
            level=Level.CONFIRMED,
            last_name="Һоотов",
            first_name="Эрхаан",
            patronymic="Ньургуһунович",
            birth_date=aged(44),
            gender="M",
            snils="900-100-002 89",
            contacts=_reached(11),
            documents=[_passport(11, today)],
            password=PASSWORD,
            note="Якутская буква һ",
        ),
        Person(
            oid="1000000012",
            level=Level.CONFIRMED,
            last_name="Петрова-Сидорова",
            first_name="Анна-Мария",
            patronymic="Львовна",
            birth_date=aged(39),
            gender="F",
            snils="900-100-003 90",
            contacts=_reached(12),
            documents=[_passport(12, today)],
            password=PASSWORD,
            note="Двойная фамилия и двойное имя",
        ),
        Person(
            oid="1000000013",
            level=Level.CONFIRMED,
            last_name="Большакова",
            first_name="Ольга",
            patronymic="Ивановна",
            birth_date=aged(42),
            gender="F",
            snils="900-100-004 91",
            contacts=_reached(13),
            documents=[_passport(13, today)],
            kids=[
                _card("Большаков", "Артём", "Юрьевич", aged(16), "M", "900-200-001 94", "200001"),
                _card("Большакова", "Вера", "Юрьевна", aged(12), "F", "900-200-002 95", "200002"),
                _card("Большаков", "Глеб", "Юрьевич", aged(9), "M", "900-200-003 96", "200003"),
                _card("Большакова", "Дарья", "Юрьевна", aged(7), "F", "", "200004"),
            ],
            password=PASSWORD,
            note="Мать четверых детей, которые учатся в трёх школах",
        ),
        Person(
            oid="1000000014",
            level=Level.CONFIRMED,
            last_name="Захарова",
            first_name="Нина",
            patronymic="Петровна",
            birth_date=aged(61),
            gender="F",
            snils="900-100-005 92",
            contacts=_reached(14),
            documents=[_passport(14, today)],
            kids=[_card("Соколов", "Миша", "Романович", aged(11), "M", "900-200-005 98", "200005")],
            password=PASSWORD,
            note="Опекун, не родитель: фамилии разные",
        ),
        Person(
            oid="1000000015",
            level=Level.CONFIRMED,
            last_name="Назаров",
            first_name="Тимур",
            patronymic="Рашидович",
            birth_date=aged(37),
            gender="M",
            snils="900-100-006 93",
            contacts=_reached(15),
            documents=[_passport(15, today)],
            kids=[
                KidCard(
                    last_name="Назаров",
                    first_name="Самир",
                    patronymic="Тимурович",
                    birth_date=aged(9),
                    gender="M",
                    certificate=Document(kind="FID_BRTH_CERT", number="AB 204-17/2", issued_by="ЗАГС, г. Ош"),
                    state=CardState.CHECKED,
                )
            ],
            password=PASSWORD,
            note="Отец ребёнка с иностранным свидетельством: детскую запись создать нельзя",
        ),
        Person(
            oid="1000000016",
            level=Level.CONFIRMED,
            last_name="Удалов",
            first_name="Вадим",
            patronymic="Олегович",
            birth_date=aged(33),
            gender="M",
            snils="900-100-007 94",
            contacts=_reached(16),
            status="DELETED",
            password=PASSWORD,
            note="Удалённая запись: войти нельзя",
        ),
        Person(
            oid="1000000017",
            level=Level.CONFIRMED,
            last_name="Иванова",
            first_name="Анна",
            patronymic="Павловна",
            birth_date=aged(35),
            gender="F",
            snils="900-100-008 95",
            contacts=_reached(17),
            documents=[_passport(17, today)],
            password=PASSWORD,
            note="Первая из двух тёзок: те же ФИО и дата рождения, другой СНИЛС",
        ),
        Person(
            oid="1000000018",
            level=Level.CONFIRMED,
            last_name="Иванова",
            first_name="Анна",
            patronymic="Павловна",
            birth_date=aged(35),
            gender="F",
            snils="900-100-009 96",
            contacts=_reached(18),
            documents=[_passport(18, today)],
            password=PASSWORD,
            note="Вторая из двух тёзок",
        ),
        Person(
            oid="1000000019",
            level=Level.CONFIRMED,
            last_name="Директорова",
            first_name="Елена",
            patronymic="Викторовна",
            birth_date=aged(52),
            gender="F",
            snils="900-100-010 89",
            contacts=_reached(19),
            documents=[_passport(19, today)],
            organisations=[replace(LYCEUM, chief=True, admin=True), SCHOOL],
            otp=True,
            password=PASSWORD,
            note="Сотрудница двух организаций, в первой руководитель; вход с одноразовым кодом",
        ),
        Person(
            oid="1000000020",
            level=Level.CONFIRMED,
            last_name="Первов",
            first_name="Иван",
            patronymic="Иванович",
            birth_date=aged(70),
            gender="M",
            snils="000-000-600 06",
            contacts=_reached(20),
            documents=[_passport(20, today)],
            password=PASSWORD,
            note="СНИЛС до 001-001-998: контрольное число не проверяется",
        ),
    ]


def _reached(number: int) -> list[Contact]:
    return [
        Contact(kind="MBT", value=f"+7(900)00000{number:02d}"),
        Contact(kind="EML", value=f"persona{number:02d}@example.com"),
    ]


def _passport(number: int, today: date) -> Document:
    return Document(
        kind="RF_PASSPORT",
        series="4511",
        number=f"{100000 + number}",
        issued_on=years_before(today, 1),
        issued_by="Отдел внутренних дел (учебный)",
        issue_code="500001",
    )


def _birth_certificate(series: str, number: str) -> Document:
    return Document(kind="RF_BRTH_CERT", series=series, number=number, issued_by="Отдел ЗАГС (учебный)")


def _card(
    last_name: str, first_name: str, patronymic: str, birth_date: date, gender: str, snils: str, number: str
) -> KidCard:
    return KidCard(
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        birth_date=birth_date,
        gender="F" if gender == "F" else "M",
        snils=snils,
        certificate=_birth_certificate("II-ИК", number),
    )
