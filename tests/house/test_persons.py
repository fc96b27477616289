"""Every column that names a person is named once in its package's room `persons`, which says what is owed about it."""

from collections import Counter
from configparser import ConfigParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Index, JSONField, Model, Q, UniqueConstraint

from myschool.kernel.subjects import Forgotten, Joined, Kept, rooms
from myschool.people.models import Person
from tests.house.source import ROOT

# Numbers and documents that no foreign key explains, each with what it is; whatever is not here has to be a person's.
OTHER_THINGS = {
    "numbers of other things": """
        kernel.Entry.school_id kernel.Entry.session_id kernel.Bookmark.entry_id kernel.Seal.row_id kernel.SetAside.entry_id
        enrolment.SearchName.subject_id enrolment.SearchName.organisation_id enrolment.SearchName.card_id
        chat.MessageRevision.file_ids journal.JournalPage.closed_terms folders.Folder.path""",
    "documents that name nobody": """
        people.Consent.scopes people.UnsentForm.fields library.MaterialVersion.passport library.Review.scores
        library.Play.memory library.LtiTool.keys records.RecordedActivity.definition""",
    "counters": "kernel.Entry.xid kernel.Bookmark.xid people.AccessRecord.xid",
}
REFERENCES = """
SELECT DISTINCT con.conrelid::regclass::text || '.' || att.attname FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = ANY (con.conkey)
WHERE con.contype = 'f' AND con.confrelid = 'people_person'::regclass
"""


def columns() -> list[str]:
    """Every column that a room names, with its model."""
    return [f"{room.model(key)._meta.label}.{key.name}" for room in rooms() for key in room.keys]


def keys_to_persons() -> set[str]:
    """Every column, and every table of pairs, that leads to a person."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.related_model is Person
    }


def is_unexplained(field: Any) -> bool:
    """Whether it may hold numbers of persons that no foreign key shows."""
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, BigIntegerField)
    numbers = isinstance(field, BigIntegerField) and not field.primary_key and field.name.endswith("id")
    return numbers or isinstance(field, JSONField)


def test_every_key_to_a_person_is_named_once() -> None:
    named = columns()
    assert [column for column, times in Counter(named).items() if times > 1] == []
    assert keys_to_persons() - set(named) == set()


def test_what_no_foreign_key_explains_is_a_persons_or_said_to_be_something_else() -> None:
    unexplained = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if is_unexplained(field)
    }
    others = {column for names in OTHER_THINGS.values() for column in names.split()}
    assert unexplained - others - set(columns()) == set()
    assert others - unexplained == set()
    assert set(columns()) - keys_to_persons() - unexplained == set()


@pytest.mark.django_db
def test_no_table_leads_to_a_person_behind_the_models_back() -> None:
    key_columns = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Person
    }
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES + "AND con.conparentid = 0")
        assert {name for (name,) in cursor.fetchall()} - key_columns == set()


def test_rooms_are_called_in_the_order_of_storeys() -> None:
    read = ConfigParser()
    read.read(ROOT / ".importlinter")
    layers = read["importlinter:contract:storeys"]["layers"].split("\n")
    order = [name.removeprefix("myschool.") for name in settings.INSTALLED_APPS if name.startswith("myschool.")]
    neighbours = {
        name: number for number, line in enumerate(reversed(layers)) for name in line.replace("|", " ").split()
    }
    assert [neighbours[name] for name in order] == sorted(neighbours[name] for name in order)


def test_what_is_deleted_or_kept_has_words_and_terms() -> None:
    for room in rooms():
        for key in room.keys:
            if isinstance(key.forgotten, Kept):
                assert key.forgotten.by in settings.DEADLINES, key
            if key.forgotten in (Forgotten.DELETED, Forgotten.DELETED_LAST):
                assert isinstance(key.copied, str), key


# Tables that are read whole, each with the reason.
READ_WHOLE = {
    "enrolment.EnrolmentRequest.same_as": "at a merge only, which is rare",
    "library.Review.expert": "experts judge some dozens of materials a week",
}


def leads(model: type[Model], column: str) -> bool:
    """Whether an index of the model's begins with the column and has every row that names somebody."""
    field: Any = model._meta.get_field(column)
    if field.unique or field.db_index:
        return True
    named = (None, Q(**{f"{column}__isnull": False}))
    return any(
        part.fields[:1] in ([column], (column,)) and part.condition in named
        for part in (*model._meta.indexes, *model._meta.constraints)
        if isinstance(part, Index | UniqueConstraint)
    )


def test_rows_of_a_person_are_found_by_an_index() -> None:
    deletions = (Forgotten.DELETED, Forgotten.DELETED_LAST)
    assert {
        f"{room.package}.{key.column}"
        for room in rooms()
        for key in room.keys
        if isinstance(key.forgotten, Kept)
        or key.forgotten in deletions
        or key.joined in (Joined.MOVES, Joined.DROPS_TWINS)
        if not leads(room.model(key), key.name)
    } == set(READ_WHOLE)
