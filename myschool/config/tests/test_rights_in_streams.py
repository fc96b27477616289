"""Whoever loses a right gets nothing more of an open stream, and the stream ends as soon as it is said."""

import asyncio
import json
from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.actions.talking import make_named
from myschool.chat.tests.makers import make_talkers, say
from myschool.config import asgi, feeds
from myschool.config.feeds import Feed
from myschool.enrolment.actions.placing import depart
from myschool.enrolment.models import Placement
from myschool.kernel import live
from myschool.kernel.actors import Actor, Role
from myschool.kernel.clock import now
from myschool.people import actions, actors
from myschool.people.models import AccessRecord, Guardianship, Person, Post, Session
from myschool.people.tests.makers import (
    make_actor,
    make_person,
    make_post,
    make_profile,
    make_session,
)
from myschool.schools.tests.makers import make_school

pytestmark = pytest.mark.django_db(transaction=True)
RETRY = {"type": "http.response.body", "body": asgi.COME_BACK}
OVER = {"type": "http.response.body", "body": asgi.SESSION_OVER}


class Heard:
    """A relay in this process: what is told in a transaction is heard by the live process after its commit."""

    def __init__(self):
        self.topics = []

    def tell(self, topics):
        self.topics += topics


@pytest.fixture(autouse=True)
def relay(settings, monkeypatch):
    """The live process is told by hand; it would look a stream up by itself after a minute only."""
    made = Heard()
    monkeypatch.setattr(live, "relay", lambda: made)
    monkeypatch.setattr(asgi, "_asking", None)
    monkeypatch.setattr(asgi, "stopping", asyncio.Event())
    told = asgi.Told()
    told.begin((now() - timedelta(hours=1)).timestamp())
    monkeypatch.setattr(asgi, "told", told)
    database = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=database["NAME"], user=database["USER"], password=database["PASSWORD"], host=database["HOST"],
        port=database["PORT"] or None,
    )  # fmt: skip
    yield made
    feeds.READER.submit(connections.close_all).result()


def streamed(token, topic, *deeds, relay, then=lambda: None):
    """All that is sent while deeds happen one after another, each heard of before the next; the last ends the stream."""
    sent, begun = [], asyncio.Event()

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)
        begun.set()

    def done(deed):
        deed()
        connection.close()

    async def story():
        scope = {
            "type": "http",
            "headers": [(b"cookie", f"{actors.COOKIE}={token}".encode())],
            "query_string": f"topic={topic}&since={int(now().timestamp() * 1000)}.0".encode(),
        }
        stream = asyncio.create_task(asgi.application(scope, receive, send))
        await begun.wait()
        for deed in deeds:
            relay.topics.clear()
            await asyncio.to_thread(done, deed)
            asgi._wake(relay.topics)
            await asyncio.gather(*asgi.looking)
        then()
        await asyncio.wait_for(stream, 10)
        if asgi._asking is not None:
            await asgi._asking.close()

    asyncio.run(story())
    return sent


def texts(sent):
    """What the stream's messages say."""
    told = b"".join(message.get("body", b"") for message in sent).decode()
    lines = [line.removeprefix("data: ") for line in told.splitlines() if line.startswith("data: {")]
    return [json.loads(line)["html"] for line in lines]


def teacher_here_and_mother():
    """Somebody with two roles in one session, acting as a teacher."""
    school, person = make_school(), make_person()
    make_post(person, school.organisation)
    make_profile(person, Role.GUARDIAN)
    actor = make_actor(person, Role.TEACHER, school.organisation)
    session, token = make_session(person, Role.TEACHER, school.organisation, at=now())
    return actor, session, token


def acting(session):
    """The actor of a session, for actions."""
    return Actor(person_id=session.person_id, session_id=session.pk, role=Role.TEACHER, is_confirmed=True)


def left(actor):
    post = Post.objects.get(person=actor.person_id)
    leader = make_actor(role=Role.HEAD, organisation=post.organisation)
    actions.leave_post(post=post, day=now().date(), by=leader, at=now())


def forgotten(actor):
    """The law keeps nothing of them: the post was long ago."""
    Post.objects.filter(person=actor.person_id).update(from_date=date(2010, 9, 1), to_date=date(2011, 9, 1))
    actions.forget_person(person_id=actor.person_id, by=actor, at=now())


