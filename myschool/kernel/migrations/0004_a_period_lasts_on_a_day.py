"""The first published SQL word: whether a half-open period lasts on a day. Everything that has days asks it."""

from django.db import migrations

LASTS = """
CREATE FUNCTION kernel_lasts(from_date date, to_date date, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS
'SELECT from_date <= day AND (to_date IS NULL OR to_date > day)'
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_chronicle_by_years")]
    operations = [migrations.RunSQL(LASTS, "DROP FUNCTION kernel_lasts(date, date, date)")]
