"""Plans of topics, papers about absences, and what the school has declared, as pages."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Q, Sum, prefetch_related_objects

from myschool.journal import access
from myschool.journal.models import (
    AbsenceNote,
    FinalRule,
    GroupTopicPlan,
    JournalRules,
    KindWeight,
    Remark,
    TopicPlan,
    WorkKind,
)
from myschool.journal.queries.declared import declared, kinds_on
from myschool.journal.rules import final_marks
from myschool.journal.rules import topics as topics_rules
from myschool.kernel import numbers
from myschool.kernel.actors import Actor
from myschool.kernel.text import day_month_year
from myschool.people.rules.names import full_name, short_name
from myschool.schools.models import School, Subject
from myschool.timetable.models import Lesson

EXAMPLES = (Fraction(449, 100), Fraction(450, 100), Fraction(460, 100))


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan of topics."""

    id: int
    title: str
    subject: str
    level: int
    author: str
    topics: int
    hours: int
    is_own: bool


@dataclass(frozen=True)
class PlansPage:
    """The school's plans of topics, one's own first."""

    title: str
    lines: list[PlanLine]


def plans_page(actor: Actor) -> PlansPage:
    """Plans the actor may read, in two statements."""
    rows = (
        access.plans_to_read(actor)
        .select_related("subject", "author")
        .annotate(count=Count("topics"), hours=Sum("topics__hours"))
        .order_by("subject__title", "level", "title", "pk")
    )
    lines = [
        PlanLine(
            id=row.pk,
            title=row.title,
            subject=row.subject.title,
            level=row.level,
            author=short_name(row.author.last_name, row.author.first_name, row.author.patronymic),
            topics=row.count,
            hours=row.hours or 0,
            is_own=row.author_id == actor.person_id,
        )
        for row in rows
    ]
    return PlansPage("Планы тем (КТП)", sorted(lines, key=lambda line: not line.is_own))


@dataclass(frozen=True)
class FollowerLine:
    """A group, and how far it has come in the plan."""

    id: int
    title: str
    follows: bool
    taught: int


@dataclass(frozen=True)
class TopicLine:
    """A topic in its place."""

    title: str
    hours: int


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """A plan of topics and the groups that are taught by it."""

    title: str
    id: int
    subject: str
    level: int
    topics: list[TopicLine]
    hours: int
    groups: list[FollowerLine]
    is_own: bool


def plan_page(plan: TopicPlan, actor: Actor, day: date) -> PlanPage:
    """A plan with the actor's groups of its subject; the subject must be loaded."""
    followers = set(GroupTopicPlan.objects.filter(plan=plan).values_list("teaching_group", flat=True))
    past_lessons = Q(lessons__day__lt=day, lessons__state=Lesson.State.HELD)
    groups = (
        access.groups_to_mark(actor, day)
        .filter(subject=plan.subject_id)
        .annotate(taught=Count("lessons", filter=past_lessons))
    )
    topics = [TopicLine(row.title, row.hours) for row in plan.topics.order_by("position")]
    return PlanPage(
        title=plan.title,
        id=plan.pk,
        subject=plan.subject.title,
        level=plan.level,
        topics=topics,
        hours=sum(topic.hours for topic in topics),
        groups=[FollowerLine(row.pk, row.title, row.pk in followers, row.taught) for row in groups.order_by("title")],
        is_own=plan.author_id == actor.person_id,
    )


def plan_text(plan: TopicPlan) -> str:
    """A plan as it is edited."""
    return topics_rules.written_topics(
        [topics_rules.Topic(row.title, row.hours) for row in plan.topics.order_by("position")]
    )


def subjects_to_plan_topics(actor: Actor, day: date) -> list[tuple[int, str]]:
    """Subjects the teacher teaches, to choose from."""
    ids = access.groups_to_mark(actor, day).values("subject")
    return list(Subject.objects.filter(pk__in=ids).order_by("title").values_list("pk", "title"))


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """A paper about an absence."""

    id: int
    student_id: int
    student: str
    first_day: date
    last_day: date
    kind: str
    text: str
    has_file: bool
    filed_by: str
    filed_at: datetime
    state: str
    is_open: bool
    answer: str


@dataclass(frozen=True)
class NotesPage:
    """Papers about absences, the open ones first."""

    title: str
    lines: list[NoteLine]


KINDS = {"illness": "Болезнь", "excused": "Уважительная причина"}
SHOWN_NOTES = 100


