"""Keeping order: complaints, what leaders see, decisions, evidence."""

import json
from datetime import date
from hashlib import sha256

import pytest

from myschool.chat import access
from myschool.chat.actions import order, talking
from myschool.chat.models import Complaint, Conversation
from myschool.chat.queries.order import complaint_page, evidence_of
from myschool.chat.queries.talk import talk_page
from myschool.chat.tests.makers import AT, make_talkers, place_of, say
from myschool.kernel.errors import ChangedMeanwhile
from myschool.kernel.models import Entry

pytestmark = pytest.mark.django_db
Kind = Conversation.Kind


@pytest.fixture
def talkers():
    return make_talkers()


@pytest.fixture
def message(talkers):
    return say(talkers.talk(Kind.STUDENTS), talkers.students[0], "обидное")


def report(message, by):
    return order.report(message=message, reason="insult", words="", due_day=date(2026, 9, 18), by=by, at=AT)


def decide(complaint, talkers, decision, days=None):
    order.decide(complaint=complaint, decision=decision, answer="Поговорили", days=days, by=talkers.head, at=AT)


def test_a_message_is_reported_once_by_each(talkers, message):
    report(message, talkers.students[1])
    report(message, talkers.students[2])
    with pytest.raises(order.ReportedAlready):
        report(message, talkers.students[1])
    assert not access.messages_to_report(talkers.students[0], AT).exists()


def test_leaders_see_what_a_message_said_before_and_members_see_that_they_looked(talkers, message):
    talking.edit(message=message, text="ничего", by=talkers.students[0], at=AT)
    talking.delete(message=message, by=talkers.students[0], at=AT)
    complaint = Complaint.objects.get(pk=report(message, talkers.students[1]).pk)
    order.look_into(complaint=complaint, by=talkers.head, at=AT)
    (entry,) = complaint_page(complaint, "Europe/Moscow").said
    assert [str(html) for _, html in entry.revisions] == ["обидное", "ничего"]
    place = place_of(talkers.talk(Kind.STUDENTS), talkers.students[2])
    assert talk_page(place, AT).looks == [(AT, complaint.pk)]


def test_a_decision_is_made_once(talkers, message):
    complaint = report(message, talkers.students[1])
    decide(complaint, talkers, "deleted")
    message.refresh_from_db()
    assert message.deleted_at == AT
    with pytest.raises(ChangedMeanwhile):
        decide(complaint, talkers, "no_breach")


def test_nothing_happens_where_nothing_was_wrong(talkers, message):
    decide(report(message, talkers.students[1]), talkers, "no_breach")
    message.refresh_from_db()
    assert message.deleted_at is None


def test_an_author_who_is_silenced_writes_again_when_it_is_over(talkers, message):
    complaint = report(message, talkers.students[1])
    with pytest.raises(order.DaysMissing):
        decide(complaint, talkers, "muted")
    decide(complaint, talkers, "muted", days=3)
    talk = talkers.talk(Kind.STUDENTS)
    with pytest.raises(talking.MayNotWrite, match="запретила вам писать"):
        say(talk, talkers.students[0])
    assert say(talk, talkers.students[0], at=AT.replace(day=19)).number == 2


def test_a_closed_conversation_stays_closed_whatever_the_rosters_say(talkers, message):
    decide(report(message, talkers.students[1]), talkers, "closed")
    order.set_rules(school=talkers.school, pairs=[], quiet_from=None, quiet_to=None, by=talkers.head, at=AT)
    with pytest.raises(talking.ConversationClosed):
        say(talkers.talk(Kind.STUDENTS), talkers.teacher)


def test_evidence_is_sealed_in_the_chronicle(talkers, message):
    talking.delete(message=message, by=talkers.students[0], at=AT)
    complaint = report(message, talkers.students[1])
    evidence = evidence_of(complaint, AT).document
    digest = order.seal_evidence(complaint=complaint, evidence=evidence, by=talkers.head, at=AT)
    payload = Entry.objects.get(kind="chat.evidence_exported").payload
    assert payload["sha256"] == digest == sha256(evidence).hexdigest()
    (entry,) = json.loads(evidence)["messages"]
    assert (entry["revisions"][0]["text"], entry["is_reported"]) == ("обидное", True)


def test_only_leaders_of_the_school_see_its_complaints(talkers, message):
    report(message, talkers.students[1])
    stranger = make_talkers().head
    counts = [
        access.complaints_to_decide(actor, AT).count()
        for actor in (talkers.head, talkers.teacher, talkers.mothers[0], stranger)
    ]
    assert counts == [1, 0, 0, 0]
