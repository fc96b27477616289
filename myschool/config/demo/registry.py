"""What a region has before anybody comes: its calendar, its authority, its schools."""

from dataclasses import dataclass
from datetime import date

from myschool.config.demo import numbers
from myschool.config.demo.holidays import days_off
from myschool.schools.models import CalendarDay, Organisation, Region, School, SchoolYear

FIRST_SEPTEMBER = (9, 1)
MOSCOW, KAMCHATKA = "77", "41"
BOTH_LETTERS, ONE_LETTER = ("А", "Б"), ("А",)


@dataclass(frozen=True, kw_only=True)
class SchoolPlan:
    """A school to be: its numbers and the classes it will have; without classes it is not connected yet."""

    region: str
    inn: str
    kpp: str
    ogrn: str
    full_name: str
    short_name: str
    address: str
    classes: tuple[tuple[int, str], ...] = ()


def _classes(levels: range, letters: tuple[str, ...], *more: tuple[int, str]) -> tuple[tuple[int, str], ...]:
    return (*((level, letter) for level in levels for letter in letters), *more)


VSHUO = SchoolPlan(
    region=MOSCOW,
    inn="9725127018",
    kpp="772501001",
    ogrn=numbers.ogrn(MOSCOW, 1),
    full_name="Автономная некоммерческая организация профессионального образования «ВШУО»",
    short_name="АНО ПО «ВШУО»",
    address="г. Москва",
    classes=_classes(range(1, 10), BOTH_LETTERS, (10, "А"), (10, "физмат"), (11, "А")),
)
# Two branches of one organisation: they share the ИНН and the ОГРН and differ by КПП.
SPRING = {
    "region": MOSCOW,
    "inn": numbers.inn(MOSCOW, 1),
    "ogrn": numbers.ogrn(MOSCOW, 2),
    "full_name": "Государственное бюджетное общеобразовательное учреждение «Школа «Родник»",
}
SPRING_JUNIOR = SchoolPlan(
    **SPRING,
    kpp=numbers.kpp(MOSCOW),
    short_name="ГБОУ «Школа «Родник», начальная школа",
    address="г. Москва, Учебная ул., д. 1",
    classes=_classes(range(1, 5), BOTH_LETTERS),
)
SPRING_SENIOR = SchoolPlan(
    **SPRING,
    kpp=numbers.kpp(MOSCOW, 2),
    short_name="ГБОУ «Школа «Родник», старшая школа",
    address="г. Москва, Учебная ул., д. 15",
    classes=_classes(range(5, 12), ONE_LETTER),
)
# The stand-in of Gosuslugi has a person who heads the organisation of this ОГРН.
DAWN = SchoolPlan(
    region=MOSCOW,
    inn=numbers.inn(MOSCOW, 0),
    kpp="770101001",
    ogrn=numbers.ogrn(MOSCOW, 0),
    full_name="Государственное бюджетное общеобразовательное учреждение «Лицей № 1 «Заря»",
    short_name="ГБОУ «Лицей № 1 «Заря»",
    address="г. Москва, Утренняя ул., д. 3",
)
VOLCANO = SchoolPlan(
    region=KAMCHATKA,
    inn=numbers.inn(KAMCHATKA, 1),
    kpp=numbers.kpp(KAMCHATKA),
    ogrn=numbers.ogrn(KAMCHATKA, 1),
    full_name="Муниципальное автономное общеобразовательное учреждение «Средняя школа «Вулкан»",
    short_name="МАОУ «Средняя школа «Вулкан»",
    address="Камчатский край, г. Петропавловск-Камчатский",
    # Its 7th classes are still to be created: requests for them come without a class.
    classes=_classes(range(1, 7), ONE_LETTER, *((level, "А") for level in range(8, 12))),
)
SCHOOLS = (VSHUO, SPRING_JUNIOR, SPRING_SENIOR, DAWN, VOLCANO)
CONNECTED = tuple(plan for plan in SCHOOLS if plan.classes)


def year_start(today: date) -> date:
    """The first day of the school year that runs on that day; a year ends where the next one begins."""
    return date(today.year - ((today.month, today.day) < FIRST_SEPTEMBER), *FIRST_SEPTEMBER)


def lay_out_time(start: date) -> None:
    """Every region's school year that begins then, the year after, and the days off of both."""
    regions = Region.objects.all()
    SchoolYear.objects.bulk_create(
        (
            SchoolYear(region=region, from_date=date(year, *FIRST_SEPTEMBER), to_date=date(year + 1, *FIRST_SEPTEMBER))
            for region in regions
            for year in (start.year, start.year + 1)
        ),
        ignore_conflicts=True,
    )
    CalendarDay.objects.bulk_create(
        (
            CalendarDay(region=region, day=day, is_working=False)
            for region in regions
            for year in range(start.year, start.year + 3)
            for day in days_off(year)
        ),
        ignore_conflicts=True,
    )


def found_authority(region: Region) -> Organisation:
    """The region's education authority."""
    return Organisation.objects.create(
        kind=Organisation.Kind.AUTHORITY,
        region=region,
        inn=numbers.inn(region.code, 9),
        kpp=numbers.kpp(region.code),
        ogrn=numbers.ogrn(region.code, 9),
        full_name=f"Учебный орган управления образованием: {region.name}",
        short_name=f"Управление образования (учебное): {region.name}",
    )


def found_school(plan: SchoolPlan) -> School:
    """The school in the register, not connected yet."""
    region = Region.objects.get(pk=plan.region)
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.SCHOOL,
        region=region,
        inn=plan.inn,
        kpp=plan.kpp,
        ogrn=plan.ogrn,
        full_name=plan.full_name,
        short_name=plan.short_name,
        address=plan.address,
    )
    return School.objects.create(organisation=organisation, time_zone=region.time_zone)
