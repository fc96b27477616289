"""Final marks: what the rule proposes for each student, what stands, and the sheet of a whole class."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from myschool.enrolment.access import placements_within
from myschool.journal.models import JournalPage, TermMark, YearMark
from myschool.journal.queries.averages import NOTHING_HELD, averages_of, held_of
from myschool.journal.queries.declared import declared, scale_code_of, term_on, terms_of
from myschool.journal.queries.lists import TermLink, term_title
from myschool.journal.rules import attendance, explaining, final_marks, scales
from myschool.journal.rules import marks as marks_rules
from myschool.journal.rules import success as success_rules
from myschool.kernel import numbers
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month
from myschool.people.models import Person
from myschool.people.rules.names import full_name
from myschool.schools.models import SchoolClass, Term
from myschool.timetable.models import GroupClass, TeachingGroup

ONE_DAY = timedelta(days=1)
MEMBERS = Statement("""
SELECT person.person_id, person.last_name, person.first_name, person.patronymic, listed.from_date, listed.to_date
FROM timetable_members(%(group)s, %(from)s, %(to)s) listed JOIN people_names person ON person.person_id = listed.student_id
ORDER BY person.sort_key, person.person_id
""")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A student's final mark as the school's rule gives it, and the scale it is written by."""

    student_id: int
    name: str
    average: str
    proposed: final_marks.ProposedMark
    rule: final_marks.FinalMarkRule
    scale: scales.Scale

    @property
    def mark(self) -> int | None:
        """The mark that comes of the rule."""
        return self.proposed.mark


def term_proposals(teaching_group: TeachingGroup, term: Term, day: date) -> dict[int, Proposal]:
    """By student who was in the group at the term's end or is now: what comes of the marks of the term."""
    own = declared(teaching_group.school_id)
    members = _members(teaching_group.pk, term.from_date, term.to_date)
    last = min(day, term.to_date - ONE_DAY)
    staying = [row for row in members if row.to_date > last or row.to_date == term.to_date]
    rule, scale = own.final_rule(last), own.scale(scale_code_of(teaching_group))
    return _proposals(teaching_group, staying, term.from_date, term.to_date, day, rule, scale)


def _proposals(
    teaching_group: TeachingGroup,
    members: Sequence[Any],
    from_day: date,
    to_day: date,
    today: date,
    rule: final_marks.FinalMarkRule,
    scale: scales.Scale,
) -> dict[int, Proposal]:
    """By student: what comes of the marks of a period."""
    subject = teaching_group.subject_id
    averages = averages_of([row.person_id for row in members], subject, from_day, to_day, today)
    return {
        row.person_id: Proposal(
            student_id=row.person_id,
            name=full_name(row.last_name, row.first_name, row.patronymic),
            average=(average := averages.get((row.person_id, subject), NOTHING_HELD)).average,
            proposed=final_marks.proposed_term_mark(average.judged, rule),
            rule=rule,
            scale=scale,
        )
        for row in members
    }


def year_proposals(teaching_group: TeachingGroup, day: date) -> dict[int, Proposal]:
    """By student: what comes of the term marks of the year, in this subject, whatever group they were given in."""
    own, terms = declared(teaching_group.school_id), terms_of(teaching_group)
    year = teaching_group.school_year
    members = [row for row in _members(teaching_group.pk, year.from_date, year.to_date) if row.to_date > day]
    marks_by_student: dict[int, dict[int, marks_rules.Held]] = defaultdict(dict)
    for row in TermMark.objects.filter(
        student__in=[row.person_id for row in members],
        term__in=terms,
        ended_at__isnull=True,
        teaching_group__subject=teaching_group.subject_id,
    ):
        marks_by_student[row.student_id][row.term_id] = held_of(row.state, row.origin, row.five, None)
    rule, scale = own.final_rule(day), own.scale(scale_code_of(teaching_group))
    if not terms:
        # Without terms the year is the only period: its mark comes of the marks themselves.
        return _proposals(teaching_group, members, year.from_date, year.to_date, day, rule, scale)
    proposed = {
        row.person_id: final_marks.proposed_year_mark(
            {term_title(term): marks_by_student[row.person_id].get(term.pk) for term in terms}, rule
        )
        for row in members
    }
    return {
        row.person_id: Proposal(
            student_id=row.person_id,
            name=full_name(row.last_name, row.first_name, row.patronymic),
            average=explaining.shown_average(proposed[row.person_id].average, rule.for_year),
            proposed=proposed[row.person_id],
            rule=rule.for_year,
            scale=scale,
        )
        for row in members
    }


