"""Bad input through every door that takes a form: told in Russian or taken cleanly, and never half-written."""

import re
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client

from myschool.enrolment import forms
from myschool.enrolment.actions import connecting, deciding, placing, staffing
from myschool.enrolment.models import EnrolmentRequest, Invitation, StudentCard
from myschool.enrolment.tests.makers import (
    described,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.files.received import Received
from myschool.files.tests.makers import upload
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Tally
from myschool.kernel.tests.naughty import naughty_strings
from myschool.people import actions as people
from myschool.people.esia.answers import Level
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import AccessRecord, Consent, DeletionRequest, FamilyCard, Person, Session
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
from myschool.schools.tests.makers import INN, make_class, make_lasting_school, make_organisation

pytestmark = pytest.mark.django_db
WORST = ["\0", "9" * 5000, "9223372036854775808", "<script>alert(1)</script>", "   "]
BAD = [
    *WORST,
    "слово\0слово",
    "-1",
    "1e309",
    "1.5",
    "NaN",
    "١٢",
    "я" * 50_000,
    "' OR 1=1 --",
    "\r\nSet-Cookie: a=b",
    "[object Object]",
    "31.02.2012",
]
ENGLISH = re.compile(r"This field|Enter a|Select a|Ensure |not valid|invalid|must be", re.IGNORECASE)


class Door(NamedTuple):
    """Where a form goes, who sends it, and one that is right."""

    actor: Any
    url: str
    good: dict[str, Any]


def own_place(school_class, admin):
    return Door(make_student_actor(years_ago(15)), "/cabinet/place/", place_in(school_class))


def add_student(school_class, admin):
    sent = {**described_as_sent(), "relation": "mother", **place_in(school_class)}
    return Door(make_actor(), "/cabinet/children/add/", sent)


def own_post(school_class, admin):
    school = school_class.school
    return Door(
        staff_member(), "/cabinet/post/", {"inn": school.organisation.inn, "school": school.pk, "role": "teacher"}
    )


def invitation(school_class, admin):
    code = staffing.invite(
        school=school_class.school,
        role=Role.TEACHER,
        last_name="Петрова",
        first_name="Анна",
        patronymic="Ивановна",
        by=admin,
        at=now(),
    )
    return Door(staff_member(), "/cabinet/invitation/", {"code": code})


def answer(school_class, admin):
    request = own_request(school_class)
    deciding.ask_to_clarify(request=request, question="Где вы учились?", by=admin, at=now())
    return Door(applicant_of(request), f"/cabinet/requests/{request.pk}/answer/", {"text": "Здесь"})


def send_draft(school_class, admin):
    mother = make_actor()
    draft, _ = make_family_requests(school_class, mother, at=now(), send=False)
    return Door(mother, f"/cabinet/requests/{draft.pk}/send/", {})


def withdraw(school_class, admin):
    sent = own_request(school_class)
    return Door(applicant_of(sent), f"/cabinet/requests/{sent.pk}/withdraw/", {})


def connect(school_class, admin):
    school = make_lasting_school(connected=False)
    sent = {
        "inn": school.organisation.inn,
        "school": school.pk,
        "decree_number": "7-к",
        "decree_day": "01.09.2026",
        "decree": upload(),
    }
    return Door(staff_member(), "/connect/", sent)


def approve_many(school_class, admin):
    return Door(admin, "/desk/approve/", {"ids": own_request(school_class).pk})


def approve(school_class, admin):
    sent = {"same_as": "", "school_class": school_class.pk}
    return Door(admin, f"/desk/requests/{own_request(school_class).pk}/approve/", sent)


def decline(school_class, admin):
    sent = {"reason": "other", "reason_text": "Нет в приказе о зачислении"}
    return Door(admin, f"/desk/requests/{own_request(school_class).pk}/decline/", sent)


def clarify(school_class, admin):
    return Door(admin, f"/desk/requests/{own_request(school_class).pk}/clarify/", {"text": "Где вы учились?"})


def release(school_class, admin):
    student = make_student_actor(years_ago(15))
    make_placement(Person.objects.get(pk=student.person_id), school_class)
    elsewhere = make_class(make_lasting_school())
    moving = make_own_request(elsewhere, student, now())
    deciding.approve(request=moving, by=make_admin(elsewhere.school), at=now())
    return Door(admin, f"/desk/requests/{moving.pk}/release/", {})


def create_class(school_class, admin):
    return Door(admin, "/desk/classes/", {"name": "8Б"})


def list_student(school_class, admin):
    return Door(admin, f"/desk/classes/{school_class.pk}/", described_as_sent())


def rename_class(school_class, admin):
    return Door(admin, f"/desk/classes/{school_class.pk}/rename/", {"name": "7В"})


def close_class(school_class, admin):
    return Door(admin, f"/desk/classes/{school_class.pk}/close/", {})


def end_guardianship(school_class, admin):
    student = make_person(birth_date=years_ago(13))
    make_placement(student, school_class)
    link = make_guardianship(make_person(), student)
    return Door(admin, f"/desk/guardianships/{link.pk}/end/", {})


def depart(school_class, admin):
    placed = make_placement(make_person(birth_date=years_ago(13)), school_class)
    return Door(admin, f"/desk/placements/{placed.pk}/depart/", {})


def invite(school_class, admin):
    sent = {"last_name": "Новикова", "first_name": "Ия", "patronymic": "", "role": "teacher"}
    return Door(admin, "/desk/staff/", sent)


def dismiss(school_class, admin):
    hired = make_post(make_person(), school_class.school.organisation, Role.TEACHER)
    return Door(admin, f"/desk/staff/{hired.pk}/dismiss/", {})


def withdraw_invitation(school_class, admin):
    invitation(school_class, admin)
    return Door(admin, f"/desk/invitations/{Invitation.objects.get().pk}/withdraw/", {})


def approve_connection(school_class, admin):
    return Door(operator(), f"/operator/connections/{application().pk}/approve/", {})


def decline_connection(school_class, admin):
    return Door(operator(), f"/operator/connections/{application().pk}/decline/", {"text": "Приказ неразборчив"})


def grant_deletion(school_class, admin):
    return Door(operator(), f"/operator/demands/{demand().pk}/grant/", {})


def refuse_deletion(school_class, admin):
    return Door(operator(), f"/operator/demands/{demand().pk}/refuse/", {"text": "Журнал хранят пять лет"})


def register(school_class, admin):
    return Door(make_actor(role=None), "/registration/", {"role": "guardian", "terms": "on"})


def switch_role(school_class, admin):
    sent = {"role": "school_admin", "organisation": school_class.school.pk}
    return Door(admin, "/role/switch/", sent)


def demand_deletion(school_class, admin):
    mother = make_actor()
    return Door(mother, f"/privacy/deletion/{mother.person_id}/", {"text": "Прошу"})


def withdraw_consent(school_class, admin):
    mother = make_actor()
    consent = Consent.objects.create(
        subject_id=mother.person_id, given_by_id=mother.person_id, purpose="esia", wording="", given_at=now()
    )
    return Door(mother, f"/privacy/consents/{consent.pk}/withdraw/", {})


BUTTONS = [
    send_draft,
    withdraw,
    release,
    close_class,
    depart,
    end_guardianship,
    dismiss,
    withdraw_invitation,
    approve_connection,
    grant_deletion,
    withdraw_consent,
]
FORMS = [
    own_place,
    add_student,
    own_post,
    invitation,
    answer,
    connect,
    approve_many,
    approve,
    decline,
    clarify,
    create_class,
    list_student,
    rename_class,
    invite,
    decline_connection,
    refuse_deletion,
    register,
    switch_role,
    demand_deletion,
]
every_form = pytest.mark.parametrize("door", FORMS, ids=lambda door: door.__name__, indirect=True)
every_door = pytest.mark.parametrize("door", BUTTONS + FORMS, ids=lambda door: door.__name__, indirect=True)


@pytest.fixture
def door(request, client):
    school_class = make_class(make_lasting_school())
    door = request.param(school_class, make_admin(school_class.school))
    log_in(client, door.actor, now())
    return door


def described_as_sent():
    return {
        "last_name": "Петров",
        "first_name": "Глеб",
        "patronymic": "Ильич",
        "gender": "M",
        "snils": "112-233-445 95",
        "birth_date": years_ago(10).isoformat(),
    }


def place_in(school_class):
    school = school_class.school
    return {"inn": school.organisation.inn, "school": school.pk, "level": 7, "school_class": school_class.pk}


def staff_member():
    return make_actor(make_person(), Role.TEACHER, make_organisation())


def operator():
    return make_actor(make_person(), Role.OPERATOR, make_organisation(kind="authority"))


def own_request(school_class):
    return make_own_request(school_class, make_student_actor(years_ago(15)), now())


def applicant_of(request):
    return make_actor(request.applicant, Role.STUDENT)


def application():
    paper = Received(key="0" * 32, name="приказ.pdf", content_type="application/pdf", size=100)
    return connecting.ask_connection(
        school=make_lasting_school(connected=False),
        decree_number="7",
        decree_day=now().date(),
        decree=paper,
        by=staff_member(),
        at=now(),
    )


def demand():
    mother = make_actor()
    people.demand_deletion(subject_id=mother.person_id, text="Прошу", due_day=now().date(), by=mother, at=now())
    return DeletionRequest.objects.get()


def words(response):
    return " ".join(response.content.decode().split())


def send(client, door, sent):
    Tally.objects.all().delete()
    return client.post(door.url, sent)


def written():
    """Every row of every table, except what any visit leaves behind."""
    models = (model for model in apps.get_models() if model not in (Tally, Session, AccessRecord))
    return {model: list(model._default_manager.order_by("pk").values()) for model in models}


def is_taken(response):
    """Taken; or else refused in words a person understands."""
    assert response.status_code in {200, 302, *range(400, 500)}, response
    text = re.sub(r"<[^>]*>", " ", words(response))
    assert response.status_code < 400 or re.search("[А-Яа-я]{4}", text)
    assert response.status_code < 400 or not ENGLISH.search(re.sub(r"[^\x20-\x7e]+", " ", text))
    return response.status_code < 400


def try_all(client, door, many):
    """Send them one after another: what was refused has changed nothing."""
    before = written()
    for sent in many:
        if is_taken(send(client, door, sent)):
            before = written()
    assert written() == before


@every_door
def test_a_right_form_is_taken(client, door):
    assert is_taken(send(client, door, door.good))


@every_door
def test_a_double_click_makes_nothing_twice(client, door):
    """But an invitation may be repeated: each has its own code."""
    send(client, door, door.good)
    counted = (EnrolmentRequest, Person, Invitation, DeletionRequest)
    once = [model.objects.count() for model in counted]
    is_taken(send(client, door, door.good))
    again = [model.objects.count() for model in counted]
    assert again == once or door.url == "/desk/staff/"


@every_form
def test_one_bad_field_is_explained_or_taken_cleanly(client, door):
    try_all(client, door, [{**door.good, field: bad} for field in door.good for bad in WORST])


@every_door
def test_a_form_of_nothing_but_bad_fields_is_explained_or_taken_cleanly(client, door):
    try_all(client, door, [{**dict.fromkeys(door.good, bad), "x" * 300: bad} for bad in BAD])


@every_form
def test_a_field_missing_or_sent_twice_is_explained_or_taken_cleanly(client, door):
    missing = [{name: door.good[name] for name in door.good if name != field} for field in door.good]
    doubled = [{**door.good, field: ["7", "x"]} for field in door.good]
    try_all(client, door, missing + doubled)


@every_form
def test_strings_known_to_break_programs_break_nothing_here(client, door):
    try_all(client, door, [dict.fromkeys(door.good, bad) for bad in naughty_strings()[::20]])


@every_form
def test_what_is_no_form_at_all_is_explained_or_taken_as_an_empty_one(client, door):
    for body, kind in ((b'{"text": 1}', "application/json"), (b"\xff\xfe", "multipart/form-data; boundary=x")):
        is_taken(client.post(door.url, body, content_type=kind))


@pytest.mark.parametrize(
    "form",
    [
        forms.OwnPlace,
        forms.LevelOfSchool,
        forms.StudentAndPlace,
        forms.PostRequest,
        forms.Answer,
        forms.Question,
        forms.Approval,
        forms.Decline,
        forms.Filters,
        forms.ClassName,
        forms.ListedStudent,
        forms.Invite,
        forms.Code,
        forms.Connection,
        forms.Reason,
    ],
)
def test_every_field_of_every_form_bears_every_known_bad_string(form):
    for bad in [*naughty_strings(), *BAD, "\ud800", "я" * 1_000_000]:
        judged = form(dict.fromkeys(form.base_fields, bad))
        values = judged.cleaned_data if judged.is_valid() else {}
        assert not [value for value in values.values() if isinstance(value, str) and "\0" in value]


def test_a_name_of_ten_megabytes_is_not_even_read(client):
    log_in(client, make_actor(), now())
    response = client.post("/cabinet/children/add/", {**described_as_sent(), "last_name": "я" * 5_000_000})
    assert (response.status_code, "Данных слишком много" in words(response)) == (400, True)


def test_a_thousand_fields_are_not_even_read(client):
    log_in(client, make_actor(), now())
    assert client.post("/cabinet/children/add/", {f"f{number}": "1" for number in range(1000)}).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/cabinet/place/?again={}&card={}",
        "/cabinet/children/add/?again={}&card={}",
        "/cabinet/post/?again={}",
        "/connect/?inn={}",
        "/schools/by-inn/?inn={}",
        "/desk/?tray={}&kind={}&level={}&name={}&after={}&told={}",
        "/desk/?after={}_{}",
        "/desk/?after=1_{}",
        "/desk/?told={}.{}",
        "/operator/connections/?all={}",
        "/schools/classes/?school={}&level={}",
        "/login/?next={}&for={}",
        "/help/login/?check={}",
    ],
)
def test_nonsense_in_an_address_harms_nothing(client, address):
    admin = make_admin(make_lasting_school())
    log_in(client, admin, now())
    for bad in ("%00", "9" * 5000, "9" * 19, "-1", "NaN", "inf", "1_1_1", "%D9%A1", "%ED%A0%80", "x" * 2000, "[]"):
        Tally.objects.all().delete()
        with standing_in(FakeEsia()):
            response = client.get(address.replace("{}", bad))
        assert response.status_code in (200, 302, 404, 422)


