"""The catalogue's words are found together with the class, kind and subject that people narrow by."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0003_harvesting")]

    operations = [
        BtreeGinExtension(),
        migrations.RemoveIndex("catalogueentry", "library_catalogue_words"),
        migrations.AddIndex(
            "catalogueentry",
            GinIndex(fields=["words", "levels", "kind", "subject"], name="library_catalogue_words", fastupdate=False),
        ),
    ]
