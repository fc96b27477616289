"""The school asks families for an answer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from myschool.enrolment.access import placements_on
from myschool.involvement.facts import AnswersReminded, AskWithdrawn, FamiliesAsked
from myschool.involvement.models import Ask, AskAnswer
from myschool.kernel import clock
from myschool.kernel.text import day_month
from myschool.notices.rules import AT_ONCE, FAMILIES
from myschool.notices.telling import Kind, Retraction, Telling, Told

WORDS = {Ask.Kind.PAPER: "Ознакомьтесь", Ask.Kind.TRIP: "Нужно согласие", Ask.Kind.POLL: "Опрос"}


def asks_told(facts: Sequence[FamiliesAsked | AnswersReminded], at: datetime) -> list[Told]:
    """What the guardians of some classes are asked, unless they have answered this version."""
    last = {fact.ask_id: fact for fact in facts}
    rows = Ask.objects.filter(pk__in=last, withdrawn_at__isnull=True)
    asks = {row.pk: row for row in rows.select_related("school").prefetch_related("classes")}
    classes = {entry.school_class_id for row in asks.values() for entry in row.classes.all()}
    students: dict[int | None, list[int]] = defaultdict(list)
    placed = placements_on(clock.latest_day(at)).filter(school_class__in=classes)
    for school_class, student in placed.values_list("school_class", "student"):
        students[school_class].append(student)
    answered = set(AskAnswer.objects.filter(ask__in=asks).values_list("ask", "version", "student"))
    notices = []
    for row in asks.values():
        again = "Напоминаем. " if isinstance(last[row.pk], AnswersReminded) else ""
        notices += [
            Told(
                thing=ask_thing(row.pk),
                at=last[row.pk].at,
                zone=row.school.time_zone,
                school_id=row.school_id,
                title=f"{again}{WORDS[Ask.Kind(row.kind)]}: {row.title}",
                text=f"Ответить нужно до {day_month(row.closes_day)}.",
                student_id=student,
                guardians_only=True,
                to_decide=True,
                path=f"/involvement/asks/{row.pk}/students/{student}/",
                not_to=last[row.pk].actor_id,
            )
            for entry in row.classes.all()
            for student in students[entry.school_class_id]
            if (row.pk, row.version, student) not in answered
        ]
    return notices


def ask_things(facts: Sequence[AskWithdrawn]) -> list[str]:
    """What is asked no longer need not be answered."""
    return [ask_thing(fact.ask_id) for fact in facts]


def ask_thing(ask_id: int) -> str:
    """What a notice of a question is about."""
    return f"ask:{ask_id}"


KIND = Kind(
    code="question",
    title="Документы, согласия и опросы",
    order=130,
    audience=FAMILIES,
    mail=AT_ONCE,
    tells=(Telling(FamiliesAsked, AnswersReminded, words=asks_told),),
    retracts=(Retraction(AskWithdrawn, things=ask_things),),
)
