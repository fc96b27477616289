"""What was written for a lesson before it was moved goes to its day; where both days hold something, the older is ended."""

from django.db import migrations

ENDED = """
UPDATE {table} older SET ended_at = newer.given_at
FROM timetable_lesson lesson, {table} newer
WHERE lesson.id = older.lesson_id AND older.day <> lesson.day AND older.ended_at IS NULL
  AND newer.lesson_id = older.lesson_id AND newer.day = lesson.day AND newer.ended_at IS NULL
  AND newer.student_id = older.student_id {place}
"""
MOVED = """
UPDATE {table} SET day = lesson.day FROM timetable_lesson lesson
WHERE lesson.id = {table}.lesson_id AND {table}.day <> lesson.day
"""
PLACES = {"journal_mark": "AND newer.position = older.position AND newer.part = older.part", "journal_attendance": ""}


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_marks_of_a_group_are_found_by_student")]
    operations = [
        migrations.RunSQL(statement.format(table=table, place=place), migrations.RunSQL.noop)
        for table, place in PLACES.items()
        for statement in (ENDED, MOVED)
    ]