@pytest.mark.parametrize("number", ["0", "9" * 18, "9223372036854775808", "9" * 30, "9" * 5000])
@pytest.mark.parametrize(
    "address",
    [
        "/cabinet/requests/{}/",
        "/desk/requests/{}/",
        "/desk/classes/{}/",
        "/connect/{}/",
        "/connect/{}/decree/",
        "/privacy/views/{}/",
    ],
)
def test_an_id_of_nothing_is_not_found_however_long_it_is(client, address, number):
    log_in(client, make_admin(make_lasting_school()), now())
    assert client.get(address.format(number)).status_code == 404


def test_a_class_of_another_school_is_refused_beside_its_field_with_the_rest_still_in_place(client):
    own, foreign = make_class(make_lasting_school()), make_class(make_lasting_school())
    log_in(client, make_student_actor(years_ago(15)), now())
    response = client.post("/cabinet/place/", {**place_in(own), "school_class": foreign.pk})
    assert (response.status_code, "Такого класса в этой школе нет" in words(response)) == (422, True)
    assert f'value="{own.school.organisation.inn}"' in words(response)
    assert not EnrolmentRequest.objects.exists()


def test_an_administrator_cannot_give_a_place_in_a_foreign_closed_or_other_class(client):
    seventh = make_class(make_lasting_school())
    admin = make_admin(seventh.school)
    log_in(client, admin, now())
    closed = make_class(seventh.school, letter="Я")
    placing.close_class(school_class=closed, by=admin, at=now())
    request = own_request(seventh)
    for wrong in (make_class(make_lasting_school()), closed, make_class(seventh.school, level=8)):
        response = client.post(f"/desk/requests/{request.pk}/approve/", {"school_class": wrong.pk})
        assert (response.status_code, "Такого класса в этой школе нет" in words(response)) == (422, True)
    assert EnrolmentRequest.objects.get().state == "submitted"


