from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enrolment", "0001_enrolment")]

    operations = [
        AddIndexConcurrently(
            model_name="enrolmentrequest",
            index=models.Index(
                condition=models.Q(("state__in", ["declined", "withdrawn", "expired"])),
                fields=["decided_at"],
                name="enrolment_request_forgetting",
            ),
        )
    ]
