"""Access records also tell of looks that were refused; whoever reads them finds persons that were merged since."""

import django.db.models.deletion
from django.db import migrations, models

SECTIONS = [
    ("request", "Запрос на присоединение"),
    ("desk", "Список запросов школы"),
    ("matches", "Поиск совпадений по списку школы"),
    ("card", "Карточка ученика"),
    ("journal", "Журнал: отметки и посещаемость"),
    ("absence", "Справки о пропусках, в том числе медицинские"),
    ("homework", "Домашние задания и сданные работы"),
    ("library", "Результаты в материалах библиотеки"),
    ("chat", "Чат: участники и сообщения"),
    ("complaint", "Жалоба на сообщение в чате"),
    ("answers", "Ответы семьи на вопросы школы"),
    ("meeting", "Запись на родительский вечер"),
    ("deletion", "Требование об удалении данных"),
    ("refused", "Попытка не удалась: данные не показаны"),
]
# A published SQL word: all rows that are this person now, those merged into it among them.
ROWS_OF = """
CREATE FUNCTION people_rows_of(of_person bigint) RETURNS TABLE (person_id bigint) LANGUAGE sql STABLE AS '
    WITH RECURSIVE same AS (
        SELECT of_person AS id
        UNION SELECT merged.id FROM people_person merged JOIN same ON merged.merged_into_id = same.id)
    SELECT id FROM same'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_when_other_logins_ended")]
    operations = [
        migrations.AlterField("accessrecord", "section", models.CharField(choices=SECTIONS, max_length=10)),
        migrations.AlterField(
            "accessrecord",
            "student",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="access_records",
                to="people.person",
            ),
        ),
        migrations.AddField(
            "accessrecord", "door", models.CharField(blank=True, default="", max_length=100), preserve_default=False
        ),
        migrations.AddField(
            "accessrecord", "rows", models.CharField(blank=True, default="", max_length=100), preserve_default=False
        ),
        migrations.AddField("accessrecord", "number", models.IntegerField(default=1)),
        migrations.AddConstraint(
            "accessrecord",
            models.CheckConstraint(
                condition=models.Q(student__isnull=False) | models.Q(section="refused"),
                name="people_access_names_a_student",
            ),
        ),
        migrations.AddIndex(
            "accessrecord",
            models.Index(
                fields=["organisation", "at"], condition=models.Q(section="refused"), name="people_access_refused"
            ),
        ),
        migrations.RunSQL(ROWS_OF, "DROP FUNCTION people_rows_of(bigint)"),
    ]
