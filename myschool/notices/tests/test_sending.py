"""On the way: real mail and push servers on this machine, which fail in every way they can."""

import re
from datetime import time, timedelta
from email.message import EmailMessage
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from myschool.journal.tests.makers import AT, DAY, person_of, write
from myschool.kernel.actors import Role
from myschool.notices import actions, gateways, letters, rules, sending
from myschool.notices.models import Delivery, Notice, NoticeChoice, PushSubscription
from myschool.notices.queries.parcels import parcel_of
from myschool.notices.register import KINDS
from myschool.notices.tests.makers import follow, give_device, give_mail, make_family_school, set_clock
from myschool.notices.tests.servers import mail_server, push_service
from myschool.people.models import Guardianship
from myschool.people.tests.makers import log_in, make_actor
from myschool.schools.tests.makers import make_organisation
from myschool.timetable.actions import changes
from myschool.timetable.tests.makers import make_lesson

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _own_settings(settings, tmp_path):
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD
    settings.VAPID_KEY = str(tmp_path / "vapid.pem")
    settings.SITE_URL = "https://school.example"


@pytest.fixture
def box(settings):
    with mail_server() as (mailbox, address):
        settings.SMTP_URL = address
        yield mailbox


@pytest.fixture
def service():
    with push_service() as server:
        yield server


@pytest.fixture
def school(_own_settings):
    return make_family_school()


@pytest.fixture
def mother(school):
    return make_actor(school.mother)


def subscribe(mother, service, path="/1"):
    return give_device(mother, endpoint=service.address + path, **service.keys)


def mailed_at_once(school, **more):
    give_mail(school.mother, **more)
    NoticeChoice.objects.create(person=school.mother, kind="mark", mail="at_once", push=True)


def tell(school, text="4"):
    write(school, text)
    follow()


def another(school):
    return make_lesson(school.taught, person_of(school.teacher), number=2, starts=time(9, 30), ends=time(10, 15))


def send(at=LATER):
    while sending.send_next(at):
        pass


def only():
    return Delivery.objects.get()


def test_a_push_is_sealed_for_the_browser_and_signed_by_us(school, mother, service):
    subscribe(mother, service)
    tell(school)
    send(AT)
    assert service.pushes == []
    send()
    (push,) = service.pushes
    assert push["title"] == "Ученик00: Отметка: Алгебра"
    assert push["text"].startswith("4")
    assert push["path"] == f"/notices/{Notice.objects.get(recipient=school.mother).pk}/"
    assert service.claims()["sub"] == "mailto:school@example.com"
    headers = service.headers[0]
    assert (headers["Urgency"], headers["TTL"], headers["Content-Encoding"]) == ("normal", "86400", "aes128gcm")
    assert re.fullmatch("[A-Za-z0-9_-]{1,32}", headers["Topic"])
    assert only().state == "sent"


def test_a_push_before_a_lesson_is_urgent_and_lives_until_it_begins(school, mother, service):
    subscribe(mother, service)
    lesson = make_lesson(school.taught, None, day=DAY + timedelta(days=1), starts=time(8), ends=time(8, 45))
    changes.cancel_lesson(lesson=lesson, reason="", today=DAY, by=school.deputy, at=AT)
    follow()
    send(AT + timedelta(minutes=1))
    # From a minute past one in Moscow to eight in the morning.
    assert (service.headers[0]["Urgency"], service.headers[0]["TTL"]) == ("high", str(19 * 3600 - 60))


def test_without_details_nothing_but_the_subject_is_on_the_screen(school, mother, service):
    give_mail(school.mother, with_details=False)
    subscribe(mother, service)
    tell(school)
    send()
    assert service.pushes[0]["text"] == ""


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_sent_nothing_more(school, mother, service, status):
    subscribe(mother, service)
    service.answers = [(status, {})]
    tell(school)
    send()
    assert (only().state, only().last_error) == ("skipped", "gone")
    assert PushSubscription.objects.get().withdrawn_at == LATER
    write(school, "5", at=LATER)
    follow()
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_service_that_asks_for_peace_is_left_in_peace(school, mother, service):
    subscribe(mother, service)
    service.answers = [(429, {"Retry-After": "3600"})]
    tell(school)
    send()
    assert (only().state, only().last_error, only().due_at) == ("waiting", "HTTP 429", LATER + timedelta(hours=1))
    send(LATER + timedelta(hours=1))
    assert only().state == "sent"