def note_line(row: AbsenceNote) -> NoteLine:
    """A paper as a page shows it; the student and the guardian must be loaded."""
    student, filed_by = row.student, row.filed_by
    return NoteLine(
        id=row.pk,
        student_id=row.student_id,
        student=full_name(student.last_name, student.first_name, student.patronymic),
        first_day=row.from_date,
        last_day=date.fromordinal(row.to_date.toordinal() - 1),
        kind=KINDS[row.meaning],
        text=row.text,
        has_file=row.file_id is not None,
        filed_by=short_name(filed_by.last_name, filed_by.first_name, filed_by.patronymic),
        filed_at=row.filed_at,
        state=row.get_state_display(),
        is_open=row.state == AbsenceNote.State.SUBMITTED,
        answer=row.answer,
    )


def notes_page(actor: Actor, day: date) -> NotesPage:
    """Papers of the classes the actor leads or governs."""
    rows = access.notes_to_read(actor, day).select_related("student", "filed_by").order_by("-filed_at")
    lines = [note_line(row) for row in rows[:SHOWN_NOTES]]
    return NotesPage("Справки и объяснения", sorted(lines, key=lambda line: not line.is_open))


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """A kind of work with its weight of today, and in words what is declared for later."""

    id: int
    title: str
    short: str
    weight: str
    later: str
    is_control: bool
    is_default: bool


@dataclass(frozen=True)
class RuleLine:
    """A rule of final marks and the marks that come of it for some averages."""

    from_date: date
    words: str
    examples: str
    in_force: bool


@dataclass(frozen=True)
class RulesPage:
    """What the school has declared for its journals."""

    title: str
    kinds: list[KindLine]
    rules: list[RuleLine]


def rules_page(school: School, day: date) -> RulesPage:
    """The school's kinds of work and rules of final marks."""
    own = declared(school.pk)
    in_force = own.final_rule(day)
    kinds = sorted(kinds_on(school.pk, day), key=lambda kind: not kind[0].is_default)
    prefetch_related_objects([kind for kind, _ in kinds], "weights")
    return RulesPage(
        "Правила журнала",
        [
            KindLine(
                id=row.pk,
                title=row.title,
                short=row.short,
                weight=numbers.plain(Fraction(weight)),
                later=", ".join(
                    _since(declared_weight) for declared_weight in _by_day(row) if declared_weight.from_date > day
                ),
                is_control=row.is_control,
                is_default=row.is_default,
            )
            for row, weight in kinds
        ],
        [_rule_line(rule, in_force=rule == in_force) for rule in reversed(own.final_rules)],
    )


def _by_day(kind: WorkKind) -> list[KindWeight]:
    return sorted(kind.weights.all(), key=lambda one: one.from_date)


def _since(one: KindWeight) -> str:
    return f"с {day_month_year(one.from_date)} — {numbers.plain(Fraction(one.weight))}"


@dataclass(frozen=True)
class WeightPage:
    """The weights of a kind of work, each with the day from which it holds, and the form for another one."""

    title: str
    weights: list[str]


def weight_page(kind: WorkKind) -> WeightPage:
    """What the kind weighs and weighed."""
    first = f"с начала — {numbers.plain(Fraction(kind.weight))}"
    return WeightPage(f"Вес: {kind.title}", [first, *map(_since, _by_day(kind))])


def _rule_line(rule: final_marks.FinalMarkRule, *, in_force: bool) -> RuleLine:
    *upper, (lowest, _) = rule.thresholds.steps
    words = ", ".join(f"«{mark}» — от {numbers.shown(bound)}" for mark, bound in upper) + f", иначе «{lowest}»"
    examples = "; ".join(f"{numbers.shown(value)} → {rule.thresholds.mark(value)}" for value in EXAMPLES)
    return RuleLine(rule.from_date, words, examples, in_force)


def journal_rules_of(school: School) -> JournalRules:
    """The school's row of rules, or the usual ones not yet written."""
    return JournalRules.objects.filter(school=school).first() or JournalRules(school=school)


def final_rule_now(school: School, day: date) -> FinalRule | None:
    """The rule in force, to begin the form with."""
    return FinalRule.objects.filter(school=school, from_date__lte=day).order_by("-from_date").first()


def student_of_note(note_id: int) -> int | None:
    """Whose paper it is."""
    return AbsenceNote.objects.filter(pk=note_id).values_list("student", flat=True).first()


def student_of_remark(remark_id: int) -> int | None:
    """Whom a remark is about."""
    return Remark.objects.filter(pk=remark_id).values_list("student", flat=True).first()
