"""The content's own origin: what comes to its host name is answered before any session is looked at."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from myschool.library import origin
from myschool.library.content import answer_content


class ContentOrigin:
    """Sends requests for the content's host to the content, and everything else on."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if origin.is_ours(request.headers.get("Host", ""), settings.CONTENT_ORIGIN):
            return answer_content(request)
        return self.answer(request)
