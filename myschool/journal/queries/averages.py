"""A student's results of a term, ready for the rules; and an average explained in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import connection

from myschool.journal import rules
from myschool.journal.queries.declared import Declared, declared, term_on, terms_of
from myschool.people.models import Person
from myschool.people.rules import full_name
from myschool.timetable.models import TeachingGroup

# What each student holds for each work of a group, and the control works for which they hold nothing.
RESULTS = """
SELECT held.student_id, held.day, held.lesson_id, held.position, held.part, coalesce(nullif(work.title, ''), kind.title, base.title, ''),
       coalesce(work.weight, base.weight, 1), coalesce(kind.is_control, false), held.state, held.origin, held.five, held.due
FROM journal_mark held
JOIN timetable_teachinggroup taught ON taught.id = held.teaching_group_id
LEFT JOIN journal_work work ON work.lesson_id = held.lesson_id AND work.position = held.position
LEFT JOIN journal_workkind kind ON kind.id = work.kind_id
LEFT JOIN journal_workkind base ON base.school_id = taught.school_id AND base.is_default
WHERE held.student_id = ANY(%(students)s::bigint[]) AND held.day >= %(from)s AND held.day < %(to)s
  AND held.teaching_group_id = %(group)s AND held.ended_at IS NULL
UNION ALL
SELECT listed.student_id, lesson.day, lesson.id, needed.position, 1, coalesce(nullif(needed.title, ''), kind.title),
       needed.weight, true, '', '', NULL, NULL
FROM journal_work needed
JOIN journal_workkind kind ON kind.id = needed.kind_id AND kind.is_control
JOIN timetable_lesson lesson ON lesson.id = needed.lesson_id
CROSS JOIN LATERAL timetable_members(%(group)s, lesson.day, lesson.day + 1) listed
WHERE lesson.teaching_group_id = %(group)s AND lesson.state = 'held' AND lesson.day >= %(from)s
  AND lesson.day < least(%(to)s, %(today)s + 1) AND listed.student_id = ANY(%(students)s::bigint[])
  AND NOT EXISTS (SELECT 1 FROM journal_mark done WHERE done.lesson_id = lesson.id AND done.day = lesson.day
                  AND done.student_id = listed.student_id AND done.position = needed.position AND done.ended_at IS NULL)
ORDER BY 2, 3, 4, 5
"""


def results_of(
    group_id: int, student_ids: list[int], from_day: date, to_day: date, today: date
) -> dict[int, list[rules.Result]]:
    """What each of these students holds in a group over a period, in order of days; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            RESULTS,
            {"group": group_id, "students": student_ids, "from": from_day, "to": to_day, "today": today},
        )
        rows = cursor.fetchall()
    found: dict[int, list[rules.Result]] = {student: [] for student in student_ids}
    for student, day, _, _, _, title, weight, is_control, state, origin, five, due in rows:
        found[student].append(
            rules.Result(
                work=_inside(title),
                held=held_of(state, origin, five, due),
                weight=Fraction(weight),
                day=day,
                required=is_control,
            )
        )
    return found


def held_of(state: str, origin: str, five: int | None, due: date | None) -> rules.Held:
    """What a row says is held."""
    match state:
        case "":
            return None
        case "marked":
            return rules.MarkValue(origin, five)
        case "debt" if due is not None:
            return rules.Debt(due)
    return rules.NoMark(state)


def _inside(title: str) -> str:
    """A title as it stands inside a sentence: «контрольная работа», but «ВПР»."""
    return title if title[1:2].isupper() else (title[:1].lower() + title[1:] if title else "работа на уроке")


@dataclass(frozen=True)
class AveragePage:
    """An average in words, and what would bring a better mark."""

    student: str
    lines: list[str]
    needs: list[str]


def average_page(
    teaching_group: TeachingGroup, student_id: int, term_id: int | None, day: date
) -> AveragePage | None:
    """How the student's average of a term came about; None if they are not in the group in that term."""
    terms = terms_of(teaching_group)
    term = next((row for row in terms if row.pk == term_id), None) or term_on(terms, day)
    year = teaching_group.school_year
    from_day, to_day = (term.from_date, term.to_date) if term else (year.from_date, year.to_date)
    student = _member(teaching_group.pk, student_id, from_day, to_day)
    if student is None:
        return None
    own = declared(teaching_group.school_id)
    results = results_of(teaching_group.pk, [student_id], from_day, to_day, day)[student_id]
    counted = rules.average(results, since=since_of(own, student[1], from_day))
    rule = own.final_rule(min(day, to_day - timedelta(days=1)))
    return AveragePage(student[0], rules.explained(counted, rule), needs_of(counted, rule))


def needs_of(counted: rules.Average, rule: rules.FinalMarkRule) -> list[str]:
    """What brings each mark that does not come out yet, in words; nothing before the first mark."""
    if counted.value is None:
        return []
    present = rule.thresholds.mark(counted.value)
    targets = [target for target, _ in rule.thresholds.steps if target > max(present, 2)]
    return [rules.need_in_words(rules.needed(target, counted, rule)) for target in targets]


def since_of(own: Declared, joined: date, from_day: date) -> date | None:
    """From which day marks count for a newcomer, in a school where they begin anew."""
    return joined if own.journal.newcomers_begin_anew and joined > from_day else None


def _member(group_id: int, student_id: int, from_day: date, to_day: date) -> tuple[str, date] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT from_date FROM timetable_members(%s, %s, %s) WHERE student_id = %s",
            [group_id, from_day, to_day, student_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    student = Person.objects.get(pk=student_id)
    return full_name(student.last_name, student.first_name, student.patronymic), row[0]
