"""Doors for those who judge: experts, a school's deputy heads, and operators who keep publishers and experts."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.serving import serve
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.library import access, forms
from myschool.library.actions import reviewing, supplying
from myschool.library.queries import making
from myschool.people.actions import leave_post


@require_safe
def reviews(request: ActorRequest) -> HttpResponse:
    """What an expert is to judge."""
    pages.found(access.is_expert(request.actor) or None)
    return pages.show(request, "library/reviews.html", making.reviews_page(request.actor))


def review(request: ActorRequest, review_id: int) -> HttpResponse:
    """A version before an expert."""
    review = get_object_or_404(access.reviews_to_give(request.actor).select_related("version"), pk=review_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        reviewing.give_review(review=review, by=request.actor, at=clock.now(), **given)
        return redirect("reviews")

    form = forms.Verdicts(request.POST or None)
    return pages.form_page(request, form, "library/review.html", lambda: making.judged_page(review), accept)


@require_POST
def conflict(request: ActorRequest, review_id: int) -> HttpResponse:
    """Step back because of a conflict of interests."""
    review = get_object_or_404(access.reviews_to_give(request.actor).select_related("version"), pk=review_id)
    reviewing.declare_conflict(review=review, by=request.actor, at=clock.now())
    return redirect("reviews")


@require_safe
def school_materials(request: ActorRequest) -> HttpResponse:
    """Teachers' own materials that wait for the school's word."""
    pages.found(access.is_checker(request.actor) or None)
    page = making.school_page(request.actor)
    return pages.show(request, "library/school.html", page, forms={"comment": forms.Comment()})


@require_POST
def approve_own(request: ActorRequest, version_id: int) -> HttpResponse:
    """Share a teacher's material with the school."""
    version = get_object_or_404(access.versions_to_approve(request.actor), pk=version_id)
    reviewing.approve_own(version=version, by=request.actor, at=clock.now())
    return redirect("school-materials")


@require_POST
def return_own(request: ActorRequest, version_id: int) -> HttpResponse:
    """Send a teacher's material back."""
    version = get_object_or_404(access.versions_to_approve(request.actor), pk=version_id)
    comment = pages.accepted(forms.Comment(request.POST))["comment"]
    reviewing.return_own(version=version, comment=comment, by=request.actor, at=clock.now())
    return redirect("school-materials")


@require_safe
def publishers(request: ActorRequest) -> HttpResponse:
    """Publishers who wait for the operator's word."""
    pages.found(access.is_operator(request.actor) or None)
    page = making.applications_to_decide(request.actor)
    return pages.show(request, "library/publishers.html", page, forms={"reason": forms.Reason()})


@require_safe
def agreement(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """The scan of a publisher's agreement."""
    application = get_object_or_404(
        access.applications_to_decide(request.actor).select_related("agreement"), pk=application_id
    )
    return serve(application.agreement, request)


@require_POST
def approve_publisher(request: ActorRequest, application_id: int) -> HttpResponse:
    """Let a publisher in."""
    application = get_object_or_404(access.applications_to_decide(request.actor), pk=application_id)
    at = clock.now()
    supplying.approve_publisher(application=application, today=request.actor.day(at), by=request.actor, at=at)
    return redirect("publishers")


@require_POST
def decline_publisher(request: ActorRequest, application_id: int) -> HttpResponse:
    """Decline a publisher."""
    application = get_object_or_404(access.applications_to_decide(request.actor), pk=application_id)
    reason = pages.accepted(forms.Reason(request.POST))["reason"]
    supplying.decline_publisher(application=application, reason=reason, by=request.actor, at=clock.now())
    return redirect("publishers")


def experts(request: ActorRequest) -> HttpResponse:
    """The operator's experts, a new one, and versions whose term runs."""
    pages.found(access.is_operator(request.actor) or None)

    at = clock.now()
    today = request.actor.day(at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        reviewing.appoint_expert(today=today, by=request.actor, at=at, **given)
        return redirect("experts")

    form = forms.NewExpert(request.POST or None)
    return pages.form_page(
        request, form, "library/experts.html", lambda: making.experts_page(request.actor, today), accept
    )


@require_POST
def dismiss_expert(request: ActorRequest, post_id: int) -> HttpResponse:
    """End an expert's post."""
    at = clock.now()
    today = request.actor.day(at)
    post = get_object_or_404(access.experts_of(request.actor, today), pk=post_id)
    leave_post(post=post, day=today, by=request.actor, at=at)
    return redirect("experts")
