"""Whoever loses a right gets nothing more of an open stream, and the stream ends as soon as it is said."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.actions.talking import make_named
from myschool.chat.tests.makers import make_talkers, place_of, say
from myschool.config import asgi, feeds
from myschool.config.feeds import Feed
from myschool.enrolment.actions import placing
from myschool.enrolment.models import Placement
from myschool.kernel import live
from myschool.kernel.actors import Actor, Role
from myschool.kernel.clock import now
from myschool.people import actions, actors
from myschool.people.esia.answers import Grant
from myschool.people.models import AccessRecord, GuardianRestriction, Guardianship, Person, Post, Session
from myschool.people.tests.makers import (
    ISSUER,
    make_actor,
    make_guardianship,
    make_person,
    make_post,
    make_profile,
    make_session,
    told,
)
from myschool.schools.tests.makers import make_class, make_school

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
    stub = Heard()
    monkeypatch.setattr(live, "relay", lambda: stub)
    monkeypatch.setattr(asgi, "_asking", None)
    monkeypatch.setattr(asgi, "stopping", asyncio.Event())
    heard = asgi.Told()
    heard.begin((now() - timedelta(hours=1)).timestamp())
    monkeypatch.setattr(asgi, "told", heard)
    database = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"] or None,
    )
    yield stub
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
    body = b"".join(message.get("body", b"") for message in sent).decode()
    lines = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: {")]
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


ENDINGS = {
    "logged out": (lambda actor, session: actions.log_out(session=session, by=actor, at=now()), OVER),
    "ended from elsewhere": (lambda actor, session: actions.log_out_elsewhere(by=actor, at=now()), OVER),
    "forgotten": (lambda actor, session: forgotten(actor), OVER),
    "merged into another": (lambda actor, session: merged(make_person().pk, actor.person_id, actor), OVER),
    "dismissed": (lambda actor, session: left(actor), RETRY),
    "other role": (lambda actor, session: acts_as_guardian(session), RETRY),
    "registered": (
        lambda actor, session: actions.register(
            role=Role.GUARDIAN, by=acting(session), at=now(), day_somewhere=now().date()
        ),
        RETRY,
    ),
}


@pytest.mark.parametrize(("deed", "last"), ENDINGS.values(), ids=ENDINGS)
def test_a_stream_ends_with_what_its_session_led_to(relay, deed, last):
    actor, session, token = teacher_here_and_mother()
    sent = streamed(token, "cabinet", lambda: deed(actor, session), relay=relay)
    assert (sent[0]["status"], sent[-1]) == (200, last)


def acts_as_guardian(session):
    actions.switch_role(role=Role.GUARDIAN, organisation_id=None, by=acting(session), at=now())


def merged(kept_id, merged_id, by):
    return actions.merge_persons(kept_id=kept_id, merged_id=merged_id, by=by, at=now())


def link_of(guardian):
    return Guardianship.objects.get(guardian=guardian.person_id)


def place_held(student):
    return Placement.objects.get(student=student.person_id)


def unlinked(talkers):
    actions.unlink_guardian(guardianship=link_of(talkers.mothers[0]), day=now().date(), by=talkers.head, at=now())


def restricted(talkers):
    return actions.restrict_guardian(
        guardianship=link_of(talkers.mothers[0]),
        kind=GuardianRestriction.Kind.ENDED,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение районного суда",
        document_number="2-17/2026",
        document_day=now().date(),
        until=None,
        day=now().date(),
        by=talkers.head,
        at=now(),
    )


def departed(talkers):
    placing.depart(placement=place_held(talkers.students[0]), day=now().date(), by=talkers.head, at=now())


def lifting(talkers):
    restriction = restricted(talkers)
    return lambda: actions.lift_restriction(restriction=restriction, day=now().date(), by=talkers.head, at=now())


def linking(talkers):
    guardian = make_person()
    return {guardian.pk}, lambda: actions.link_guardian(
        guardian_id=guardian.pk,
        student_id=talkers.students[0].person_id,
        relation="mother",
        from_date=now().date(),
        stamp=talkers.head.stamp(now()),
    )


def appointing(talkers):
    person = make_person()
    return {person.pk}, lambda: actions.take_post(
        person_id=person.pk,
        organisation_id=talkers.school.organisation_id,
        role=Role.TEACHER,
        from_date=now().date(),
        stamp=talkers.head.stamp(now()),
    )


def merging(talkers):
    """Somebody who logs in turns out to be a student of the list, whose mother has a link already."""
    student, newcomer, guardian = talkers.students[0].person_id, make_person(), make_person()
    make_guardianship(guardian, newcomer)
    persons = {student, newcomer.pk, guardian.pk, talkers.mothers[0].person_id}
    return persons, lambda: merged(student, newcomer.pk, talkers.head)


def parting(talkers):
    persons, merge = merging(talkers)
    merge_row = merge()
    return persons, lambda: actions.undo_merge(merge=merge_row, by=talkers.head, at=now())


def of_the_pupil(talkers, deed):
    """What touches a student and the mother of theirs."""
    return {talkers.students[0].person_id, talkers.mothers[0].person_id}, deed


def of_the_mother(talkers, deed):
    return {talkers.mothers[0].person_id}, deed


def of_session(talkers, deed):
    """A teacher who is a guardian too, and what they do in their session."""
    actor, session, _ = teacher_here_and_mother()
    return {actor.person_id}, lambda: deed(actor, session)


def another_logs_in(actor):
    """Into the browser where the actor was logged in."""
    grant = Grant(
        access_token="",
        oid="90",
        level=None,
        trusted=True,
        session=None,
        scopes=(),
        methods=(),
        authenticated_at=None,
        expires_at=None,
    )
    actions.log_in(issuer=ISSUER, grant=grant, told=told(), device="", at=now(), leaving=actor)


def placing_somebody(talkers):
    student, guardian = make_person(birth_date=now().date() - timedelta(days=4000)), make_person()
    make_guardianship(guardian, student)
    return {student.pk, guardian.pk}, lambda: placing.place(
        student_id=student.pk,
        school_id=talkers.school.pk,
        level=7,
        school_class=talkers.school_class,
        day=now().date(),
        stamp=talkers.head.stamp(now()),
    )


def listing(talkers):
    """A student of the school's own papers: nobody until then, so whoever is told is known afterwards only."""
    persons = set()
    return persons, lambda: persons.add(
        placing.add_student(
            school_class=talkers.school_class,
            last_name="Новенький",
            first_name="Пётр",
            patronymic="",
            birth_date=now().date() - timedelta(days=4000),
            gender="",
            snils="",
            day=now().date(),
            by=talkers.head,
            at=now(),
        ).pk
    )


