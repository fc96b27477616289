"""Marks and attendance name their lesson together with its day: a moved lesson takes them along in the same statement."""

from django.db import migrations

FOLLOW = """
ALTER TABLE {table} DROP CONSTRAINT {table}_lesson_id_fkey,
    ADD CONSTRAINT {table}_of_lesson FOREIGN KEY (lesson_id, day) REFERENCES timetable_lesson (id, day)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
BACK = """
ALTER TABLE {table} DROP CONSTRAINT {table}_of_lesson,
    ADD CONSTRAINT {table}_lesson_id_fkey FOREIGN KEY (lesson_id) REFERENCES timetable_lesson DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0008_marks_lie_on_the_day_of_their_lesson"),
        ("timetable", "0007_a_lesson_is_named_by_its_day_too"),
    ]
    operations = [
        migrations.RunSQL(FOLLOW.format(table=table), BACK.format(table=table))
        for table in ("journal_mark", "journal_attendance")
    ]
