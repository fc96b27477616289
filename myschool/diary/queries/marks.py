"""A student's marks by subject: averages, trends, what a better mark needs; absences, control works, changes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.expressions import RawSQL

from myschool.diary.queries.week import ONE_DAY, StudentHead
from myschool.diary.rules import Trend, trend
from myschool.enrolment.access import placements_ever
from myschool.enrolment.queries.studying import class_year_of
from myschool.homework.queries import homework_due
from myschool.journal.models import AbsenceNote
from myschool.journal.queries.averages import NOTHING_HELD, SubjectAverage, averages_of, inside_sentence, needs_of
from myschool.journal.queries.declared import declared, term_on
from myschool.journal.queries.finals import FinalMark, attendance_of, finals_of
from myschool.journal.queries.keeping import NoteLine, note_line
from myschool.journal.queries.lists import TermLink, term_title
from myschool.journal.rules import attendance, explaining, final_marks
from myschool.journal.rules import marks as marks_rules
from myschool.kernel import numbers
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, moment_in_words, weekday_name
from myschool.people.rules.names import short_name
from myschool.schools.models import Term


@dataclass(frozen=True)
class GivenMark:
    """A mark or a debt as the family sees it."""

    text: str
    about: str


@dataclass(frozen=True, kw_only=True)
class SubjectMarks:
    """A student's marks in a subject."""

    title: str
    marks: list[GivenMark]
    average: str
    rounded: str
    lines: list[str]
    needs: list[str]
    debts: list[str]
    trend: Trend | None
    finals: list[FinalMark]


