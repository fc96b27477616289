"""Who looked at a student: written down in one place, when the answer is ready and before it leaves."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from myschool.kernel.actors import STAFF, ActorRequest, VisitorRequest
from myschool.people.actions import record_refusal
from myschool.people.queries import known_person
from myschool.timetable.access import students_answered_for
from myschool.timetable.actions.looks import record_look

REFUSED = frozenset({403, 404})
# A page that lay too long and a login that waits for something tell nothing of what was asked for; who may not write
# any more where they did knows the conversation.
NO_ATTEMPTS = frozenset({"csrf_failed", "agreement_needed", "may_not_write"})


class Looks:
    """Writes down what staff were shown of students who are not their own, and what they were refused.

    Doors only say whose data their answer shows (`people.doors.shows_students`); whose students are whose is asked here.
    A refused look is one at somebody else's student: what a rule refuses about one's own is none.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        match = request.resolver_match
        if cast("VisitorRequest", request).actor is None or match is None:
            return response
        actor_request = cast("ActorRequest", request)
        if not hasattr(response, "refusal"):
            _record(actor_request, match.view_name)
        if _chose_foreign(response):
            _record_refusal(actor_request, match, None)
        elif _is_refused(request, match, response):
            student_id = _student_named(match) if actor_request.actor.role in STAFF else None
            own = students_answered_for(actor_request.actor, actor_request.actor.day(actor_request.asked_at))
            if student_id is None or not own.filter(pk=student_id).exists():
                _record_refusal(actor_request, match, student_id)
        return response


def _record(request: ActorRequest, door: str) -> None:
    for look in request.looks:
        record_look(look=look, door=door, by=request.actor, at=request.asked_at)


def _chose_foreign(response: HttpResponse) -> bool:
    """Whether something was chosen in a form that was not offered there: of whose it is the address says nothing."""
    return hasattr(response, "foreign_choice")


def _is_refused(request: HttpRequest, match: ResolverMatch, response: HttpResponse) -> bool:
    """Whether a row was asked for and refused, rather than a page that does not exist or a form that breaks a rule."""
    is_by_rule = bool(getattr(response, "refused_form", "")) or getattr(response, "refusal", "") in NO_ATTEMPTS
    # Whose key is a secret word names no row: nobody tries one after another, and programs ask for their own that ended.
    is_about_a_row = bool(_ids(match)) if match.kwargs else request.method == "POST"
    return response.status_code in REFUSED and is_about_a_row and not is_by_rule


def _record_refusal(request: ActorRequest, match: ResolverMatch, student_id: int | None) -> None:
    record_refusal(
        student_id=student_id,
        door=match.view_name,
        rows=" ".join(map(str, _ids(match).values())),
        by=request.actor,
        at=request.asked_at,
    )


def _ids(match: ResolverMatch) -> dict[str, int]:
    return {name: value for name, value in match.kwargs.items() if isinstance(value, int)}


def _student_named(match: ResolverMatch) -> int | None:
    """The student whose row the address names, if there is such a row."""
    student_of: Callable[..., int | None] | None = getattr(match.func, "student_of", None)
    if student_of is not None:
        return student_of(**match.kwargs)
    ids = _ids(match)
    return known_person(ids["student_id"]) if "student_id" in ids else None
