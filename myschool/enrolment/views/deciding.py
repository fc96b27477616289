"""The desk's doors."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.enrolment import access, forms
from myschool.enrolment.actions import deciding
from myschool.enrolment.queries import desk as desk_queries
from myschool.enrolment.queries import instead
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import about, shows_students
from myschool.schools.queries import class_offered, today_in

T = TypeVar("T", bound=Model)


@require_safe
def desk(request: ActorRequest) -> HttpResponse:
    """The school's requests, tray by tray."""
    return _desk(request, request.GET)


@pages.changes_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def search_desk(request: ActorRequest) -> HttpResponse:
    """A tray's requests of one surname; by POST, so that no name stands in an address or a log.

    A browser that comes back to the address, or opens it anew, has nothing to search for: the desk itself is shown.
    """
    if request.method != "POST":
        get_object_or_404(access.school_to_lead(request.actor))
        return redirect("desk")
    return _desk(request, request.POST)


def _desk(request: ActorRequest, asked: QueryDict) -> HttpResponse:
    school = get_object_or_404(access.school_to_lead(request.actor))
    form = forms.Filters(asked)
    filters = desk_queries.DeskFilters(**pages.accepted(form))
    today = today_in(school, clock.now())
    page = desk_queries.desk(request.actor, filters, today, told=request.GET.get("told", ""))
    shows_students(request, "desk", filter(None, (row.student_id for row in page.rows)))
    return pages.show(request, "enrolment/desk.html", page, forms={"filters": form})


@require_POST
def approve_many(request: ActorRequest) -> HttpResponse:
    """Approve the ticked requests that leave nothing to choose."""
    get_object_or_404(access.school_to_lead(request.actor))
    chosen = pages.accepted(forms.Chosen(request.POST))
    at = clock.now()
    pending = access.requests_to_decide(request.actor, request.actor.day(at))
    requests = list(pending.filter(pk__in=chosen["ids"]).order_by("pk"))
    bulk = deciding.approve_many(requests=requests, by=request.actor, at=at)
    return redirect("/desk/?" + urlencode({"told": f"{bulk.approved}.{bulk.left}"}))


@about(desk_queries.student_of_request)
@require_safe
def decide(request: ActorRequest, request_id: int) -> HttpResponse:
    """One request; looking is written down, for the family to see."""
    enrolment_request = _in_full(access.requests_to_see(request.actor, request.actor.day(clock.now())), request_id)
    return pages.show(request, "enrolment/decide.html", _decision(request, enrolment_request), forms=_decisions())


def _in_full(requests: QuerySet[T], request_id: int) -> T:
    return get_object_or_404(
        requests.select_related(
            "card", "applicant", "school_class", "school__organisation", "from_school__organisation"
        ),
        pk=request_id,
    )


def _decision(request: ActorRequest, found: Any) -> desk_queries.DecisionPage:
    """The request, and whom the page shows."""
    page = desk_queries.decision_page(found, request.actor, request.actor.day(clock.now()))
    shows_students(request, "request", filter(None, [page.row.student_id]))
    shows_students(request, "matches", [match.person_id for match in page.matches])
    return page


def _decisions(*sent: Form) -> dict[str, Form]:
    """The forms by which a request is decided, for its page to draw; one that was sent stands as it was."""
    drawn = {"approval": forms.Approval, "question": forms.Question, "decline": forms.Decline}
    by_kind = {type(form): form for form in sent}
    return {name: by_kind.get(kind) or kind(auto_id="%s") for name, kind in drawn.items()}


def _decided(
    request: ActorRequest, request_id: int, form: Form, act: Callable[[Any, dict[str, Any]], str]
) -> HttpResponse:
    """Decide by `act`, which answers what has happened; what it refuses is said on the request's page, with all that was chosen."""
    before = access.requests_to_decide(request.actor, request.actor.day(clock.now()))
    enrolment_request = _in_full(before, request_id)
    return pages.form_page(
        request,
        form,
        "enrolment/decide.html",
        # Perhaps refused because somebody was faster: shown as it is now.
        lambda: _decision(request, _in_full(before, request_id)),
        lambda given: pages.back(request, "decide", request_id, said=act(enrolment_request, given)),
        forms=_decisions(form),
    )


@about(desk_queries.student_of_request)
@require_POST
def approve(request: ActorRequest, request_id: int) -> HttpResponse:
    """Let a request come true."""

    def act(found: Any, given: dict[str, Any]) -> str:
        approved = deciding.approve(
            request=found,
            same_as_id=given["same_as"] or None,
            is_new=given["same_as"] == forms.NOBODY_LISTED,
            is_seen_in_person=given["seen_in_person"],
            school_class=class_offered(found.school_id, found.school_year_id, found.level, given["school_class"]),
            by=request.actor,
            at=clock.now(),
        )
        return desk_queries.approval_told(approved)

    return _decided(request, request_id, forms.Approval(request.POST, auto_id="%s"), act)


@about(desk_queries.student_of_request)
@require_POST
def decline(request: ActorRequest, request_id: int) -> HttpResponse:
    """Decline a request with a reason."""

    def act(found: Any, given: dict[str, Any]) -> str:
        deciding.decline(
            request=found, reason=given["reason"], text=given["reason_text"], by=request.actor, at=clock.now()
        )
        return "Запрос отклонён. Заявитель увидит причину."

    return _decided(request, request_id, forms.Decline(request.POST, auto_id="%s"), act)


@about(desk_queries.student_of_request)
@require_POST
def clarify(request: ActorRequest, request_id: int) -> HttpResponse:
    """Ask the requester something."""

    def act(found: Any, given: dict[str, Any]) -> str:
        deciding.ask_to_clarify(request=found, question=given["text"], by=request.actor, at=clock.now())
        return "Вопрос отправлен заявителю."

    return _decided(request, request_id, forms.Question(request.POST, auto_id="%s"), act)


@about(desk_queries.student_of_request)
@require_POST
def release(request: ActorRequest, request_id: int) -> HttpResponse:
    """Let a student go to the school that agreed to take them."""
    at = clock.now()
    enrolment_request = get_object_or_404(
        access.requests_to_release(request.actor, request.actor.day(at)), pk=request_id
    )
    deciding.release(request=enrolment_request, by=request.actor, at=at)
    return pages.back(request, desk_queries.list_url(request.actor, "release"), said="Ученик отпущен в другую школу.")


@require_safe
def decisions(request: ActorRequest) -> HttpResponse:
    """Requests on which the operator decides, since no leader of the school may."""
    get_object_or_404(access.authority_to_act_for(request.actor))
    page = instead.left_page(request.actor, request.actor.day(clock.now()))
    shows_students(request, "desk", filter(None, (left.row.student_id for left in page.rows)), page.title)
    return pages.show(request, "enrolment/decisions.html", page)