def _members(group_id: int, from_day: date, to_day: date) -> list[Any]:
    return MEMBERS.rows({"group": group_id, "from": from_day, "to": to_day})


@dataclass(frozen=True, kw_only=True)
class FinalLine:
    """A student's final mark."""

    student_id: int
    name: str
    average: str
    proposed: str
    obstacles: str
    lines: list[str]
    text: str
    reason: str


FINALS = Statement("""
SELECT taught.subject_id, subject.title AS subject, false AS is_year, journal_written(final.state, final.origin) AS text, final.reason
FROM journal_termmark final
JOIN timetable_groups taught ON taught.teaching_group_id = final.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
WHERE final.student_id = %(student)s AND final.term_id = %(term)s AND final.ended_at IS NULL
UNION ALL
SELECT taught.subject_id, subject.title, true, journal_written(final.state, final.origin), final.reason
FROM journal_yearmark final
JOIN timetable_groups taught ON taught.teaching_group_id = final.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
JOIN schools_years year ON year.school_year_id = taught.school_year_id
WHERE final.student_id = %(student)s AND final.ended_at IS NULL AND kernel_lasts(year.from_date, year.to_date, %(day)s::date)
ORDER BY is_year
""")


@dataclass(frozen=True, kw_only=True)
class FinalMark:
    """A final mark as the family sees it, with the reason that the teacher had to give where it departs from the rule."""

    subject_id: int
    subject: str
    is_year: bool
    text: str
    reason: str


def finals_of(student_id: int, term_id: int | None, day: date) -> list[FinalMark]:
    """A student's final marks of a term and of the school year that holds the day; one statement."""
    rows = FINALS.rows({"student": student_id, "term": term_id, "day": day})
    return [FinalMark(**row._asdict()) for row in rows]


@dataclass(frozen=True, kw_only=True)
class FinalsPage:
    """The final marks of a group, of a term or of the year."""

    title: str
    group_id: int
    term_id: int | None
    terms: list[TermLink]
    is_year: bool
    is_closed: bool
    closed_day: str
    lines: list[FinalLine]
    blanks: int


def finals_page(teaching_group: TeachingGroup, term_id: int | None, day: date, *, is_year: bool) -> FinalsPage:
    """The group's final marks with what the rule gives; the subject and the school year must be loaded."""
    terms = terms_of(teaching_group)
    term = next((row for row in terms if row.pk == term_id), None) or term_on(terms, day)
    page = JournalPage.objects.filter(teaching_group=teaching_group).first()
    marks_by_student: dict[int, TermMark | YearMark] = {}
    if is_year or term is None:
        proposals = year_proposals(teaching_group, day)
        marks_by_student.update(
            {
                row.student_id: row
                for row in YearMark.objects.filter(teaching_group=teaching_group, ended_at__isnull=True)
            }
        )
    else:
        proposals = term_proposals(teaching_group, term, day)
        marks_by_student.update(
            {
                row.student_id: row
                for row in TermMark.objects.filter(teaching_group=teaching_group, term=term, ended_at__isnull=True)
            }
        )
    lines = [_line(proposal, marks_by_student.get(student)) for student, proposal in proposals.items()]
    is_year = is_year or term is None
    return FinalsPage(
        title=f"Итоговые отметки: {teaching_group.subject.title}, {teaching_group.title}",
        group_id=teaching_group.pk,
        term_id=None if is_year or term is None else term.pk,
        terms=[TermLink(row.pk, term_title(row), not is_year and row == term) for row in terms],
        is_year=is_year,
        is_closed=bool(page and term and not is_year and term.pk in page.closed_terms),
        closed_day=day_month(term.to_date - ONE_DAY) if term else "",
        lines=lines,
        blanks=sum(not line.text for line in lines),
    )


