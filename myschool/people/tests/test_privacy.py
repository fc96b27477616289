"""One's own data: receipts of consents, who looked, a copy of everything, a demand to delete."""

import json
from datetime import date, timedelta

import pytest

from myschool.kernel.actors import Role
from myschool.kernel.clock import now, wall
from myschool.kernel.models import Entry
from myschool.people import access, actions
from myschool.people.esia.answers import EsiaFamilyCard
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import AccessRecord, Consent, DeletionRequest, FamilyCard, Guardianship, Person
from myschool.people.processing import answer_due
from myschool.people.tests.makers import (
    come,
    log_in,
    make_actor,
    make_guardianship,
    make_person,
    make_post,
    told,
    years_ago,
)
from myschool.schools.models import CalendarDay
from myschool.schools.tests.makers import NOON, make_region, make_school

pytestmark = pytest.mark.django_db
CARD = EsiaFamilyCard(oid="2000", last_name="Петрова", first_name="Мила", birth_date=date(2016, 2, 3))


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def mother(client):
    """A guardian who is logged in, and whose child is ten."""
    actor = make_actor(make_person("Родителева"))
    make_guardianship(person_of(actor), make_person("Детская", "Мила", birth_date=years_ago(10)))
    log_in(client, actor, now())
    return actor


def person_of(actor):
    return Person.objects.get(pk=actor.person_id)


def student_of(actor):
    return Person.objects.get(guardians__guardian=actor.person_id)


def staff_member(school=None):
    school = school or make_school()
    return make_actor(make_person("Завучева"), Role.DEPUTY_HEAD, school.organisation)


def test_a_login_leaves_a_receipt_of_what_was_granted(client, esia):
    esia.add(told())
    come(client, esia)
    receipt = Consent.objects.get()
    assert receipt.scopes == ["openid", "fullname", "birthdate", "gender", "snils"]
    assert "дата рождения, пол, СНИЛС" in words(client.get("/privacy/mine/"))


def test_the_same_grant_again_leaves_no_second_receipt_and_a_wider_one_does(client, esia):
    esia.add(told(), children=(CARD,))
    come(client, esia)
    come(client, esia)
    assert Consent.objects.count() == 1
    come(client, esia, **{"for": "family"})
    assert Consent.objects.count() == 2
    assert "имена детей" in words(client.get("/privacy/mine/"))


def test_the_family_is_read_only_when_it_was_asked_for(client, esia):
    esia.add(told(), children=(CARD,))
    come(client, esia)
    assert not FamilyCard.objects.exists()
    come(client, esia, **{"for": "family"})
    assert FamilyCard.objects.get().first_name == "Мила"
    actions.drop_leftovers(at=now() + timedelta(days=1, minutes=1))
    assert not FamilyCard.objects.exists()


def test_cards_without_a_name_or_a_birth_date_and_repeated_ones_are_left_out(client, esia):
    nameless = EsiaFamilyCard(birth_date=date(2016, 2, 3))
    dateless = EsiaFamilyCard(last_name="Петрова", first_name="Мила")
    esia.add(told(), children=(CARD, CARD, nameless, dateless))
    come(client, esia, **{"for": "family"})
    assert FamilyCard.objects.count() == 1


def test_a_consent_is_withdrawn_once(client, esia):
    esia.add(told())
    come(client, esia)
    receipt = Consent.objects.get()
    address = f"/privacy/consents/{receipt.pk}/withdraw/"
    assert client.post(address).url == "/privacy/mine/"
    receipt.refresh_from_db()
    assert receipt.withdrawn_at is not None
    assert client.post(address).status_code == 404
    assert Entry.objects.filter(kind="people.consent_withdrawn").count() == 1
    assert "Отозвано" in words(client.get("/privacy/mine/"))


def test_what_gosuslugi_told_goes_with_the_agreement_to_tell_it(client, esia):
    esia.add(told())
    come(client, esia)
    consent = Consent.objects.get()
    actions.remember_family(
        person_id=consent.given_by_id,
        told=(EsiaFamilyCard(last_name="Петров", first_name="Лев", birth_date=years_ago(9)),),
        at=now(),
    )
    client.post(f"/privacy/consents/{consent.pk}/withdraw/")
    assert not FamilyCard.objects.exists()


def test_views_are_forgotten_after_the_three_years_that_the_register_promises(mother):
    for days in (3 * 365, 3 * 365 + 2):
        actions.record_access(
            student_ids=[student_of(mother).pk], section="card", by=staff_member(), at=wall() - timedelta(days=days)
        )
    actions.drop_leftovers(at=now())
    assert [(wall() - record.at).days for record in AccessRecord.objects.all()] == [3 * 365]


