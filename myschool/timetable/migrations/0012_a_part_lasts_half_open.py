"""Whether a student is on a part's list on the day of a lesson is judged as every half-open period is."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("myschool.timetable.migrations.0005_lessons_of_the_days_asked_for").LESSONS.replace(
    "enrolment_placement place", "enrolment_stays place"
)
LESSONS = BEFORE.replace(
    "lesson.day >= listed.from_date AND (listed.to_date IS NULL OR lesson.day < listed.to_date)",
    "kernel_lasts(listed.from_date, listed.to_date, lesson.day)",
)


class Migration(migrations.Migration):
    dependencies = [("timetable", "0011_published_words")]
    operations = [migrations.RunSQL(LESSONS, BEFORE)]