def _line(proposal: Proposal, row: TermMark | YearMark | None) -> FinalLine:
    return FinalLine(
        student_id=proposal.student_id,
        name=proposal.name,
        average=proposal.average,
        proposed=str(proposal.mark or ""),
        obstacles=" ".join(proposal.proposed.obstacles),
        lines=explaining.explained(proposal.proposed.average, proposal.rule),
        text=_text(row),
        reason=row.reason if row else "",
    )


def _text(row: TermMark | YearMark | None) -> str:
    if row is None:
        return ""
    return row.origin if row.state == "marked" else marks_rules.written(marks_rules.NoMark(row.state))


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """A student's line of the consolidated sheet."""

    student_id: int
    name: str
    cells: list[str]
    absences: str
    full_days: int


@dataclass(frozen=True, kw_only=True)
class SheetFigure:
    """A subject's figures."""

    subject: str
    success_rate: str
    quality_rate: str
    learning_rate: str
    average: str


@dataclass(frozen=True, kw_only=True)
class SheetPage:
    """The consolidated sheet (сводная ведомость) of a class for a term."""

    title: str
    class_id: int
    term: str
    terms: list[TermLink]
    subjects: list[str]
    rows: list[SheetRow]
    figures: list[SheetFigure]
    lists: list[tuple[str, list[str]]] = field(default_factory=list)


ABSENCES = Statement("""
SELECT taken.student_id, taken.lesson_id, lesson.day, code.meaning, coalesce(noted.minutes, 0) AS minutes
FROM timetable_student_lessons(%(students)s, %(from)s, %(to)s) taken
JOIN timetable_lessons lesson ON lesson.lesson_id = taken.lesson_id AND lesson.state = 'held'
LEFT JOIN journal_attendance noted ON noted.lesson_id = lesson.lesson_id AND noted.day = lesson.day
     AND noted.student_id = taken.student_id AND noted.ended_at IS NULL
LEFT JOIN journal_attendancecode code ON code.id = noted.code_id
WHERE lesson.day <= %(today)s
""")


def attendance_of(
    student_ids: list[int], from_day: date, to_day: date, today: date
) -> dict[int, attendance.AttendanceCount]:
    """Each student's attendance of their own lessons over a period, up to today; one statement."""
    rows = ABSENCES.rows({"students": student_ids, "from": from_day, "to": to_day, "today": today})
    lessons: dict[tuple[int, date], set[int]] = defaultdict(set)
    noted: dict[tuple[int, date], dict[int, attendance.Attendance]] = defaultdict(dict)
    for row in rows:
        lessons[row.student_id, row.day].add(row.lesson_id)
        if row.meaning:
            there = attendance.Attendance(attendance.Meaning(row.meaning), row.minutes)
            noted[row.student_id, row.day][row.lesson_id] = there
    days: dict[int, list[attendance.SchoolDay]] = defaultdict(list)
    for (student, day), own in lessons.items():
        days[student].append(attendance.SchoolDay(own, noted[student, day]))
    return {student: attendance.counted_attendance(days[student]) for student in student_ids}