@pytest.mark.parametrize(
    ("deed", "last"),
    [
        (lambda actor, session: actions.log_out(session=session, by=actor, at=now()), OVER),
        (lambda actor, session: actions.log_out_elsewhere(by=actor, at=now()), OVER),
        (lambda actor, session: forgotten(actor), OVER),
        (
            lambda actor, session: actions.merge_persons(
                kept_id=make_person().pk, merged_id=actor.person_id, by=actor, at=now()
            ),
            OVER,
        ),
        (lambda actor, session: left(actor), RETRY),
        (
            lambda actor, session: actions.switch_role(
                role=Role.GUARDIAN, organisation_id=None, by=acting(session), at=now()
            ),
            RETRY,
        ),
        (
            lambda actor, session: actions.register(
                role=Role.GUARDIAN, by=acting(session), at=now(), day_somewhere=now().date()
            ),
            RETRY,
        ),
    ],
    ids=[
        "logged out",
        "ended from elsewhere",
        "forgotten",
        "merged into another",
        "dismissed",
        "other role",
        "registered",
    ],
)
def test_a_stream_ends_with_what_its_session_led_to(relay, deed, last):
    actor, session, token = teacher_here_and_mother()
    sent = streamed(token, "cabinet", lambda: deed(actor, session), relay=relay)
    assert (sent[0]["status"], sent[-1]) == (200, last)


def test_a_stream_goes_on_where_a_right_has_changed_that_it_does_not_rest_on(relay):
    actor, session, token = teacher_here_and_mother()
    other, _ = make_session(Person.objects.get(pk=actor.person_id), Role.GUARDIAN, at=now())
    sent = streamed(
        token,
        "cabinet",
        lambda: actions.log_out(session=other, by=actor, at=now()),
        lambda: live.tell(f"cabinet:{actor.person_id}"),
        lambda: actions.log_out(session=session, by=actor, at=now()),
        relay=relay,
    )
    assert b"event: cabinet" in b"".join(message.get("body", b"") for message in sent)


@pytest.fixture
def talking():
    talkers = make_talkers(at=now())
    return talkers, talkers.talk("guardians")


def test_who_was_dismissed_gets_no_message_that_was_written_after(relay, talking):
    talkers, talk = talking
    teacher = Person.objects.get(pk=talkers.teacher.person_id)
    _, token = make_session(teacher, Role.TEACHER, talkers.school.organisation, at=now())
    sent = streamed(
        token,
        f"chat:{talk.pk}",
        lambda: say(talk, talkers.teacher, "при нём", at=now()),
        # The chat does not know yet: its rosters follow later.
        lambda: (left(talkers.teacher), say(talk, talkers.mothers[0], "без него", at=now())),
        relay=relay,
    )
    assert ["при нём" in text for text in texts(sent)] == [True]


@pytest.mark.parametrize("who", ["teacher", "head"])
def test_staff_who_listen_to_students_not_their_own_are_written_down_when_let_in(relay, who):
    talkers = make_talkers(at=now())
    listener, students = getattr(talkers, who), {student.person_id for student in talkers.students}
    talk = make_named(title="Группа", person_ids=sorted(students), by=listener, at=now())
    person = Person.objects.get(pk=listener.person_id)
    _, token = make_session(person, listener.role, talkers.school.organisation, at=now())
    sent = streamed(
        token,
        f"chat:{talk.pk}",
        lambda: say(talk, talkers.students[0], "слово ученика", at=now()),
        lambda: left(listener),
        relay=relay,
    )
    assert len(texts(sent)) == 1
    looks = AccessRecord.objects.filter(viewer=person, section="chat", door="live", reason="Группа")
    assert set(looks.values_list("student", flat=True)) == (students if who == "head" else set())


def test_who_acts_in_another_capacity_hears_no_conversation_of_the_first(relay, talking):
    talkers, talk = talking
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    make_post(mother, talkers.school.organisation)
    other_school = make_school()
    make_post(mother, other_school.organisation)
    as_teacher = [
        make_session(mother, Role.TEACHER, school.organisation, at=now())[1]
        for school in (talkers.school, other_school)
    ]
    for token in as_teacher:
        assert streamed(token, f"chat:{talk.pk}", relay=relay)[0]["status"] == 404


def test_staff_who_acts_in_another_school_hears_no_conversation_of_the_first(relay, talking):
    talkers, talk = talking
    teacher = Person.objects.get(pk=talkers.teacher.person_id)
    other_school = make_school()
    make_post(teacher, other_school.organisation)
    _, token = make_session(teacher, Role.TEACHER, other_school.organisation, at=now())
    assert streamed(token, f"chat:{talk.pk}", relay=relay)[0]["status"] == 404