def test_a_class_closed_after_the_request_is_not_filled_again(client):
    seventh = make_class(make_lasting_school())
    admin = make_admin(seventh.school)
    log_in(client, admin, now())
    request = own_request(seventh)
    placing.close_class(school_class=seventh, by=admin, at=now())
    assert client.post(f"/desk/requests/{request.pk}/approve/", {}).status_code == 422
    eighth = make_class(seventh.school, letter="Б")
    assert client.post(f"/desk/requests/{request.pk}/approve/", {"school_class": eighth.pk}).status_code == 302


@pytest.mark.parametrize(
    ("inn", "says"),
    [
        ("9725127019", "опечатка"),
        (INN, "такой школы в реестре нет"),
        ("770000000082", "состоит из 10 цифр"),
        ("97251x7018", "только из цифр"),
    ],
)
def test_a_number_that_leads_to_no_school_is_explained_while_it_is_typed(client, inn, says):
    log_in(client, make_actor(), now())
    assert says in words(client.get("/schools/by-inn/", {"inn": inn}))


def test_a_school_not_connected_is_told_with_the_way_to_connect_it(client):
    make_lasting_school(connected=False, inn=INN)
    log_in(client, make_actor(), now())
    shown = words(client.get("/schools/by-inn/", {"inn": INN}))
    assert "ещё не подключена" in shown
    assert f"/connect/?inn={INN}" in shown


