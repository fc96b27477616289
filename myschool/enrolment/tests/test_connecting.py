"""How a school joins: by Gosuslugi's word at once, or by a decree that the region's operator reads."""

import os
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from myschool.enrolment import access
from myschool.enrolment.actions import connecting
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import ConnectionRequest
from myschool.enrolment.queries import keeping
from myschool.enrolment.tests.makers import make_admin
from myschool.files.models import StoredFile
from myschool.files.received import Received
from myschool.files.receiving import MEGABYTE
from myschool.files.tests.makers import HTML, PDF, PNG, upload
from myschool.files.uploading import sweep
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people import actions as people
from myschool.people.esia.answers import EsiaOrganisation
from myschool.people.esia.gateways import FakeEsia
from myschool.people.gateways import standing_in
from myschool.people.models import EsiaPost, Person, Post
from myschool.people.tests.makers import come, log_in, make_account, make_actor, make_person, make_profile, told
from myschool.schools.models import CalendarDay
from myschool.schools.tests.makers import INN, NOON, make_lasting_school, make_organisation, make_region, make_school

pytestmark = pytest.mark.django_db
OGRN, OTHER_OGRN = "1027700132195", "1237700000009"
DAY = date(2026, 9, 1)


@pytest.fixture
def esia():
    gosuslugi = FakeEsia()
    with standing_in(gosuslugi):
        yield gosuslugi


def words(response):
    return " ".join(response.content.decode().split())


def applicant():
    """Somebody registered as staff who works nowhere yet."""
    person = make_person("Заявителева")
    make_profile(person, Role.TEACHER)
    return make_actor(person, role=None)


def paper(key="0" * 32):
    return Received(key=key, name="приказ.pdf", content_type="application/pdf", size=100)


def ask(school, by, at=NOON, *, number="7-к", day=DAY, decree=None):
    return connecting.ask_connection(
        school=school, decree_number=number, decree_day=day, decree=decree or paper(), by=by, at=at
    )


def ask_without_decree(school, by, at=NOON):
    return connecting.ask_connection(school=school, decree_number="", decree_day=None, decree=None, by=by, at=at)


def vouched(by, *, ogrn=OGRN, chief=False, admin=False, at=NOON):
    """What Gosuslugi says of where somebody works."""
    works_in = EsiaOrganisation(oid="1", full_name="Школа", short_name="Школа", ogrn=ogrn, chief=chief, admin=admin)
    people.remember_esia_posts(person_id=by.person_id, told=(works_in,), at=at)


def operator(region=None):
    return make_actor(make_person(), Role.OPERATOR, make_organisation(kind="authority", region=region))


def decide(connection, by=None, *, reason=None):
    if reason is None:
        connecting.approve_connection(connection=connection, by=by or operator(), at=NOON)
    else:
        connecting.decline_connection(connection=connection, reason_text=reason, by=by or operator(), at=NOON)


def entered(actor):
    browser = Client()
    log_in(browser, actor, now())
    return browser


def sent(school, **more):
    return {
        "inn": school.organisation.inn,
        "school": school.pk,
        "decree_number": "7-к",
        "decree_day": "2026-09-01",
        "decree": upload(),
        **more,
    }


def stored(settings):
    return [path for path in settings.FILES_FOLDER.rglob("*") if path.is_file()]


@pytest.mark.parametrize("said", [{"chief": True}, {"admin": True}, {"chief": True, "admin": True}])
def test_whom_gosuslugi_names_chief_or_admin_connects_the_school_at_once(said):
    school, head = make_school(connected=False, ogrn=OGRN), applicant()
    vouched(head, **said)
    connection = ask_without_decree(school, head)
    school.refresh_from_db()
    assert (connection.state, school.connected_at) == ("approved", NOON)
    assert Post.objects.get(person=head.person_id).role == Role.SCHOOL_ADMIN
    assert {"schools.connected", "enrolment.connection_decided"} <= set(Entry.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    "said",
    [
        {"chief": False, "admin": False},
        {"chief": True, "ogrn": OTHER_OGRN},
        {"chief": True, "at": NOON - timedelta(hours=1)},
        {"chief": True, "ogrn": None},
    ],
    ids=["a mere employee", "of another organisation", "an hour ago", "of no known number"],
)
def test_everybody_else_needs_the_decree(said):
    school, teacher = make_school(connected=False, ogrn=OGRN), applicant()
    vouched(teacher, **said)
    with pytest.raises(connecting.DecreeMissing, match="Укажите номер и дату приказа") as refused:
        ask_without_decree(school, teacher)
    assert refused.value.field == "decree"
    school.refresh_from_db()
    assert school.connected_at is None
    assert not ConnectionRequest.objects.exists()


@pytest.mark.parametrize(("number", "day"), [("", DAY), ("7-к", None)])
def test_half_a_decree_is_none(number, day):
    with pytest.raises(connecting.DecreeMissing):
        ask(make_school(connected=False), applicant(), number=number, day=day)


