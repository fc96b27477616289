"""Schools for tests: plain functions with sensible defaults."""

from datetime import UTC, date, datetime
from itertools import count

from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear

FIRST_DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 10, 9, tzinfo=UTC)
INN = "9725127018"
_numbers = count(1)


def with_check(nine: str) -> str:
    """An organisation's ИНН made of nine digits and their check digit."""
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(int(digit) * weight for digit, weight in zip(nine, weights, strict=True)) % 11 % 10)


def make_region(code="77", name="Москва", time_zone="Europe/Moscow"):
    return Region.objects.get_or_create(code=code, defaults={"name": name, "time_zone": time_zone})[0]


def make_year(region=None, from_date=FIRST_DAY, to_date=date(2027, 9, 1)):
    region = region or make_region()
    return SchoolYear.objects.get_or_create(region=region, from_date=from_date, defaults={"to_date": to_date})[0]


def make_organisation(kind="school", region=None, inn=None, kpp="772501001", **more):
    number = next(_numbers)
    names = {"full_name": f"Школа № {number}", "short_name": f"Школа № {number}", "ogrn": "1027700132195"}
    return Organisation.objects.create(
        kind=kind, region=region or make_region(), inn=inn or with_check(f"7700{number:05d}"), kpp=kpp, **(names | more)
    )


def make_school(region=None, connected=True, time_zone=None, **more):
    region = region or make_region()
    make_year(region)
    return School.objects.create(
        organisation=make_organisation(region=region, **more),
        time_zone=time_zone or region.time_zone,
        connected_at=NOON if connected else None,
    )


def make_lasting_school(region=None, **more):
    """A school whose year also holds today: doors take the time from the clock."""
    make_year(region, to_date=date(2099, 9, 1))
    return make_school(region, **more)


def make_class(school=None, level=7, letter="А", year=None):
    school = school or make_school()
    year = year or make_year(school.organisation.region)
    return SchoolClass.objects.create(school=school, school_year=year, level=level, letter=letter)