def sheet_page(school_class: SchoolClass, term_id: int | None, day: date) -> SheetPage:
    """The class's term marks by subject, absences, figures and lists; the class's scheme must be loaded."""
    terms = list(Term.objects.filter(scheme=school_class.term_scheme_id).select_related("scheme").order_by("number"))
    term = next((row for row in terms if row.pk == term_id), None) or term_on(terms, day)
    year = school_class.school_year
    from_day, to_day = (term.from_date, term.to_date) if term else (year.from_date, year.to_date)
    students = _students(school_class.pk, from_day, to_day)
    ids = [student for student, _ in students]
    subjects: dict[int, str] = dict(
        GroupClass.objects.filter(school_class=school_class)
        .order_by("teaching_group__subject__title")
        .values_list("teaching_group__subject", "teaching_group__subject__title")
    )
    marks_by_cell: dict[tuple[int, int], marks_rules.Held] = {
        (row.student_id, row.teaching_group.subject_id): held_of(row.state, row.origin, row.five, None)
        for row in TermMark.objects.filter(student__in=ids, term=term, ended_at__isnull=True).select_related(
            "teaching_group"
        )
    }
    attended = attendance_of(ids, from_day, to_day, day)
    rows = [
        SheetRow(
            student_id=student,
            name=name,
            cells=[marks_rules.written(marks_by_cell.get((student, subject))) for subject in subjects],
            absences=_absences(attended[student]),
            full_days=attended[student].full_days,
        )
        for student, name in students
    ]
    return SheetPage(
        title=f"Сводная ведомость: {school_class.title}",
        class_id=school_class.pk,
        term=term_title(term) if term else "",
        terms=[TermLink(row.pk, term_title(row), row == term) for row in terms],
        subjects=list(subjects.values()),
        rows=rows,
        figures=[
            _figure(title, [marks_by_cell.get((student, subject)) for student in ids])
            for subject, title in subjects.items()
        ],
        lists=_lists(students, [[marks_by_cell.get((student, subject)) for subject in subjects] for student in ids]),
    )


def _students(class_id: int, from_day: date, to_day: date) -> list[tuple[int, str]]:
    placed = placements_within(from_day, to_day).filter(school_class=class_id)
    rows = Person.objects.filter(pk__in=placed.values("student")).order_by("sort_key", "pk")
    return [(pk, full_name(*name)) for pk, *name in rows.values_list("pk", "last_name", "first_name", "patronymic")]


def _absences(count: attendance.AttendanceCount) -> str:
    ill = count.kinds.get(attendance.Meaning.ILLNESS, 0)
    return f"{count.missed}" + (f", из них по болезни {ill}" if ill else "") if count.missed else ""


def _figure(subject: str, marks: list[marks_rules.Held]) -> SheetFigure:
    success = success_rules.success_of([mark for mark in marks if mark is not None])
    return SheetFigure(
        subject=subject,
        success_rate=numbers.percent(success.success_rate),
        quality_rate=numbers.percent(success.quality_rate),
        learning_rate=numbers.percent(success.learning_rate),
        average=numbers.shown(success.average),
    )


def _lists(students: list[tuple[int, str]], marks: list[list[marks_rules.Held]]) -> list[tuple[str, list[str]]]:
    """Who has fives only, one four, one three, a two; students without any mark stand in none."""
    categories: dict[str, list[str]] = {"Отличники": [], "С одной «4»": [], "С одной «3»": [], "Неуспевающие": []}
    for (_, name), own_marks in zip(students, marks, strict=True):
        fives = [mark.five for mark in own_marks if isinstance(mark, marks_rules.MarkValue) and mark.five is not None]
        worst = min(fives, default=0)
        failed = any(mark == marks_rules.NoMark.NOT_ATTESTED for mark in own_marks)
        if failed or worst in (1, 2):
            categories["Неуспевающие"].append(name)
        elif worst == 5:
            categories["Отличники"].append(name)
        elif worst == 4 and fives.count(4) == 1:
            categories["С одной «4»"].append(name)
        elif worst == 3 and fives.count(3) == 1:
            categories["С одной «3»"].append(name)
    return list(categories.items())
