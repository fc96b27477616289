from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0003_previews")]

    operations = [
        # What is on its way just now has none and is sent anew.
        migrations.AddField(
            model_name="upload",
            name="purpose",
            field=models.CharField(default="", max_length=10),
            preserve_default=False,
        )
    ]
