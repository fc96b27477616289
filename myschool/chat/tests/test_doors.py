"""What arrives at the doors of conversations: too long, in disguise, with a virus, twice, from somebody who has left."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Message, MessageFile
from myschool.chat.tests.makers import make_talkers
from myschool.enrolment.models import Placement
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.models import Person
from myschool.people.tests.makers import log_in, make_actor

pytestmark = pytest.mark.django_db
PROGRAM = {"HTTP_ACCEPT": "application/json"}
# In two pieces, so that a scanner does not take this file for the sign.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def talkers():
    return make_talkers(at=now())


@pytest.mark.parametrize("program", [PROGRAM, {}])
def test_who_has_left_is_told_so_when_they_send_from_a_page_that_was_open(client, talkers, program):
    talk = talkers.talk(Conversation.Kind.STUDENTS)
    student = talkers.students[0]
    log_in(client, student, now())
    door = reverse("send-message", args=[talk.pk])
    assert client.post(door, {"text": "Я ещё здесь", "client_key": uuid4()}, **program).status_code in (200, 302)
    Placement.objects.filter(student=student.person_id).update(to_date=now().date())
    refused = client.post(door, {"text": "А теперь?", "client_key": uuid4()}, **program)
    assert refused.status_code == 403
    assert "Вы больше не участник этого чата. Сообщение не отправлено." in refused.content.decode()
    assert Message.objects.filter(conversation=talk).count() == 1
    stranger = make_talkers(at=now()).students[0]
    log_in(client, stranger, now())
    unknown = client.post(door, {"text": "Впервые", "client_key": uuid4()}, **program)
    assert (unknown.status_code, "участник" in unknown.content.decode()) == (404, False)


def test_whose_place_is_another_role_s_is_not_told_that_it_is_over(client, talkers):
    talk = talkers.talk(Conversation.Kind.STUDENTS)
    talkers_student = Person.objects.get(pk=talkers.students[0].person_id)
    log_in(client, make_actor(talkers_student, Role.GUARDIAN), now())
    door = reverse("send-message", args=[talk.pk])
    answered = client.post(door, {"text": "Не та роль", "client_key": uuid4()})
    assert (answered.status_code, "участник" in answered.content.decode()) == (404, False)
    assert "смените роль" in answered.content.decode()
    Placement.objects.filter(student=talkers_student).update(to_date=now().date())
    over = client.post(door, {"text": "И места нет", "client_key": uuid4()})
    assert (over.status_code, "больше не участник" in over.content.decode()) == (403, True)


@pytest.fixture
def talk(talkers):
    return talkers.talk(Conversation.Kind.STUDENTS)


@pytest.fixture
def student(client, talkers):
    log_in(client, talkers.students[0], now())
    return client


def send(client, talk, **more):
    fields = {"text": "Здравствуйте!", "client_key": str(uuid4())} | more
    return client.post(reverse("send-message", args=[talk.pk]), fields, **PROGRAM)


def attach(client, talk, name, content):
    return send(client, talk, text="", attached=SimpleUploadedFile(name, content))


def test_a_message_comes_back_as_everybody_sees_it(student, talk):
    answer = send(student, talk, text="<script>alert(1)</script> **да**").json()
    assert (answer["number"], answer["version"]) == (1, 1)
    assert "&lt;script&gt;" in answer["html"]
    assert "<strong>да</strong>" in answer["html"]
    assert "\n" not in answer["html"]


def test_what_is_sent_again_is_the_same_message(student, talk):
    key = str(uuid4())
    numbers = [send(student, talk, client_key=key).json()["number"] for _ in range(3)]
    assert (numbers, Message.objects.count()) == ([1, 1, 1], 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "а" * 4001}, "помещается не больше 4000"),
        ({"text": "а" * 1_000_000}, "Данных слишком много"),
        ({"text": " \n "}, "Напишите сообщение или приложите файл"),
        ({"client_key": "не ключ"}, ""),
        ({"client_key": ""}, "Обновите"),
        ({"reply_to": "-1"}, ""),
        ({"text": "раз\x00два"}, "служебные символы"),
    ],
)
def test_what_cannot_be_a_message_is_explained_and_not_kept(student, talk, more, words):
    answer = send(student, talk, **more)
    assert 400 <= answer.status_code < 500
    assert words in answer.json()["detail"]
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("фото.jpg", b"MZ\x90\x00 a program", "не подойдёт"),
        ("фото.png", EICAR, ""),
        ("пусто.pdf", b"", "пуст"),
        ("страница.html", b"<html><script>alert(1)</script></html>", "не подойдёт"),
    ],
)
def test_a_file_in_disguise_or_with_a_virus_is_not_taken(student, talk, name, content, words):
    answer = attach(student, talk, name, content)
    assert 400 <= answer.status_code < 500
    assert words in answer.json()["detail"]
    assert (Message.objects.count(), MessageFile.objects.count()) == (0, 0)


def test_a_file_is_named_as_text_and_given_only_to_members(client, student, talk, talkers):
    html = attach(student, talk, "<b>план</b>.pdf", b"%PDF-1.4\n%%EOF").json()["html"]
    assert "<b>план</b>" not in html
    address = reverse("chat-file", args=[MessageFile.objects.get().pk])
    assert student.get(address).status_code == 200
    log_in(client, talkers.mothers[0], now())
    assert client.get(address).status_code == 404


def test_who_has_left_is_told_nothing_and_nothing_is_kept(student, talk, talkers):
    Placement.objects.filter(student=talkers.students[0].person_id).update(to_date=now().date())
    keep_rosters(school_ids=[talkers.school.pk], at=now())
    answers = [
        send(student, talk),
        student.get(reverse("talk", args=[talk.pk])),
        student.get(reverse("talk-changes", args=[talk.pk]), {"after": 0}),
    ]
    assert [response.status_code for response in answers] == [403, 404, 404]
    assert not Message.objects.exists()


def test_a_page_asks_for_what_has_changed(student, talk):
    send(student, talk, text="раз")
    send(student, talk, text="два")
    answer = student.get(reverse("talk-changes", args=[talk.pk]), {"after": 1}).json()
    assert ([change["number"] for change in answer["changes"]], answer["position"]) == ([2], 2)
