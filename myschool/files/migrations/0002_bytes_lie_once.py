import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people"), ("files", "0001_files")]

    operations = [
        migrations.AlterField("storedfile", "key", models.CharField(max_length=80, db_index=True)),
        migrations.RemoveField("storedfile", "sha256"),
        migrations.CreateModel(
            name="UnclaimedBytes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("received_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=43, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("length", models.BigIntegerField()),
                ("key", models.CharField(blank=True, max_length=80)),
                ("begun_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
        ),
    ]