def moving(talkers):
    other = make_class(talkers.school, letter="Я")
    return of_the_pupil(
        talkers,
        lambda: placing.move(
            placement=place_held(talkers.students[0]), school_class=other, day=now().date(), by=talkers.head, at=now()
        ),
    )


# Every action that changes rights, by its name: whose rights it changes, and the deed. tests/house/test_changed_rights.py
# holds the table complete.
CHANGES = {
    "log_out": lambda talkers: of_session(talkers, ENDINGS["logged out"][0]),
    "log_out_elsewhere": lambda talkers: of_session(
        talkers, lambda actor, session: actions.log_out_elsewhere(by=replace(actor, session_id=0), at=now())
    ),
    "log_in": lambda talkers: of_session(talkers, lambda actor, session: another_logs_in(actor)),
    "forget_person": lambda talkers: of_session(talkers, ENDINGS["forgotten"][0]),
    "switch_role": lambda talkers: of_session(talkers, ENDINGS["other role"][0]),
    "register": lambda talkers: of_session(talkers, ENDINGS["registered"][0]),
    "take_post": appointing,
    "leave_post": lambda talkers: ({talkers.teacher.person_id}, lambda: left(talkers.teacher)),
    "link_guardian": linking,
    "unlink_guardian": lambda talkers: of_the_mother(talkers, lambda: unlinked(talkers)),
    "restrict_guardian": lambda talkers: of_the_mother(talkers, lambda: restricted(talkers)),
    "lift_restriction": lambda talkers: of_the_mother(talkers, lifting(talkers)),
    "merge_persons": merging,
    "undo_merge": parting,
    "place": placing_somebody,
    "add_student": listing,
    "move": moving,
    "depart": lambda talkers: of_the_pupil(talkers, lambda: departed(talkers)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_action_that_changes_rights_says_whose(relay, change):
    persons, deed = change(make_talkers(at=now()))
    relay.topics.clear()
    deed()
    heard = {topic for topic in relay.topics if topic.startswith("rights:")}
    assert heard == {actors.rights_channel(person) for person in persons}


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


@pytest.mark.parametrize("deed", [unlinked, restricted, departed])
def test_a_guardians_stream_of_a_conversation_ends_with_the_right(relay, talking, deed):
    """Before any follower has kept the rosters: the session goes on, and the guardian has a place in the roster still."""
    talkers, talk = talking
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    session, token = make_session(mother, Role.GUARDIAN, at=now())
    sent = streamed(token, f"chat:{talk.pk}", lambda: deed(talkers), relay=relay)
    assert sent[-1] == RETRY
    assert Session.objects.get(pk=session.pk).ended_at is None


def test_a_guardians_stream_of_a_conversation_ends_when_the_merge_that_led_to_it_is_undone(relay, talking):
    talkers, talk = talking
    guardian, newcomer = make_person(), make_person(birth_date=now().date() - timedelta(days=4000))
    make_guardianship(guardian, newcomer)
    merge_row = merged(talkers.students[0].person_id, newcomer.pk, talkers.head)
    keep_rosters(school_ids=[talkers.school.pk], at=now())
    _, token = make_session(guardian, Role.GUARDIAN, at=now())
    sent = streamed(
        token, f"chat:{talk.pk}", lambda: actions.undo_merge(merge=merge_row, by=talkers.head, at=now()), relay=relay
    )
    assert (sent[0]["status"], sent[-1]) == (200, RETRY)


def test_a_stream_of_a_conversation_ends_with_a_place_in_it_although_nobodys_rights_changed(relay, talking):
    talkers, talk = talking
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    _, token = make_session(mother, Role.GUARDIAN, at=now())

    def taken_out():
        place_of(talk, talkers.mothers[0]).delete()
        say(talk, talkers.teacher, "без неё", at=now())

    sent = streamed(token, f"chat:{talk.pk}", taken_out, relay=relay)
    assert (texts(sent), sent[-1]) == ([], RETRY)


def test_a_right_that_ends_while_its_stream_is_being_opened_ends_it(relay, monkeypatch):
    actor, session, token = teacher_here_and_mother()
    original, deeds = actors.found_by_stream, [lambda: actions.log_out(session=session, by=actor, at=now())]

    async def and_then(*words):
        answer = await original(*words)
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
