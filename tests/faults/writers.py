"""People who save on whatever happens to the server, as their browsers do."""

import secrets
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from django.conf import settings

from myschool.people.actors import COOKIE
from tests.faults.conftest import Ground
from tests.load.place import token_of

WRITERS = 8
CSRF = secrets.token_hex(16)
LONGEST = timedelta(minutes=5)


@dataclass(frozen=True)
class Save:
    """Something that a person sends until it is acknowledged; `key` tells it from all others, `text` is what is to be there."""

    key: Hashable
    text: str
    person: int
    path: str
    fields: Mapping[str, str]


@dataclass
class Written:
    """What the writers have been told."""

    acknowledged: dict[Hashable, str] = field(default_factory=dict)
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


def write(ground: Ground, share: Sequence[Save], told: Written) -> None:
    """Save one after another; what was not acknowledged is sent again, as a browser does."""
    until = datetime.now(UTC) + LONGEST
    with httpx.Client(base_url=ground.address, timeout=10) as client:
        for save in share:
            cookies = f"{COOKIE}={token_of(save.person)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
            while datetime.now(UTC) < until:
                try:
                    answer = client.post(
                        save.path,
                        data={**save.fields, "csrfmiddlewaretoken": CSRF},
                        headers={"Accept": "application/json", "Cookie": cookies},
                    )
                except httpx.TransportError:
                    with told.lock:
                        told.broken += 1
                    time.sleep(0.05)
                    continue
                if answer.status_code == 200:
                    told.heard(200)
                    told.acknowledged[save.key] = save.text
                    break
                told.heard(answer.status_code, answer.json().get("title", ""))
                time.sleep(0.1)


def written_while(ground: Ground, wanted: Sequence[Save], *mischief: Callable[[], None]) -> Written:
    """Let writers share the work, and do mischief at even distances of the way."""
    outcome = Written()
    writers = [
        threading.Thread(target=write, args=(ground, wanted[place::WRITERS], outcome)) for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for number, deed in enumerate(mischief, start=1):
        while len(outcome.acknowledged) < number * len(wanted) // (len(mischief) + 1):
            assert any(writer.is_alive() for writer in writers)
            time.sleep(0.01)
        deed()
    for writer in writers:
        writer.join()
    return outcome
