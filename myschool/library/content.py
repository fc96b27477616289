"""What the content's own origin answers: players, files of packages, and reports of how it goes.

A door like views, but with its own little table of addresses: nothing here knows a session, a cookie or a person.
"""

import json
import re
from base64 import b64encode
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from myschool.files.rules import markup
from myschool.files.serving import stream
from myschool.kernel import clock, headers
from myschool.kernel.middleware import PROBLEM
from myschool.library import access, origin
from myschool.library.actions import launching, playing
from myschool.library.models import Play
from myschool.library.queries import content

ADDRESS = re.compile(r"/p/(?P<token>[\w:.-]{10,300})/(?P<rest>.*)")
FETCH = re.compile(r"fetch/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
POLICY = "; ".join(
    [
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'self'",
        f"frame-ancestors 'self' {settings.SITE_URL}",
        # The frame says the same; opened by its address, without one, content may do no more.
        "sandbox allow-scripts allow-same-origin allow-forms allow-downloads",
        "webrtc 'block'",
    ]
)
HEADERS = {
    **headers.EVERYWHERE,
    "Content-Security-Policy": POLICY,
    # Chromium knows no policy for WebRTC but this; it also holds what the others leave open: going elsewhere.
    "Connection-Allowlist": "(response-origin)",
    "X-DNS-Prefetch-Control": "off",
    "Referrer-Policy": "no-referrer",
}
LONGEST_REPORT = 1_000_000


def answer_content(request: HttpRequest) -> HttpResponseBase:
    """The answer to a request at the content's origin."""
    response = _answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", headers.kept(tagged=response.has_header("ETag")))
    return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    matched = ADDRESS.fullmatch(request.path)
    # A service worker could answer for us, without our headers.
    if "Service-Worker" in request.headers:
        return _gone(request)
    if matched is None:
        return HttpResponseRedirect(settings.SITE_URL + "/") if request.path == "/" else _gone(request)
    opened = origin.opened(matched["token"])
    if opened is None:
        return _gone(request)
    play = access.plays_to_run(opened.play_id, clock.now()).first() if opened.play_id else None
    # A right that has ended in the half day of the token ends the content too.
    if opened.play_id and play is None:
        return _gone(request)
    rest = matched["rest"]
    if rest == "":
        return _player(request, opened)
    if rest == "state/":
        return _report(request, play)
    if rest == "launch/":
        return _launch(request, opened, play)
    if rest == "over/":
        return render(request, "library/content_over.html")
    if session := FETCH.fullmatch(rest):
        return _fetch(request, opened, play, UUID(session[1]))
    return _file(request, opened, rest.removeprefix("f/")) if rest.startswith("f/") else _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "library/content_gone.html", status=404)


def _player(request: HttpRequest, opened: origin.Pass) -> HttpResponse:
    page = content.player_page(opened.version_id, opened.play_id)
    if page is None:
        return _gone(request)
    return render(request, "library/player.html", {"page": page})


def _file(request: HttpRequest, opened: origin.Pass, path: str) -> HttpResponseBase:
    file = content.package_file(opened.version_id, path)
    if file is None or request.method not in ("GET", "HEAD"):
        return _gone(request)
    return stream(file.key, file.size, file.content_type, request)


def _report(request: HttpRequest, play: Play | None) -> HttpResponse:
    """Keep what the player reports; one who only looks at a version is thanked and forgotten."""
    report = _told(request)
    if report is None:
        problem = {"title": "Не получилось", "detail": "Отчёт не читается.", "status": 400, "code": "unreadable"}
        return JsonResponse(problem, status=400, content_type=PROBLEM)
    if play is not None:
        playing.keep_play(play=play, at=clock.now(), **report)
    return HttpResponse(status=204)


def _launch(request: HttpRequest, opened: origin.Pass, play: Play | None) -> HttpResponse:
    """Open a part of a cmi5 course: its address, with all that the part needs to find its store (8.1)."""
    version = content.course(opened.version_id)
    number = request.POST.get("part", "")
    if version is None or not number.isdecimal() or int(number) >= len(version.passport["parts"]):
        return _gone(request)
    here = f"{origin.origin(opened.version_id)}/"
    own = f"{here}{request.path.lstrip('/').removesuffix('launch/')}"
    session = launching.launch(version=version, play=play, number=int(number), return_url=f"{own}over/", at=clock.now())
    params = {
        "endpoint": f"{here}xapi/",
        "fetch": f"{own}fetch/{session.id}/",
        "actor": json.dumps(session.agent),
        "registration": session.registration,
        "activityId": session.activity,
    }
    gap = "&" if "?" in session.part.href else "?"
    return JsonResponse({"url": f"{own}f/{session.part.href}{gap}{urlencode(params)}"})


def _fetch(request: HttpRequest, opened: origin.Pass, play: Play | None, session: UUID) -> HttpResponse:
    """Give a session its key to the store, once (8.2); cmi5 wants a refusal as a plain answer too."""
    version = content.course(opened.version_id)
    if version is None or request.method != "POST":
        return _gone(request)
    at = clock.now()
    if not launching.is_first(session=session, at=at):
        return JsonResponse({"error-code": "1", "error-text": "Ключ этого запуска уже выдан."})
    credentials = launching.key_of_session(version=version, play=play, session=session, at=at)
    token = b64encode(f"{credentials.key.name}:{credentials.secret}".encode()).decode()
    return JsonResponse({"auth-token": token})


def _told(request: HttpRequest) -> dict[str, Any] | None:
    """A report's values; None if it has not its shape."""
    body = request.read(LONGEST_REPORT + 1)
    if request.method != "POST" or len(body) > LONGEST_REPORT:
        return None
    try:
        report = markup.json_of(body)
    except markup.BadMarkup:
        return None
    if not isinstance(report, dict):
        return None
    memory, score, passed = report.get("memory"), report.get("score"), report.get("passed")
    seconds = report.get("seconds")
    right = (
        isinstance(memory, dict | None)
        and isinstance(passed, bool | None)
        and (score is None or (type(score) in (int, float) and 0 <= score <= 1))
        and (seconds is None or (type(seconds) is int and 0 <= seconds < 1_000_000))
    )
    if not right:
        return None
    return {
        "memory": memory,
        "is_finished": report.get("finished") is True,
        "is_passed": passed,
        "score": None if score is None else round(Decimal(str(score)), 4),
        "seconds": seconds,
    }
