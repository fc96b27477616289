"""Finding schools, their classes, years and working days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from myschool.kernel import clock
from myschool.kernel.errors import Refusal
from myschool.kernel.prepared import Prepared
from myschool.schools.access import connected_schools
from myschool.schools.models import (
    CalendarDay,
    Classifier,
    ClassifierItem,
    Organisation,
    School,
    SchoolClass,
    SchoolYear,
)
from myschool.schools.rules import identifiers, working_days


@dataclass(frozen=True, kw_only=True)
class Branch:
    """An organisation found by its ИНН; several branches share one."""

    id: int
    name: str
    full_name: str
    kpp: str
    address: str
    connected: bool


@dataclass(frozen=True, kw_only=True)
class InnAnswer:
    """What a typed ИНН led to: branches, or in plain words why not."""

    inn: str
    branches: tuple[Branch, ...] = ()
    explanation: str = ""
    likely: tuple[str, ...] = ()
    can_connect: bool = False


FAULTS = {
    identifiers.NumberFault.WRONG_LENGTH: "ИНН организации состоит из 10 цифр.",
    identifiers.NumberFault.NOT_DIGITS: "ИНН организации состоит только из цифр.",
    identifiers.NumberFault.MISPRINT: "Похоже, в ИНН опечатка: проверьте цифры.",
}


def _by_inn(inn: str) -> QuerySet[School, Any]:
    organisation = (f"organisation__{name}" for name in ("short_name", "full_name", "kpp", "address"))
    schools = School.objects.filter(organisation__inn=inn).order_by("organisation__kpp")
    return schools.values_list("pk", *organisation, "connected_at")[:50]


BY_INN = Prepared(_by_inn, inn=str)


def schools_by_inn(typed: str, *, to_connect: bool = False) -> InnAnswer:
    """Schools with this ИНН. A wrong checksum is a typo and asks the database only for its likely corrections.

    Only connected schools can be chosen, except by those who are about to connect one.
    """
    inn = identifiers.normalised_number(typed)
    fault = identifiers.inn_fault(inn) if len(inn) != 12 else identifiers.NumberFault.WRONG_LENGTH
    if fault:
        likely: tuple[str, ...] = ()
        if fault is identifiers.NumberFault.MISPRINT:
            organisations = Organisation.objects.filter(
                inn__in=identifiers.likely_inns(inn), school__connected_at__isnull=False
            )
            likely = tuple(organisations.order_by("inn").values_list("inn", flat=True).distinct()[:3])
        return InnAnswer(inn=inn, explanation=FAULTS[fault], likely=likely)
    branches = tuple(
        Branch(
            id=row.pk,
            name=row.organisation__short_name,
            full_name=row.organisation__full_name,
            kpp=row.organisation__kpp,
            address=row.organisation__address,
            connected=row.connected_at is not None,
        )
        for row in BY_INN.rows(inn=inn)
    )
    if branches and to_connect:
        return InnAnswer(inn=inn, branches=branches, can_connect=not all(branch.connected for branch in branches))
    if any(branch.connected for branch in branches):
        return InnAnswer(inn=inn, branches=tuple(branch for branch in branches if branch.connected))
    if branches:
        return InnAnswer(
            inn=inn,
            explanation="Эта школа ещё не подключена к платформе. Скажите об этом администрации: подключиться можно за день.",
            can_connect=True,
        )
    return InnAnswer(
        inn=inn,
        explanation="ИНН набран верно, но такой школы в реестре нет. Уточните ИНН на сайте школы или в её канцелярии.",
    )


class SchoolNotConnected(Refusal):
    """No connected school has this id: the list on the page is old, or somebody tries numbers."""

    status = 422
    field = "inn"


def connected_school(school_id: int, inn: str | None = None) -> School:
    """A school one may ask to join; with `inn` it must be the one that this ИНН led to.

    Raises:
        SchoolNotConnected: there is none.
    """
    schools = connected_schools().filter(pk=school_id)
    if inn is not None:
        schools = schools.filter(organisation__inn=identifiers.normalised_number(inn))
    school = schools.first()
    if school is None:
        raise SchoolNotConnected("Такой школы среди подключённых нет. Введите ИНН ещё раз.")
    return school


def year_on(school: School, day: date) -> SchoolYear | None:
    """The school's year that runs on that day, or in summer the one that begins next."""
    years = SchoolYear.objects.filter(region=school.organisation.region_id, to_date__gt=day)
    return years.order_by("from_date").first()


