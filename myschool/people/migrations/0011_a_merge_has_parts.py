"""What a package changed because of a merge is kept while the merge can be undone."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_restrictions_count")]

    operations = [
        migrations.CreateModel(
            name="MergePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("package", models.CharField(max_length=20)),
                ("merged_at", models.DateTimeField(db_index=True)),
                ("changes", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "kept",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kept", "merged", "package"), name="people_merge_part_once")
                ]
            },
        )
    ]
