"""The live process: who hears what, and for how long."""

import asyncio
import json
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.tests.makers import make_talkers, say
from myschool.config import asgi, feeds
from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_admin
from myschool.kernel.clock import now
from myschool.people import actors
from myschool.people.actors import COOKIE
from myschool.people.models import Person, Post
from myschool.people.tests.makers import make_person, make_session
from myschool.schools.tests.makers import make_school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def live(settings, monkeypatch):
    """The process connects by an address of its own; here it looks a stream's actor up again at once."""
    monkeypatch.setattr(asgi, "LOOKED_UP_AFTER", 0.05)
    monkeypatch.setattr(asgi, "_asking", None)
    db_settings = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=db_settings["NAME"],
        user=db_settings["USER"],
        password=db_settings["PASSWORD"],
        host=db_settings["HOST"],
        port=db_settings["PORT"] or None,
    )


def streamed(cookie, topic, meanwhile=None, *, since=None, last=None):
    """All that the server sends until it ends the stream; `meanwhile` happens once it runs."""
    sent = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)
        if meanwhile and len(sent) == 2:
            await asyncio.to_thread(meanwhile)

    async def stream():
        headers = [(b"cookie", cookie.encode())] + ([(b"last-event-id", last.encode())] if last else [])
        query = "&".join(f"topic={name}" for name in topic.split()) + (f"&since={since}" if since is not None else "")
        scope = {"type": "http", "headers": headers, "query_string": query.encode()}
        await asyncio.wait_for(asgi.application(scope, receive, send), 20)
        if asgi._asking is not None:
            await asgi._asking.close()

    asyncio.run(stream())
    return sent


def heard(cookie, topic, meanwhile=None):
    """The status of the answer."""
    return streamed(cookie, topic, meanwhile)[0]["status"]


def words(sent):
    """How many times a stream said that its topic changed."""
    return sum(b"data: changed" in message.get("body", b"") for message in sent)


def milliseconds(moment):
    return str(int(moment.timestamp() * 1000))


def elsewhere(deed):
    """The deed over a connection of its own thread."""

    def done():
        deed()
        connection.close()

    return done


def admin_listening():
    admin = make_admin(make_school())
    person = Post.objects.get(person=admin.person_id).person
    school = Post.objects.get(person=person).organisation
    _, token = make_session(person, admin.role, school, at=now())
    return f"{COOKIE}={token}", person


def test_a_stream_ends_with_the_post_that_may_hear_its_topic():
    cookie, person = admin_listening()
    dismissed = elsewhere(lambda: Post.objects.filter(person=person).update(to_date=now().date()))
    assert heard(cookie, "desk", meanwhile=dismissed) == 200


def test_a_stream_ends_with_its_session():
    cookie, person = admin_listening()
    ended = elsewhere(lambda: person.session_set.update(ended_at=now(), ended="remote"))
    assert heard(cookie, "cabinet", meanwhile=ended) == 200


def test_a_neighbours_odd_cookie_does_not_hide_ours():
    cookie, person = admin_listening()
    ended = elsewhere(lambda: person.session_set.update(ended_at=now(), ended="remote"))
    assert heard(f'odd={{"a": 1}}; {cookie}', "cabinet", meanwhile=ended) == 200


def test_a_stranger_and_a_topic_that_is_not_ones_own_are_not_found():
    _, token = make_session(make_person(), at=now())
    assert [heard(cookie, topic) for cookie, topic in (("", "cabinet"), (f"{COOKIE}={token}", "desk"))] == [404, 404]


def test_one_stream_carries_all_that_its_page_may_hear(listening):
    cookie, person = admin_listening()
    since = now() - timedelta(minutes=1)
    for channel in (f"cabinet:{person.pk}", f"diary:{person.pk}", "desk:0"):
        listening.note(channel, (since + timedelta(seconds=10)).timestamp())
    sent = streamed(cookie, "cabinet diary journal: unknown", ended_soon(person), since=milliseconds(since))
    text = b"".join(message.get("body", b"") for message in sent).decode()
    assert [line for line in text.splitlines() if line.startswith("event")] == [
        "event: cabinet",
        "event: diary",
        "event: ended",
    ]


@pytest.fixture
def listening(monkeypatch):
    """The process has listened for an hour; what it is told stays with the test."""
    memory = asgi.Told()
    memory.begin((now() - timedelta(hours=1)).timestamp())
    monkeypatch.setattr(asgi, "told", memory)
    return memory


def ended_soon(person):
    return elsewhere(lambda: person.session_set.update(ended_at=now(), ended="remote"))


def test_what_was_told_between_the_page_and_its_stream_is_told_at_once(listening):
    cookie, person = admin_listening()
    since = now() - timedelta(minutes=1)
    listening.note(f"cabinet:{person.pk}", (since + timedelta(seconds=10)).timestamp())
    assert words(streamed(cookie, "cabinet", ended_soon(person), since=milliseconds(since))) == 1


