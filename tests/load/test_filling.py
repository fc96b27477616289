"""The bench's rows are filled by SQL of its own: a column that is new and must have a value may not be forgotten there."""

import re

import pytest
from django.db import connection

from tests.house.source import ROOT, files, none_of

FILLED = re.compile(r"INSERT\s+INTO\s+(?P<table>\w+)(?:\s+AS\s+\w+)?\s*\((?P<columns>[\w\s,]+)\)", re.IGNORECASE)
LEAST = 7
NEEDED = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""


def forgotten(text):
    """Columns without which a row that the text puts in is refused."""
    for filled in FILLED.finditer(text):
        with connection.cursor() as cursor:
            cursor.execute(NEEDED, [filled["table"]])
            needed = {name for (name,) in cursor.fetchall()}
        for column in sorted(needed - set(re.split(r"[\s,]+", filled["columns"]))):
            yield f"{filled['table']}.{column} has no value"


@pytest.mark.django_db
def test_every_row_has_what_its_table_needs():
    texts = [path.read_text("utf-8") for path in files(ROOT / "tests/load", ".py") if path.name != "test_filling.py"]
    none_of(complaint for text in texts for complaint in forgotten(text))
    # A reader that finds no statement would miss no column either.
    tables = [filled["table"] for text in texts for filled in FILLED.finditer(text)]
    assert len(tables) >= LEAST
    for text in (
        "INSERT INTO kernel_entry (kind, at)",
        "INSERT INTO kernel_entry(kind, at)",
        "insert into kernel_entry AS entry (kind, at)",
    ):
        assert list(forgotten(text)), text
