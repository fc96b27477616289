"""Averages by the single reading (`journal_results`, `journal_averages`), and one of them explained in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from myschool.journal.queries.declared import declared, term_on, terms_of
from myschool.journal.rules import averages, explaining, final_marks, marks
from myschool.journal.rules import needs as needs_rules
from myschool.kernel.statements import Statement
from myschool.people.models import Person
from myschool.people.rules.names import full_name
from myschool.timetable.models import TeachingGroup

AVERAGES = Statement("""
SELECT student_id, subject_id, subject.title, subject.school_id, average, proposed, results
FROM journal_averages(%(students)s::bigint[], %(subject)s, %(from)s, %(to)s, %(today)s, NULL)
JOIN schools_subjects subject USING (subject_id)
""")
SHOWN = Statement("""
SELECT average, proposed
FROM journal_averages(ARRAY[%(student)s::bigint], %(subject)s::bigint, %(from)s::date, %(to)s::date, %(today)s::date, NULL)
""")
MEMBER = Statement("""
SELECT student_id FROM timetable_members(%(group)s, %(from)s, %(to)s) WHERE student_id = %(student)s
""")


@dataclass(frozen=True, kw_only=True)
class SubjectResult:
    """One row of the single reading: what a student holds for a part of a work, or that a control work is lacking."""

    group_id: int
    lesson_id: int
    day: date
    title: str
    weight: Fraction
    is_control: bool
    held: marks.Held
    comment: str
    exclusion: marks.Exclusion | None


@dataclass(frozen=True, kw_only=True)
class SubjectAverage:
    """A student's average in a subject over a period, and the final mark that comes of it, both as they are shown.

    `results` are what it was made of, in order of days. Nothing held is «—».
    """

    subject: str = ""
    school_id: int = 0
    average: str = "—"
    proposed: str = ""
    results: tuple[SubjectResult, ...] = ()

    @property
    def judged(self) -> averages.Average:
        """The same as the rules explain it."""
        return averages.average(
            marks.Result(
                work=inside_sentence(row.title),
                held=row.held,
                weight=row.weight,
                day=row.day,
                required=row.is_control,
                exclusion=row.exclusion,
            )
            for row in self.results
        )


NOTHING_HELD = SubjectAverage()


def averages_of(
    student_ids: list[int], subject_id: int | None, from_day: date, to_day: date, today: date
) -> dict[tuple[int, int], SubjectAverage]:
    """By student and subject: averages over a period with what they are made of; one statement.

    `subject_id` None is every subject. Who holds nothing in a subject is not among the keys.
    """
    rows = AVERAGES.rows(
        {"students": student_ids, "subject": subject_id, "from": from_day, "to": to_day, "today": today}
    )
    return {
        (row.student_id, row.subject_id): SubjectAverage(
            subject=row.title,
            school_id=row.school_id,
            average=row.average,
            proposed=row.proposed,
            results=tuple(map(_result, row.results)),
        )
        for row in rows
    }


def average_shown(student_id: int, subject_id: int, from_day: date, to_day: date, today: date) -> tuple[str, str]:
    """A student's average in a subject and the mark that comes of it, as they are shown; one statement."""
    row = SHOWN.row({"student": student_id, "subject": subject_id, "from": from_day, "to": to_day, "today": today})
    return (row.average, row.proposed) if row else (NOTHING_HELD.average, NOTHING_HELD.proposed)


def _result(row: dict[str, Any]) -> SubjectResult:
    return SubjectResult(
        group_id=row["group"],
        lesson_id=row["lesson"],
        day=date.fromisoformat(row["day"]),
        title=row["title"],
        weight=Fraction(row["weight"]),
        is_control=row["is_control"],
        held=held_of(row["state"], row["origin"], row["five"], row["due"] and date.fromisoformat(row["due"])),
        comment=row["comment"],
        exclusion=marks.Exclusion(row["exclusion"]) if row["exclusion"] else None,
    )


def held_of(state: str, origin: str, five: int | None, due: date | None) -> marks.Held:
    """What a row says is held."""
    match state:
        case "":
            return None
        case "marked":
            return marks.MarkValue(origin, five)
        case "debt" if due is not None:
            return marks.Debt(due)
    return marks.NoMark(state)


def inside_sentence(title: str) -> str:
    """A title as it stands inside a sentence: «контрольная работа», but «ВПР»."""
    return title if title[1:2].isupper() else (title[:1].lower() + title[1:] if title else "работа на уроке")


@dataclass(frozen=True)
class AveragePage:
    """An average in words, and what would bring a better mark."""

    student: str
    lines: list[str]
    needs: list[str]


def average_page(teaching_group: TeachingGroup, student_id: int, term_id: int | None, day: date) -> AveragePage | None:
    """How the student's average of a term came about; None if they are not in the group in that term."""
    terms = terms_of(teaching_group)
    term = next((row for row in terms if row.pk == term_id), None) or term_on(terms, day)
    year = teaching_group.school_year
    from_day, to_day = (term.from_date, term.to_date) if term else (year.from_date, year.to_date)
    student = _member(teaching_group.pk, student_id, from_day, to_day)
    if student is None:
        return None
    student_averages = averages_of([student_id], teaching_group.subject_id, from_day, to_day, day)
    judged = student_averages.get((student_id, teaching_group.subject_id), NOTHING_HELD).judged
    rule = declared(teaching_group.school_id).final_rule(min(day, to_day - timedelta(days=1)))
    return AveragePage(student, explaining.explained(judged, rule), needs_of(judged, rule))


def needs_of(counted: averages.Average, rule: final_marks.FinalMarkRule) -> list[str]:
    """What brings each mark that does not come out yet, in words; nothing before the first mark."""
    if counted.value is None:
        return []
    present = rule.thresholds.mark(counted.value)
    targets = [target for target, _ in rule.thresholds.steps if target > max(present, 2)]
    return [needs_rules.need_in_words(needs_rules.needed(target, counted, rule)) for target in targets]


def _member(group_id: int, student_id: int, from_day: date, to_day: date) -> str | None:
    """The student's name, if they are in the group at any time of the period."""
    if MEMBER.row({"group": group_id, "from": from_day, "to": to_day, "student": student_id}) is None:
        return None
    student = Person.objects.get(pk=student_id)
    return full_name(student.last_name, student.first_name, student.patronymic)
