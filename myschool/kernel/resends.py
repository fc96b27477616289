"""A form that is sent twice does its work once.

Whoever presses twice, or sends a page again because the answer was lost on the way, gets the answer of the first time.
A page's form token is another one each time the page is shown, so the token, the address and what was typed name one
sending: the idempotency key of every form, without a field of its own. Only forms that lead on to a page are
remembered; a refused one may be sent again. What asks for data sends keys of its own. A page that shows once what it has
made names where that is found from then on (`kept_at`); a secret is the same each time for one sending (`secret_of`).
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

from myschool.kernel import clock
from myschool.kernel.middleware import Explained, explain, is_for_program

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the field's name
REMEMBERED = timedelta(days=1)
# As long as a page's statement may take, and some more: whoever began then will not come to an end.
ABANDONED = timedelta(seconds=60)
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.1
# Answers: nothing where the sending is new, else where the first one led, which is empty while it is at work.
BEGIN = """
WITH begun AS (
    INSERT INTO kernel_sending AS sending (key, at, location) VALUES (%(key)s, %(at)s, '')
    ON CONFLICT (key) DO UPDATE SET at = %(at)s WHERE sending.location = '' AND sending.at < %(abandoned)s
    RETURNING key
)
SELECT sending.location FROM kernel_sending sending
WHERE sending.key = %(key)s AND NOT EXISTS (SELECT FROM begun)
"""
END = "UPDATE kernel_sending SET location = %s WHERE key = %s"
FORGET = "DELETE FROM kernel_sending WHERE key = %s"
FORGET_OLD = "DELETE FROM kernel_sending WHERE at < %s"


STILL_AT_WORK = Explained(
    title="Мы уже выполняем то, что вы отправили",
    explanation="Форму отправили дважды, и первая отправка ещё не закончилась.",
    steps=("Подождите немного, вернитесь на прежнюю страницу и посмотрите, что получилось.",),
    code="still_at_work",
)


class Resends:
    """Remembers where each form led, and leads there again whoever sends it again."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; of a form that is worked on for the first time, remembered."""
        response = self.answer(request)
        if key := getattr(request, "sending", None):
            _end(key, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], words: Any, named: Any
    ) -> HttpResponse | None:
        """The answer of the first time, for whoever sends a form again."""
        is_asked_only = getattr(view, "changes_nothing", False) or is_for_program(request)
        if request.method != "POST" or TOKEN not in request.POST or is_asked_only:
            return None
        key, until = key_of(request), time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                before = _begin(key)
            except (OperationalError, InterfaceError):
                return None
            if before is None:
                request.sending = key  # type: ignore[attr-defined] # taken off again by `__call__`
                return None
            if before:
                return HttpResponseRedirect(before)
            if time.monotonic() > until:
                return explain(request, STILL_AT_WORK, status=409)
            time.sleep(PAUSE_SECONDS)


def key_of(request: HttpRequest) -> bytes:
    """What names one sending: 32 bytes that tell nothing of what was typed."""
    typed = [*sorted(request.POST.lists())]
    files = [
        (name, [(file.name, _digest(file)) for file in request.FILES.getlist(name)]) for name in sorted(request.FILES)
    ]
    actor = getattr(request, "actor", None)
    sender = actor.session_id if actor else 0
    return hashlib.sha256(repr((sender, request.get_full_path(), typed, files)).encode()).digest()


def kept_at(response: HttpResponse, address: str) -> HttpResponse:
    """The answer to a form that made something and shows it this once; whoever sends it again is led to the address."""
    response.kept_at = address  # type: ignore[attr-defined] # read by `_end`
    return response


def secret_of(request: HttpRequest) -> str:
    """A secret for what a form makes: nobody's to guess, and for the same sending the same.

    So the second answer shows what the first one has, although only a hash of it is kept.
    """
    if TOKEN not in request.POST:
        return secrets.token_urlsafe(32)
    digest = salted_hmac("kernel.resends.secret", key_of(request), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _digest(file: "UploadedFile[Any]") -> str:
    """The bytes' own name: another file may be called the same and be as long."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def forget_old() -> None:
    """Forget forms that were sent a day ago."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_OLD, [clock.wall() - REMEMBERED])


def _begin(key: bytes) -> str | None:
    """None where the sending is new; else where it led, or nothing while it is at work."""
    now = clock.wall()
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {"key": key, "at": now, "abandoned": now - ABANDONED})
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def _end(key: bytes, response: HttpResponse) -> None:
    leads_on = isinstance(response, HttpResponseRedirect) and not response.cookies
    location = response["Location"] if leads_on else getattr(response, "kept_at", "")
    try:
        with connection.cursor() as cursor:
            if location:
                cursor.execute(END, [location, key])
            else:
                cursor.execute(FORGET, [key])
    except (OperationalError, InterfaceError):
        # What was begun counts as abandoned after a minute.
        return
