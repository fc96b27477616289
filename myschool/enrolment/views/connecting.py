"""Doors of connecting a school, and of the operator who decides."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.enrolment import access, forms
from myschool.enrolment.actions import connecting, forgetting
from myschool.enrolment.queries import cabinet, keeping
from myschool.enrolment.views.asking import slow_down
from myschool.files import serving
from myschool.files.receiving import PAPERS, taken
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import about, shows_students
from myschool.schools.access import schools_to_connect


def connect(request: ActorRequest) -> HttpResponse:
    """Apply to connect a school."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        with taken(given["decree"], PAPERS, field="decree") as decree:
            connection = connecting.ask_connection(
                school=get_object_or_404(schools_to_connect(), pk=given["school"]),
                decree_number=given["decree_number"],
                decree_day=given["decree_day"],
                decree=decree,
                by=request.actor,
                at=clock.now(),
            )
        return redirect("connection", connection.pk)

    slow_down(request, request.POST.get("inn", request.GET.get("inn", "")))
    form = forms.Connection(request.POST or None, request.FILES or None, initial={"inn": request.GET.get("inn", "")})
    return pages.form_page(
        request,
        form,
        "enrolment/connect.html",
        lambda: cabinet.connecting_page(request.actor, form, clock.now()),
        accept,
    )


@require_safe
def connection(request: ActorRequest, connection_id: int) -> HttpResponse:
    """One's own application."""
    connection = get_object_or_404(
        access.own_connections(request.actor).select_related("organisation", "applicant"), pk=connection_id
    )
    return pages.show(request, "enrolment/connection.html", keeping.connection_page(connection))


@require_safe
def decree(request: ActorRequest, connection_id: int) -> HttpResponseBase:
    """The decree of an application, for its applicant and its operator."""
    file = get_object_or_404(access.decrees_to_read(request.actor), connectionrequest=connection_id)
    return serving.serve(file)


@require_safe
def connections(request: ActorRequest) -> HttpResponse:
    """The region's applications."""
    get_object_or_404(access.authority_to_act_for(request.actor))
    page = keeping.connections_page(request.actor, shows_all="all" in request.GET)
    return pages.show(request, "enrolment/connections.html", page, forms={"reason": forms.Reason()})


@require_POST
def approve_connection(request: ActorRequest, connection_id: int) -> HttpResponse:
    """Connect a school."""
    connection = get_object_or_404(access.connections_to_decide(request.actor), pk=connection_id)
    connecting.approve_connection(connection=connection, by=request.actor, at=clock.now())
    return redirect("connections")


@require_POST
def decline_connection(request: ActorRequest, connection_id: int) -> HttpResponse:
    """Decline an application with a reason."""
    connection = get_object_or_404(access.connections_to_decide(request.actor), pk=connection_id)
    values = pages.accepted(forms.Reason(request.POST))
    connecting.decline_connection(connection=connection, reason_text=values["text"], by=request.actor, at=clock.now())
    return redirect("connections")


@require_safe
def demands(request: ActorRequest) -> HttpResponse:
    """Demands to delete data."""
    get_object_or_404(access.authority_to_act_for(request.actor))
    page = keeping.demands_page(request.actor)
    shows_students(request, "deletion", [row.subject_id for row in page.rows])
    return pages.show(request, "enrolment/demands.html", page, forms={"reason": forms.Reason()})


@about(keeping.subject_of_demand)
@require_POST
def grant_deletion(request: ActorRequest, demand_id: int) -> HttpResponse:
    """Delete what no law orders to keep."""
    demand = get_object_or_404(access.demands_to_decide(request.actor), pk=demand_id)
    forgetting.grant_deletion(demand=demand, by=request.actor, at=clock.now())
    return redirect("demands")


@about(keeping.subject_of_demand)
@require_POST
def refuse_deletion(request: ActorRequest, demand_id: int) -> HttpResponse:
    """Refuse a demand with a reason."""
    demand = get_object_or_404(access.demands_to_decide(request.actor), pk=demand_id)
    values = pages.accepted(forms.Reason(request.POST))
    forgetting.refuse_deletion(demand=demand, reason_text=values["text"], by=request.actor, at=clock.now())
    return redirect("demands")
