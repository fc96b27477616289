"""Two rows that turn out to be one person, and what is kept together for it."""

import pytest

from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people import actions
from myschool.people.models import Account, Consent, FamilyCard, Guardianship, Person, Profile, Session
from myschool.people.rules import names
from myschool.people.tests.makers import (
    make_account,
    make_actor,
    make_guardianship,
    make_person,
    make_profile,
    make_session,
)
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db


def merge(kept, merged):
    actions.merge_persons(kept_id=kept.pk, merged_id=merged.pk, by=make_actor(), at=NOON)
    kept.refresh_from_db()
    merged.refresh_from_db()


def test_everything_passes_to_the_row_that_stays():
    primary, merged = make_person(), make_person()
    account = make_account(merged)
    session, _ = make_session(merged)
    make_profile(merged, Role.STUDENT)
    consent = Consent.objects.create(subject=merged, given_by=merged, purpose="terms", wording="x", given_at=NOON)
    student = make_person("Детская")
    make_guardianship(merged, student)
    merge(primary, merged)
    assert merged.merged_into == primary
    assert Account.objects.get(pk=account.pk).person == primary
    assert Session.objects.get(pk=session.pk).person == primary
    assert Profile.objects.filter(person=primary, role=Role.STUDENT).exists()
    assert Consent.objects.get(pk=consent.pk).given_by == primary
    assert Guardianship.objects.get().guardian == primary


def test_names_that_gosuslugi_told_win_and_the_gaps_are_filled_from_the_schools_papers():
    primary = make_person("Петрова", "Алена", "Ивановна")
    merged = make_person("Петрова-Сидорова", "Алёна", "", birth_date=None)
    make_account(merged)
    merge(primary, merged)
    assert (primary.last_name, primary.first_name, primary.patronymic) == ("Петрова-Сидорова", "Алёна", "Ивановна")
    assert primary.birth_date is not None
    assert primary.name_key == names.name_key("Петрова-Сидорова", "Алёна", "Ивановна")
    assert primary.sort_key == names.sort_key("Петрова-Сидорова", "Алёна", "Ивановна")


def test_the_snils_moves_along_and_is_nobody_elses():
    primary, merged = make_person(snils=None), make_person(snils="11223344595")
    merge(primary, merged)
    assert list(Person.objects.filter(snils="11223344595", merged_into=None)) == [primary]


def test_the_snils_of_the_row_that_stays_is_not_replaced():
    primary, merged = make_person(snils="11223344595"), make_person(snils="08765430300")
    merge(primary, merged)
    assert primary.snils == "11223344595"


@pytest.mark.parametrize(
    ("of_kept", "of_merged"), [("", "2026-09-01"), ("2026-09-01", ""), ("2026-09-01", "2026-09-01")]
)
def test_of_two_profiles_one_stays_and_an_agreement_once_given_is_not_lost(of_kept, of_merged):
    primary, merged = make_person(), make_person()
    make_profile(primary, Role.STUDENT, of_kept)
    make_profile(merged, Role.STUDENT, of_merged)
    merge(primary, merged)
    assert Profile.objects.get(role=Role.STUDENT).terms_version == "2026-09-01"
    assert Profile.objects.get(role=Role.STUDENT).person == primary


def test_a_guardian_of_both_rows_stays_linked_once():
    mother, primary, merged = make_person(), make_person("Детская"), make_person("Детская")
    make_guardianship(mother, primary)
    make_guardianship(mother, merged)
    merge(primary, merged)
    assert [(link.guardian, link.student) for link in Guardianship.objects.all()] == [(mother, primary)]


def test_both_parents_stay_linked():
    mother, father, primary, merged = make_person(), make_person("Петров"), make_person(), make_person()
    make_guardianship(mother, primary)
    make_guardianship(father, merged, relation="father")
    merge(primary, merged)
    assert set(primary.guardians.values_list("guardian", flat=True)) == {mother.pk, father.pk}


def test_gosuslugis_cards_of_the_family_pass_too():
    primary, merged = make_person(), make_person()
    FamilyCard.objects.create(
        person=merged, last_name="А", first_name="Б", birth_date=NOON.date(), name_key="а|б|", told_at=NOON
    )
    merge(primary, merged)
    assert FamilyCard.objects.get().person == primary


def test_a_merge_is_in_the_chronicle_by_ids_alone():
    primary, merged = make_person(), make_person()
    merge(primary, merged)
    assert Entry.objects.get(kind="people.persons_merged").payload == {"kept_id": primary.pk, "merged_id": merged.pk}
