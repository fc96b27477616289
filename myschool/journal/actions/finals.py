"""Final marks of terms and years; closing a term and opening it again."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from myschool.journal import facts
from myschool.journal.actions.cells import CellUnfit
from myschool.journal.actions.pages import bump_pages
from myschool.journal.models import JournalPage, TermClosing, TermMark, YearMark
from myschool.journal.queries.finals import Proposal, term_proposals, year_proposals
from myschool.journal.rules import final_marks, marks, scales
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.kernel.text import plural
from myschool.schools.models import Term
from myschool.timetable.models import TeachingGroup


class TermIsClosed(Refusal):
    """The term's marks can no longer change."""

    status = 423


class MarksMissing(Refusal):
    """A student has no final mark yet."""

    status = 409


class NotClosed(Refusal):
    """The term is open."""

    status = 409


class ReasonNeeded(Refusal):
    """The mark departs from what the rule gives, and nobody has said why."""

    status = 422


@transaction.atomic
def give_term_marks(
    *,
    teaching_group: TeachingGroup,
    term: Term,
    given: Mapping[int, tuple[str, str]],
    day: date,
    by: Actor,
    at: datetime,
) -> int:
    """Give the term's marks: by student the mark as it is written, and the reason; empty text withdraws it.

    Answers how many marks changed.

    Raises:
        TermIsClosed: the term is closed for the group.
        CellUnfit: no such mark.
        ReasonNeeded: a mark departs from the rule's without a word.
    """
    page = _locked(teaching_group)
    if term.pk in page.closed_terms:
        raise TermIsClosed("Период закрыт. Чтобы исправить отметку, завуч открывает период.")
    proposals = term_proposals(teaching_group, term, day)
    there = {
        row.student_id: row
        for row in TermMark.objects.filter(teaching_group=teaching_group, term=term, ended_at__isnull=True)
    }
    count = 0
    for student, (text, reason) in given.items():
        if student not in proposals:
            continue
        proposal, old = proposals[student], there.get(student)
        mark = _parsed(proposal, text)
        if marks.written(mark) == (_text(old) if old else "") and (old is None or reason in ("", old.reason)):
            continue
        _check_reason(proposal, mark, reason)
        if old:
            TermMark.objects.filter(pk=old.pk).update(ended_at=at, ended_by=by.person_id)
        if mark is not None:
            TermMark.objects.create(
                teaching_group=teaching_group,
                term=term,
                student_id=student,
                reason=reason,
                given_by_id=by.person_id,
                given_at=at,
                proposed=proposal.mark,
                **_columns(mark),
            )
        chronicle.write(
            facts.TermMarkGiven(
                teaching_group_id=teaching_group.pk,
                term_id=term.pk,
                student_id=student,
                old=_text(old) if old else "",
                new=marks.written(mark),
                **by.stamp(at),
            )
        )
        count += 1
    if count:
        bump_pages(group_ids=[teaching_group.pk])
    return count


@transaction.atomic
def give_year_marks(
    *, teaching_group: TeachingGroup, given: Mapping[int, tuple[str, str]], day: date, by: Actor, at: datetime
) -> int:
    """Give the year's marks, as `give_term_marks` gives a term's.

    Raises:
        CellUnfit: no such mark.
        ReasonNeeded: a mark departs from the rule's without a word.
    """
    _locked(teaching_group)
    proposals = year_proposals(teaching_group, day)
    there = {
        row.student_id: row for row in YearMark.objects.filter(teaching_group=teaching_group, ended_at__isnull=True)
    }
    count = 0
    for student, (text, reason) in given.items():
        if student not in proposals:
            continue
        proposal, old = proposals[student], there.get(student)
        mark = _parsed(proposal, text)
        if marks.written(mark) == (_text(old) if old else "") and (old is None or reason in ("", old.reason)):
            continue
        _check_reason(proposal, mark, reason)
        if old:
            YearMark.objects.filter(pk=old.pk).update(ended_at=at, ended_by=by.person_id)
        if mark is not None:
            YearMark.objects.create(
                teaching_group=teaching_group,
                student_id=student,
                reason=reason,
                given_by_id=by.person_id,
                given_at=at,
                proposed=proposal.mark,
                **_columns(mark),
            )
        chronicle.write(
            facts.YearMarkGiven(
                teaching_group_id=teaching_group.pk,
                student_id=student,
                old=_text(old) if old else "",
                new=marks.written(mark),
                **by.stamp(at),
            )
        )
        count += 1
    return count


