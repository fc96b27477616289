"""Two teachers talk while the server is killed and the database restarted: nothing sent is lost, doubled or out of order."""

from uuid import UUID, uuid5

import httpx
import pytest
from django.conf import settings

from myschool.config.demo import journals
from myschool.config.demo.growth import Grown
from myschool.config.demo.registry import year_start
from myschool.people.actors import COOKIE
from tests.faults.writers import CSRF, Save, written_while
from tests.load.place import GROWN, token_of
from tests.school_day import SCHOOL_DAY

pytestmark = [pytest.mark.alone]
MESSAGES = 2_000
KEYS = UUID("5b1d3c52-8a54-4c57-9f35-0d6c5c0f2a10")


def opened(ground, one, other):
    """The number of the conversation of two."""
    answer = httpx.post(
        f"{ground.address}/chat/new/begin/",
        data={"school": GROWN, "person": other, "csrfmiddlewaretoken": CSRF},
        headers={"Cookie": f"{COOKIE}={token_of(one)}; {settings.CSRF_COOKIE_NAME}={CSRF}"},
        timeout=30,
    )
    assert answer.status_code == 302, answer.text
    return int(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1])


def test_two_go_on_talking_over_a_killed_server_and_a_restarted_database(ground):
    taught = journals.groups(
        Grown(index=0, region="01", time_zone="Europe/Moscow", year_id=0, start=year_start(SCHOOL_DAY))
    )
    pair = sorted({journal.teacher_id for journal in taught})[:2]
    # The school's day begins: its conversations get their members, and colleagues are acquainted.
    ground.command("myschool", "work", "--once")
    talk = opened(ground, *pair)
    wanted = [
        Save(
            key=str(key := uuid5(KEYS, str(number))),
            text=f"Сообщение {number}",
            person=pair[number % 2],
            path=f"/chat/{talk}/messages/",
            fields={"text": f"Сообщение {number}", "client_key": str(key), "urgent": "on"},
        )
        for number in range(MESSAGES)
    ]

    def kill():
        ground.kill()
        ground.start()

    outcome = written_while(ground, wanted, kill, ground.restart_database)
    assert outcome.broken
    assert outcome.messages == {"База данных перезапускается"}
    assert set(outcome.answers) == {200, 503}
    rows = ground.ask(
        "SELECT client_key::text, text, number FROM chat_message WHERE conversation_id = %s ORDER BY number", talk
    )
    assert {key: text for key, text, _ in rows} == outcome.acknowledged
    assert [number for _, _, number in rows] == list(range(1, MESSAGES + 1))
    facts = ground.ask(
        "SELECT count(*) FROM kernel_entry WHERE kind = 'chat.posted' AND (payload->>'conversation_id')::bigint = %s",
        talk,
    )
    assert facts == [(MESSAGES,)]
