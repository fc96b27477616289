"""What statements of packages above may name: schools, classes, subjects, years, terms, holidays."""

from django.db import migrations

REGIONS = """
CREATE VIEW schools_regions AS
SELECT code AS region_id, time_zone FROM schools_region;
"""
ORGANISATIONS = """
CREATE VIEW schools_organisations AS
SELECT id AS organisation_id, short_name, region_id FROM schools_organisation;
"""
SCHOOLS = """
CREATE VIEW schools_schools AS
SELECT organisation_id AS school_id, time_zone, connected_at IS NOT NULL AS is_connected FROM schools_school;
"""
CLASSES = """
CREATE VIEW schools_classes AS
SELECT id AS school_class_id, school_id, school_year_id, term_scheme_id, level, letter,
       level || CASE WHEN letter ~ '^[[:alpha:]]$' OR letter = '' THEN '' ELSE ' ' END || letter AS title,
       closed_at IS NOT NULL AS is_closed
FROM schools_schoolclass;
"""
SUBJECTS = """
CREATE VIEW schools_subjects AS
SELECT id AS subject_id, school_id, title FROM schools_subject;
"""
YEARS = """
CREATE VIEW schools_years AS
SELECT id AS school_year_id, from_date, to_date FROM schools_schoolyear;
"""
TERM_SCHEMES = """
CREATE VIEW schools_term_schemes AS
SELECT id AS term_scheme_id, kind FROM schools_termscheme;
"""
TERMS = """
CREATE VIEW schools_terms AS
SELECT id AS term_id, scheme_id AS term_scheme_id, number, from_date, to_date FROM schools_term;
"""
HOLIDAYS = """
CREATE VIEW schools_holidays AS
SELECT school_id, title, from_date, to_date, up_to_level FROM schools_holiday;
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_terms_and_subjects")]
    operations = [
        migrations.RunSQL(REGIONS, "DROP VIEW schools_regions"),
        migrations.RunSQL(ORGANISATIONS, "DROP VIEW schools_organisations"),
        migrations.RunSQL(SCHOOLS, "DROP VIEW schools_schools"),
        migrations.RunSQL(CLASSES, "DROP VIEW schools_classes"),
        migrations.RunSQL(SUBJECTS, "DROP VIEW schools_subjects"),
        migrations.RunSQL(YEARS, "DROP VIEW schools_years"),
        migrations.RunSQL(TERM_SCHEMES, "DROP VIEW schools_term_schemes"),
        migrations.RunSQL(TERMS, "DROP VIEW schools_terms"),
        migrations.RunSQL(HOLIDAYS, "DROP VIEW schools_holidays"),
    ]
