"""The content's own origin: what comes to its host name is answered before any session is looked at."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from myschool.library import origin
from myschool.library.content import answer_content

STORE = "/xapi/"


class ContentOrigin:
    """Sends requests for the content's host to the content, and everything else on."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Content reaches the store of records at its own origin: it brings a key, so the store's door is the same.
        is_content = origin.is_ours(request.headers.get("Host", ""), settings.CONTENT_ORIGIN)
        if is_content and not request.path.startswith(STORE):
            return answer_content(request)
        return self.answer(request)
