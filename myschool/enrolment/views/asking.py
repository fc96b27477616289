"""The requester's doors."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.enrolment import access, forms
from myschool.enrolment.actions import asking, staffing
from myschool.enrolment.forms import SchoolChoice
from myschool.enrolment.queries import cabinet
from myschool.kernel import clock, pages, throttle
from myschool.kernel.actors import ActorRequest
from myschool.schools.queries import connected_school, levels_and_classes, schools_by_inn
from myschool.schools.rules.identifiers import normalised_number

WHOLE_INN, DIFFERENT_CODES = 10, 10
A_MINUTE = timedelta(minutes=1)


def slow_down(request: ActorRequest, inn: str) -> None:
    """Count a whole ИНН asked for, so that numbers cannot be tried one after another; typing one is no trying."""
    if len(normalised_number(inn)) == WHOLE_INN:
        tries = settings.INN_TRIES_PER_MINUTE
        throttle.count(f"inn:{request.actor.person_id}", at=clock.now(), limit=tries, per=A_MINUTE)


@require_safe
def school_by_inn(request: ActorRequest) -> HttpResponse:
    """The school of a typed ИНН, as a fragment."""
    inn = request.GET.get("inn", "")[:40]
    slow_down(request, inn)
    return pages.show(request, "enrolment/_school.html", schools_by_inn(inn))


@require_safe
def classes_of_level(request: ActorRequest) -> HttpResponse:
    """The classes of a level in a chosen school, as a fragment."""
    chosen = pages.accepted(forms.LevelOfSchool(request.GET))
    school = connected_school(chosen["school"])
    day = clock.local_day(school.time_zone, clock.now())
    page = levels_and_classes(school, chosen["level"], day)
    return pages.show(request, "enrolment/_classes.html", page, forms={"place": forms.OwnPlace()})


def own_place(request: ActorRequest) -> HttpResponse:
    """«Изменить»: ask for one's own place."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        place_request = asking.request_own_place(
            school=connected_school(given["school"], given["inn"]),
            level=given["level"],
            school_class_id=given["school_class"],
            by=request.actor,
            at=clock.now(),
            send="draft" not in request.POST,
        )
        return redirect("own-request", place_request.pk)

    slow_down(request, request.POST.get("inn", ""))
    form = _form(request, forms.OwnPlace)
    return pages.form_page(
        request,
        form,
        "enrolment/own_place.html",
        lambda: cabinet.place_page(request.actor, form),
        accept,
        forms={"place": form},
    )


def add_student(request: ActorRequest) -> HttpResponse:
    """«Добавить»: ask for a child's place and for one's own link with the child."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        requests = asking.request_for_student(
            student=cabinet.student_told(request.actor, given),
            relation=given["relation"],
            school=connected_school(given["school"], given["inn"]),
            level=given["level"],
            school_class_id=given["school_class"],
            by=request.actor,
            at=clock.now(),
            send="draft" not in request.POST,
        )
        return redirect("own-request", requests[0].pk)

    slow_down(request, request.POST.get("inn", ""))
    form = _form(request, forms.StudentAndPlace)
    return pages.form_page(
        request,
        form,
        "enrolment/add_student.html",
        lambda: cabinet.guardian_page(request.actor, form),
        accept,
        forms={"place": form},
    )


def own_post(request: ActorRequest) -> HttpResponse:
    """Ask to be acknowledged as a member of a school's staff."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        post_request = asking.request_post(
            school=connected_school(given["school"], given["inn"]), role=given["role"], by=request.actor, at=clock.now()
        )
        return redirect("own-request", post_request.pk)

    slow_down(request, request.POST.get("inn", ""))
    form = _form(request, forms.PostRequest)
    return pages.form_page(
        request, form, "enrolment/own_post.html", lambda: cabinet.post_page(request.actor, form), accept
    )


def invitation(request: ActorRequest) -> HttpResponse:
    """Take a post by an invitation's code; guessing codes is slowed down."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        at = clock.now()
        throttle.count(f"code:{request.actor.person_id}", at=at, limit=DIFFERENT_CODES, per=A_MINUTE)
        staffing.accept_invitation(code=given["code"], by=request.actor, at=at)
        return redirect("roles")

    form = forms.Code(request.POST or None)
    return pages.form_page(
        request, form, "enrolment/invitation.html", lambda: cabinet.FormPage("Приглашение в школу"), accept
    )


def _form(request: ActorRequest, form: type[SchoolChoice]) -> SchoolChoice:
    """The form as sent, or to begin with; «look» only asks what the ИНН and the level lead to, and judges nothing."""
    if "look" in request.POST:
        return form(initial=request.POST.dict())
    return form(request.POST or None, initial=_again(request))


def _again(request: ActorRequest) -> dict[str, Any]:
    """What a form starts with: an earlier request of one's own, a card of Gosuslugi, or nothing."""
    return cabinet.start_of_form(request.actor, again=request.GET.get("again", ""), card=request.GET.get("card", ""))


@require_safe
def own_request(request: ActorRequest, request_id: int) -> HttpResponse:
    """One request of one's own."""
    enrolment_request = get_object_or_404(
        access.own_requests(request.actor).select_related("card", "school_class", "school__organisation"), pk=request_id
    )
    page = cabinet.request_page(enrolment_request, clock.latest_day(clock.now()))
    return pages.show(request, "enrolment/own_request.html", page, forms={"answer": forms.Answer()})


@require_POST
def send_draft(request: ActorRequest, request_id: int) -> HttpResponse:
    """Send a draft."""
    enrolment_request = get_object_or_404(access.own_requests(request.actor), pk=request_id)
    asking.send_draft(request=enrolment_request, by=request.actor, at=clock.now())
    return redirect("own-request", request_id)


@require_POST
def answer(request: ActorRequest, request_id: int) -> HttpResponse:
    """Answer the school's question."""
    enrolment_request = get_object_or_404(access.own_requests(request.actor), pk=request_id)
    values = pages.accepted(forms.Answer(request.POST))
    asking.answer(request=enrolment_request, text=values["text"], by=request.actor, at=clock.now())
    return redirect("own-request", request_id)


@require_POST
def withdraw(request: ActorRequest, request_id: int) -> HttpResponse:
    """Take a request back."""
    enrolment_request = get_object_or_404(access.own_requests(request.actor), pk=request_id)
    asking.withdraw(request=enrolment_request, by=request.actor, at=clock.now())
    return redirect("own-request", request_id)
