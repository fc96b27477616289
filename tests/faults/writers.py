"""Teachers who write on whatever happens to the server, as their browsers do."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from django.conf import settings

from myschool.people.actors import COOKIE
from tests.faults.conftest import Ground
from tests.load.place import token_of

WRITERS = 8
VALUES = ("5", "4", "3", "2")
CSRF = secrets.token_hex(16)
LONGEST = timedelta(minutes=5)


@dataclass
class Written:
    """What the writers have been told."""

    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    messages: set[str] = field(default_factory=set)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, status: int, message: str = "") -> None:
        """An answer has come."""
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            if message:
                self.messages.add(message)


def write(ground: Ground, share: Sequence[tuple[int, int, int]], told: Written) -> None:
    """Save the cells one after another; what was not acknowledged is sent again, as a browser does."""
    until = datetime.now(UTC) + LONGEST
    with httpx.Client(base_url=ground.address, timeout=10) as client:
        for place, (lesson, student, teacher) in enumerate(share):
            text = VALUES[place % len(VALUES)]
            while datetime.now(UTC) < until:
                try:
                    answer = client.post(
                        f"/journal/lessons/{lesson}/students/{student}/cells/1/",
                        data={"text": text, "seen": "", "csrfmiddlewaretoken": CSRF},
                        headers={
                            "Accept": "application/json",
                            "Cookie": f"{COOKIE}={token_of(teacher)}; {settings.CSRF_COOKIE_NAME}={CSRF}",
                        },
                    )
                except httpx.TransportError:
                    with told.lock:
                        told.broken += 1
                    time.sleep(0.05)
                    continue
                if answer.status_code == 200:
                    told.heard(200)
                    told.acknowledged[lesson, student] = text
                    break
                told.heard(answer.status_code, answer.json().get("title", ""))
                time.sleep(0.1)


def written_while(
    ground: Ground, wanted: Sequence[tuple[int, int, int]], *mischief: Callable[[], None]
) -> Written:
    """Let writers share the cells, and do mischief at even distances of the way."""
    told = Written()
    writers = [
        threading.Thread(target=write, args=(ground, wanted[place::WRITERS], told))
        for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for number, deed in enumerate(mischief, start=1):
        while len(told.acknowledged) < number * len(wanted) // (len(mischief) + 1):
            assert any(writer.is_alive() for writer in writers)
            time.sleep(0.01)
        deed()
    for writer in writers:
        writer.join()
    return told
