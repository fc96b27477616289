"""Talking: rosters, sending without doubles, changes without gaps, quiet hours, who may write to whom."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myschool.chat import access
from myschool.chat.actions import order, talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.delivering import deliver_next, keep_next
from myschool.chat.feed import TalkFeed
from myschool.chat.models import ChatRules, Conversation, Membership, Message, MessageRevision
from myschool.chat.queries import lists
from myschool.chat.queries.talk import changes_after, talk_page
from myschool.chat.tests.makers import AT, NIGHT, make_talkers, place_of, say
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people.models import Guardianship, Person
from myschool.people.tests.makers import make_actor, make_person, make_post
from myschool.schools import actions as schools
from myschool.schools.tests.makers import make_class
from myschool.timetable.tests.makers import assign, make_deputy, make_group, make_subject

pytestmark = pytest.mark.django_db
Kind = Conversation.Kind
DAY = timedelta(days=1)


@pytest.fixture
def talkers():
    return make_talkers()


def people_in(talk):
    return set(access.readers_of(talk.pk, AT).values_list("person", flat=True))


def ids(*actors):
    return {actor.person_id for actor in actors}


def versions(talk, after=0):
    return [(line.number, line.version) for line in changes_after(talk.pk, after, "Europe/Moscow")]


def fresh(talk):
    return Conversation.objects.get(pk=talk.pk)


def test_rosters_make_and_fill_the_conversations(talkers):
    assert people_in(talkers.talk(Kind.STUDENTS)) == ids(talkers.teacher, *talkers.students)
    assert people_in(talkers.talk(Kind.GUARDIANS)) == ids(talkers.teacher, *talkers.mothers)
    assert people_in(talkers.talk(Kind.STAFF)) == ids(talkers.teacher, talkers.head)
    everybody = ids(talkers.teacher, talkers.head, *talkers.students, *talkers.mothers)
    assert people_in(talkers.talk(Kind.ANNOUNCEMENTS)) == everybody
    assert talkers.talk(Kind.STUDENTS).title == "7А: ученики и учителя"


def test_keeping_rosters_again_changes_nothing(talkers):
    before = list(Membership.objects.order_by("pk").values())
    entries = Entry.objects.count()
    keep_rosters(school_ids=[talkers.school.pk], at=AT + DAY)
    assert list(Membership.objects.order_by("pk").values()) == before
    assert Entry.objects.count() == entries


def test_a_transfer_on_monday_changes_members_on_monday(talkers):
    student = talkers.students[0]
    other = make_class(talkers.school, letter="Б", year=talkers.school_class.school_year)
    monday = date(2026, 9, 21)
    Placement.objects.filter(student=student.person_id).update(to_date=monday)
    make_placement(Person.objects.get(pk=student.person_id), other, from_date=monday)
    sunday_evening = AT + timedelta(days=5, hours=11, minutes=59)
    keep_rosters(school_ids=[talkers.school.pk], at=sunday_evening)
    old = Conversation.objects.get(school_class=talkers.school_class, kind=Kind.STUDENTS)
    new = Conversation.objects.get(school_class=other, kind=Kind.STUDENTS)
    assert (student.person_id in people_in(old), student.person_id in people_in(new)) == (True, False)
    assert keep_next(AT + timedelta(days=6))
    assert (student.person_id in people_in(old), student.person_id in people_in(new)) == (False, True)
    assert not keep_next(AT + timedelta(days=6, hours=1))
    mother = talkers.mothers[0].person_id
    assert mother in people_in(Conversation.objects.get(school_class=other, kind=Kind.GUARDIANS))


def test_who_joins_later_reads_from_then_on_and_staff_reads_everything(talkers):
    talk = talkers.talk(Kind.STUDENTS)
    say(talk, talkers.teacher, "до")
    late = make_person(last_name="Новиков", birth_date=date(2012, 5, 5))
    make_placement(late, talkers.school_class)
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    say(talk, talkers.teacher, "после")
    place = Membership.objects.select_related("conversation__school__organisation").get(conversation=talk, person=late)
    assert [line.html for line in talk_page(place, AT).lines] == ["после"]
    assert TalkFeed(talk.pk).readers()[late.pk, "student"] == 1


def test_a_guardian_whose_link_ended_is_out(talkers):
    Guardianship.objects.filter(guardian=talkers.mothers[0].person_id).update(to_date=AT.date())
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    assert people_in(talkers.talk(Kind.GUARDIANS)) == ids(talkers.teacher, *talkers.mothers[1:])
    assert not access.own_memberships(talkers.mothers[0], AT).exists()


def test_a_message_sent_twice_is_one(talkers):
    talk, key = talkers.talk(Kind.STUDENTS), uuid4()
    first = say(talk, talkers.students[0], client_key=key)
    assert say(talk, talkers.students[0], "другое", client_key=key) == first
    assert fresh(talk).last_number == 1


def test_what_changed_after_a_version_is_told_once_and_in_order(talkers):
    talk = talkers.talk(Kind.STUDENTS)
    first, second = say(talk, talkers.students[0]), say(talk, talkers.students[1])
    assert versions(talk) == [(1, 1), (2, 2)]
    talking.edit(message=first, text="иначе", by=talkers.students[0], at=AT)
    talking.react(message=second, sign="👍", by=talkers.teacher, at=AT)
    talking.pin(message=second, is_pinned=True, by=talkers.teacher, at=AT)
    assert versions(talk, 2) == [(1, 3), (2, 5)]
    talking.delete(message=first, by=talkers.teacher, at=AT)
    (line,) = changes_after(talk.pk, 5, "Europe/Moscow")
    assert (line.is_deleted, line.html) == (True, "")
    assert list(MessageRevision.objects.order_by("pk").values_list("text", "is_deletion")) == [
        ("Здравствуйте!", False),
        ("иначе", True),
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(["say", "edit", "delete", "react"]), max_size=12), seen_at=st.integers(0, 12))
def test_a_page_that_went_away_at_any_moment_comes_back_to_the_same(talkers, deeds, seen_at):
    talk = talkers.talk(Kind.STUDENTS)
    page_versions = dict(versions(talk))
    position = max(page_versions.values(), default=0)
    for number, deed in enumerate(deeds):
        message = Message.objects.filter(conversation=talk, deleted_at__isnull=True).order_by("?").first()
        if deed == "say" or message is None:
            say(talk, talkers.students[0])
        elif deed == "edit":
            talking.edit(message=message, text="снова", by=talkers.students[0], at=AT)
        elif deed == "delete":
            talking.delete(message=message, by=talkers.students[0], at=AT)
        else:
            talking.react(message=message, sign="🎉", by=talkers.students[1], at=AT)
        if number == seen_at:
            changes = versions(talk, position)
            page_versions |= dict(changes)
            position = max([position, *(version for _, version in changes)])
    while changes := versions(talk, position):
        assert len({message_number for message_number, _ in changes}) == len(changes)
        page_versions |= dict(changes)
        position = changes[-1][1]
    assert page_versions == dict(Message.objects.filter(conversation=talk).values_list("number", "version"))


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_get_numbers_without_a_gap(transactional_db):
    talkers = make_talkers()
    talk = talkers.talk(Kind.STUDENTS)

    def write(actor):
        for _ in range(5):
            say(talk, actor)
        connection.close()

    writers = [threading.Thread(target=write, args=[actor]) for actor in (*talkers.students, talkers.teacher)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    numbers = Message.objects.filter(conversation=talk).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 21))
    assert fresh(talk).version == 20


def test_who_has_left_writes_nothing(talkers):
    talk, student = talkers.talk(Kind.STUDENTS), talkers.students[0]
    place = place_of(talk, student)
    Placement.objects.filter(student=student.person_id).update(to_date=AT.date())
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    with pytest.raises(talking.MayNotWrite, match="больше не участник"):
        talking.post(
            place=place,
            text="я ещё тут",
            reply_to=None,
            attached=[],
            client_key=uuid4(),
            is_urgent=False,
            by=student,
            at=AT,
        )
    assert not Message.objects.exists()


def test_announcements_are_read_by_all_and_written_by_those_who_lead(talkers):
    talk = talkers.talk(Kind.ANNOUNCEMENTS)
    say(talk, talkers.head, "Завтра линейка")
    with pytest.raises(talking.MayNotWrite):
        say(talk, talkers.teacher)
    assert lists.unread_count(talkers.mothers[0], AT) == 1
    talking.read(place=place_of(talk, talkers.mothers[0]), number=99)
    assert lists.unread_count(talkers.mothers[0], AT) == 0


def personal(talkers, one, other, at=AT):
    return talking.open_personal(school=talkers.school, person_id=other.person_id, by=one, at=at)


def test_people_write_to_those_they_share_a_class_with_as_the_school_lets_them(talkers):
    mother, student = talkers.mothers[0], talkers.students[0]
    assert personal(talkers, mother, talkers.teacher) == personal(talkers, talkers.teacher, mother)
    personal(talkers, mother, talkers.head)
    for person, other in (
        (student, talkers.students[1]),
        (mother, talkers.mothers[1]),
        (mother, student),
        (mother, mother),
    ):
        with pytest.raises(talking.MayNotTalk):
            personal(talkers, person, other)
    stranger = make_actor(make_person())
    with pytest.raises(talking.MayNotTalk):
        personal(talkers, stranger, talkers.teacher)
    candidates = lists.candidates_page(mother, [], talkers.school.pk, "классн", AT).people
    assert [person.id for person in candidates] == [talkers.teacher.person_id]
    assert lists.candidates_page(mother, [], talkers.school.pk, "анна класс", AT).people == candidates
    assert lists.candidates_page(mother, [], talkers.school.pk, "мать", AT).people == []


def test_a_guardian_writes_to_whoever_teaches_their_student(talkers):
    subject_teacher = make_person(last_name="Предметникова")
    make_post(subject_teacher, talkers.school.organisation)
    make_load(talkers, subject_teacher)
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    by = make_actor(subject_teacher, Role.TEACHER, talkers.school.organisation)
    talk = personal(talkers, talkers.mothers[0], by)
    assert dict(access.readers_of(talk.pk, AT).values_list("person", "capacity")) == {
        talkers.mothers[0].person_id: "guardian",
        by.person_id: "staff",
    }
    candidates = lists.candidates_page(by, [], talkers.school.pk, "матьа", AT).people
    assert [candidate.id for candidate in candidates] == [talkers.mothers[0].person_id]


def make_load(talkers, teacher):
    keeper = make_deputy(talkers.school)
    taught = make_group(keeper, talkers.school_class, subject=make_subject(keeper, talkers.school))
    assign(taught, teacher, keeper)


def set_pairs(talkers, *pairs, **quiet):
    hours = {"quiet_from": None, "quiet_to": None} | quiet
    order.set_rules(school=talkers.school, pairs=pairs, by=talkers.head, at=AT, **hours)


def test_a_pair_that_is_switched_off_closes_the_conversations_there_are_and_on_again_opens_them(talkers):
    set_pairs(talkers, "student-student")
    talk = personal(talkers, *talkers.students[:2])
    say(talk, talkers.students[0])
    set_pairs(talkers, "staff-student")
    assert fresh(talk).closed == "rules"
    with pytest.raises(talking.ConversationClosed, match="Школа закрыла такую переписку"):
        say(talk, talkers.students[1])
    set_pairs(talkers, "student-student")
    assert say(talk, talkers.students[1]).number == 2


def test_a_personal_conversation_ends_with_the_last_shared_class(talkers):
    talk = personal(talkers, talkers.students[0], talkers.teacher)
    Placement.objects.filter(student=talkers.students[0].person_id).update(to_date=AT.date())
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    assert fresh(talk).closed == "roster"


def test_a_message_to_staff_at_night_waits_for_the_morning(talkers):
    mother, teacher = talkers.mothers[0], talkers.teacher
    talk = personal(talkers, mother, teacher)
    message = say(talk, mother, "Когда собрание?", at=NIGHT)
    assert (message.number, message.due_at.isoformat()) == (None, "2026-09-16T04:00:00+00:00")
    assert (versions(talk), fresh(talk).last_number) == ([], 0)
    place = Membership.objects.select_related("conversation__school__organisation").get(pk=place_of(talk, mother).pk)
    (waiting,) = talk_page(place, AT).waiting
    assert (str(waiting.html), waiting.due_at) == ("Когда собрание?", message.due_at)
    assert not deliver_next(NIGHT)
    assert deliver_next(message.due_at)
    assert versions(talk) == [(1, 1)]
    assert not deliver_next(message.due_at)


def test_staff_may_write_at_night_what_is_urgent_and_families_are_written_to_at_once(talkers):
    teacher, head = talkers.teacher, talkers.head
    talk = personal(talkers, teacher, head)
    assert say(talk, teacher, at=NIGHT).number is None
    assert say(talk, teacher, at=NIGHT, is_urgent=True).number == 1
    assert say(personal(talkers, teacher, talkers.mothers[0]), teacher, at=NIGHT).number == 1
    set_pairs(talkers, "staff-staff")
    assert say(talk, head, at=NIGHT).number == 2


def test_what_still_waits_can_be_taken_back(talkers):
    mother = talkers.mothers[0]
    message = say(personal(talkers, mother, talkers.teacher), mother, at=NIGHT)
    talking.take_back(message=message, by=mother, at=NIGHT)
    assert not deliver_next(message.due_at)


def test_words_are_found_in_any_form_and_only_in_ones_own_conversations(talkers):
    say(talkers.talk(Kind.STUDENTS), talkers.teacher, "Завтра экскурсия в <b>музей</b> & парк")
    say(talkers.talk(Kind.STAFF), talkers.head, "Экскурсии согласовать")
    (hit,) = lists.found_page(talkers.students[0], "экскурсии", AT).hits
    assert "<mark>экскурсия</mark>" in hit.words
    assert "&lt;b&gt;" in hit.words
    assert len(lists.found_page(talkers.teacher, "экскурсию", AT).hits) == 2
    assert lists.found_page(talkers.mothers[0], "экскурсия", AT).hits == []


def test_a_mention_is_of_somebody_who_is_there(talkers):
    talk = talkers.talk(Kind.STUDENTS)
    stranger = make_person()
    message = say(talk, talkers.teacher, f"@[{talkers.students[0].person_id}] и @[{stranger.pk}] к доске")
    assert list(message.mentions.values_list("person", flat=True)) == [talkers.students[0].person_id]
    (line,) = changes_after(talk.pk, 0, "Europe/Moscow")
    assert "@Ученика" in line.html
    assert "@участник" in line.html


def test_the_rules_of_a_school_that_has_none_are_the_usual(talkers):
    assert not ChatRules.objects.exists()
    assert lists.candidates_page(talkers.students[0], [], talkers.school.pk, "", AT).people


def test_staff_gathers_some_people_into_a_conversation(talkers):
    talk = talking.make_named(
        title="Поход", person_ids=[talkers.head.person_id, talkers.mothers[0].person_id], by=talkers.teacher, at=AT
    )
    assert people_in(talk) == ids(talkers.teacher, talkers.head, talkers.mothers[0])
    keep_rosters(school_ids=[talkers.school.pk], at=AT + DAY)
    assert say(talk, talkers.mothers[0]).number == 1
    with pytest.raises(talking.MayNotTalk):
        talking.make_named(title="Поход", person_ids=[make_person().pk], by=talkers.teacher, at=AT)


def test_only_who_keeps_order_deletes_and_pins_others_messages(talkers):
    message = say(talkers.talk(Kind.STUDENTS), talkers.students[0])
    rights = [
        (rows(actor, AT).filter(pk=message.pk).exists())
        for actor in (talkers.students[0], talkers.students[1], talkers.teacher)
        for rows in (
            access.messages_to_edit,
            access.messages_to_delete,
            access.messages_to_pin,
            access.messages_to_ask_about,
        )
    ]
    assert rights == [True, True, False, True, False, False, False, False, False, True, True, True]


def test_conversations_are_called_by_the_present_name_of_their_class_and_group(talkers):
    deputy = make_deputy(talkers.school)
    make_group(deputy, talkers.school_class, title=talkers.school_class.title)
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    before = talkers.talk("guardians").version
    schools.rename_class(school_class=talkers.school_class, level=8, letter="В", by=talkers.head, at=AT)
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    assert [talkers.talk(kind).title for kind in ("students", "guardians", "subject")] == [
        "8В: ученики и учителя",
        "8В: родители",
        "Алгебра: 8В",
    ]
    assert talkers.talk("guardians").version == before + 1
    keep_rosters(school_ids=[talkers.school.pk], at=AT)
    assert talkers.talk("guardians").version == before + 1
