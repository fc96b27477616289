"""A part for each school year."""

from datetime import date

import pytest
from django.db import connection

from myschool.config import housekeeping
from myschool.kernel import partitions

pytestmark = pytest.mark.django_db
TABLES = housekeeping.BY_YEARS


def test_a_school_year_begins_in_august():
    assert [partitions.year_of(date(2026, *day)) for day in ((7, 31), (8, 1), (12, 31))] == [2025, 2026, 2026]


def test_the_parts_of_the_next_years_are_made_once():
    assert partitions.keep_years(*TABLES, day=date(2026, 11, 26)) == []
    assert partitions.keep_years(*TABLES, day=date(2028, 8, 1)) == [f"{table}_2030" for table in TABLES]
    assert partitions.keep_years(*TABLES, day=date(2028, 8, 1)) == []


@pytest.mark.parametrize("table", ["journal_mark", "journal_attendance"])
def test_a_question_about_a_term_reads_the_parts_of_its_year_only(table):
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN SELECT 1 FROM {table} WHERE day >= '2026-09-01' AND day < '2026-11-01'"  # noqa: S608 - a constant
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"{table}_2026" in plan
    assert f"{table}_2025" not in plan