def ask_by_form(client, inn):
    return client.post("/cabinet/place/", {"inn": inn})


def ask_by_fragment(client, inn):
    return client.get("/schools/by-inn/", {"inn": inn})


def ask_by_address(client, inn):
    return client.get("/connect/", {"inn": inn})


@pytest.mark.parametrize("ask", [ask_by_form, ask_by_fragment, ask_by_address])
def test_ten_numbers_a_minute_may_be_asked_for_and_no_more_by_whatever_door(client, ask):
    log_in(client, make_actor(), now())
    for number in range(10):
        assert ask(client, f"97251270{number:02}").status_code in (200, 422)
    refused = ask_by_fragment(client, INN)
    assert (refused.status_code, "Подождите минуту" in words(refused)) == (429, True)
    assert ask(client, INN).status_code == 429
    log_in(client, make_actor(), now())
    assert ask(client, INN).status_code in (200, 422)


def test_typing_a_number_digit_by_digit_is_no_trying(client):
    log_in(client, make_actor(), now())
    typed = [INN[:length] for length in range(1, 10)] * 3
    assert {client.get("/schools/by-inn/", {"inn": part}).status_code for part in typed} == {200}


def test_codes_of_invitations_cannot_be_tried_one_after_another(client):
    log_in(client, staff_member(), now())
    tries = [client.post("/cabinet/invitation/", {"code": f"КОД-{number}"}) for number in range(11)]
    assert [response.status_code for response in tries] == [404] * 10 + [429]
    assert "Подождите минуту" in words(tries[-1])


