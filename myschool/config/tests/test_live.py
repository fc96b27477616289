"""The live process: who hears what, and for how long."""

import asyncio

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from myschool.config import asgi
from myschool.enrolment.tests.makers import make_admin
from myschool.kernel.clock import now
from myschool.people.actors import COOKIE
from myschool.people.models import Post
from myschool.people.tests.makers import make_person, make_session
from myschool.schools.tests.makers import make_school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def live(settings, monkeypatch):
    """The process connects by an address of its own; here it looks a stream's actor up again at once."""
    monkeypatch.setattr(asgi, "LOOKED_UP_AFTER", 0.05)
    monkeypatch.setattr(asgi, "_asking", None)
    told = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=told["NAME"], user=told["USER"], password=told["PASSWORD"], host=told["HOST"],
        port=told["PORT"] or None,
    )  # fmt: skip


def heard(cookie, topic, meanwhile=None):
    """The answer's status and all that a stream sends until the server ends it; `meanwhile` happens once it runs."""
    sent = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)
        if meanwhile and len(sent) == 2:
            await asyncio.to_thread(meanwhile)

    async def stream():
        scope = {
            "type": "http", "headers": [(b"cookie", cookie.encode())],
            "query_string": f"topic={topic}".encode(),
        }  # fmt: skip
        await asyncio.wait_for(asgi.application(scope, receive, send), 20)
        if asgi._asking is not None:
            await asgi._asking.close()

    asyncio.run(stream())
    return sent[0]["status"]


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
    assert [heard(cookie, topic) for cookie, topic in (("", "cabinet"), (f"{COOKIE}={token}", "desk"))] == [
        404,
        404,
    ]
