"""The versions of the journal's pages, and what a page does when a package below has changed what it shows."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Model

from myschool.journal.models import AbsenceNote, Attendance, Mark, Remark, TermMark, TopicPlan, UnlockRequest, YearMark
from myschool.kernel.statements import Statement
from myschool.timetable.models import GroupClass

BUMP = Statement("""
INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
SELECT teaching_group_id, 1, '{}' FROM timetable_groups WHERE teaching_group_id = ANY(%(groups)s::bigint[]) ORDER BY teaching_group_id
ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1
""")
BUMP_SCHOOL = Statement("""
INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
SELECT teaching_group_id, 1, '{}' FROM timetable_groups WHERE school_id = %(school)s ORDER BY teaching_group_id
ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1
""")
# The other groups of the subject in which students learn, or learnt in the year, who hold something in one of these.
PAGES_OF_SUBJECT = Statement("""
SELECT DISTINCT seat.school_id, seat.teaching_group_id FROM (
    SELECT * FROM unnest(%(students)s::bigint[], %(groups)s::bigint[]) AS given (student_id, teaching_group_id)
    UNION
    SELECT student_id, teaching_group_id FROM journal_mark WHERE lesson_id = ANY(%(lessons)s::bigint[]) AND ended_at IS NULL
) written
JOIN timetable_groups taught ON taught.teaching_group_id = written.teaching_group_id
JOIN schools_years year ON year.school_year_id = taught.school_year_id
CROSS JOIN LATERAL timetable_seats(ARRAY[written.student_id], taught.subject_id, year.from_date, year.to_date) seat
WHERE seat.teaching_group_id <> written.teaching_group_id
ORDER BY 1, 2
""")
# Those who left on the day itself too: until then they stood on the page.
GROUPS_OF_STUDENTS = Statement("""
SELECT DISTINCT teaching_group_id FROM timetable_seats(%(students)s::bigint[], NULL, %(since)s::date - 1, 'infinity')
""")


def bump_pages(*, group_ids: Collection[int]) -> None:
    """Move these groups' pages on to a next version, in the caller's transaction."""
    BUMP.rows({"groups": sorted(set(group_ids))})


def bump_pages_of_subject(*, marks: Sequence[tuple[int, int]], lesson_ids: Collection[int]) -> list[tuple[int, int]]:
    """Move on the other pages on which these marks show; answers their schools and groups.

    `marks` are students, each with the group in which they were given something; `lesson_ids` those whose works changed.
    """
    rows = PAGES_OF_SUBJECT.rows(
        {
            "students": [student for student, _ in marks],
            "groups": [taught for _, taught in marks],
            "lessons": sorted(set(lesson_ids)),
        }
    )
    pages = [(row.school_id, row.teaching_group_id) for row in rows]
    bump_pages(group_ids=[taught for _, taught in pages])
    return pages


def bump_pages_of_school(*, school_id: int) -> None:
    """Move all pages of a school on: what it has declared shows on each of them."""
    BUMP_SCHOOL.rows({"school": school_id})


def bump_pages_of_classes(*, class_ids: Collection[int]) -> None:
    """Move on the pages of every group that takes, or took, one of these classes."""
    group_classes = GroupClass.objects.filter(school_class__in=class_ids)
    bump_pages(group_ids=set(group_classes.values_list("teaching_group", flat=True)))


def bump_pages_of_students(*, student_ids: Collection[int], since: date) -> None:
    """Move on the pages on which these students stand, or stood since that day."""
    rows = GROUPS_OF_STUDENTS.rows({"students": sorted(set(student_ids)), "since": since})
    bump_pages(group_ids=[row.teaching_group_id for row in rows])


# What is never overwritten, but ended.
KEPT_WITH_HISTORY: tuple[type[Model], ...] = (Mark, Attendance, TermMark, YearMark)
# What has an owner: it is about them, they may change it, or they are told how it ends.
OWNED: tuple[tuple[type[Model], *tuple[str, ...]], ...] = (
    (Remark, "student", "given_by"),
    (AbsenceNote, "student", "filed_by"),
    (TopicPlan, "author"),
    (UnlockRequest, "asked_by"),
)
