"""A calendar link ends a year after it was made or renewed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_calendar_feeds"), ("people", "0006_when_other_logins_ended")]
    operations = [migrations.AddField("calendarfeed", "renewed_at", models.DateTimeField(null=True))]