class NoYear(Refusal):
    """The region has not said when the next school year begins."""

    status = 409


def year_to_plan(school: School, day: date) -> SchoolYear:
    """The year whose classes are made on that day.

    Raises:
        NoYear: the region's calendar holds none.
    """
    year = year_on(school, day)
    if year is None:
        raise NoYear("Регион ещё не задал учебный год. Обратитесь к региональному оператору.")
    return year


def today_in(school: School, at: datetime) -> date:
    """The date at the school at that moment."""
    return clock.local_day(school.time_zone, at)


def year_classes(school: School, year: SchoolYear | None) -> QuerySet[SchoolClass]:
    """The year's classes that are not closed, as they stand on a list; none without a year."""
    classes = SchoolClass.objects.filter(school=school, school_year=year, closed_at__isnull=True)
    return classes.order_by("level", "letter")


def items_of(classifier: str) -> list[tuple[str, str]]:
    """Codes and titles of the classifier's newest version; none while it is not loaded."""
    newest = Classifier.objects.filter(code=classifier).order_by("-version").values("pk")[:1]
    items = ClassifierItem.objects.filter(classifier__in=newest).order_by("position")
    return list(items.values_list("code", "title"))


def open_classes(school_id: int, year_id: int, level: int) -> list[SchoolClass]:
    """The year's classes of one level, by letter."""
    classes = SchoolClass.objects.filter(school=school_id, school_year=year_id, level=level, closed_at__isnull=True)
    return sorted(classes, key=lambda row: (row.letter.replace("Ё", "Е\uffff"), row.pk))


def calendar_of(region_code: str, from_day: date) -> working_days.RegionCalendar:
    """The region's days off from that day on, as far as they are known."""
    days = CalendarDay.objects.filter(region=region_code, day__gte=from_day).values_list("day", "is_working")
    return working_days.RegionCalendar(
        holidays=frozenset(day for day, is_working in days if not is_working),
        working_days=frozenset(day for day, is_working in days if is_working),
    )


def working_day_after(region_code: str, day: date, count: int) -> date:
    """The last day of a term of so many working days in the region."""
    return working_days.add_working_days(day, count, calendar_of(region_code, day))


class WrongClass(Refusal):
    """The class is not an open one of this school, year and level."""

    status = 422
    field = "school_class"


def class_offered(school_id: int, year_id: int, level: int | None, class_id: int | None) -> SchoolClass | None:
    """The open class of this id in the school, year and level; None while none is named.

    Raises:
        WrongClass: there is no such class, or it was closed meanwhile.
    """
    if class_id is None:
        return None
    offered = open_classes(school_id, year_id, level or 0)
    school_class = next((row for row in offered if row.pk == class_id), None)
    if school_class is None:
        raise WrongClass("Такого класса в этой школе нет. Выберите класс из списка ещё раз.")
    return school_class


@dataclass(frozen=True)
class ClassChoice:
    """What may be chosen once a school and a level are."""

    classes: list[SchoolClass]
    level: int | None
    explanation: str


def levels_and_classes(school: School, level: int | None, day: date) -> ClassChoice:
    """The classes of a level, or why there are none and what to do."""
    year: SchoolYear | None = year_on(school, day)
    if level is None or year is None:
        return ClassChoice([], level, "")
    classes = open_classes(school.pk, year.pk, level)
    missing = f"Школа ещё не создала {level}-е классы. Отправьте запрос без буквы: класс назначит администратор школы."
    return ClassChoice(classes, level, "" if classes else missing)
