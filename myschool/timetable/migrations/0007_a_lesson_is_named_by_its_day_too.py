"""A key of a lesson with its day, so that what is written for a lesson can follow it to another day by itself."""

from django.db import migrations, models

INDEX = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS timetable_lesson_of_day ON timetable_lesson (id, day)"
CONSTRAINT = (
    "ALTER TABLE timetable_lesson ADD CONSTRAINT timetable_lesson_of_day UNIQUE USING INDEX timetable_lesson_of_day"
)
STATE = [
    migrations.AddConstraint(
        model_name="lesson", constraint=models.UniqueConstraint(fields=["id", "day"], name="timetable_lesson_of_day")
    )
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("timetable", "0006_which_groups_students_sit_in")]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX IF EXISTS timetable_lesson_of_day"),
        migrations.RunSQL(
            CONSTRAINT, "ALTER TABLE timetable_lesson DROP CONSTRAINT timetable_lesson_of_day", state_operations=STATE
        ),
    ]