def test_a_service_out_of_order_is_tried_until_the_end_and_again_by_the_operator(school, mother, service):
    subscribe(mother, service)
    service.answers = [(503, {})] * rules.MOST_TRIES
    tell(school)
    for _ in range(rules.MOST_TRIES):
        send(only().due_at)
    dead = only()
    at = LATER + timedelta(days=2)
    assert (dead.state, dead.tries, dead.last_error) == ("dead", rules.MOST_TRIES, "HTTP 503")
    operator = make_actor(role=Role.OPERATOR, organisation=make_organisation("authority"))
    actions.send_again(delivery=dead, by=operator, at=at)
    send(at)
    assert only().state == "sent"
    assert len(service.pushes) == 1


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_push_refused_for_good_is_not_tried_again(school, mother, service, status):
    subscribe(mother, service)
    service.answers = [(status, {})]
    tell(school)
    send()
    assert (only().state, only().last_error) == ("dead", f"HTTP {status}")


def test_a_redirect_leads_nowhere(school, mother, service):
    subscribe(mother, service)
    service.answers = [(307, {"Location": service.address + "/inner"})]
    tell(school)
    send()
    assert (only().state, only().last_error) == ("dead", "HTTP 307")
    assert service.pushes == []


def test_an_endpoint_that_is_no_push_service_is_neither_taken_nor_sent_to(school, mother, service, settings):
    with pytest.raises(actions.NotAPushService):
        give_device(mother, endpoint="https://10.0.0.1/push")
    subscribe(mother, service)
    tell(school)
    settings.PUSH_HOSTS = ["fcm.googleapis.com"]
    send()
    assert (only().state, only().last_error) == ("dead", "not a push service")
    assert service.pushes == []


def test_a_service_that_does_not_answer_is_tried_again(school, mother):
    with push_service() as gone:
        subscribe(mother, gone)
    tell(school)
    send()
    assert (only().state, only().last_error) == ("waiting", "ConnectError")


def test_keys_that_are_none_end_it(school, mother, service):
    give_device(mother, endpoint=service.address, p256dh="!", auth="!")
    tell(school)
    send()
    assert only().state == "dead"


def test_a_letter_has_what_a_letter_needs(school, box):
    mailed_at_once(school)
    tell(school)
    send()
    (letter,) = box.letters
    notice = Notice.objects.get(recipient=school.mother)
    assert letter["To"] == "mother@example.com"
    assert letter["Subject"] == "Моя школа: Ученик00: Отметка: Алгебра"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://school.example/notices/{notice.pk}/" in letter.get_content()
    assert "4: урок 10 сентября" in letter.get_content()
    assert letter["Message-ID"].endswith("@school.example>")
    assert only().state == "sent"


def test_a_letter_without_details_holds_no_mark(school, box):
    mailed_at_once(school, with_details=False)
    tell(school)
    send()
    assert "4: урок" not in box.letters[0].get_content()


def test_a_digest_is_one_letter(school, box):
    give_mail(school.mother, digest_at=time(18))
    tell(school)
    write(school, "5", lesson=another(school), at=AT + timedelta(minutes=1))
    follow()
    assert Delivery.objects.count() == 2
    send(AT.replace(hour=15))
    (letter,) = box.letters
    assert letter["Subject"] == "Моя школа: что нового (2)"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [("451 later", "waiting"), ("421 closing", "waiting"), ("550 no such mailbox", "dead"), ("554 spam", "dead")],
)
def test_a_mail_server_refuses_for_a_while_or_for_good(school, box, answer, state):
    mailed_at_once(school)
    box.answers = [answer]
    tell(school)
    send()
    assert (only().state, only().last_error) == (state, f"SMTP {answer[:3]}")


def test_a_mail_server_that_is_away_is_tried_again(school, settings):
    with mail_server() as (_, address):
        settings.SMTP_URL = address
    mailed_at_once(school)
    tell(school)
    send()
    assert (only().state, only().last_error) == ("waiting", "ConnectionRefusedError")


class Killed(BaseException):
    """The process ends here."""


class Dying(gateways.Smtp):
    """Sends, and dies before anybody writes it down."""

    def send(self, message):
        """The letter is on its way when the light goes out."""
        super().send(message)
        self.close()
        raise Killed


