"""Forms that were sent, so that one that is sent twice does its work once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_entries_that_were_set_aside")]
    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("location", models.CharField(default="", max_length=2000)),
            ],
            options={"indexes": [models.Index(fields=["at"], name="kernel_sending_by_time")]},
        )
    ]
