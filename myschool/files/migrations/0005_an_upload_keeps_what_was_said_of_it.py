from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0004_an_upload_has_a_purpose")]

    operations = [
        # What is on its way just now is asked after without it.
        migrations.AddField(
            model_name="upload",
            name="metadata",
            field=models.CharField(blank=True, default="", max_length=2000),
            preserve_default=False,
        )
    ]
