"""Conversations: who is told of a message, and who need not be."""

from datetime import timedelta

import pytest

from myschool.chat.actions import talking
from myschool.chat.facts import ComplaintDecided, ComplaintFiled
from myschool.chat.models import Complaint, Membership, Message
from myschool.chat.tests.makers import AT, make_talkers, place_of, say
from myschool.kernel import chronicle
from myschool.kernel.actors import nobody
from myschool.notices.models import Delivery, Notice
from myschool.notices.queries import pages
from myschool.notices.sending import send_next
from myschool.notices.tests.makers import follow, give_device, set_clock, skip, texts, titles
from myschool.notices.tests.servers import push_service

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _own_settings(settings, tmp_path):
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD
    settings.VAPID_KEY = str(tmp_path / "vapid.pem")


@pytest.fixture
def talkers(_own_settings):
    set_clock(AT)
    scene = make_talkers()
    skip()
    return scene


def test_a_class_conversation_is_told_to_who_is_named_only(talkers):
    talk = talkers.talk("guardians")
    mother, other = talkers.mothers[:2]
    say(talk, talkers.teacher, f"@[{mother.person_id}], **позвоните** мне")
    follow()
    assert [title.startswith("Вас упомянули: ") for title in titles(mother.person_id)] == [True]
    assert texts(mother.person_id) == ["@Матьа А. И., позвоните мне"]
    assert titles(other.person_id) == []


def test_an_announcement_is_told_to_the_school_and_not_to_its_author(talkers):
    say(talkers.talk("news"), talkers.head, "Завтра субботник")
    follow()
    assert titles(talkers.mothers[0].person_id) == ["Объявление школы"]
    assert texts(talkers.students[1].person_id) == ["Завтра субботник"]
    assert titles(talkers.head.person_id) == []


def test_who_has_read_along_is_not_told_by_push(talkers):
    mother, other = talkers.mothers[:2]
    talk = talkers.talk("news")
    with push_service() as service:
        for guardian, path in ((mother, "/1"), (other, "/2")):
            give_device(guardian, endpoint=service.address + path, **service.keys)
        say(talk, talkers.head, "Завтра субботник")
        follow()
        talk.refresh_from_db()
        Membership.objects.filter(pk=place_of(talk, mother).pk).update(read_number=talk.last_number)
        while send_next(LATER):
            pass
        assert len(service.pushes) == 1
    states = dict(Delivery.objects.values_list("recipient", "state"))
    assert states == {mother.person_id: "skipped", other.person_id: "sent"}


def test_what_was_read_in_its_conversation_is_no_news(talkers):
    mother, talk = talkers.mothers[0], talkers.talk("news")
    say(talk, talkers.head, "Завтра субботник")
    follow()
    assert pages.bell_page(mother, AT).count == 1
    talking.read(place=place_of(talk, mother), number=1)
    assert pages.bell_page(mother, AT).count == 0
    ((row,),) = [day.rows for day in pages.list_page(mother, AT, kind="", student=None, before=None).days]
    assert (row.title, row.is_new) == ("Объявление школы", False)
    say(talk, talkers.head, "Возьмите перчатки")
    follow()
    assert pages.bell_page(mother, AT).count > 0
    Membership.objects.filter(pk=place_of(talk, mother).pk).update(to_at=AT)
    assert pages.bell_page(mother, AT).count == 0


def test_who_has_left_is_sent_nothing_more_of_it(talkers):
    mother, talk = talkers.mothers[0], talkers.talk("news")
    with push_service() as service:
        give_device(mother, endpoint=service.address, **service.keys)
        say(talk, talkers.head, "Завтра субботник")
        follow()
        Membership.objects.filter(pk=place_of(talk, mother).pk).update(to_at=AT)
        while send_next(LATER):
            pass
        assert service.pushes == []


def test_a_message_deleted_unheard_is_not_told(talkers):
    talk = talkers.talk("news")
    say(talk, talkers.head, "Ошибка")
    follow()
    assert titles(talkers.mothers[0].person_id) == ["Объявление школы"]
    talking.delete(message=Message.objects.get(conversation=talk), by=talkers.head, at=AT)
    follow()
    assert titles(talkers.mothers[0].person_id) == []


def test_a_complaint_goes_to_who_keeps_order_and_its_decision_to_who_complained(talkers):
    talk, mother = talkers.talk("guardians"), talkers.mothers[0]
    say(talk, talkers.mothers[1], "Грубость")
    complaint = Complaint.objects.create(
        message=Message.objects.get(conversation=talk),
        school=talkers.school,
        filed_by_id=mother.person_id,
        reason="insult",
        filed_at=AT,
        due_day=AT.date(),
        decision="deleted",
        decided_at=AT,
        decided_by_id=talkers.head.person_id,
    )
    named = {"complaint_id": complaint.pk, "conversation_id": talk.pk}
    chronicle.write(ComplaintFiled(**named, **nobody(AT)))
    follow()
    assert titles(talkers.head.person_id) == [f"Жалоба на сообщение № {complaint.pk}"]
    decided = {"decision": "deleted", "filed_by_id": mother.person_id}
    chronicle.write(ComplaintDecided(**named, **decided, **nobody(AT + timedelta(minutes=1))))
    follow()
    assert titles(mother.person_id)[-1] == "Решение по вашей жалобе"
    assert Notice.objects.filter(recipient=mother.person_id).exists()