def test_who_dies_between_sending_and_writing_down_sends_again_under_the_same_name(school, box, settings):
    mailed_at_once(school)
    tell(school)
    (claimed,) = actions.claim(at=LATER)
    with pytest.raises(Killed):
        sending.deliver(claimed, Dying(settings.SMTP_URL), gateways.WebPush(), LATER)
    assert only().state == "sending"
    send(LATER + timedelta(minutes=1))
    assert len(box.letters) == 1
    send(LATER + rules.LEASE)
    assert [letter["Message-ID"] for letter in box.letters] == [box.letters[0]["Message-ID"]] * 2
    assert (only().state, only().tries) == ("sent", 2)


def test_a_delivery_that_kills_whoever_sends_it_is_not_tried_for_ever(school, mother, service):
    subscribe(mother, service)
    tell(school)
    Delivery.objects.update(tries=rules.MOST_TRIES - 1)
    service.answers = [(503, {})]
    send()
    assert only().state == "dead"


def test_what_was_read_meanwhile_is_not_sent(school, mother, service, box):
    mailed_at_once(school)
    subscribe(mother, service)
    tell(school)
    actions.mark_read(notice=Notice.objects.get(recipient=school.mother), by=mother, at=AT)
    send()
    assert (box.letters, service.pushes) == ([], [])
    assert set(Delivery.objects.values_list("last_error", flat=True)) == {"read"}


def test_a_guardianship_that_ended_by_its_date_ends_what_is_on_its_way(school, mother, service):
    subscribe(mother, service)
    tell(school)
    Guardianship.objects.update(to_date=DAY)
    send()
    assert service.pushes == []
    assert only().last_error == "no longer theirs"


def test_a_retry_does_not_wake_anybody(school, mother, service):
    subscribe(mother, service)
    tell(school)
    service.answers = [(503, {})]
    night = AT.replace(hour=17, minute=59, second=30)
    send(night)
    assert only().due_at == AT.replace(day=11, hour=4)


def test_an_address_is_confirmed_by_who_gets_the_letter(school, mother, box, client):
    give_mail(school.mother, address="old@example.com")
    actions.give_address(address="new@example.com", by=mother, at=AT)
    tell(school)
    send()
    (letter,) = box.letters
    assert letter["To"] == "new@example.com"
    (path,) = re.findall(r"https://school\.example(/notices/confirm/\S+)", letter.get_content())
    assert b"form" in client.get(path).content
    assert client.post(path).status_code == 200
    school.mother.noticesettings.refresh_from_db()
    assert school.mother.noticesettings.confirmed_at is not None
    actions.give_address(address="third@example.com", by=mother, at=LATER)
    assert client.post(path).status_code == 409


def test_letters_end_by_one_press_of_the_mailbox_without_a_login(school, box, client):
    mailed_at_once(school)
    tell(school)
    send()
    path = box.letters[0]["List-Unsubscribe"].strip("<>").removeprefix("https://school.example")
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeChoice.objects.get(person=school.mother, kind="mark").mail == "off"
    assert NoticeChoice.objects.filter(person=school.mother).count() == 1


def test_a_link_forged_or_made_for_another_end_opens_nothing(school, client):
    genuine_token = letters.token(letters.STOP, school.mother.pk, "mark")
    changed = letters.token(letters.STOP, school.mother.pk + 1, "mark")
    forged = changed.split(":")[0] + ":" + ":".join(genuine_token.split(":")[1:])
    for token in (forged, genuine_token + "x", "x", letters.token(letters.CONFIRM, school.mother.pk, "mark")):
        assert client.post(f"/notices/stop/{token}/").status_code == 404
    assert not NoticeChoice.objects.exists()
    assert client.post(f"/notices/confirm/{genuine_token}/").status_code == 404


def test_the_browsers_own_keys_are_asked_for_at_the_door(school, mother, service, client):
    set_clock(AT)
    log_in(client, mother, AT)
    good = {"endpoint": service.address + "/1", **service.keys}
    for bad in ({"p256dh": "short"}, {"auth": ""}, {"endpoint": "https://example.com/"}, {"endpoint": ""}):
        assert client.post("/notices/devices/", good | bad).status_code == 422
    assert client.post("/notices/devices/", good).status_code == 204
    tell(school)
    send()
    assert len(service.pushes) == 1


