"""Homework put off from a cancelled lesson knows it, and comes back when the lesson is held after all."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("homework", "0002_indexes_told_once"), ("timetable", "0002_bells_and_lessons")]
    operations = [
        migrations.AddField(
            model_name="homework",
            name="put_off_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="homework_put_off",
                to="timetable.lesson",
            ),
        )
    ]
