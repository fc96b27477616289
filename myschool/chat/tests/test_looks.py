"""Staff read no word of a student who is not their own without its being written down, whichever door they read it at."""

import pytest
from django.test import Client

from myschool.chat.actions import talking
from myschool.chat.models import Message
from myschool.chat.tests.makers import make_talkers, say
from myschool.kernel import clock
from myschool.people.models import AccessRecord
from myschool.people.tests.makers import log_in

pytestmark = pytest.mark.django_db
WORDS = "личное слово"


@pytest.fixture
def talkers():
    return make_talkers(at=clock.now())


@pytest.fixture
def talk(talkers):
    """A conversation of the head and two students; one of them has said something."""
    at = clock.now()
    members = [student.person_id for student in talkers.students[:2]]
    conversation = talking.make_named(title="Группа", person_ids=members, by=talkers.head, at=at)
    say(conversation, talkers.students[0], WORDS, at=at)
    return conversation


def read_by(actor, address):
    client = Client()
    log_in(client, actor, clock.now())
    answered = client.get(address)
    is_data = answered.headers["Content-Type"] == "application/json"
    return str(answered.json()) if is_data else answered.content.decode()


def looked_at():
    return set(AccessRecord.objects.filter(section="chat").values_list("student", flat=True))


DOORS = ["/chat/", "/chat/?q=слово", "/chat/{}/", "/chat/{}/changes/?after=0", "/chat/{}/older/?before=1000"]


@pytest.mark.parametrize("door", DOORS)
def test_whatever_door_shows_staff_a_students_words_it_is_written_down(talkers, talk, door):
    assert "слово" in read_by(talkers.head, door.format(talk.pk))
    assert talkers.students[0].person_id in looked_at()


@pytest.mark.parametrize("door", DOORS)
def test_a_student_reads_the_others_without_a_record(talkers, talk, door):
    assert "слово" in read_by(talkers.students[1], door.format(talk.pk))
    assert not AccessRecord.objects.exists()


def test_asking_for_changes_where_there_are_none_shows_nobody(talkers, talk):
    read_by(talkers.head, f"/chat/{talk.pk}/changes/?after=1000")
    assert not AccessRecord.objects.exists()


def test_reading_on_in_a_conversation_is_the_same_look_as_opening_it(talkers, talk):
    for door in DOORS[2:]:
        read_by(talkers.head, door.format(talk.pk))
    assert AccessRecord.objects.filter(student=talkers.students[0].person_id).count() == 1


def test_whom_a_message_quotes_or_names_is_shown_too(talkers, talk):
    at = clock.now()
    say(talk, talkers.head, f"@[{talkers.students[1].person_id}] ответьте", at=at, reply_to=Message.objects.get())
    read_by(talkers.head, f"/chat/{talk.pk}/changes/?after=1")
    assert looked_at() == {student.person_id for student in talkers.students[:2]}


def test_a_sign_under_a_students_message_answers_with_its_words_and_is_a_look(talkers, talk):
    client = Client()
    log_in(client, talkers.head, clock.now())
    answered = client.post(f"/chat/{talk.pk}/messages/1/react/", {"sign": "👍"}, headers={"accept": "application/json"})
    assert WORDS in answered.json()["html"]
    assert looked_at() == {talkers.students[0].person_id}


def test_the_words_of_a_student_who_has_left_the_conversation_are_a_look_at_them(talkers, talk):
    talk.members.filter(person=talkers.students[0].person_id).update(to_at=clock.now())
    assert WORDS in read_by(talkers.head, f"/chat/{talk.pk}/")
    assert looked_at() == {student.person_id for student in talkers.students[:2]}
