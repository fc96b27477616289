"""A final mark is given for a term or the year."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.journal.facts import TermMarkGiven, YearMarkGiven
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Telling, Told
from myschool.schools.models import Term
from myschool.timetable.models import TeachingGroup

FinalFact = TermMarkGiven | YearMarkGiven


def finals_told(facts: Sequence[FinalFact], at: datetime) -> list[Told]:
    """Final marks for a term and for the year."""
    terms = {fact.term_id for fact in facts if isinstance(fact, TermMarkGiven)}
    numbers = {row.pk: row for row in Term.objects.filter(pk__in=terms).select_related("scheme")}
    last = list({(_span(fact), fact.teaching_group_id, fact.student_id): fact for fact in facts}.values())
    rows = TeachingGroup.objects.filter(pk__in={fact.teaching_group_id for fact in last})
    groups = {row.pk: row for row in rows.select_related("school", "subject")}
    notices = []
    for fact in last:
        if taught := groups.get(fact.teaching_group_id):
            term = numbers.get(fact.term_id) if isinstance(fact, TermMarkGiven) else None
            span = _term_words(term) if term else "за год"
            subject = taught.subject.title
            notices.append(
                Told(
                    thing=f"final:{_span(fact)}:{taught.pk}:{fact.student_id}",
                    at=fact.at,
                    title=f"Итоговая отметка {span}: {subject}" if fact.new else f"Итоговая отметка снята: {subject}",
                    again=f"Итоговая отметка {span} изменена: {subject}" if fact.new else "",
                    only_again=not fact.new,
                    text=fact.new,
                    path=f"/diary/students/{fact.student_id}/marks/",
                    zone=taught.school.time_zone,
                    school_id=taught.school_id,
                    student_id=fact.student_id,
                    not_to=fact.actor_id,
                )
            )
    return notices


def _term_words(term: Term) -> str:
    words = {"quarter": "ю четверть", "trimester": "й триместр", "half_year": "е полугодие"}
    return f"за {term.number}-{words.get(term.scheme.kind, 'й период')}"


def _span(fact: FinalFact) -> int:
    return fact.term_id if isinstance(fact, TermMarkGiven) else 0


KIND = Kind(
    code="final",
    title="Итоговые отметки",
    order=60,
    audience=FAMILIES,
    mail=IN_DIGEST,
    settles=timedelta(minutes=5),
    tells=(Telling(TermMarkGiven, YearMarkGiven, words=finals_told),),
)