def test_who_looked_at_a_record_that_was_merged_is_shown_with_the_kept_one(mother):
    student = student_of(mother)
    merged = make_person("Детская", merged_into=make_person(merged_into=student))
    actions.record_access(student_ids=[merged.pk], section="card", by=staff_member(), at=NOON)
    assert [record.student_id for record in access.looks_at(student)] == [merged.pk]
    assert not access.looks_at(make_person()).exists()


def test_after_a_withdrawal_the_next_login_asks_and_receives_anew(client, esia):
    esia.add(told())
    come(client, esia)
    client.post(f"/privacy/consents/{Consent.objects.get().pk}/withdraw/")
    client.cookies.clear()
    come(client, esia)
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_the_terms_and_other_peoples_consents_cannot_be_withdrawn(client, mother):
    own_terms = Consent.objects.create(
        subject=person_of(mother), given_by=person_of(mother), purpose="terms", wording="x", given_at=NOON
    )
    stranger = make_person()
    foreign = Consent.objects.create(subject=stranger, given_by=stranger, purpose="esia", wording="", given_at=NOON)
    for consent in (own_terms, foreign):
        assert client.post(f"/privacy/consents/{consent.pk}/withdraw/").status_code == 404


def test_the_family_sees_who_looked_by_role_and_school_and_not_by_name(client, mother):
    school = make_school()
    actions.record_access(student_ids=[student_of(mother).pk], section="card", by=staff_member(school), at=now())
    shown = words(client.get(f"/privacy/views/{student_of(mother).pk}/"))
    for told_to_the_family in ("Заместитель директора", school.organisation.short_name, "Карточка ученика"):
        assert told_to_the_family in shown
    assert "Завучева" not in shown


def test_the_latest_views_come_first_and_at_most_a_hundred(client, mother):
    viewer, student = staff_member(), student_of(mother)
    for days in range(101):
        actions.record_access(
            student_ids=[student.pk], section="card", by=viewer, at=NOON - timedelta(days=days), reason=f"повод {days}."
        )
    shown = words(client.get(f"/privacy/views/{student.pk}/"))
    assert shown.index("повод 0.") < shown.index("повод 1.") < shown.index("повод 99.")
    assert "повод 100." not in shown


@pytest.mark.parametrize("address", ["/privacy/views/{}/", "/privacy/export/{}/"])
def test_nobody_reads_a_strangers_record_or_a_grown_up_childs(client, mother, address):
    grown_up = make_person(birth_date=years_ago(18))
    make_guardianship(person_of(mother), grown_up)
    for person in (make_person(), grown_up):
        assert client.get(address.format(person.pk)).status_code == 404


def test_a_guardian_reads_a_childs_record_and_a_student_their_own(client, mother):
    student = student_of(mother)
    for reader in (mother, make_actor(student, Role.STUDENT)):
        log_in(client, reader, now())
        assert client.get(f"/privacy/views/{student.pk}/").status_code == 200
        assert client.get(f"/privacy/export/{student.pk}/").status_code == 200


def test_a_student_does_not_read_the_record_of_their_parent(client):
    parent, student = make_person(), make_person(birth_date=years_ago(15))
    make_guardianship(parent, student)
    log_in(client, make_actor(student, Role.STUDENT), now())
    assert client.get(f"/privacy/export/{parent.pk}/").status_code == 404