def _parsed(proposal: Proposal, text: str) -> marks.MarkValue | marks.NoMark | None:
    try:
        values = proposal.scale.parsed(text)
    except scales.UnfitMark as unfit:
        raise CellUnfit(f"{proposal.name}: {unfit}") from None
    if len(values) > 1:
        raise CellUnfit(f"{proposal.name}: итоговая отметка одна.")
    return values[0] if values else None


def _check_reason(proposal: Proposal, held: marks.MarkValue | marks.NoMark | None, reason: str) -> None:
    if held is None:
        return
    if fault := final_marks.deviation_fault(held, proposal.proposed, reason):
        raise ReasonNeeded(f"{proposal.name}: {fault[0].lower()}{fault[1:]}")


def _columns(held: marks.MarkValue | marks.NoMark) -> dict[str, str | int | None]:
    if isinstance(held, marks.MarkValue):
        return {"state": "marked", "origin": held.origin, "five": held.five}
    return {"state": held.value, "origin": "", "five": None}


def _text(row: TermMark | YearMark) -> str:
    return row.origin if row.state == "marked" else marks.written(marks.NoMark(row.state))


def _locked(teaching_group: TeachingGroup) -> JournalPage:
    JournalPage.objects.get_or_create(teaching_group=teaching_group)
    return JournalPage.objects.select_for_update().get(teaching_group=teaching_group)


@transaction.atomic
def close_term(*, teaching_group: TeachingGroup, term: Term, day: date, by: Actor, at: datetime) -> None:
    """Close the journal of a group for a term: its marks can no longer change.

    Raises:
        TermIsClosed: it is closed already.
        MarksMissing: a student has neither a final mark nor a word that there is none.
    """
    page = _locked(teaching_group)
    # Its days stay as they are until it is closed, and once it is.
    term = Term.objects.select_for_update(no_key=True).get(pk=term.pk)
    if term.pk in page.closed_terms:
        raise TermIsClosed("Период уже закрыт.")
    marked = TermMark.objects.filter(teaching_group=teaching_group, term=term, ended_at__isnull=True)
    missing = term_proposals(teaching_group, term, day).keys() - set(marked.values_list("student", flat=True))
    if missing:
        students = plural(len(missing), "ученика", "учеников", "учеников")
        raise MarksMissing(
            f"Период не закрыть: нет итоговой отметки у {len(missing)} {students}. Поставьте отметку, «н/а» или «осв»."
        )
    page.closed_terms = [*page.closed_terms, term.pk]
    page.version += 1
    page.save(update_fields=["closed_terms", "version"])
    TermClosing.objects.create(teaching_group=teaching_group, term=term, closed_by_id=by.person_id, closed_at=at)
    chronicle.write(facts.JournalClosed(teaching_group_id=teaching_group.pk, term_id=term.pk, **by.stamp(at)))


@transaction.atomic
def reopen_term(*, teaching_group: TeachingGroup, term: Term, reason: str, by: Actor, at: datetime) -> None:
    """Open a closed term again, with a reason.

    Raises:
        NotClosed: it is open.
        ReasonNeeded: nobody said why.
    """
    page = _locked(teaching_group)
    if term.pk not in page.closed_terms:
        raise NotClosed("Период и так открыт.")
    if not reason:
        raise ReasonNeeded("Напишите, зачем открываете период.", field="reason")
    page.closed_terms = [term_id for term_id in page.closed_terms if term_id != term.pk]
    page.version += 1
    page.save(update_fields=["closed_terms", "version"])
    TermClosing.objects.filter(teaching_group=teaching_group, term=term, reopened_at__isnull=True).update(
        reopened_by=by.person_id, reopened_at=at, reason=reason
    )
    chronicle.write(facts.JournalReopened(teaching_group_id=teaching_group.pk, term_id=term.pk, **by.stamp(at)))