def test_gosuslugis_word_about_somebody_else_helps_nobody():
    school = make_school(connected=False, ogrn=OGRN)
    vouched(applicant(), chief=True)
    with pytest.raises(connecting.DecreeMissing):
        ask_without_decree(school, applicant())


def test_with_a_decree_the_operator_decides_and_the_applicant_becomes_administrator():
    school, teacher = make_school(connected=False), applicant()
    connection = ask(school, teacher)
    assert connection.state == "submitted"
    assert not Post.objects.filter(person=teacher.person_id).exists()
    decide(connection)
    connection.refresh_from_db()
    school.refresh_from_db()
    assert (connection.state, school.connected_at) == ("approved", NOON)
    assert Post.objects.get(person=teacher.person_id).role == Role.SCHOOL_ADMIN


def test_a_declined_application_shows_its_reason_and_may_be_made_again(client):
    school, teacher = make_lasting_school(connected=False), applicant()
    connection = ask(school, teacher, now())
    decide(connection, reason="Приказ неразборчив")
    log_in(client, teacher, now())
    assert "Приказ неразборчив" in words(client.get(f"/connect/{connection.pk}/"))
    assert ask(school, teacher, decree=paper("1" * 32)) != connection


def test_an_application_sent_twice_is_one():
    school, teacher = make_school(connected=False), applicant()
    assert ask(school, teacher) == ask(school, teacher, decree=paper("1" * 32))


@pytest.mark.parametrize("again", [None, "Поздно"])
def test_an_application_is_decided_once(again):
    connection = ask(make_school(connected=False), applicant())
    decide(connection, reason="Приказ неразборчив")
    with pytest.raises(AlreadyDecided):
        decide(connection, reason=again)


def test_of_two_applicants_the_second_learns_that_the_school_is_connected():
    school, first, second = make_school(connected=False), applicant(), applicant()
    decide(ask(school, first))
    with pytest.raises(connecting.AlreadyConnected, match="Попросите её администратора"):
        ask(school, second, decree=paper("1" * 32))


def test_who_has_not_registered_as_staff_connects_nothing(client):
    school = make_lasting_school(connected=False)
    log_in(client, make_actor(), now())
    response = client.post("/connect/", sent(school))
    assert (response.status_code, "профилем сотрудника школы" in words(response)) == (403, True)
    assert not ConnectionRequest.objects.exists()


def test_the_answer_is_due_in_five_working_days_of_the_region():
    school = make_school(connected=False)
    assert ask(school, applicant()).due_day == date(2026, 9, 17)
    CalendarDay.objects.create(region=make_region(), day=date(2026, 9, 14), is_working=False)
    assert ask(school, applicant(), decree=paper("1" * 32)).due_day == date(2026, 9, 18)


def test_an_operator_of_another_region_sees_and_decides_nothing():
    connection = ask(make_school(connected=False), applicant())
    stranger = operator(make_region("39", "Калининградская область", "Europe/Kaliningrad"))
    assert not access.connections_to_decide(stranger).exists()
    assert not access.decrees_to_read(stranger).exists()
    assert keeping.connections_page(stranger, shows_all=True).rows == []
    browser = entered(stranger)
    for address in (
        f"/operator/connections/{connection.pk}/approve/",
        f"/operator/connections/{connection.pk}/decline/",
    ):
        assert browser.post(address, {"text": "Нет"}).status_code == 404
    assert browser.get(f"/connect/{connection.pk}/decree/").status_code == 404
    assert ConnectionRequest.objects.get().state == "submitted"


@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.HEAD, Role.TEACHER])
def test_no_role_of_a_school_decides_on_applications(role):
    school = make_school()
    connection = ask(make_school(connected=False), applicant())
    browser = entered(make_actor(make_person(), role, school.organisation))
    assert browser.post(f"/operator/connections/{connection.pk}/approve/").status_code == 404


def test_the_operator_reads_open_applications_in_turn_and_all_the_latest_first():
    schools = [make_school(connected=False, short_name=f"Школа {number}") for number in range(3)]
    applications = [
        ask(school, applicant(), NOON + timedelta(minutes=number), decree=paper(f"{number}" * 32))
        for number, school in enumerate(schools)
    ]
    decide(applications[1], reason="Не та организация")
    me = operator()
    assert [row.id for row in keeping.connections_page(me, shows_all=False).rows] == [
        applications[0].pk,
        applications[2].pk,
    ]
    assert [row.id for row in keeping.connections_page(me, shows_all=True).rows] == [
        row.pk for row in reversed(applications)
    ]


def test_a_decree_goes_in_by_the_form_and_comes_out_as_a_download(client):
    school, teacher = make_lasting_school(connected=False), applicant()
    log_in(client, teacher, now())
    response = client.post("/connect/", sent(school, decree=upload(PDF, "../Приказ № 7.pdf")))
    connection = ConnectionRequest.objects.get()
    assert response.url == f"/connect/{connection.pk}/"
    for browser in (client, entered(operator())):
        download = browser.get(f"/connect/{connection.pk}/decree/")
        assert b"".join(download.streaming_content) == PDF
        assert download.headers["Content-Type"] == "application/pdf"
        assert download.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D0%9F")
        assert "sandbox" in download.headers["Content-Security-Policy"]
        assert download.headers["X-Content-Type-Options"] == "nosniff"
        assert download.headers["Cache-Control"] == "private, no-cache"


