"""A person whom every table names is joined with another, parted again, forgotten and copied: nothing is left out."""

from collections.abc import Iterator

import pytest

from myschool.config.tests.rows import everything, name_everywhere
from myschool.enrolment.actions.forgetting import answer_of
from myschool.enrolment.models import SearchName
from myschool.journal.tests.makers import make_journal
from myschool.kernel import subjects
from myschool.kernel.subjects import Forgotten, Kept, Key, Room, Stays, rooms
from myschool.people import actions as people
from myschool.people.models import Person
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
GO = (Forgotten.DELETED, Forgotten.BY_HAND)


@pytest.fixture
def elder():
    """Somebody whose number is less than anybody's, and a school in which rows may be."""
    elder = make_person("Старшая")
    make_journal()
    return elder


def keys_by_rows() -> Iterator[tuple[Room, Key]]:
    """Every key that is a foreign key."""
    for room in rooms():
        for key in room.keys:
            if room.model(key)._meta.get_field(key.name).related_model is Person:
                yield room, key


def naming(person: Person) -> set[str]:
    """The keys whose rows name the person."""
    return {f"{room.package}.{key.column}" for room, key in keys_by_rows() if room.rows(key, [person.pk]).exists()}


def test_of_a_person_who_was_joined_every_table_names_the_other_one(elder):
    survivor, merged = make_person("Известная"), make_person("Известная")
    name_everywhere(merged, elder)
    everywhere = {f"{room.package}.{key.column}" for room, key in keys_by_rows()}
    assert naming(merged) == everywhere
    before = everything()
    merge = people.merge_persons(kept_id=survivor.pk, merged_id=merged.pk, by=make_actor(), at=NOON)
    stays = {f"{room.package}.{key.column}" for room, key in keys_by_rows() if isinstance(key.joined, Stays)}
    assert naming(merged) == stays
    assert naming(survivor) >= everywhere - stays
    assert not SearchName.objects.filter(person_id=merged.pk).exists()
    people.undo_merge(merge=merge, by=make_actor(), at=NOON)
    after = everything()
    assert {key: row for key, row in after.items() if key in before} == before


def test_of_a_person_whom_the_law_keeps_the_rest_goes_and_what_stays_is_said(elder):
    person = make_person("Уходящая")
    name_everywhere(person, elder)
    outcome = people.forget_person(person_id=person.pk, by=make_actor(), at=NOON)
    deleted = {key.copied for _, key in keys_by_rows() if key.forgotten in GO}
    titles = {subjects.title_of(key) for _, key in keys_by_rows() if isinstance(key.forgotten, Kept)}
    assert deleted - set(outcome.deleted) == set()
    assert {rest.title for rest in outcome.rest} == titles
    assert naming(person) == {f"{room.package}.{key.column}" for room, key in keys_by_rows() if key.forgotten not in GO}
    person.refresh_from_db()
    assert person.last_name == "Уходящая"
    answer = answer_of(outcome)
    assert len(answer) <= 2000
    assert "Удалено всё" not in answer
    assert "отметки (до " in answer


def test_of_a_person_whom_no_law_keeps_a_number_is_left(elder):
    person = make_person("Уходящая")
    name_everywhere(person, elder, kept=False)
    merged = make_person("Уходящая", merged_into=person)
    outcome = people.forget_person(person_id=person.pk, by=make_actor(), at=NOON)
    assert outcome.rest == ()
    assert naming(person) == {
        f"{room.package}.{key.column}"
        for room, key in keys_by_rows()
        if key.forgotten in (Forgotten.NAMELESS, Forgotten.EMPTIED)
    }
    for row in Person.objects.filter(pk__in=[person.pk, merged.pk]):
        assert (row.last_name, row.first_name, row.birth_date, row.snils, row.name_key) == ("", "", None, None, "")
    assert "Больше о вас ничего не хранится" in answer_of(outcome)


def test_the_copy_has_a_section_for_every_key(elder):
    person = make_person("Любопытная")
    name_everywhere(person, elder)
    copied = subjects.copy([person.pk])
    titles = {key.copied for _, key in keys_by_rows() if isinstance(key.copied, str)}
    assert titles - set(copied) == set()
    assert [title for title in sorted(titles) if not copied[title]] == []
