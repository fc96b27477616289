"""Doors of teachers' absences: a teacher's own page, and those of who keeps the plan."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.schools.queries import today_in
from myschool.timetable import access
from myschool.timetable.actions import absences as actions
from myschool.timetable.forms import absences as forms
from myschool.timetable.queries import absences as shown
from myschool.timetable.queries import plan

ONE_DAY = timedelta(days=1)


def own_absences(request: ActorRequest) -> HttpResponse:
    """A teacher's own absences, and a new one to ask for."""
    school = get_object_or_404(access.school_to_be_away_from(request.actor))
    at = clock.now()
    today = today_in(school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        actions.ask_absence(school=school, today=today, by=request.actor, at=at, **given)
        return redirect("own-absences")

    form = forms.Absence(request.POST or None)
    return pages.form_page(
        request, form, "timetable/own_absences.html", lambda: shown.own_absences_page(request.actor, today), accept
    )


@require_POST
def withdraw_absence(request: ActorRequest, absence_id: int) -> HttpResponse:
    """Take back what one has asked for."""
    absence = get_object_or_404(access.own_absences(request.actor), pk=absence_id)
    actions.withdraw_absence(absence=absence, by=request.actor, at=clock.now())
    return redirect("own-absences")


@require_safe
def absences(request: ActorRequest) -> HttpResponse:
    """Who of the school's teachers is away, will be, or wants to be."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    page = shown.absences_page(request.actor, today_in(school, clock.now()))
    return pages.show(request, "timetable/absences.html", page)


def enter_absence(request: ActorRequest) -> HttpResponse:
    """An absence of which the school knows without a page."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    at = clock.now()
    today = today_in(school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        teacher = get_object_or_404(access.teachers_of(school.pk, today), pk=given.pop("teacher"))
        entered = actions.enter_absence(
            school=school, teacher_id=teacher.pk, today=today, by=request.actor, at=at, **given
        )
        return _to_substitutions(shown.first_day_to_cover(entered, today))

    teachers = [(pk, name) for pk, name in plan.teacher_choices(school.pk, today) if pk != request.actor.person_id]
    form = forms.EnteredAbsence(request.POST or None, teachers)
    page = plan.FormPage("Записать отсутствие")
    return pages.form_page(request, form, "timetable/new_absence.html", lambda: page, accept)


def decide_absence(request: ActorRequest, absence_id: int) -> HttpResponse:
    """What a teacher asks for, and the decision; whoever approves goes on to the substitutions."""
    absence = get_object_or_404(
        access.absences_of_others(request.actor).select_related("school", "teacher", "decided_by"), pk=absence_id
    )
    at = clock.now()
    today = today_in(absence.school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        decided = actions.decide_absence(absence=absence, by=request.actor, at=at, **given)
        if given["accepted"]:
            return _to_substitutions(shown.first_day_to_cover(decided, today))
        return redirect("teacher-absences")

    form = forms.AbsenceDecision(request.POST or None)
    return pages.form_page(
        request,
        form,
        "timetable/decide_absence.html",
        lambda: shown.absence_page(absence, request.actor, today),
        accept,
    )


def end_absence(request: ActorRequest, absence_id: int) -> HttpResponse:
    """A teacher is back earlier, or was never away."""
    absence = get_object_or_404(
        access.absences_of_others(request.actor).select_related("school", "teacher", "decided_by"), pk=absence_id
    )
    at = clock.now()
    today = today_in(absence.school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        actions.end_absence(absence=absence, day=given["day"], by=request.actor, at=at)
        return redirect("teacher-absences")

    last = absence.to_date - ONE_DAY
    form = forms.BackOn(request.POST or None, initial={"day": max(absence.from_date, min(today, last))})
    return pages.form_page(
        request, form, "timetable/end_absence.html", lambda: shown.absence_page(absence, request.actor, today), accept
    )


def _to_substitutions(day: object) -> HttpResponse:
    return redirect(f"/substitutions/?day={day}")