@dataclass(frozen=True, kw_only=True)
class MarksPage:
    """A student's marks of a term, subject by subject."""

    title: str
    student_id: int
    terms: list[TermLink]
    years: list[TermLink]
    subjects: list[SubjectMarks]


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The periods by which a student's marks can be looked at, and the one that is looked at now.

    `terms` are of the same year and scheme as that one, `years` lead to other years. Without terms it is the school year.
    """

    term: Term | None
    from_day: date
    to_day: date
    terms: list[TermLink]
    years: list[TermLink]


# By which scheme of terms the class is marked that the student is in on a day.
PRESENT_SCHEME = """
SELECT class.term_scheme_id FROM enrolment_students_on(%s) placed
JOIN schools_classes class ON class.school_class_id = placed.school_class_id
WHERE placed.student_id = %s AND class.term_scheme_id IS NOT NULL
"""


def _periods(head: StudentHead, term_id: int | None) -> Periods:
    """Terms of every class the student has ever been in: what was earned in a class one has left stays to be seen.

    Where none is asked for it is the present class's; a class that has no terms shows its year.
    """
    terms = list(
        Term.objects.filter(scheme__in=placements_ever().filter(student=head.id).values("school_class__term_scheme"))
        .annotate(is_present=Q(scheme__in=RawSQL(PRESENT_SCHEME, [head.today, head.id])))  # noqa: S611 - a constant with its arguments
        .select_related("scheme__school_year")
        .order_by("from_date", "pk")
    )
    chosen_term = next((row for row in terms if row.pk == term_id), None)
    term = chosen_term or term_on([row for row in terms if row.is_present], head.today)
    if term is None:
        own = class_year_of(head.id, head.today)
        if own is None:
            return Periods(
                term=None, from_day=head.today - timedelta(days=90), to_day=head.today + ONE_DAY, terms=[], years=[]
            )
        term = term_on([row for row in terms if row.scheme_id == own.scheme_id], head.today)
        if term is None:
            return Periods(term=None, from_day=own.from_day, to_day=own.to_day, terms=[], years=_years(terms, None))
    shown = [row for row in terms if row.scheme_id == term.scheme_id]
    return Periods(
        term=term,
        from_day=term.from_date,
        to_day=term.to_date,
        terms=[TermLink(row.pk, term_title(row), row == term) for row in shown],
        years=_years(terms, term.scheme_id),
    )


def _years(terms: Sequence[Term], scheme_id: int | None) -> list[TermLink]:
    """Where other years and classes are looked at, by their last term."""
    latest = {row.scheme_id: row for row in terms}
    if set(latest) <= {scheme_id}:
        return []
    return [TermLink(row.pk, row.scheme.school_year.title, scheme == scheme_id) for scheme, row in latest.items()]


def marks_page(head: StudentHead, term_id: int | None) -> MarksPage:
    """Every subject's marks and final marks, by the journal's own reading."""
    periods = _periods(head, term_id)
    last = min(head.today, periods.to_day - ONE_DAY)
    averages = {
        subject: average
        for (_, subject), average in averages_of([head.id], None, periods.from_day, periods.to_day, head.today).items()
    }
    finals: dict[int, list[FinalMark]] = defaultdict(list)
    for final in finals_of(head.id, periods.term.pk if periods.term else None, periods.from_day):
        finals[final.subject_id].append(final)
    titles = {row.subject_id: row.subject for rows in finals.values() for row in rows}
    titles |= {subject: average.subject for subject, average in averages.items()}
    # A subject is a school's own: whoever has changed school in the term has each number by the rule that made it.
    schools = {average.school_id for average in averages.values()} | {head.school_id or 0}
    rule_of = {school: declared(school).final_rule(last) for school in schools}
    return MarksPage(
        title=f"Отметки: {head.name}",
        student_id=head.id,
        terms=periods.terms,
        years=periods.years,
        subjects=[
            _subject(
                title,
                average := averages.get(subject, NOTHING_HELD),
                rule_of[average.school_id or head.school_id or 0],
                finals[subject],
            )
            for subject, title in sorted(titles.items(), key=lambda item: (item[1], item[0]))
        ],
    )


def _subject(
    title: str, average: SubjectAverage, rule: final_marks.FinalMarkRule, finals: list[FinalMark]
) -> SubjectMarks:
    marks, debts, points = [], [], []
    for row in average.results:
        name = inside_sentence(row.title)
        if row.held is not None:
            about = f"{day_month(row.day)}, {name}"
            about += f", вес {numbers.plain(row.weight)}" if row.weight != 1 else ""
            marks.append(GivenMark(marks_rules.written(row.held), about + (f". {row.comment}" if row.comment else "")))
        if isinstance(row.held, marks_rules.Debt):
            debts.append(f"{name}, {day_month(row.day)}: сдать до {day_month(row.held.due)}")
        if isinstance(row.held, marks_rules.MarkValue) and row.held.five is not None and not row.exclusion:
            points.append((row.day, row.held.five, row.weight))
    return SubjectMarks(
        title=title,
        marks=marks,
        average=average.average,
        rounded=average.proposed,
        lines=explaining.explained(average.judged, rule),
        needs=needs_of(average.judged, rule),
        debts=debts,
        trend=trend(points),
        finals=finals,
    )


@dataclass(frozen=True, kw_only=True)
class AbsencesPage:
    """What a student missed, and what the family said about it."""

    title: str
    student_id: int
    missed: int
    kinds: list[tuple[str, int]]
    full_days: int
    late: str
    days: list[tuple[str, str]]
    notes: list[NoteLine]
    may_file: bool


MISSED = Statement("""
SELECT noted.day, subject.title AS subject, noted.code, noted.minutes
FROM journal_attendances noted JOIN timetable_lessons lesson ON lesson.lesson_id = noted.lesson_id
JOIN schools_subjects subject ON subject.subject_id = lesson.subject_id
WHERE noted.student_id = %(student)s AND noted.day >= %(from)s AND noted.day < %(to)s AND noted.ended_at IS NULL
ORDER BY noted.day DESC, lesson.starts
""")
KINDS = {
    attendance.Meaning.ILLNESS: "по болезни",
    attendance.Meaning.EXCUSED: "по уважительной причине",
    attendance.Meaning.UNEXCUSED: "без уважительной причины",
    attendance.Meaning.ABSENT_UNKNOWN: "причина не указана",
}


def absences_page(head: StudentHead, *, may_file: bool) -> AbsencesPage:
    """Absences of the present term, with the family's papers."""
    from_day = _periods(head, None).from_day
    count = attendance_of([head.id], from_day, head.today + ONE_DAY, head.today)[head.id]
    by_day: dict[date, list[str]] = defaultdict(list)
    for row in MISSED.rows({"student": head.id, "from": from_day, "to": head.today + ONE_DAY}):
        by_day[row.day].append(f"{row.subject} — {row.code}{row.minutes or ''}")
    notes = AbsenceNote.objects.filter(student=head.id).select_related("student", "filed_by").order_by("-filed_at")
    return AbsencesPage(
        title=f"Пропуски: {head.name}",
        student_id=head.id,
        missed=count.missed,
        kinds=[(words, count.kinds[meaning]) for meaning, words in KINDS.items() if count.kinds.get(meaning)],
        full_days=count.full_days,
        late=f"{count.late_minutes} мин" if count.late_minutes else "",
        days=[(f"{day_month(day)}, {weekday_name(day)}", "; ".join(lines)) for day, lines in by_day.items()],
        notes=[note_line(note) for note in notes[:20]],
        may_file=may_file,
    )