def test_the_same_request_twice_leads_to_the_same_ticket(client):
    log_in(client, make_actor(), now())
    sent = {**described_as_sent(), "relation": "mother", **place_in(make_class(make_lasting_school()))}
    first, second = (client.post("/cabinet/children/add/", sent).url for _ in range(2))
    assert first == second
    assert "МСК" in words(client.get(first))


def test_a_request_kept_as_a_draft_is_nobodys_business_until_it_is_sent(client):
    school_class = make_class(make_lasting_school())
    admin = Client()
    log_in(admin, make_admin(school_class.school), now())
    log_in(client, make_student_actor(years_ago(15)), now())
    ticket = client.post("/cabinet/place/", {**place_in(school_class), "draft": "1"}).url
    request_id = EnrolmentRequest.objects.get().pk
    assert admin.get(f"/desk/requests/{request_id}/").status_code == 404
    client.post(f"{ticket}send/")
    assert admin.get(f"/desk/requests/{request_id}/").status_code == 200


def test_a_student_under_fourteen_comes_in_through_a_parent(client):
    seventh, mother, student, school = make_class(make_lasting_school()), make_actor(), Client(), Client()
    log_in(client, mother, now())
    log_in(school, make_admin(seventh.school), now())
    client.post("/cabinet/children/add/", {**described_as_sent(), "relation": "mother", **place_in(seventh)})
    for request in EnrolmentRequest.objects.order_by("pk"):
        assert school.post(f"/desk/requests/{request.pk}/approve/", {}).status_code == 302
    assert "7А класс" in words(client.get("/"))
    gosuslugi = FakeEsia()
    gosuslugi.add(
        told("3000", "Петров", "Глеб", "Ильич", birth_date=years_ago(10)), level=Level.UNDER_14, trusted=False
    )
    with standing_in(gosuslugi):
        assert come(student, gosuslugi, "3000").url == "/"
    assert "7А класс" in words(student.get("/"))


