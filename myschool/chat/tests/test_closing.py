"""What changes in a conversation where nothing is said any more, and by whom who may not write."""

from datetime import date, timedelta

import pytest

from myschool.chat import access
from myschool.chat.actions import order, talking
from myschool.chat.models import Complaint, Conversation, Membership, Message
from myschool.chat.tests.makers import AT, make_talkers, place_of, say
from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools.tests.makers import make_organisation, make_region

pytestmark = pytest.mark.django_db
Kind = Conversation.Kind


@pytest.fixture
def talkers():
    return make_talkers()


@pytest.fixture
def talk(talkers):
    return talkers.talk(Kind.STUDENTS)


@pytest.fixture
def message(talkers, talk):
    return say(talk, talkers.students[0], "было")


def close(talk):
    Conversation.objects.filter(pk=talk.pk).update(closed_at=AT, closed="decision")


def mute(talk, actor):
    Membership.objects.filter(pk=place_of(talk, actor).pk).update(muted_until=AT + timedelta(days=1))


def edit(message, by):
    talking.edit(message=message, text="стало", by=by, at=AT)


def react(message, by):
    talking.react(message=message, sign="👍", by=by, at=AT)


def pin(message, by):
    talking.pin(message=message, is_pinned=True, by=by, at=AT)


def delete(message, by):
    talking.delete(message=message, by=by, at=AT)


def unchanged(message):
    return Message.objects.filter(
        pk=message.pk, text="было", version=message.version, pinned_at=None, deleted_at=None, edited_at=None
    ).exists()


@pytest.mark.parametrize("deed", [edit, react, pin, delete])
def test_in_a_closed_conversation_nobody_changes_anything(talkers, talk, message, deed):
    close(talk)
    with pytest.raises(talking.ConversationClosed, match="Школа закрыла этот чат"):
        deed(message, talkers.students[0])
    assert unchanged(message)


@pytest.mark.parametrize("deed", [edit, react, pin])
def test_who_keeps_order_changes_nothing_in_it_either(talkers, talk, deed):
    message = say(talk, talkers.teacher, "было")
    close(talk)
    with pytest.raises(talking.ConversationClosed):
        deed(message, talkers.teacher)
    assert unchanged(message)


def test_but_who_keeps_order_still_deletes_and_anybody_still_reports(talkers, talk, message):
    close(talk)
    order.report(message=message, reason="insult", words="", due_day=AT.date(), by=talkers.students[1], at=AT)
    delete(message, talkers.teacher)
    message.refresh_from_db()
    assert message.deleted_by_id == talkers.teacher.person_id


def test_a_closed_conversation_may_be_read_to_its_end(talkers, talk, message):
    close(talk)
    place = place_of(talk, talkers.students[1])
    talking.read(place=place, number=1)
    place.refresh_from_db()
    assert place.read_number == 1


@pytest.mark.parametrize("deed", [edit, react])
def test_a_silenced_author_changes_nothing(talkers, talk, message, deed):
    mute(talk, talkers.students[0])
    with pytest.raises(talking.MayNotWrite, match="запретила вам писать"):
        deed(message, talkers.students[0])
    assert unchanged(message)


def test_a_silenced_keeper_pins_nothing(talkers, talk, message):
    mute(talk, talkers.teacher)
    with pytest.raises(talking.MayNotWrite):
        pin(message, talkers.teacher)
    assert unchanged(message)


def test_a_silenced_author_may_take_their_words_back(talkers, talk, message):
    mute(talk, talkers.students[0])
    delete(message, talkers.students[0])
    message.refresh_from_db()
    assert message.deleted_at == AT


def test_who_only_reads_edits_nothing_and_answers_by_a_sign(talkers):
    talk = talkers.talk(Kind.ANNOUNCEMENTS)
    message = say(talk, talkers.head, "было")
    Membership.objects.filter(pk=place_of(talk, talkers.head).pk).update(may_write=False)
    with pytest.raises(talking.MayNotWrite, match="пишет только администрация"):
        edit(message, talkers.head)
    react(message, talkers.mothers[0])
    assert message.reactions.count() == 1


# Nobody judges their own cause


def report(message, by):
    complaint = order.report(message=message, reason="insult", words="", due_day=date(2026, 9, 18), by=by, at=AT)
    return Complaint.objects.get(pk=complaint.pk)


def decides(actor, complaint):
    return access.complaints_to_decide(actor, AT).filter(pk=complaint.pk).exists()


@pytest.fixture
def admin(talkers):
    person = make_person("Админова")
    make_post(person, talkers.school.organisation, role=Role.SCHOOL_ADMIN)
    return make_actor(person, Role.SCHOOL_ADMIN, talkers.school.organisation)


@pytest.fixture
def operator(talkers):
    region = talkers.school.organisation.region
    authority = make_organisation("authority", region)
    person = make_person("Операторова")
    make_post(person, authority, role=Role.OPERATOR)
    return make_actor(person, Role.OPERATOR, authority)


def test_a_head_neither_decides_on_nor_sees_a_complaint_about_themselves(talkers, admin, operator):
    message = say(talkers.talk(Kind.ANNOUNCEMENTS), talkers.head, "обидное")
    complaint = report(message, talkers.mothers[0])
    assert [decides(actor, complaint) for actor in (talkers.head, admin, operator)] == [False, True, False]


def test_a_leader_does_not_decide_on_what_they_have_reported(talkers, admin):
    complaint = report(say(talkers.talk(Kind.STAFF), talkers.teacher, "обидное"), admin)
    assert [decides(actor, complaint) for actor in (talkers.head, admin)] == [True, False]


def test_where_every_leader_is_concerned_the_regions_operator_decides(talkers, operator):
    complaint = report(say(talkers.talk(Kind.STAFF), talkers.head, "обидное"), talkers.teacher)
    far = make_organisation("authority", make_region("39", "Калининградская область", "Europe/Kaliningrad"))
    stranger = make_person("Дальняя")
    make_post(stranger, far, role=Role.OPERATOR)
    far_operator = make_actor(stranger, Role.OPERATOR, far)
    assert [decides(actor, complaint) for actor in (talkers.head, operator, far_operator)] == [False, True, False]
    order.look_into(complaint=complaint, by=operator, at=AT)
    order.decide(complaint=complaint, decision="deleted", answer="Удалено", days=None, by=operator, at=AT)
    complaint.refresh_from_db()
    assert complaint.decided_by_id == operator.person_id


def test_a_complaint_that_concerns_no_leader_is_the_schools_alone(talkers, operator, message):
    complaint = report(message, talkers.students[1])
    assert [decides(actor, complaint) for actor in (talkers.head, operator)] == [True, False]
