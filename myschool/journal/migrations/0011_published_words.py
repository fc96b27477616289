"""What statements of packages above may name: what is written in the journal; its lessons are read from the word of `timetable`."""

from importlib import import_module

from django.db import migrations

MARKS = """
CREATE VIEW journal_marks AS
SELECT student_id, teaching_group_id, lesson_id, day, position, part, state, journal_written(state, origin) AS text, due, comment,
       given_at, ended_at, ended_by_id, end_reason
FROM journal_mark;
"""
ATTENDANCES = """
CREATE VIEW journal_attendances AS
SELECT noted.student_id, noted.teaching_group_id, noted.lesson_id, noted.day, code.code, code.title, code.meaning, noted.minutes,
       noted.given_at, noted.ended_at, noted.ended_by_id
FROM journal_attendance noted JOIN journal_attendancecode code ON code.id = noted.code_id;
"""
FINAL_MARKS = """
CREATE VIEW journal_final_marks AS
SELECT student_id, teaching_group_id, term_id, journal_written(state, origin) AS text, reason, given_at, ended_at, ended_by_id
FROM journal_termmark
UNION ALL
SELECT student_id, teaching_group_id, NULL, journal_written(state, origin), reason, given_at, ended_at, ended_by_id
FROM journal_yearmark;
"""
REMARKS = """
CREATE VIEW journal_remarks AS
SELECT student_id, lesson_id, is_praise, text, given_at FROM journal_remark WHERE withdrawn_at IS NULL;
"""
ABSENCE_NOTES = """
CREATE VIEW journal_absence_notes AS
SELECT student_id, state, answer, decided_at FROM journal_absencenote;
"""
TOPICS = """
CREATE VIEW journal_topics AS
SELECT lesson_id, text FROM journal_lessontopic;
"""
WORKS = """
CREATE VIEW journal_works AS
SELECT work.lesson_id, work.position, coalesce(nullif(work.title, ''), kind.title) AS title, kind.title AS kind, kind.is_control
FROM journal_work work LEFT JOIN journal_workkind kind ON kind.id = work.kind_id;
"""
ACKNOWLEDGEMENTS = """
CREATE VIEW journal_acknowledgements AS
SELECT guardian_id, student_id, monday FROM journal_acknowledgement;
"""
BEFORE = import_module("myschool.journal.migrations.0010_weights_hold_from_a_day").RESULTS
RESULTS = BEFORE.replace("SELECT lesson.id, lesson.teaching", "SELECT lesson.lesson_id AS id, lesson.teaching").replace(
    "JOIN timetable_lesson lesson", "JOIN timetable_lessons lesson"
)


class Migration(migrations.Migration):
    dependencies = [("timetable", "0011_published_words"), ("journal", "0010_weights_hold_from_a_day")]
    operations = [
        migrations.RunSQL(MARKS, "DROP VIEW journal_marks"),
        migrations.RunSQL(ATTENDANCES, "DROP VIEW journal_attendances"),
        migrations.RunSQL(FINAL_MARKS, "DROP VIEW journal_final_marks"),
        migrations.RunSQL(REMARKS, "DROP VIEW journal_remarks"),
        migrations.RunSQL(ABSENCE_NOTES, "DROP VIEW journal_absence_notes"),
        migrations.RunSQL(TOPICS, "DROP VIEW journal_topics"),
        migrations.RunSQL(WORKS, "DROP VIEW journal_works"),
        migrations.RunSQL(ACKNOWLEDGEMENTS, "DROP VIEW journal_acknowledgements"),
        migrations.RunSQL(RESULTS, BEFORE),
    ]
