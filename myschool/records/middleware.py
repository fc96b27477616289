"""What surrounds the store's doors: the edition, leave for programs of other origins, and the old way of asking."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO

from django.http import HttpRequest, HttpResponse, QueryDict

from myschool.records.rules.editions import edition_of
from myschool.records.rules.statements import TWO

PLACE, EDITION = "/xapi/", "X-Experience-API-Version"
ALLOWED = "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version, X-Experience-API-Hash"
SHOWN = "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
LARGEST_FORM = 1_000_000


class Store:
    """Answers of the store name its edition and may be read by programs of any origin: they bring a key, no cookie."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PLACE):
            return self.answer(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        else:
            _translate(request)
            response = self.answer(request)
        response.headers.setdefault("X-Experience-API-Version", edition_of(request.headers.get(EDITION, "")) or TWO)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(METHODS))
        response.headers["Access-Control-Allow-Headers"] = ALLOWED
        response.headers["Access-Control-Expose-Headers"] = SHOWN
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _translate(request: HttpRequest) -> None:
    """1.0 lets a browser send everything in a form: «POST …?method=PUT», with headers and body among its fields."""
    method = request.GET.get("method", "")
    if request.method != "POST" or method not in METHODS:
        return
    sent = QueryDict(request.read(LARGEST_FORM).decode("utf-8", "replace"))
    fields = {name: sent[name] for name in sent}
    content = fields.pop("content", "").encode()
    for name in ("Authorization", "X-Experience-API-Version", "If-Match", "If-None-Match", "Accept-Language"):
        if name in fields:
            request.META["HTTP_" + name.upper().replace("-", "_")] = fields.pop(name)
    request.META["CONTENT_TYPE"] = fields.pop("Content-Type", "application/json")
    fields.pop("Content-Length", None)
    request.__dict__.pop("headers", None)
    query = QueryDict(mutable=True)
    query.update(fields)
    request.method, request.GET = method, query  # type: ignore[assignment] # the same class, filled anew
    request._stream, request._read_started = BytesIO(content), False  # type: ignore[attr-defined] # as Django's own tests do
