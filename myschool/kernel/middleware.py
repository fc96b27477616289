"""What happens around every request: headers out, refusals explained, bugs given a number."""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from myschool.kernel import faults, headers
from myschool.kernel.errors import Refusal

log = logging.getLogger("myschool.faults")
Answer = Callable[[HttpRequest], HttpResponse]
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Way:
    """A way on from an error."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What went wrong, said to a person; `code` says it to a program and never changes."""

    title: str
    explanation: str
    steps: tuple[str, ...] = ()
    error_id: str = ""
    actions: tuple[Way, ...] = ()
    details: Mapping[str, str | int | bool] = field(default_factory=dict)
    code: str = "refusal"


class Packing(GZipMiddleware):
    """Pages are packed on their way out; files, which stream, are packed already and keep their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, packed if it is a page."""
        return response if response.streaming else super().process_response(request, response)


def own_hosts(answer: Answer) -> Answer:
    """Who asks under a name that is not ours gets 400: what is made of a request's host can be trusted."""

    def at_own_host(request: HttpRequest) -> HttpResponse:
        request.get_host()
        return answer(request)

    return at_own_host


def with_headers(answer: Answer) -> Answer:
    """Headers that keep a page to our own host, and the door's own; people's data are kept by nobody on the way."""

    def headed(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        door = request.resolver_match.func if request.resolver_match else None
        for name, value in {**headers.PAGES, **getattr(door, "answer_headers", {})}.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", headers.kept(tagged=response.has_header("ETag")))
        return response

    return headed


class Lengths:
    """A body must say how long it is: one that comes in chunks without a length would count as empty everywhere."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Answer, words: object, named: object) -> HttpResponse | None:
        """411 for whoever says no length (RFC 9110, 15.5.12), before anything is read or looked up."""
        if "Transfer-Encoding" not in request.headers or request.headers.get("Content-Length"):
            return None
        explained = Explained(
            title="Не сказано, сколько байтов в запросе",
            explanation="Тело запроса прислано частями (Transfer-Encoding) без общей длины, поэтому мы его не прочитали и ничего не записали.",
            steps=("Пришлите запрос с заголовком Content-Length.",),
            code="length_required",
        )
        return explain(request, explained, status=411)


class Refusals:
    """A refusal becomes its answer; a lost race 409; an action's address opened as a page is explained too."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        explained = explain(
            request,
            Explained(
                title="Этот адрес не открывается сам по себе",
                explanation="По нему выполняют действие: нажимают кнопку на другой странице. Сейчас не сделано ничего; если вы уже нажимали "
                "эту кнопку, сделанное тогда осталось.",
                steps=("Вернитесь на ту страницу, с которой пришли: на ней видно, как обстоит дело.",),
                code="method_not_allowed",
            ),
            status=405,
        )
        explained.headers["Allow"] = response.headers["Allow"]
        return explained

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view raised."""
        if isinstance(exception, Refusal):
            explanation = Explained(
                title="Не получилось", explanation=exception.message, details=exception.details, code=exception.code
            )
            answered = explain(request, explanation, status=exception.status)
            for name, value in exception.headers.items():
                answered.headers[name] = value
            if exception.is_foreign:
                answered.foreign_choice = True  # type: ignore[attr-defined] # read by who writes refused looks down
            return answered
        if isinstance(exception, IntegrityError):
            # The database's own message quotes the row, and rows hold personal data.
            constraint = getattr(getattr(exception.__cause__, "diag", None), "constraint_name", "")
            log.warning("lost race: %s", constraint)
            return explain(
                request,
                Explained(
                    title="Данные только что изменились",
                    explanation="Кто-то изменил те же данные одновременно с вами, поэтому мы ничего не записали.",
                    steps=("Обновите страницу, посмотрите на изменения и при необходимости повторите действие.",),
                    code="changed_meanwhile",
                ),
                status=409,
            )
        return None


def explain(request: HttpRequest, explained: Explained, *, status: int) -> HttpResponse:
    """An error page, or its fragment where only a part of the page was asked for, or a problem for a program.

    A problem is as RFC 9457 describes it: `title` and `detail` in Russian, `code` for the program, the error's number
    where there is one, and what else the refusal says.
    """
    if is_for_program(request):
        problem = {
            "title": explained.title,
            "detail": explained.explanation,
            "status": status,
            "code": explained.code,
            "error_id": explained.error_id,
        }
        response: HttpResponse = JsonResponse(
            {**explained.details, **problem},
            status=status,
            json_dumps_params={"ensure_ascii": False},
            content_type=PROBLEM,
        )
    else:
        template = "_error.html" if "HX-Request" in request.headers else "error.html"
        shown = replace(explained, actions=explained.actions or _way_back(request))
        response = render(request, template, {"page": shown}, status=status)
    response.refusal = explained.code  # type: ignore[attr-defined] # no page was shown: read by who writes looks down
    return response


def _way_back(request: HttpRequest) -> tuple[Way, ...]:
    """To the page of ours that one has come from, if the browser says which: a button's own address shows nothing."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ()
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    # Asked as it was sent: this is said of requests too whose host is refused. Nothing of it stands in the link.
    host = request.headers.get("Host", request.META.get("SERVER_NAME", ""))
    is_ours = came_from.netloc == host and path.startswith("/") and not path.startswith("//")
    return (Way("Вернуться на страницу", path),) if is_ours and came_from.path != request.path else ()


