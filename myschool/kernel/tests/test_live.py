"""The two relays of live signals keep the same promises."""

import asyncio
import shutil
import socket
import subprocess
import time

import psycopg
import pytest
import redis
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from myschool.kernel import live

pytestmark = pytest.mark.django_db(transaction=True)


class Server:
    """A Redis of the test's own, which can be ended and come back."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.url = folder, f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder],
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < until:
                try:
                    return client.ping()
                except redis.ConnectionError:
                    continue
        raise AssertionError("Redis did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    running = Server(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def postgres(settings):
    db_settings = connection.settings_dict
    settings.DATABASE_URL = make_conninfo(
        dbname=db_settings["NAME"],
        user=db_settings["USER"],
        password=db_settings["PASSWORD"],
        host=db_settings["HOST"],
        port=db_settings["PORT"] or None,
    )
    return live.PostgresRelay()


def cut_postgres():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = %s",
            [connection.settings_dict["NAME"]],
        )


@pytest.fixture(params=["postgres", "redis"])
def kept(request):
    """A relay, and how its connections are cut off."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres"), cut_postgres
    server = request.getfixturevalue("server")

    def cut_off():
        with redis.Redis.from_url(server.url) as client:
            client.client_kill_filter(_type="pubsub")

    return live.RedisRelay(server.url), cut_off


def heard(relay, meanwhile, last):
    """What one who listens hears from the beginning to `last`; `meanwhile` happens once it listens."""
    words = []

    async def listen():
        async for topic in relay.heard():
            words.append(topic)
            if topic is None:
                await asyncio.to_thread(meanwhile)
            if topic == last:
                return

    asyncio.run(asyncio.wait_for(listen(), 20))
    return words


def here(deed):
    def done():
        deed()
        connection.close()

    return done


def test_what_is_committed_is_heard_in_order(kept):
    relay, _ = kept

    @here
    def tell():
        with transaction.atomic():
            relay.tell(["cabinet:1", "чат:2"])
        with transaction.atomic():
            relay.tell(["last"])

    assert heard(relay, tell, "last") == [None, "cabinet:1", "чат:2", "last"]


def test_what_is_rolled_back_was_never_said(kept):
    relay, _ = kept

    @here
    def tell():
        with transaction.atomic():
            relay.tell(["cabinet:1"])
            transaction.set_rollback(True)
        with transaction.atomic():
            relay.tell(["last"])

    assert heard(relay, tell, "last") == [None, "last"]


def test_one_who_is_cut_off_is_told_so_and_may_listen_again(kept):
    relay, cut_off = kept
    with pytest.raises(live.RelayAway):
        heard(relay, here(cut_off), "never")
    assert heard(relay, here(lambda: relay.tell(["last"])), "last") == [None, "last"]


def test_a_redis_that_is_away_stops_nobodys_work(server, caplog):
    relay = live.RedisRelay(server.url)
    server.stop()
    with transaction.atomic():
        relay.tell(["cabinet:1"])
    assert [record.message for record in caplog.records] == ["relay away"]
    with pytest.raises(live.RelayAway):
        heard(relay, lambda: None, "never")
    server.start()
    assert heard(relay, here(lambda: relay.tell(["last"])), "last") == [None, "last"]


@pytest.mark.parametrize("error", [psycopg.OperationalError])
def test_a_database_that_is_away_is_a_relay_away(settings, postgres, error):
    settings.DATABASE_URL = make_conninfo(settings.DATABASE_URL, host="127.0.0.1", port="1")
    with pytest.raises(live.RelayAway) as raised:
        heard(postgres, lambda: None, "never")
    assert isinstance(raised.value.__cause__, error)
