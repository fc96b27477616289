"""What a school declares for its journals: kinds of work, scale, windows and limits, the rule of final marks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from myschool.journal import facts
from myschool.journal.actions.finals import TermIsClosed
from myschool.journal.actions.pages import bump_pages, bump_pages_of_school
from myschool.journal.models import (
    SCALES,
    FinalRule,
    GroupScale,
    JournalRules,
    KindWeight,
    Mark,
    TermClosing,
    Work,
    WorkKind,
)
from myschool.journal.queries.declared import kind_weight, weight_on
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.text import day_month, day_month_year, plural
from myschool.schools.models import School
from myschool.schools.queries import year_on
from myschool.timetable.models import TeachingGroup

ONE_DAY = timedelta(days=1)


class KindExists(Refusal):
    """The school has a kind of work of that name."""

    status = 409
    field = "title"


class WeightUnfit(Refusal):
    """The weight is what it was, or would hold from too early on."""

    status = 422
    field = "weight"


class RulesUnfit(Refusal):
    """The numbers contradict each other."""

    status = 422


@transaction.atomic
def add_kind(
    *,
    school: School,
    title: str,
    short: str,
    weight: Decimal,
    is_control: bool,
    is_default: bool,
    by: Actor,
    at: datetime,
) -> WorkKind:
    """A kind of work with its weight; a default one takes the place of the default before it.

    Raises:
        KindExists: there is one of that name.
    """
    if WorkKind.objects.filter(school=school, title=title, closed_at__isnull=True).exists():
        raise KindExists(f"Вид работы «{title}» уже есть.")
    if is_default:
        WorkKind.objects.filter(school=school, is_default=True).update(is_default=False)
    kind = WorkKind.objects.create(
        school=school, title=title, short=short, weight=weight, is_control=is_control, is_default=is_default
    )
    bump_pages_of_school(school_id=school.pk)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))
    return kind


@transaction.atomic
def close_kind(*, kind: WorkKind, by: Actor, at: datetime) -> None:
    """Plan no further works of a kind; those there are keep it."""
    WorkKind.objects.filter(pk=kind.pk, closed_at__isnull=True).update(closed_at=at, is_default=False)
    bump_pages_of_school(school_id=kind.school_id)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))


@transaction.atomic
def change_weight(*, kind: WorkKind, weight: Decimal, from_day: date, today: date, by: Actor, at: datetime) -> None:
    """Let a kind of work weigh otherwise for lessons from a day on, until the next change that is declared.

    Works that are planned for these lessons get the new weight, unless their teacher has given them one of their own.

    Raises:
        WeightUnfit: the kind weighs so already, or the day is of a past school year.
        TermIsClosed: marks of a closed term would count otherwise.
    """
    # The pages are locked by that: nobody closes a term meanwhile.
    bump_pages_of_school(school_id=kind.school_id)
    WorkKind.objects.select_for_update().get(pk=kind.pk)
    school = School.objects.select_related("organisation").get(pk=kind.school_id)
    year = year_on(school, today)
    if year and from_day < year.from_date:
        raise WeightUnfit(
            f"Вес меняют в текущем учебном году: не раньше {day_month_year(year.from_date)}.", field="from_day"
        )
    _check_terms_open(kind.school_id, from_day)
    if weight_on(kind, from_day) == weight:
        raise WeightUnfit("В этот день у вида работы уже такой вес.")
    works = Work.objects.filter(kind=kind, lesson__day__gte=from_day)
    following = KindWeight.objects.filter(kind=kind, from_date__gt=from_day).order_by("from_date").first()
    if following:
        works = works.filter(lesson__day__lt=following.from_date)
    works.filter(weight=kind_weight(F("kind"), F("lesson__day"))).update(weight=weight)
    KindWeight.objects.update_or_create(kind=kind, from_date=from_day, defaults={"weight": weight})
    chronicle.write(facts.WeightChanged(kind_id=kind.pk, from_day=str(from_day), weight=f"{weight}", **by.stamp(at)))


def _check_terms_open(school_id: int, from_day: date) -> None:
    """Make sure that no group of the school has closed a term in which the day lies, or a later one."""
    closed = TermClosing.objects.filter(
        reopened_at__isnull=True, teaching_group__school=school_id, term__to_date__gt=from_day
    )
    latest = closed.select_related("term").order_by("-term__to_date").first()
    if latest:
        groups = closed.values("teaching_group").distinct().count()
        raise TermIsClosed(
            f"Период по {day_month(latest.term.to_date - ONE_DAY)} уже закрыт"
            f" у {groups} {plural(groups, 'группы', 'групп', 'групп')}, его отметки не меняются."
            f" Выберите день не раньше {day_month_year(latest.term.to_date)}.",
            field="from_day",
        )


@transaction.atomic
def declare_rules(*, school: School, given: Mapping[str, object], by: Actor, at: datetime) -> None:
    """Say how the school keeps its journals; `given` names the columns of `JournalRules`.

    Raises:
        RulesUnfit: thresholds do not go down, or half of them are missing.
    """
    bounds = [given.get(name) for name in ("five", "four", "three")]
    numbers = [bound for bound in bounds if isinstance(bound, Decimal)]
    if numbers and (len(numbers) < len(bounds) or sorted(set(numbers), reverse=True) != numbers):
        raise RulesUnfit("Пороги перевода в пять баллов идут по убыванию: «5», «4», «3». Укажите все три.")
    JournalRules.objects.update_or_create(school=school, defaults=dict(given))
    bump_pages_of_school(school_id=school.pk)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))


@transaction.atomic
def declare_final_rule(*, school: School, from_day: date, given: Mapping[str, object], by: Actor, at: datetime) -> None:
    """Say how final marks are proposed from a day on; the same day again replaces what was said.

    Raises:
        RulesUnfit: thresholds do not go down.
    """
    for prefix in ("", "year_"):
        bounds = [given.get(prefix + name) for name in ("five", "four", "three")]
        numbers = [bound for bound in bounds if isinstance(bound, Decimal)]
        if numbers and (len(numbers) < len(bounds) or sorted(set(numbers), reverse=True) != numbers):
            raise RulesUnfit("Пороги идут по убыванию: для «5», «4» и «3». Укажите все три.")
    FinalRule.objects.update_or_create(school=school, from_date=from_day, defaults=dict(given))
    bump_pages_of_school(school_id=school.pk)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))


class MarksThere(Refusal):
    """The group has marks of its present scale."""

    status = 409


@transaction.atomic
def set_group_scale(*, teaching_group: TeachingGroup, scale: str, by: Actor, at: datetime) -> None:
    """Mark a group by another scale than the school's, or by the school's again where `scale` is empty.

    Raises:
        MarksThere: marks of the scale so far would become none of the new one.
        RulesUnfit: no such scale.
    """
    if scale and scale not in SCALES:
        raise RulesUnfit("Такой шкалы нет.")
    if Mark.objects.filter(teaching_group=teaching_group, ended_at__isnull=True, state="marked").exists():
        raise MarksThere("В журнале группы уже есть отметки, поэтому шкалу сменить нельзя.")
    GroupScale.objects.filter(teaching_group=teaching_group).delete()
    if scale:
        GroupScale.objects.create(teaching_group=teaching_group, scale=scale)
    bump_pages(group_ids=[teaching_group.pk])
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))
