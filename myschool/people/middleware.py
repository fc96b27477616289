"""Who asks: the actor of every request, and a helpful answer where there is none."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from myschool.kernel import clock
from myschool.kernel.actors import VisitorRequest
from myschool.kernel.middleware import Explained, explain, is_for_program
from myschool.people import actions, actors
from myschool.people.actors import Found
from myschool.people.esia.failures import EsiaRefused, failure

LONGEST_KEPT = 100_000

WHY_ENDED = {
    "": "Эта страница открывается после входа через Госуслуги.",
    "unknown": "Вход на этом устройстве больше не действует.",
    "logged_out": "Вы вышли из системы.",
    "remote": "Этот вход завершили с другого устройства. Если это были не вы, войдите и проверьте список устройств.",
    "idle": "Страница долго оставалась без дела, и мы закрыли её, чтобы никто не увидел ваши данные.",
    "long": "Один вход действует не дольше рабочего дня. Войдите ещё раз.",
}


class Actors:
    """Finds the actor, keeps doors closed to visitors and a form safe whose session ended before it was sent."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        token = request.COOKIES.get(actors.COOKIE)
        lookup = actors.found(token, at) if token else Found()
        visitor = cast("VisitorRequest", request)
        visitor.asked_at = at
        visitor.actor = lookup.actor
        visitor.found = lookup
        visitor.looks = []
        return self.answer(request)

    def process_view(
        self, request: VisitorRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask for a login where the door is not for visitors."""
        if request.actor is None:
            return None if getattr(view, "for_visitors", False) else login_needed(request)
        if request.found.must_agree and not any(hasattr(view, mark) for mark in ("for_visitors", "before_agreement")):
            return agreement_needed(request)
        if request.found.touch and not getattr(view, "untouched", False):
            actions.touch(session_id=request.actor.session_id, at=clock.now())
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell in Russian what Gosuslugi refused and what to do."""
        if not isinstance(exception, EsiaRefused):
            return None
        explanation = failure(exception.code)
        status = 503 if explanation.who == "platform" else 400
        return render(request, "people/esia_refused.html", {"page": explanation}, status=status)


def login_needed(request: VisitorRequest) -> HttpResponse:
    """Why a login is needed; what was just sent is kept for its person."""
    lookup: Found = request.found
    # A program keeps what it could not send itself.
    is_form = request.method == "POST" and not is_for_program(request)
    can_replay = is_form and lookup.person_id is not None and _keep(request, lookup.person_id)
    path = request.get_full_path() if request.method == "GET" else _page_before(request)
    if "HX-Request" in request.headers or is_for_program(request):
        # A part of a page cannot explain a login; the page itself is asked for again and will.
        response = explain(
            request,
            Explained(
                title="Нужно войти",
                explanation=WHY_ENDED[lookup.ended],
                steps=("Обновите страницу и войдите.",),
                code="login_needed",
            ),
            status=401,
        )
        response.headers["HX-Redirect"] = "/login/?" + urlencode({"next": _page_before(request)})
        return response
    page = {
        "title": "Нужно войти ещё раз" if lookup.ended else "Войдите, чтобы продолжить",
        "why": WHY_ENDED[lookup.ended],
        "kept": can_replay,
        "login_url": "/login/?" + urlencode({"next": "/replay/" if can_replay else path}),
    }
    return render(request, "people/login_needed.html", {"page": page}, status=401)


def agreement_needed(request: HttpRequest) -> HttpResponse:
    """The page where a student of 14 agrees for themselves."""
    if "HX-Request" in request.headers or is_for_program(request):
        steps = ("Откройте страницу регистрации и примите условия.",)
        why = "Вам исполнилось 14 лет. Теперь нужно ваше собственное согласие, согласия родителя недостаточно."
        explanation = Explained(title="Нужно ваше согласие", explanation=why, steps=steps, code="agreement_needed")
        response = explain(request, explanation, status=403)
        response.headers["HX-Redirect"] = reverse("registration")
        return response
    return redirect("registration")


def _keep(request: HttpRequest, person_id: int) -> bool:
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LONGEST_KEPT or request.FILES:
        return False
    if any("\0" in name or "\0" in value for name, value in fields) or len(request.path) > 500:
        return False
    actions.keep_unsent_form(person_id=person_id, path=request.path, fields=fields, at=clock.now())
    return True


def _page_before(request: HttpRequest) -> str:
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return "/" + before.split("/", 3)[-1] if before.count("/") >= 3 else "/"
    return "/"
