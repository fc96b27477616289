"""The versions of the journal's pages, and what a page does when a package below has changed what it shows."""

from collections.abc import Collection
from datetime import date

from django.db import connection

BUMP = """
INSERT INTO journal_journalpage AS page (teaching_group_id, version, closed_terms)
SELECT id, 1, '{}' FROM timetable_teachinggroup WHERE id = ANY(%(groups)s::bigint[]) ORDER BY id
ON CONFLICT (teaching_group_id) DO UPDATE SET version = page.version + 1
"""
GROUPS_OF_STUDENTS = """
SELECT DISTINCT taken.teaching_group_id FROM enrolment_placement place
JOIN timetable_groupclass taken ON taken.school_class_id = place.school_class_id
WHERE place.student_id = ANY(%s::bigint[]) AND (place.to_date IS NULL OR place.to_date >= %s)
"""


def bump_pages(*, group_ids: Collection[int]) -> None:
    """Move these groups' pages on to a next version, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(BUMP, {"groups": sorted(set(group_ids))})


def bump_pages_of_school(*, school_id: int) -> None:
    """Move all pages of a school on: what it has declared shows on each of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_journalpage SET version = version + 1 WHERE teaching_group_id IN"
            " (SELECT id FROM timetable_teachinggroup WHERE school_id = %s)",
            [school_id],
        )


def bump_pages_of_students(*, student_ids: Collection[int], since: date) -> None:
    """Move on the pages on which these students stand, or stood since that day."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPS_OF_STUDENTS, [sorted(set(student_ids)), since])
        bump_pages(group_ids=[taught for (taught,) in cursor.fetchall()])


def follow_lesson(*, lesson_id: int, day: date) -> None:
    """A lesson is held on another day: what was written for it goes with it."""
    with connection.cursor() as cursor:
        for table in ("journal_mark", "journal_attendance"):
            cursor.execute(
                f"UPDATE {table} SET day = %s WHERE lesson_id = %s AND day <> %s",  # noqa: S608 - constants
                [day, lesson_id, day],
            )


def join_persons(*, kept_id: int, merged_id: int) -> None:
    """A person found to be another keeps their marks, absences, remarks and papers."""
    with connection.cursor() as cursor:
        for table in (
            "journal_mark",
            "journal_attendance",
            "journal_remark",
            "journal_termmark",
            "journal_yearmark",
            "journal_absencenote",
            "journal_acknowledgement",
        ):
            cursor.execute(
                f"UPDATE {table} SET student_id = %s WHERE student_id = %s",  # noqa: S608 - constants
                [kept_id, merged_id],
            )
