"""A guardian's place names its students; a conversation may be closed because nobody keeps it any more."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_chat")]
    operations = [
        migrations.AddField(
            model_name="membership",
            name="student_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="closed",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rules", "Школа закрыла такую переписку."),
                    ("roster", "Общих классов и групп больше нет."),
                    ("over", "Класс или группа закончили учиться."),
                    ("decision", "Школа закрыла этот чат."),
                    ("unkept", "Сотрудника, который вёл этот чат, в школе больше нет."),
                ],
                max_length=8,
            ),
        ),
    ]
