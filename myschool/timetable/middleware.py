"""Who looked at a student: written down in one place, when the answer is ready and before it leaves."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from myschool.kernel.actors import STAFF, ActorRequest, VisitorRequest
from myschool.people.actions import record_refusal
from myschool.people.queries import known_person
from myschool.timetable.actions.looks import record_look

REFUSED = frozenset({403, 404})


class Looks:
    """Writes down what staff were shown of students who are not their own, and what they were refused.

    Doors only say whose data their answer shows (`people.doors.shows_students`); whose students are whose is asked here.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if cast("VisitorRequest", request).actor is None or request.resolver_match is None:
            return response
        asked = cast("ActorRequest", request)
        if not hasattr(response, "refusal"):
            _record(asked, request.resolver_match.view_name)
        if _is_foreign(request, request.resolver_match, response):
            _record_refusal(asked, request.resolver_match)
        return response


def _record(request: ActorRequest, door: str) -> None:
    for look in request.looks:
        record_look(look=look, door=door, by=request.actor, at=request.asked_at)


def _is_foreign(request: HttpRequest, match: ResolverMatch, response: HttpResponse) -> bool:
    """Whether it was a row that was asked for, in the address or in a form, rather than a page that does not exist."""
    if response.status_code in REFUSED:
        return bool(match.kwargs) or request.method == "POST"
    return hasattr(response, "foreign_choice")


def _record_refusal(request: ActorRequest, match: ResolverMatch) -> None:
    ids = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    record_refusal(
        student_id=_student_named(match, ids) if request.actor.role in STAFF else None,
        door=match.view_name,
        rows=" ".join(map(str, ids.values())),
        by=request.actor,
        at=request.asked_at,
    )


def _student_named(match: ResolverMatch, ids: dict[str, int]) -> int | None:
    """The student whose row the address names, if there is such a row."""
    student_of: Callable[..., int | None] | None = getattr(match.func, "student_of", None)
    if student_of is not None:
        return student_of(**match.kwargs)
    return known_person(ids["student_id"]) if "student_id" in ids else None
