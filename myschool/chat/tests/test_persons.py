"""What a conversation keeps of whoever wanted to be forgotten."""

import pytest

from myschool.chat.actions import talking
from myschool.chat.models import Complaint, MessageRevision, Reaction
from myschool.chat.tests.makers import make_talkers, say
from myschool.journal.tests.makers import AT, DAY
from myschool.people.actions import forget_person

pytestmark = pytest.mark.django_db


def test_words_go_and_the_order_of_messages_stays():
    talkers = make_talkers()
    talk, mother, other = talkers.talk("guardians"), talkers.mothers[0], talkers.mothers[1]
    own_message = say(talk, mother, "Мой телефон 89990000000")
    talking.edit(message=own_message, text="Мой телефон", by=mother, at=AT)
    reported, answered = say(talk, mother, "Грубость"), say(talk, other, "Здравствуйте!")
    talking.react(message=answered, sign="👍", by=mother, at=AT)
    Complaint.objects.create(
        message=reported,
        school_id=talk.school_id,
        filed_by_id=other.person_id,
        reason="insult",
        filed_at=AT,
        due_day=DAY,
    )
    talk.refresh_from_db()
    before = talk.version
    outcome = forget_person(person_id=mother.person_id, by=other, at=AT)
    for message in (own_message, reported, answered, talk):
        message.refresh_from_db()
    assert (own_message.text, own_message.deleted_at, own_message.version) == ("", AT, talk.version)
    assert talk.version > before
    assert (answered.text, answered.deleted_at) == ("Здравствуйте!", None)
    assert not MessageRevision.objects.exists()
    assert not Reaction.objects.exists()
    # Those who decide on the complaint read it; decided, it goes by the next demand.
    assert (reported.text, reported.deleted_at) == ("Грубость", None)
    assert "Сообщения" in {rest.title for rest in outcome.rest}
    Complaint.objects.update(decision="no_breach", decided_at=AT)
    outcome = forget_person(person_id=mother.person_id, by=other, at=AT)
    reported.refresh_from_db()
    assert reported.text == ""
    assert "Сообщения" not in {rest.title for rest in outcome.rest}
