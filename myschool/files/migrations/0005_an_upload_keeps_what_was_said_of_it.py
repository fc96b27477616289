from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0004_an_upload_has_a_purpose")]

    operations = [
        # What is on its way just now is asked after without it, and so is what code that does not know it begins.
        migrations.AddField(
            model_name="upload", name="metadata", field=models.CharField(blank=True, db_default="", max_length=2000)
        )
    ]
