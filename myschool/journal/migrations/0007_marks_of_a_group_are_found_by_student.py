"""The index by group holds the student too: the single reading asks for one student in one group, the page for all.

An index of a partitioned table cannot be made concurrently in one step: it is made on each partition, then joined.
"""

from django.db import migrations, models

FIRST_YEAR, LAST_YEAR = 2024, 2029
PARTS = [*(f"journal_mark_{year}" for year in range(FIRST_YEAR, LAST_YEAR + 1)), "journal_mark_other"]
COLUMNS = "(teaching_group_id, student_id, day) WHERE ended_at IS NULL"
CREATED = [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {part}_by_seat ON {part} {COLUMNS}" for part in PARTS]
JOINED = [
    f"CREATE INDEX journal_mark_by_seat ON ONLY journal_mark {COLUMNS}",
    *(f"ALTER INDEX journal_mark_by_seat ATTACH PARTITION {part}_by_seat" for part in PARTS),
    "DROP INDEX journal_mark_by_group",
]
STATE = [
    migrations.RemoveIndex(model_name="mark", name="journal_mark_by_group"),
    migrations.AddIndex(
        model_name="mark",
        index=models.Index(
            fields=["teaching_group", "student", "day"],
            condition=models.Q(ended_at__isnull=True),
            name="journal_mark_by_seat",
        ),
    ),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("journal", "0006_a_mark_has_a_single_reading")]
    operations = [
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in CREATED),
        migrations.RunSQL(";".join(JOINED), migrations.RunSQL.noop, state_operations=STATE),
    ]