# Marks, attendance and final marks that were replaced or withdrawn. A final mark has no day; its number is the term's,
# 0 for the year.
CHANGES = Statement("""
SELECT mark.ended_at, subject.title AS subject, mark.day, mark.text AS old,
       (SELECT later.text FROM journal_marks later
        WHERE later.lesson_id = mark.lesson_id AND later.student_id = mark.student_id AND later.day = mark.day
          AND later.position = mark.position AND later.part = mark.part AND later.given_at = mark.ended_at LIMIT 1) AS new,
       mark.end_reason AS reason, person.last_name, person.first_name, person.patronymic, NULL::int AS number
FROM journal_marks mark
JOIN timetable_groups taught ON taught.teaching_group_id = mark.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
LEFT JOIN people_names person ON person.person_id = mark.ended_by_id
WHERE mark.student_id = %(student)s AND mark.ended_at IS NOT NULL AND mark.ended_at < %(before)s
UNION ALL
SELECT noted.ended_at, subject.title, noted.day, noted.code,
       (SELECT later.code FROM journal_attendances later
        WHERE later.lesson_id = noted.lesson_id AND later.student_id = noted.student_id AND later.day = noted.day
          AND later.given_at = noted.ended_at LIMIT 1),
       '', person.last_name, person.first_name, person.patronymic, NULL
FROM journal_attendances noted
JOIN timetable_groups taught ON taught.teaching_group_id = noted.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
LEFT JOIN people_names person ON person.person_id = noted.ended_by_id
WHERE noted.student_id = %(student)s AND noted.ended_at IS NOT NULL AND noted.ended_at < %(before)s
UNION ALL
SELECT final.ended_at, subject.title, NULL, final.text, later.text, coalesce(later.reason, ''), person.last_name,
       person.first_name, person.patronymic, coalesce(term.number, 0)
FROM journal_final_marks final
JOIN timetable_groups taught ON taught.teaching_group_id = final.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
LEFT JOIN schools_terms term ON term.term_id = final.term_id
LEFT JOIN people_names person ON person.person_id = final.ended_by_id
LEFT JOIN LATERAL (
    SELECT next.text, next.reason FROM journal_final_marks next
    WHERE next.student_id = final.student_id AND next.teaching_group_id = final.teaching_group_id
      AND next.term_id IS NOT DISTINCT FROM final.term_id AND next.given_at = final.ended_at LIMIT 1) later ON true
WHERE final.student_id = %(student)s AND final.ended_at IS NOT NULL AND final.ended_at < %(before)s
ORDER BY ended_at DESC FETCH FIRST %(limit)s ROWS WITH TIES
""")
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """Something that was changed in the journal: «3 → 4», «снята 2»."""

    words: str
    subject: str
    lesson_day: str
    moment: str
    by: str
    reason: str


