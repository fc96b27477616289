"""What is being tried again is found at once, however much waits for its hour."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["tries"],
                condition=Q(state__in=("waiting", "sending"), tries__gt=0),
                name="notices_delivery_retrying",
            ),
        )
    ]
