"""The home page of whoever comes, and the copy of one's data."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest, VisitorRequest
from myschool.people import access as people
from myschool.people.actions import note_export
from myschool.people.doors import about, before_agreement, for_visitors
from myschool.people.queries import known_person
from myschool.portal import queries


@for_visitors
@require_safe
def home(request: VisitorRequest) -> HttpResponse:
    """Welcome a visitor; show their cabinet to everybody else."""
    if request.actor is None:
        return pages.show(request, "portal/welcome.html", queries.Welcome("Моя школа"))
    page = queries.home(request.actor, clock.now())
    return pages.show(request, "portal/cabinet.html", page) if page else redirect("registration")


@about(known_person)
@before_agreement
@require_safe
def export(request: ActorRequest, person_id: int) -> HttpResponse:
    """A copy of all data kept of oneself or one's child, as a file."""
    at = clock.now()
    subject = get_object_or_404(people.persons_to_see(request.actor, clock.latest_day(at)), pk=person_id)
    note_export(subject_id=subject.pk, by=request.actor, at=at)
    response = JsonResponse(queries.export(subject), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
