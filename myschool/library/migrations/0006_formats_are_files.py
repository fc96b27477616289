from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0005_a_check_is_taken")]

    operations = [migrations.AlterField("materialversion", "format", models.CharField(blank=True, max_length=10))]