def test_a_stream_hears_of_one_conversation_only(relay, talking):
    talkers, talk = talking
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    _, token = make_session(mother, Role.GUARDIAN, at=now())
    news = talkers.talk("news")
    assert streamed(token, f"chat:{talk.pk}&topic=chat:{news.pk}", relay=relay)[0]["status"] == 404


def test_a_guardians_stream_of_a_conversation_ends_with_the_link(relay, talking):
    talkers, talk = talking
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    session, token = make_session(mother, Role.GUARDIAN, at=now())

    def unlinked():
        link = Guardianship.objects.get(guardian=mother)
        actions.unlink_guardian(guardianship=link, day=now().date(), by=talkers.head, at=now())
        keep_rosters(school_ids=[talkers.school.pk], at=now())

    sent = streamed(token, f"chat:{talk.pk}", unlinked, relay=relay)
    assert sent[-1] == RETRY
    assert Session.objects.get(pk=session.pk).ended_at is None


def test_a_departure_is_told_to_the_student_and_their_guardians(relay, talking):
    talkers, _ = talking
    student = talkers.students[0].person_id
    placement = Placement.objects.get(student=student)
    relay.topics.clear()
    depart(placement=placement, day=now().date(), by=talkers.head, at=now())
    assert set(relay.topics) == {
        actors.rights_channel(one) for one in (student, talkers.mothers[0].person_id)
    }


def test_a_new_and_an_ended_link_are_told_to_the_guardian(relay):
    guardian, student = make_person(), make_person(birth_date=now().date() - timedelta(days=4000))
    admin = make_actor(make_person(), Role.SCHOOL_ADMIN, make_school().organisation)
    actions.link_guardian(
        guardian_id=guardian.pk, student_id=student.pk, relation="mother", from_date=now().date(),
        stamp=admin.stamp(now()),
    )  # fmt: skip
    actions.unlink_guardian(guardianship=Guardianship.objects.get(), day=now().date(), by=admin, at=now())
    assert relay.topics == [actors.rights_channel(guardian.pk)] * 2


def test_a_right_that_ends_while_its_stream_is_being_opened_ends_it(relay, monkeypatch):
    actor, session, token = teacher_here_and_mother()
    found, deeds = actors.found_by_stream, [lambda: actions.log_out(session=session, by=actor, at=now())]

    async def and_then(*words):
        answer = await found(*words)
        for deed in [deeds.pop() for _ in deeds[:]]:
            await asyncio.to_thread(deed)
            for topic in relay.topics:
                asgi.told.note(topic, now().timestamp())
        return answer

    monkeypatch.setattr(actors, "found_by_stream", and_then)
    assert streamed(token, "cabinet", relay=relay)[-1] == OVER


def test_a_stream_whose_doubt_cannot_be_settled_ends(relay, monkeypatch):
    actor, _, token = teacher_here_and_mother()

    async def away(*words):
        raise psycopg.OperationalError("away")

    def doubted():
        monkeypatch.setattr(actors, "found_by_stream", away)
        actors.rights_changed(actor.person_id)

    assert streamed(token, "cabinet", doubted, relay=relay)[-1] == RETRY


def test_every_stream_ends_with_the_server_and_is_asked_to_come_back(relay):
    _, _, token = teacher_here_and_mother()
    sent = streamed(token, "cabinet", relay=relay, then=asgi._end_streams)
    assert (sent[0]["status"], sent[-1]) == (200, RETRY)


class Notebook:
    """A source whose only reader leaves, and then something is written, while it is being looked at."""

    def __init__(self):
        self.changes, self.may_read = [], {(1, "student")}

    def readers(self):
        return dict.fromkeys(self.may_read, 0)

    def let_in(self, actor):
        """Whoever begins to read it leaves nothing."""

    def head(self):
        return 0

    def after(self, position):
        if not self.changes:
            self.may_read.clear()
            self.changes.append((1, 1, '"after"'))
        return self.changes[position:]


def test_who_left_while_a_feed_was_looked_at_is_not_its_reader_when_it_is_given_out():
    feed = Feed("chat:1", Notebook())
    asyncio.run(feed.look())
    assert (feed.head, feed.readers) == (1, {})
