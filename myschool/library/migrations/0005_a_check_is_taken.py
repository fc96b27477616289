from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0004_words_are_found_narrowed")]

    operations = [
        migrations.AddField(model_name="materialversion", name="taken_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="materialversion", name="tries", field=models.SmallIntegerField(default=0)),
    ]