def test_a_snils_typed_beside_a_card_of_gosuslugi_opens_nobodys_record(client):
    """Gosuslugi told of a child without a СНИЛС; the number of another's child is typed in."""
    seventh, mother = make_class(make_lasting_school()), make_actor()
    victim = make_person("Жертвина", birth_date=years_ago(10), snils="11223344595")
    make_placement(victim, make_class(make_lasting_school()))
    FamilyCard.objects.create(
        person_id=mother.person_id,
        oid="1000100002",
        last_name="Петров",
        first_name="Глеб",
        birth_date=years_ago(10),
        name_key="петров|глеб|",
        told_at=now(),
    )
    log_in(client, mother, now())
    form = {"last_name": "Петров", "first_name": "Глеб", "birth_date": years_ago(10), "relation": "mother"}
    place = {
        "inn": seventh.school.organisation.inn,
        "school": seventh.school_id,
        "level": 7,
        "school_class": seventh.pk,
    }
    sent = client.post("/cabinet/children/add/", form | place | {"snils": "112-233-445 95"})
    assert (sent.status_code, StudentCard.objects.get().snils) == (302, "")
    for request in EnrolmentRequest.objects.order_by("pk"):
        deciding.approve(request=request, by=make_admin(seventh.school), at=now())
    assert not victim.guardians.exists()
    assert not victim.account_set.exists()


def test_a_school_closes_a_guardians_access_when_the_rights_have_ended(client):
    seventh = make_class(make_lasting_school())
    student, father = make_person("Домова", birth_date=years_ago(10)), make_person("Отцов", "Пётр", "")
    make_placement(student, seventh)
    make_guardianship(father, student, relation="father")
    log_in(client, make_admin(seventh.school), now())
    shown = client.get(f"/desk/classes/{seventh.pk}/").content.decode()
    assert "Отцов Пётр" in shown
    (address,) = re.findall(r'action="(/desk/guardianships/\d+/end/)"', shown)
    assert client.post(address).headers["Location"] == f"/desk/classes/{seventh.pk}/"
    assert "Связь прекращена: Отцов Пётр" in client.get(f"/desk/classes/{seventh.pk}/").content.decode()
    assert "Отцов" not in client.get(f"/desk/classes/{seventh.pk}/").content.decode()
    log_in(client, make_actor(father), now())
    assert client.get(f"/privacy/views/{student.pk}/").status_code == 404


def test_classes_count_their_students_and_the_requests_that_wait(client):
    seventh = make_class(make_lasting_school())
    for _ in range(3):
        make_placement(make_person(birth_date=years_ago(13)), seventh)
    for _ in range(2):
        own_request(seventh)
    make_class(seventh.school, letter="Б")
    log_in(client, make_admin(seventh.school), now())
    shown = client.get("/desk/classes/").content.decode()
    assert ("Учеников: 3" in shown, "Ждут решения: 2" in shown, "Учеников: 0" in shown) == (True, True, True)


def test_a_copy_of_ones_data_holds_requests_places_and_applications_and_names_nobody_else(client):
    seventh = make_class(make_lasting_school())
    mother = make_actor(make_person("Родителева"))
    place, link = make_family_requests(seventh, mother, described("Ребёнкова"), now())
    admin = make_admin(seventh.school)
    for request in (place, link):
        deciding.approve(request=request, by=admin, at=now())
    log_in(client, mother, now())
    own = words(client.get(f"/privacy/export/{mother.person_id}/"))
    of_the_student = words(client.get(f"/privacy/export/{Person.objects.get(last_name='Ребёнкова').pk}/"))
    assert ("Связь представителя" in own, "Заявки на подключение" in own) == (True, True)
    assert "7А класс" in of_the_student
    assert ("Ребёнкова" in own, "Родителева" in of_the_student, "Админова" in own + of_the_student) == (False,) * 3
