"""A school sees the requests that would take a student away from it from the day they are sent, along one index."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enrolment", "0005_whom_a_transfer_becomes")]
    operations = [
        AddIndexConcurrently(
            model_name="enrolmentrequest",
            index=models.Index(
                condition=models.Q(("tray__in", ["new", "waiting", "release"])),
                fields=["from_school", "submitted_at", "id"],
                name="enrolment_request_leaving",
            ),
        ),
        RemoveIndexConcurrently(model_name="enrolmentrequest", name="enrolment_request_release"),
    ]
