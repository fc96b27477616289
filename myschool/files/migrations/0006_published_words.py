"""What statements of packages above may name: stored files."""

from django.db import migrations

STORED = """
CREATE VIEW files_stored AS
SELECT id AS file_id, name, content_type, size FROM files_storedfile;
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0005_an_upload_keeps_what_was_said_of_it")]
    operations = [migrations.RunSQL(STORED, "DROP VIEW files_stored")]
