"""What a school declares for its journals: kinds of work, scale, windows and limits, the rule of final marks."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from myschool.journal import facts
from myschool.journal.actions.pages import bump_pages, bump_pages_of_school
from myschool.journal.models import SCALES, FinalRule, GroupScale, JournalRules, Mark, WorkKind
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.schools.models import School
from myschool.timetable.models import TeachingGroup


class KindExists(Refusal):
    """The school has a kind of work of that name."""

    status = 409
    field = "title"


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
    made = WorkKind.objects.create(
        school=school, title=title, short=short, weight=weight, is_control=is_control, is_default=is_default
    )
    bump_pages_of_school(school_id=school.pk)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))
    return made


@transaction.atomic
def close_kind(*, kind: WorkKind, by: Actor, at: datetime) -> None:
    """Plan no further works of a kind; those there are keep it."""
    WorkKind.objects.filter(pk=kind.pk, closed_at__isnull=True).update(closed_at=at, is_default=False)
    bump_pages_of_school(school_id=kind.school_id)
    chronicle.write(facts.RulesDeclared(**by.stamp(at)))


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
def declare_final_rule(
    *, school: School, from_day: date, given: Mapping[str, object], by: Actor, at: datetime
) -> None:
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