def is_for_program(request: HttpRequest) -> bool:
    """Whether a program reads the answer: it says so, or the door answers nobody else."""
    accepted = request.headers.get("Accept", "").split(",")[0]
    door = request.resolver_match.func if request.resolver_match else None
    return (
        accepted.startswith("application/json")
        or (accepted.startswith("application/") and accepted.split(";")[0].endswith("+json"))
        or "X-Experience-API-Version" in request.headers
        or getattr(door, "answers_json", False)
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent and forbidden look the same."""
    return explain(
        request,
        Explained(
            title="Такой страницы нет",
            explanation="Возможно, адрес набран с ошибкой, страница удалена или открывается только в другой роли.",
            steps=("Проверьте адрес.", "Если у вас несколько ролей, смените роль в верхней части страницы."),
            code="not_found",
        ),
        status=404,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 and 413: what arrived cannot be read."""
    return explain(
        request,
        Explained(
            title="Не удалось прочитать то, что вы отправили",
            explanation="Данных слишком много, или они испорчены по дороге. Мы ничего не записали.",
            steps=("Вернитесь назад, сократите текст или файл и отправьте ещё раз.",),
            code="unreadable",
        ),
        status=400,
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: shown for what is allowed to nobody in this way."""
    return explain(
        request,
        Explained(title="Это действие недоступно", explanation="Вернитесь на главную страницу.", code="forbidden"),
        status=403,
    )


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault, with a number the person can quote and the log knows; 503 while the database is away."""
    if isinstance(sys.exc_info()[1], faults.DATABASE_AWAY):
        return explain(
            request,
            Explained(
                title="База данных перезапускается",
                explanation="Мы ничего не записали. Обычно это длится несколько секунд.",
                steps=("Повторите действие через несколько секунд.",),
                code="database_away",
            ),
            status=503,
        )
    error_id = faults.fault_id()
    # The exception itself was just logged by Django within the same request; the number ties the two together.
    log.error("fault %s at %s", error_id, getattr(request.resolver_match, "route", ""))
    return explain(
        request,
        Explained(
            title="Ошибка на нашей стороне",
            explanation="Мы уже знаем о ней. То, что вы сделали до этого, сохранено.",
            steps=("Попробуйте ещё раз через несколько минут.", "Если не поможет, назовите поддержке номер ошибки."),
            error_id=error_id,
            code="fault",
        ),
        status=500,
    )
