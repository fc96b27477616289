"""Every stream, with everybody: who hears a topic of the live process, and who is told that nothing is there."""

import asyncio

import pytest
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from myschool.config import asgi, feeds
from myschool.people.actors import COOKIE
from tests.access.doors import EVERY_LEADER, HIKERS, PLANNERS, SCHOOL_STAFF, TALKERS
from tests.access.world import EVERYBODY, LOGGED_IN, make_world

pytestmark = pytest.mark.django_db(transaction=True)
HOME_STAFF = PLANNERS | {"teacher"}
HEARD = {
    "cabinet": LOGGED_IN,
    "diary": LOGGED_IN,
    "notices": LOGGED_IN,
    "chats": LOGGED_IN,
    "desk": EVERY_LEADER,
    "journal:{taught}": SCHOOL_STAFF,
    "chat:{news}": TALKERS,
    "chat:{staff}": HOME_STAFF,
    "chat:{hike}": HIKERS,
    "chat:{letters}": frozenset({"guardian", "teacher"}),
    "chat:{strange_news}": frozenset({"stranger_admin"}),
    "chat:{strange_staff}": frozenset({"stranger_admin"}),
    "chat:0": frozenset(),
    "chat:x": frozenset(),
    "chat:999999999999": frozenset(),
    "cabinet:1": frozenset(),
    "": frozenset(),
}


def opened(cookie, topic):
    """The status with which a stream is answered; the browser goes away at once."""
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "headers": [(b"cookie", cookie.encode())],
        "query_string": f"topic={topic}&since=0.0".encode(),
    }
    asyncio.run(_one(scope, receive, send))
    return sent[0]["status"]


async def _one(scope, receive, send):
    await asyncio.wait_for(asgi.application(scope, receive, send), 20)
    if asgi._asking is not None:
        await asgi._asking.close()
    asgi._asking = None


def test_who_hears_what(settings, monkeypatch):
    db_settings = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=db_settings["NAME"],
        user=db_settings["USER"],
        password=db_settings["PASSWORD"],
        host=db_settings["HOST"],
        port=db_settings["PORT"] or None,
    )
    monkeypatch.setattr(asgi, "_asking", None)
    world = make_world()
    cookies = {who: f"{COOKIE}={world.tokens[who]}" for who in EVERYBODY - {"visitor"}} | {
        "visitor": "",
        "forger": f"{COOKIE}=forged",
        "replayer": f"{COOKIE}={world.tokens['guardian'][:-1]}",
    }
    listeners = {
        topic: {who for who, cookie in cookies.items() if opened(cookie, world.filled(topic)) == 200} for topic in HEARD
    }
    feeds.READER.submit(connections.close_all).result()
    assert listeners == {topic: set(whom) for topic, whom in HEARD.items()}
