"""Names of requests, places and posts that were there before their triggers."""

from typing import Any

from django.db import migrations, transaction

BATCH = 5_000
KINDS = {
    "enrolment_enrolmentrequest": "enrolment_name_requests",
    "enrolment_placement": "enrolment_name_places",
    "people_post": "enrolment_name_posts",
}


def write_names(apps: Any, editor: Any) -> None:
    """Batch after batch, each its own transaction; what is written twice stands once."""
    with editor.connection.cursor() as cursor:
        for table, writer in KINDS.items():
            last = 0
            while True:
                with transaction.atomic(using=editor.connection.alias):
                    cursor.execute(f"SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT {BATCH}", [last])  # noqa: S608 - constants
                    ids = [pk for (pk,) in cursor.fetchall()]
                    if not ids:
                        break
                    cursor.execute(f"SELECT {writer}(%s)", [ids])
                    last = ids[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enrolment", "0007_who_is_found_by_name")]
    operations = [migrations.RunPython(write_names, migrations.RunPython.noop)]