@dataclass(frozen=True)
class ChangesPage:
    """What was changed, the newest first; `earlier` asks for what was before."""

    title: str
    student_id: int
    lines: list[ChangeLine]
    earlier: str


def changes_page(head: StudentHead, before: datetime) -> ChangesPage:
    """Changes before a moment, from rows that are never overwritten; one statement."""
    rows = CHANGES.rows({"student": head.id, "before": before, "limit": SHOWN + 1})
    zone = ZoneInfo(head.zone)
    # Rows of one moment stay on one page: the next begins before a moment, not within it.
    shown = rows[:SHOWN] if len(rows) <= SHOWN else [row for row in rows if row.ended_at > rows[SHOWN].ended_at] or rows
    lines = [
        ChangeLine(
            words=f"{row.old} → {row.new}" if row.new else f"снято «{row.old}»",
            subject=row.subject,
            lesson_day=_lesson_day(row),
            moment=moment_in_words(row.ended_at, zone),
            by=short_name(row.last_name, row.first_name, row.patronymic) if row.last_name else "",
            reason=row.reason,
        )
        for row in shown
    ]
    earlier = shown[-1].ended_at.isoformat() if len(rows) > SHOWN else ""
    return ChangesPage(f"Изменения в журнале: {head.name}", head.id, lines, earlier)


def _lesson_day(row: Any) -> str:
    if row.day:
        return day_month(row.day)
    return f"итоговая, период {row.number}" if row.number else "годовая"


CONTROL = Statement("""
SELECT lesson.day, subject.title AS subject, work.title
FROM timetable_student_lessons(ARRAY[%(student)s::bigint], %(from)s, %(to)s) own
JOIN timetable_lessons lesson ON lesson.lesson_id = own.lesson_id AND lesson.state = 'held'
JOIN journal_works work ON work.lesson_id = lesson.lesson_id AND work.is_control
JOIN schools_subjects subject ON subject.subject_id = lesson.subject_id
ORDER BY lesson.day, lesson.starts
""")


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """A day of the month with its control works and the homework due on it."""

    title: str
    is_today: bool
    works: list[str]
    homework: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class CalendarPage:
    """A month: control works and the load of homework."""

    title: str
    student_id: int
    month: str
    previous: str
    following: str
    days: list[CalendarDay]


MONTHS = (
    "Январь",
    "Февраль",
    "Март",
    "Апрель",
    "Май",
    "Июнь",
    "Июль",
    "Август",
    "Сентябрь",
    "Октябрь",
    "Ноябрь",
    "Декабрь",
)


def calendar_page(head: StudentHead, first: date) -> CalendarPage:
    """The month that begins on a day; two statements after the head."""
    end = (first + timedelta(days=32)).replace(day=1)
    works: dict[date, list[str]] = defaultdict(list)
    for row in CONTROL.rows({"student": head.id, "from": first, "to": end}):
        works[row.day].append(f"{row.subject}: {row.title[:1].lower()}{row.title[1:]}")
    counts: Counter[date] = Counter()
    minutes: Counter[date] = Counter()
    for due in homework_due(head.id, first, end):
        counts[due.due_day] += 1
        minutes[due.due_day] += due.minutes or 0
    days = [first + ONE_DAY * number for number in range((end - first).days)]
    return CalendarPage(
        title=f"Контрольные и нагрузка: {head.name}",
        student_id=head.id,
        month=f"{MONTHS[first.month - 1]} {first.year}",
        previous=str((first - ONE_DAY).replace(day=1)),
        following=str(end),
        days=[
            CalendarDay(
                title=f"{day_month(day)}, {weekday_name(day)}",
                is_today=day == head.today,
                works=works[day],
                homework=counts[day],
                minutes=minutes[day],
            )
            for day in days
            if works[day] or counts[day] or day == head.today
        ],
    )