def test_a_page_that_has_seen_the_latest_is_left_in_peace(listening):
    cookie, person = admin_listening()
    since = now() - timedelta(minutes=1)
    listening.note(f"cabinet:{person.pk}", (since - timedelta(minutes=1)).timestamp())
    assert words(streamed(cookie, "cabinet", ended_soon(person), since=milliseconds(since))) == 0


def test_a_stream_opened_again_names_the_last_word_it_heard(listening):
    cookie, person = admin_listening()
    since = now() - timedelta(minutes=5)
    listening.note(f"cabinet:{person.pk}", (since + timedelta(minutes=1)).timestamp())
    last = milliseconds(since + timedelta(minutes=2))
    assert words(streamed(cookie, "cabinet", ended_soon(person), since=milliseconds(since), last=last)) == 0


def test_a_process_that_was_away_lets_everybody_look_once(listening):
    cookie, person = admin_listening()
    listening.begin(now().timestamp())
    since = milliseconds(now() - timedelta(minutes=1))
    assert words(streamed(cookie, "cabinet", ended_soon(person), since=since)) == 1


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "١٢", "1e9"])
def test_a_stream_that_names_no_moment_looks_once(listening, since):
    cookie, person = admin_listening()
    assert words(streamed(cookie, "cabinet", ended_soon(person), since=since)) == 1


def test_the_memory_of_what_was_told_stays_small():
    memory = asgi.Told()
    memory.begin(0)
    for second in range(10_000):
        memory.note(f"cabinet:{second}", second)
    assert len(memory._moments) <= asgi.REMEMBERED_SECONDS + 1
    assert memory.since("cabinet:1", 5000)
    assert not memory.since("cabinet:1", 9_900)


def test_a_stream_opened_while_the_database_is_away_is_asked_to_come_back(settings):
    cookie, _ = admin_listening()
    settings.DATABASE_URL = make_conninfo(settings.DATABASE_URL, host="127.0.0.1", port="1")
    sent = streamed(cookie, "cabinet")
    # A browser opens a stream again that has ended, but not one that was refused.
    assert (sent[0]["status"], sent[1]) == (200, {"type": "http.response.body", "body": asgi.COME_BACK})


def test_a_stream_outlives_a_restart_of_the_database(monkeypatch):
    cookie, person = admin_listening()
    original = actors.found_by_stream
    trouble = [psycopg.OperationalError("away")]

    async def restarted(*words):
        if trouble:
            raise trouble.pop()
        return await original(*words)

    def meanwhile():
        monkeypatch.setattr(actors, "found_by_stream", restarted)
        ended_soon(person)()

    assert streamed(cookie, "cabinet", meanwhile)[0]["status"] == 200
    assert trouble == []


@pytest.fixture
def talking():
    """A conversation of a class, a student in it with an open browser, and how to say something there."""
    talkers = make_talkers(at=now())
    talk = talkers.talk("students")
    student = Person.objects.get(pk=talkers.students[0].person_id)
    _, token = make_session(student, "student", at=now())
    yield talkers, talk, f"{COOKIE}={token}", student
    feeds.READER.submit(connections.close_all).result()


def numbers(sent):
    """Numbers of the messages that a stream has carried, in their order."""
    text = b"".join(message.get("body", b"") for message in sent).decode()
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: {")]
    return [json.loads(line)["number"] for line in lines]


def test_a_stream_goes_on_from_the_position_it_had(listening, talking):
    talkers, talk, cookie, student = talking
    for _ in range(3):
        say(talk, talkers.teacher, at=now())
    sent = streamed(cookie, f"chat:{talk.pk}", ended_soon(student), since="0.0", last="0.1")
    assert numbers(sent) == [2, 3]
    ids = [
        line
        for line in b"".join(message.get("body", b"") for message in sent).decode().splitlines()
        if line.startswith("id:")
    ]
    assert [line.partition(".")[2] for line in ids] == ["2", "3"]


def test_who_has_left_gets_nothing_more_of_a_conversation(listening, talking, monkeypatch):
    talkers, talk, cookie, student = talking

    def leave_and_miss():
        Placement.objects.filter(student=student).update(to_date=now().date())
        keep_rosters(school_ids=[talkers.school.pk], at=now())
        say(talk, talkers.teacher, "без него", at=now())

    # Nothing was relayed: the stream looks by itself when its actor is looked up.
    monkeypatch.setattr(feeds, "LOOKED_AFTER_SECONDS", 0)
    sent = streamed(cookie, f"chat:{talk.pk}", elsewhere(leave_and_miss), since="0.0")
    assert (sent[0]["status"], numbers(sent)) == (200, [])
    assert heard(cookie, f"chat:{talk.pk}") == 404
