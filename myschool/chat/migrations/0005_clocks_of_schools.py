"""Whose place holds is judged by the clocks that `schools` publishes."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("myschool.chat.migrations.0004_whose_place_holds_at_a_moment").PLACES.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
PLACES = BEFORE.replace("schools_school school ON school.organisation_id", "schools_schools school ON school.school_id")


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_published_words"), ("chat", "0004_whose_place_holds_at_a_moment")]
    operations = [migrations.RunSQL(PLACES, BEFORE)]
