"""Whoever left reads nothing more: at once, on every surface alike, whether or not the rosters were kept since."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myschool.chat import access
from myschool.chat.actions import order, talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.delivering import deliver_next
from myschool.chat.feed import TalkFeed
from myschool.chat.models import Conversation, Membership, Message, MessageFile
from myschool.chat.queries import lists
from myschool.chat.queries.schools import members_of
from myschool.chat.queries.talk import talk_page
from myschool.chat.tests.makers import make_talkers, place_of, say
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_placement
from myschool.files.models import StoredFile
from myschool.kernel.actors import Role
from myschool.kernel.clock import local_day, now
from myschool.people.models import Guardianship, Person, Post
from myschool.people.tests.makers import log_in, make_actor, make_guardianship, make_person, make_post
from myschool.schools.tests.makers import make_class, make_school

pytestmark = pytest.mark.django_db
Kind = Conversation.Kind
PROGRAM = {"HTTP_ACCEPT": "application/json"}
WORD = "экскурсия"


@pytest.fixture
def talkers():
    return make_talkers(at=now())


@pytest.fixture
def named(talkers):
    """A conversation that the teacher has made of everybody, with a message that has a file."""
    return gather(talkers, *talkers.students, *talkers.mothers, talkers.head)


def today():
    return local_day("Europe/Moscow", now())


def gather(talkers, *people):
    conversation = talking.make_named(
        title="Поход", person_ids=[member.person_id for member in people], by=talkers.teacher, at=now()
    )
    attach(say(conversation, talkers.teacher, f"Завтра {WORD}", at=now()))
    return conversation


def attach(message):
    paper = StoredFile.objects.create(
        key=uuid4().hex,
        name="план.pdf",
        content_type="application/pdf",
        size=4,
        owner_id=message.author_id,
        stored_at=now(),
    )
    return MessageFile.objects.create(message=message, file=paper)


def personal(talkers, one, other):
    return talking.open_personal(school=talkers.school, person_id=other.person_id, by=one, at=now())


def end_link(guardian, student=None):
    links = Guardianship.objects.filter(guardian=guardian.person_id)
    (links.filter(student=student.person_id) if student else links).update(to_date=today())


def end_placement(student):
    Placement.objects.filter(student=student.person_id).update(to_date=today())


def end_post(actor):
    Post.objects.filter(person=actor.person_id).update(to_date=today())


def come_of_age(student):
    born = today()
    Person.objects.filter(pk=student.person_id).update(birth_date=born.replace(year=born.year - 18))


def follow(talkers):
    keep_rosters(school_ids=[talkers.school.pk], at=now())


def surfaces(actor, talks):
    """The conversations that each way of looking at them shows the actor."""
    at = now()
    reader = (actor.person_id, access.capacity_of(actor))
    return {
        "page": set(access.own_memberships(actor, at).values_list("conversation", flat=True)),
        "list": {row.id for row in lists.list_page(actor, at).rows},
        "search": {hit.id for hit in lists.found_page(actor, WORD, at).hits},
        "messages": set(access.messages_to_read(actor, at).values_list("conversation", flat=True)),
        "files": set(access.files_to_read(actor, at).values_list("message__conversation", flat=True)),
        "feed": {talk.pk for talk in talks if reader in TalkFeed(talk.pk).readers()},
        "told": {talk.pk for talk in talks if actor.person_id in members_of([talk.pk], at)},
    }


def reads(actor, talk):
    """Whether the actor reads a conversation that has a message with a file: all ways must agree."""
    shown = surfaces(actor, [talk])
    answers = {name: talk.pk in talk_ids for name, talk_ids in shown.items()}
    assert len(set(answers.values())) == 1, answers
    return answers["page"]


@pytest.fixture(params=[False, True], ids=["at once", "after the rosters were kept"])
def kept(request, talkers):
    return (lambda: follow(talkers)) if request.param else (lambda: None)


def test_a_withdrawn_guardian_reads_no_named_conversation(talkers, named, kept):
    mother = talkers.mothers[0]
    assert reads(mother, named)
    end_link(mother)
    kept()
    assert not reads(mother, named)
    assert reads(talkers.mothers[1], named)


def test_a_student_who_moved_away_reads_no_named_conversation_nor_does_the_mother(talkers, named, kept):
    end_placement(talkers.students[0])
    kept()
    assert not reads(talkers.students[0], named)
    assert not reads(talkers.mothers[0], named)
    assert reads(talkers.students[1], named)


def test_a_dismissed_teacher_reads_nothing(talkers, named, kept):
    end_post(talkers.teacher)
    kept()
    assert not reads(talkers.teacher, named)
    assert reads(talkers.head, named)


def test_a_guardian_reads_no_personal_conversation_once_the_student_is_of_age(talkers, kept):
    mother, teacher = talkers.mothers[0], talkers.teacher
    talk = personal(talkers, mother, teacher)
    attach(say(talk, teacher, f"Про {WORD}", at=now()))
    attach(say(talk, teacher, f"{WORD} завтра", at=now()))
    assert reads(mother, talk)
    come_of_age(talkers.students[0])
    kept()
    assert not reads(mother, talk)
    assert reads(teacher, talk)


def test_another_child_in_the_school_does_not_keep_the_conversations_about_the_first(talkers, kept):
    """A place is there for the students it was given for: the second child's class is no reason to read the first's."""
    mother = talkers.mothers[0]
    second = make_person("Вторая", birth_date=date(2014, 5, 5))
    make_placement(second, make_class(talkers.school, letter="Б", year=talkers.school_class.school_year))
    named = gather(talkers, mother, *talkers.students)
    make_guardianship(Person.objects.get(pk=mother.person_id), second)
    follow(talkers)
    end_link(mother, talkers.students[0])
    kept()
    assert not reads(mother, named)
    assert talkers.talk(Kind.ANNOUNCEMENTS).pk in surfaces(mother, [])["page"]


def test_the_class_conversation_ends_with_the_link_before_its_roster_is_kept(talkers):
    talk = Conversation.objects.get(school_class=talkers.school_class, kind=Kind.GUARDIANS)
    attach(say(talk, talkers.teacher, WORD, at=now()))
    assert reads(talkers.mothers[0], talk)
    end_link(talkers.mothers[0])
    assert not reads(talkers.mothers[0], talk)


def test_staff_of_another_school_is_somebody_else_to_a_stream(talkers, named):
    other = make_school()
    person = Person.objects.get(pk=talkers.head.person_id)
    make_post(person, other.organisation, role=Role.HEAD)
    elsewhere = make_actor(person, Role.HEAD, other.organisation)
    assert reads(talkers.head, named)
    assert not reads_by_page_and_feed(elsewhere, named)
    assert not reads_by_page_and_feed(make_actor(person, Role.GUARDIAN), named)


def reads_by_page_and_feed(actor, talk):
    shown = surfaces(actor, [talk])
    answers = {talk.pk in shown[name] for name in ("page", "list", "search", "messages", "files", "feed")}
    assert len(answers) == 1
    return answers.pop()


@pytest.mark.parametrize("leave", [end_link, end_post], ids=["guardian", "teacher"])
def test_who_left_finds_every_door_of_the_conversation_shut(client, talkers, named, leave):
    actor = talkers.mothers[0] if leave is end_link else talkers.teacher
    own = say(named, actor, "моё", at=now())
    file = MessageFile.objects.get(message__conversation=named)
    waiting = Message.objects.create(
        conversation=named,
        author_id=actor.person_id,
        capacity=place_of(named, actor).capacity,
        written_at=now(),
        due_at=now(),
        text="утром",
        client_key=uuid4(),
    )
    log_in(client, actor, now())
    assert client.get(reverse("talk", args=[named.pk])).status_code == 200
    leave(actor)
    about = [named.pk, own.number]
    responses = [
        client.get(reverse("talk", args=[named.pk])),
        client.get(reverse("talk-changes", args=[named.pk]), {"after": 0}),
        client.get(reverse("talk-older", args=[named.pk]), {"before": 2}),
        client.get(reverse("message-readers", args=about)),
        client.get(reverse("chat-file", args=[file.pk])),
        client.post(reverse("send-message", args=[named.pk]), {"text": "ещё", "client_key": str(uuid4())}, **PROGRAM),
        client.post(reverse("talk-read", args=[named.pk]), {"number": 1}),
        client.post(reverse("edit-message", args=about), {"text": "иное"}, **PROGRAM),
        client.post(reverse("delete-message", args=about), **PROGRAM),
        client.post(reverse("react-to-message", args=about), {"sign": "👍"}, **PROGRAM),
        client.post(reverse("pin-message", args=about), {"pinned": "on"}, **PROGRAM),
        client.post(reverse("take-back-message", args=[waiting.pk])),
    ]
    # Who writes is told that they are no member any more; nothing is there to be found.
    assert [response.status_code for response in responses] == [404] * 5 + [403] + [404] * 6
    assert not Message.objects.filter(text="ещё").exists()
    # Their words stay as they were.
    own.refresh_from_db()
    assert (own.text, own.deleted_at) == ("моё", None)


def test_who_left_is_named_by_nobody_and_their_waiting_message_is_not_sent(talkers, named):
    mother = talkers.mothers[0]
    talk = personal(talkers, mother, talkers.teacher)
    night = now()
    Message.objects.create(
        conversation=talk,
        author_id=mother.person_id,
        capacity="guardian",
        written_at=night,
        due_at=night,
        text="утром",
        client_key=uuid4(),
    )
    end_link(mother)
    called = say(named, talkers.teacher, f"@[{mother.person_id}], позвоните", at=now())
    assert not called.mentions.exists()
    assert deliver_next(now())
    assert not deliver_next(now())
    assert not Message.objects.filter(conversation=talk, number__isnull=False).exists()


def test_who_comes_back_reads_from_then_on(talkers):
    mother, teacher = talkers.mothers[0], talkers.teacher
    talk = personal(talkers, mother, teacher)
    say(talk, teacher, "до", at=now())
    end_link(mother)
    follow(talkers)
    Guardianship.objects.filter(guardian=mother.person_id).update(to_date=None)
    follow(talkers)
    assert not access.own_memberships(mother, now()).filter(conversation=talk).exists()
    assert personal(talkers, mother, teacher) == talk
    say(talk, teacher, "после", at=now())
    place = (
        access.own_memberships(mother, now())
        .select_related("conversation__school__organisation")
        .get(conversation=talk)
    )
    assert [line.html for line in talk_page(place, now()).lines] == ["после"]


def test_a_silence_lasts_for_who_leaves_and_comes_back(talkers):
    talk, student = (
        Conversation.objects.get(school_class=talkers.school_class, kind=Kind.STUDENTS),
        talkers.students[0],
    )
    until = now() + timedelta(days=3)
    Membership.objects.filter(pk=place_of(talk, student).pk).update(muted_until=until)
    end_placement(student)
    follow(talkers)
    Placement.objects.filter(student=student.person_id).update(to_date=None)
    follow(talkers)
    assert place_of(talk, student).muted_until == until


def test_who_was_staff_and_stays_as_a_guardian_reads_from_then_on(talkers):
    """A teacher whose own child learns in the class loses the post: what was said to staff before is not theirs now."""
    daughter = make_person("Дочь", birth_date=date(2013, 1, 1))
    make_placement(daughter, talkers.school_class)
    make_guardianship(Person.objects.get(pk=talkers.teacher.person_id), daughter)
    follow(talkers)
    talk = talkers.talk(Kind.ANNOUNCEMENTS)
    say(talk, talkers.head, "до", at=now())
    end_post(talkers.teacher)
    follow(talkers)
    place = place_of(talk, talkers.teacher)
    assert (place.capacity, place.sees_after) == ("guardian", 1)


# Conversations that somebody has made


def test_after_its_maker_left_a_conversation_goes_on_only_where_the_school_lets_those_left_talk(talkers):
    students = gather(talkers, *talkers.students)
    end_post(talkers.teacher)
    with pytest.raises(talking.ConversationClosed, match="в школе больше нет"):
        say(students, talkers.students[0], at=now())
    follow(talkers)
    students.refresh_from_db()
    assert students.closed == "unkept"
    # For good: who comes back does not open it.
    Post.objects.filter(person=talkers.teacher.person_id).update(to_date=None)
    follow(talkers)
    with pytest.raises(talking.ConversationClosed):
        say(students, talkers.students[0], at=now())


def test_where_the_school_lets_students_talk_they_go_on_without_the_maker(talkers):
    order.set_rules(
        school=talkers.school,
        pairs=["student-student", "staff-student"],
        quiet_from=None,
        quiet_to=None,
        by=talkers.head,
        at=now(),
    )
    students = gather(talkers, *talkers.students)
    end_post(talkers.teacher)
    assert say(students, talkers.students[0], at=now()).number == 2
    follow(talkers)
    assert say(students, talkers.students[1], at=now()).number == 3


def test_nobody_writes_to_an_empty_place_in_a_personal_conversation(talkers):
    talk = personal(talkers, talkers.mothers[0], talkers.teacher)
    end_post(talkers.teacher)
    with pytest.raises(talking.ConversationClosed, match="больше нет"):
        say(talk, talkers.mothers[0], at=now())


# The same over any history


ENDS = {
    "link": lambda talkers, which: end_link(talkers.mothers[which]),
    "placement": lambda talkers, which: end_placement(talkers.students[which]),
    "post": lambda talkers, which: end_post((talkers.teacher, talkers.head)[which % 2]),
    "birthday": lambda talkers, which: come_of_age(talkers.students[which]),
    "rosters": lambda talkers, which: follow(talkers),
}


def holding(talkers, history):
    """Who still has a capacity after a history of ends, told without the database."""
    over = set(history)
    students = [("placement", which) not in over for which in range(3)]
    links = [students[which] and not over & {("link", which), ("birthday", which)} for which in range(3)]
    posts = [all(end != "post" or which % 2 != number for end, which in over) for number in range(2)]
    return dict(
        zip(
            (*talkers.students, *talkers.mothers, talkers.teacher, talkers.head),
            (*students, *links, *posts),
            strict=True,
        )
    )


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(st.tuples(st.sampled_from(sorted(ENDS)), st.integers(0, 2)), max_size=6))
def test_after_any_history_of_ends_all_surfaces_agree(talkers, history):
    with transaction.atomic():
        talks = [gather(talkers, *talkers.students, *talkers.mothers, talkers.head)]
        talks += [
            personal(talkers, talkers.mothers[0], talkers.teacher),
            personal(talkers, talkers.students[1], talkers.head),
        ]
        attach(say(talks[1], talkers.teacher, WORD, at=now()))
        attach(say(talks[2], talkers.head, WORD, at=now()))
        attach(say(talkers.talk(Kind.ANNOUNCEMENTS), talkers.head, WORD, at=now()))
        talks += [talkers.talk(Kind.ANNOUNCEMENTS)]
        members = {
            talk.pk: set(Membership.objects.filter(conversation=talk, to_at=None).values_list("person", flat=True))
            for talk in talks
        }
        for end, which in history:
            ENDS[end](talkers, which)
        ids = {talk.pk for talk in talks}
        for actor, holds in holding(talkers, history).items():
            expected = {talk for talk in ids if holds and actor.person_id in members[talk]}
            shown = surfaces(actor, talks)
            assert {name: talk_ids & ids for name, talk_ids in shown.items()} == dict.fromkeys(shown, expected)
            assert lists.unread_count(actor, now()) == len(
                [row for row in lists.list_page(actor, now()).rows if row.unread and not row.is_closed]
            )
        transaction.set_rollback(True)


# What is shown of others


def test_families_are_told_how_many_there_are_and_staff_who(client, talkers):
    talk = talkers.talk(Kind.ANNOUNCEMENTS)
    say(talk, talkers.head, "Линейка", at=now())
    surnames = ["Матьб", "Ученика", "Классная"]
    for actor, names in ((talkers.mothers[0], []), (talkers.students[1], []), (talkers.teacher, surnames)):
        log_in(client, actor, now())
        html = client.get(reverse("talk", args=[talk.pk])).content.decode()
        log = html[html.index("talk-about") :]
        assert not [name for name in surnames if name in log]
        members = client.get(reverse("talk-members", args=[talk.pk]))
        assert (members.status_code == 200) == bool(names)
        assert [name for name in names if name in members.content.decode()] == names
        assert "3 ученика, 3 родителя, 2 сотрудника школы" in log
        assert "Директорова" in log


@pytest.mark.parametrize("kind", [Kind.STUDENTS, Kind.GUARDIANS, Kind.NAMED])
def test_families_see_no_list_of_other_families_in_any_conversation_of_many(client, talkers, named, kind):
    talk = named if kind == Kind.NAMED else Conversation.objects.get(school_class=talkers.school_class, kind=kind)
    actor = talkers.students[0] if kind == Kind.STUDENTS else talkers.mothers[0]
    log_in(client, actor, now())
    html = client.get(reverse("talk", args=[talk.pk])).content.decode()
    about = html[html.index("talk-about") :]
    assert not [name for name in ("Матьб", "Матьв", "Ученикб", "Ученикв") if name in about]


def test_signs_are_counted_and_name_nobody(client, talkers):
    talk = talkers.talk(Kind.ANNOUNCEMENTS)
    message = say(talk, talkers.head, "Линейка", at=now())
    others = (talkers.mothers[1], talkers.students[0])
    for other in others:
        talking.react(message=message, sign="👍", by=other, at=now())
    log_in(client, talkers.mothers[0], now())
    answer = client.post(reverse("react-to-message", args=[talk.pk, 1]), {"sign": "👍"}, **PROGRAM).json()
    page = client.get(reverse("talk", args=[talk.pk])).content.decode()
    changes = client.get(reverse("talk-changes", args=[talk.pk]), {"after": 0}).content.decode()
    live = TalkFeed(talk.pk).after(0)[0][2]
    assert 'aria-pressed="true" aria-label="👍, 3"' in answer["html"]
    assert 'aria-pressed="true" aria-label="👍, 3"' in page
    assert 'aria-pressed="true"' in json.loads(changes)["changes"][0]["html"]
    assert 'aria-pressed="false" aria-label="👍, 3"' in json.loads(live)["html"]
    for text in (answer["html"], page, changes, live):
        assert "data-persons" not in text
        assert not [
            other
            for other in others
            if f'"{other.person_id}"' in text.replace(f'data-author="{talkers.head.person_id}"', "")
        ]


def test_families_see_how_many_have_read_and_staff_who(client, talkers):
    talk = Conversation.objects.get(school_class=talkers.school_class, kind=Kind.GUARDIANS)
    message = say(talk, talkers.mothers[0], "Здравствуйте", at=now())
    talking.read(place=place_of(talk, talkers.mothers[1]), number=1)
    pages = {}
    for name, actor in (("mother", talkers.mothers[0]), ("teacher", talkers.teacher)):
        log_in(client, actor, now())
        pages[name] = client.get(reverse("message-readers", args=[talk.pk, message.number])).content.decode()
    assert all("Прочитали 1 из 3" in page for page in pages.values())
    assert "Матьб" in pages["teacher"]
    assert not [surname for surname in ("Матьб", "Матьв") if surname in pages["mother"]]


def test_families_name_staff_and_whoever_has_written_but_learn_no_other_names(talkers, named):
    mother, quiet, writer = talkers.mothers
    say(named, writer, "Согласна", at=now())
    message = say(named, mother, f"@[{quiet.person_id}] @[{writer.person_id}] @[{talkers.head.person_id}]", at=now())
    called = set(message.mentions.values_list("person", flat=True))
    assert called == {writer.person_id, talkers.head.person_id}