def test_nobody_else_reads_a_decree():
    connection = ask(make_school(connected=False), applicant())
    for stranger in (applicant(), make_admin(), make_actor()):
        assert entered(stranger).get(f"/connect/{connection.pk}/decree/").status_code == 404
    assert Client().get(f"/connect/{connection.pk}/decree/").status_code == 401


@pytest.mark.parametrize(
    ("decree", "says"),
    [
        ({"content": HTML}, "Приложите PDF, JPEG или PNG до 10 МБ"),
        ({"content": b""}, "пуст"),
        ({"content": PDF + b" " * 10 * MEGABYTE}, "слишком большой"),
    ],
    ids=["disguised", "empty", "too big"],
)
def test_an_unfit_decree_is_refused_beside_its_field_and_leaves_no_bytes(client, settings, decree, says):
    school = make_lasting_school(connected=False)
    log_in(client, applicant(), now())
    response = client.post("/connect/", sent(school, decree=upload(**decree)))
    assert (response.status_code, says in words(response)) == (422, True)
    assert 'value="7-к"' in words(response)
    assert not ConnectionRequest.objects.exists()
    assert stored(settings) == []


def test_a_picture_taken_by_a_phone_is_a_decree_too(client):
    school = make_lasting_school(connected=False)
    log_in(client, applicant(), now())
    client.post("/connect/", sent(school, decree=upload(PNG, "IMG_0001.HEIC", "image/heic")))
    assert StoredFile.objects.get().content_type == "image/png"


def test_a_refused_application_keeps_no_bytes_of_its_decree(client, settings):
    school = make_lasting_school()
    log_in(client, applicant(), now())
    assert client.post("/connect/", sent(school)).status_code == 409
    (path,) = stored(settings)
    os.utime(path, (0, 0))
    sweep(at=now() + timedelta(days=2))
    assert stored(settings) == []


def test_an_application_sent_twice_keeps_its_decree_once(client, settings):
    school = make_lasting_school(connected=False)
    log_in(client, applicant(), now())
    for _ in range(2):
        assert client.post("/connect/", sent(school)).status_code == 302
    (path,) = stored(settings)
    assert path.name == StoredFile.objects.get().key


def test_a_word_where_a_file_should_be_is_no_decree(client):
    school = make_lasting_school(connected=False)
    log_in(client, applicant(), now())
    response = client.post("/connect/", sent(school, decree="приказ.pdf"))
    assert (response.status_code, "приложите его скан" in words(response)) == (422, True)


def test_the_way_to_gosuslugi_and_back_connects_a_school_without_a_decree(client, esia):
    school = make_lasting_school(connected=False, inn=INN, ogrn=OGRN)
    head = applicant()
    log_in(client, head, now())
    account = make_account(Person.objects.get(pk=head.person_id))
    works_in = EsiaOrganisation(oid="1", full_name="Школа № 1", short_name=None, ogrn=OGRN, chief=True, admin=False)
    esia.add(told(account.oid), organisations=(works_in,))
    page = words(client.get("/connect/", {"inn": INN}))
    way = page.split('href="/login/?')[1].split('"')[0].replace("&amp;", "&")
    params = {name: values[0] for name, values in parse_qs(way).items()}
    back = come(client, esia, account.oid, **params).url
    assert (urlsplit(back).path, parse_qs(urlsplit(back).query)) == ("/connect/", {"inn": [INN]})
    assert "руководитель" in words(client.get(back))
    response = client.post("/connect/", {"inn": INN, "school": school.pk})
    assert response.status_code == 302
    assert client.post("/role/switch/", {"role": "school_admin", "organisation": school.pk}).status_code == 302
    assert client.get("/desk/").status_code == 200


def test_what_gosuslugi_no_longer_says_is_forgotten():
    head = applicant()
    vouched(head, chief=True)
    people.remember_esia_posts(person_id=head.person_id, told=(), at=NOON)
    assert not EsiaPost.objects.exists()


def test_of_branches_with_one_number_each_is_connected_by_itself():
    first, two = (make_school(connected=False, inn=INN, kpp=kpp) for kpp in ("772501001", "772501002"))
    decide(ask(first, applicant()))
    first.refresh_from_db()
    two.refresh_from_db()
    assert (first.connected_at, two.connected_at) == (NOON, None)


def test_a_school_connected_this_morning_in_kamchatka_has_its_administrator_this_morning():
    school = make_school(make_region("41", "Камчатский край", "Asia/Kamchatka"), connected=False, ogrn=OGRN)
    head, morning = applicant(), NOON.replace(hour=20)
    vouched(head, chief=True, at=morning)
    ask_without_decree(school, head, morning)
    assert Post.objects.get(person=head.person_id).from_date == date(2026, 9, 11)
    people.switch_role(role=Role.SCHOOL_ADMIN, organisation_id=school.pk, by=head, at=morning)