def test_the_copy_is_a_file_with_everything_kept_of_a_person(client, mother):
    me, school = person_of(mother), make_school()
    make_post(me, school.organisation, Role.TEACHER)
    actions.record_access(student_ids=[me.pk], section="request", by=staff_member(school), at=NOON)
    client.post(f"/privacy/deletion/{me.pk}/", {"text": "Прошу удалить фото"})
    Consent.objects.create(subject=me, given_by=me, purpose="terms", wording="2026-09-01", given_at=NOON)
    response = client.get(f"/privacy/export/{me.pk}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    copied = json.loads(response.content)
    assert copied["Человек"]["Фамилия"] == "Родителева"
    assert copied["Должности"][0]["Где"] == school.organisation.full_name
    for part in (
        "Учётные записи Госуслуг",
        "Профили",
        "Представляемые дети",
        "Согласия",
        "Входы",
        "Кто смотрел",
        "Требования об удалении",
    ):
        assert copied[part], part
    assert copied["Требования об удалении"][0]["Текст"] == "Прошу удалить фото"


def test_the_copy_names_nobody_else(client, mother):
    student = student_of(mother)
    father = make_person("Отцовский", "Пётр", "Кузьмич")
    make_guardianship(father, student, relation="father")
    actions.record_access(student_ids=[student.pk], section="card", by=staff_member(), at=NOON)
    actions.register_by_guardian(student_id=student.pk, given_by_id=mother.person_id, at=NOON)
    students_copy = words(client.get(f"/privacy/export/{student.pk}/"))
    for name in ("Родителева", "Отцовский", "Кузьмич", "Завучева"):
        assert name not in students_copy
    assert "Детская" not in words(client.get(f"/privacy/export/{mother.person_id}/"))


def test_taking_a_copy_is_written_down(client, mother):
    client.get(f"/privacy/export/{student_of(mother).pk}/")
    entry = Entry.objects.get(kind="people.export_taken")
    assert (entry.actor_id, entry.payload) == (mother.person_id, {"subject_id": student_of(mother).pk})


def test_a_copy_holds_no_secret_of_a_session(client, mother):
    assert "token" not in words(client.get(f"/privacy/export/{mother.person_id}/"))


def test_a_demand_to_delete_is_taken_once_until_it_is_answered(client, mother):
    address = f"/privacy/deletion/{student_of(mother).pk}/"
    assert client.post(address, {"text": "Мы переехали.\nСпасибо"}).url == "/privacy/mine/"
    again = client.post(address)
    assert (again.status_code, "уже подано" in words(again)) == (409, True)
    demand = DeletionRequest.objects.get()
    assert (demand.subject, demand.filed_by, demand.state) == (student_of(mother), person_of(mother), "submitted")
    assert "На рассмотрении" in words(client.get("/privacy/mine/"))
    DeletionRequest.objects.update(state="refused", answer="Журнал хранят пять лет")
    assert "Журнал хранят пять лет" in words(client.get("/privacy/mine/"))
    assert client.post(address).status_code == 302


def test_a_demand_for_a_stranger_is_not_taken(client, mother):
    assert client.post(f"/privacy/deletion/{make_person().pk}/").status_code == 404
    assert not DeletionRequest.objects.exists()


@pytest.mark.parametrize("text", ["я" * 2001, "a\0b", "\x1b[31m"])
def test_a_demand_with_unfit_words_is_refused_in_russian(client, mother, text):
    response = client.post(f"/privacy/deletion/{mother.person_id}/", {"text": text})
    assert (response.status_code, "Не получилось" in words(response)) == (422, True)
    assert not DeletionRequest.objects.exists()


def test_the_answer_to_a_demand_is_due_in_ten_working_days():
    """From Thursday 10 September; Friday the 18th is made a day off."""
    assert answer_due(date(2026, 9, 10)) == date(2026, 9, 24)
    CalendarDay.objects.create(region=make_region(), day=date(2026, 9, 18), is_working=False)
    assert answer_due(date(2026, 9, 10)) == date(2026, 9, 25)


def test_anybody_may_read_what_is_kept_and_why(client):
    shown = words(client.get("/privacy/"))
    for phrase in ("СНИЛС", "Основание", "Кто видит", "Сколько хранятся"):
        assert phrase in shown


def test_what_one_agreed_to_for_a_child_is_shown_after_the_link_has_ended_to_nobody_else(client, mother):
    student = Person.objects.get(last_name="Детская")
    parent = Person.objects.get(last_name="Родителева")
    others = make_person("Чужая")
    for giver, wording in ((parent, "Своё"), (others, "Чужое")):
        Consent.objects.create(subject=student, given_by=giver, purpose="terms", wording=wording, given_at=now())
    before = words(client.get("/privacy/mine/"))
    Guardianship.objects.filter(guardian=parent).update(to_date=now().date() - timedelta(days=1))
    after = words(client.get("/privacy/mine/"))
    assert [("редакция Чужое" in shown, "редакция Своё" in shown) for shown in (before, after)] == [
        (True, True),
        (False, True),
    ]


def test_ones_own_page_speaks_for_oneself_and_ones_children_only(client, mother):
    make_guardianship(make_person("Чужая"), make_person("Соседская", birth_date=years_ago(10)))
    shown = words(client.get("/privacy/mine/"))
    assert ("Родителева" in shown, "Детская" in shown) == (True, True)
    assert ("Чужая" in shown, "Соседская" in shown) == (False, False)
