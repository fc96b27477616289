"""Doors between the library and lessons: taking a material, opening it, what students made of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from myschool.journal import access, forms
from myschool.journal.actions import library
from myschool.journal.queries import library as library_queries
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.library.access import entries_to_read
from myschool.library.actions.playing import begin_play
from myschool.people.doors import shows_students


def take(request: ActorRequest, material_id: int) -> HttpResponse:
    """Choose the lesson a material of the library is for."""
    at = clock.now()
    day = request.actor.day(at)
    pages.found(access.may_teach(request.actor) or None)
    entry = get_object_or_404(
        entries_to_read(request.actor, day).select_related("version__material"), material=material_id
    )
    lessons = library_queries.lessons_ahead(request.actor, day)

    def accept(given: dict[str, Any]) -> HttpResponse:
        lesson = get_object_or_404(access.lessons_to_mark(request.actor), pk=given["lesson"])
        library.take_material(lesson=lesson, version=entry.version, by=request.actor, at=at)
        return redirect("lesson", lesson.pk)

    form = forms.ForLesson(request.POST or None, lessons=lessons)
    page = library_queries.TakePage(f"На урок: {entry.title}", material_id, bool(lessons))
    return pages.form_page(request, form, "journal/take.html", lambda: page, accept)


@require_POST
def open_material(request: ActorRequest, material_id: int) -> HttpResponse:
    """Open a lesson's material, as its teacher would show it."""
    at = clock.now()
    material = get_object_or_404(
        access.materials_to_open(request.actor, request.actor.day(at)).select_related("version"), pk=material_id
    )
    begun = begin_play(version=pages.found(material.version), by=request.actor, at=at)
    return redirect("play", begun.pk)


def results(request: ActorRequest, material_id: int) -> HttpResponse:
    """What the students of a lesson made of a material; their teacher puts marks for it into the journal."""
    at = clock.now()
    material = get_object_or_404(
        access.materials_to_open(request.actor, request.actor.day(at)).select_related(
            "lesson__teaching_group", "lesson__subject", "version"
        ),
        pk=material_id,
    )
    may_mark = access.lessons_to_mark(request.actor).filter(pk=material.lesson_id).exists()

    def accept(given: dict[str, Any]) -> HttpResponse:
        pages.found(may_mark or None)
        library.mark_results(material=material, marks=given["marks"], by=request.actor, at=at)
        return redirect("material-results", material_id)

    page = library_queries.results_page(material, may_mark=may_mark)
    shows_students(request, "library", [line.student_id for line in page.lines], page.title)
    form = forms.ResultMarks(request.POST or None)
    drawn = {"result": forms.ResultMark(request.POST or None)}
    return pages.form_page(request, form, "journal/results.html", lambda: page, accept, forms=drawn)
