"""What a person gave out before ending all other logins leads nowhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_who_has_a_right_on_a_day")]
    operations = [migrations.AddField("person", "others_ended_at", models.DateTimeField(null=True))]