def test_settings_are_saved_and_shown(school, mother, client):
    log_in(client, mother, AT)
    kinds = [kind for kind in KINDS.values() if "family" in kind.audience]
    switches = {f"mail_{kind.code}": "off" for kind in kinds} | {"push_mark": "on"}
    sent = {"quiet_from": "22:00", "quiet_to": "06:30", "digest_at": "19:00", "zone": "Asia/Omsk", **switches}
    assert client.post("/notices/settings/", sent).status_code == 302
    shown = client.get("/notices/settings/").content.decode()
    assert 'value="22:00"' in shown
    assert '<option value="Asia/Omsk" selected>' in shown
    assert NoticeChoice.objects.get(kind="mark").push
    assert not NoticeChoice.objects.get(kind="lesson").push
    assert client.post("/notices/settings/", sent | {"zone": "Mars/Base"}).status_code == 422


def test_opening_a_notice_reads_it_and_leads_on(school, mother, client):
    tell(school)
    log_in(client, mother, AT)
    notice = Notice.objects.get(recipient=school.mother)
    assert "непрочитанных" in client.get("/notices/bell/").content.decode()
    answered = client.get(f"/notices/{notice.pk}/")
    assert answered.url == f"/diary/students/{school.student.pk}/lessons/{school.lesson.pk}/"
    assert "непрочитанных" not in client.get("/notices/bell/").content.decode()


def test_all_is_read_up_to_what_was_shown(school, mother, client):
    tell(school)
    log_in(client, mother, AT)
    shown = Notice.objects.get(recipient=school.mother).pk
    write(school, "5", lesson=another(school))
    follow()
    client.post("/notices/read/", {"newest": shown})
    assert Notice.objects.filter(recipient=school.mother, read_at=None).count() == 1


def test_a_parcel_of_nothing_is_none(school):
    assert parcel_of([1], AT) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_the_same_delivery(school, mother, service):
    subscribe(mother, service)
    tell(school)
    others = []

    def claim_too():
        others.extend(actions.claim(at=LATER))
        connection.close()

    with transaction.atomic():
        mine = actions.claim(at=LATER)
        thread = Thread(target=claim_too)
        thread.start()
        thread.join()
    assert len(mine) == 1
    assert others == []


def test_the_sender_is_a_process_of_its_own(school, mother, service):
    subscribe(mother, service)
    tell(school)
    set_clock(LATER)
    call_command("work", "--send", "--once")
    assert len(service.pushes) == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_hold_parts_of_one_digest(school, box):
    give_mail(school.mother, digest_at=time(18))
    tell(school)
    write(school, "5", lesson=another(school), at=AT + timedelta(minutes=1))
    follow()
    evening = AT.replace(hour=15)
    others = []

    def claim_too():
        others.extend(actions.claim(at=evening))
        connection.close()

    with transaction.atomic():
        (mine,) = actions.claim(at=evening)
        thread = Thread(target=claim_too)
        thread.start()
        thread.join()
    assert len(mine.delivery_ids) == 2
    assert others == []


def test_a_mail_server_that_lets_us_not_in_is_our_own_fault_and_not_the_letters(school, settings):
    with mail_server() as (_, address):
        # It knows no names and passwords.
        settings.SMTP_URL = address.replace("//", "//name:password@")
        mailed_at_once(school)
        tell(school)
        send()
    assert only().state == "waiting"


def test_a_mail_server_that_is_away_is_asked_once_a_round(school, settings):
    with mail_server() as (_, address):
        settings.SMTP_URL = address
    sender = gateways.Smtp(settings.SMTP_URL)
    first = sender.send(EmailMessage())
    with mail_server(int(address.rsplit(":", 1)[1])):
        assert sender.send(EmailMessage()) is first


@pytest.mark.parametrize("name", ["mother", "мама"])
def test_a_letter_finds_an_address_in_a_national_domain(school, mother, box, name):
    actions.give_address(address=f"{name}@школа.рф", by=mother, at=AT)
    send()
    (letter,) = box.letters
    assert letter["To"] == f"{name}@xn--80atdl2c.xn--p1ai"


def test_a_name_that_the_mail_server_cannot_take_is_not_tried_for_ever(school, mother, settings):
    actions.give_address(address="мама@школа.рф", by=mother, at=AT)
    with mail_server(enable_SMTPUTF8=False) as (box, settings.SMTP_URL):
        send()
    delivery = only()
    assert (box.letters, delivery.state, delivery.last_error) == ([], Delivery.State.DEAD, "SMTPUTF8")
