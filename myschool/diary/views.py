"""Doors of the diary: for students and their guardians only."""

from hashlib import blake2b
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.diary import access, forms
from myschool.diary.queries import feed as feed_queries
from myschool.diary.queries import marks as marks_queries
from myschool.diary.queries import week as week_queries
from myschool.files.receiving import PAPERS, taken
from myschool.files.serving import serve
from myschool.journal.actions import notes
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest, Role
from myschool.kernel.errors import Refusal
from myschool.library.actions.playing import begin_play
from myschool.timetable.queries.week import monday_of

JSON = "application/json"


class NotYet(Refusal):
    """The week has not begun."""

    status = 422


@require_safe
def feed(request: ActorRequest) -> HttpResponse:
    """All whom the actor follows, in one stream."""
    pages.found(request.actor if request.actor.role in (Role.STUDENT, Role.GUARDIAN) else None)
    return pages.show(request, "diary/feed.html", feed_queries.feed_page(request.actor, clock.now()))


def _head(request: ActorRequest, student_id: int) -> tuple[week_queries.StudentHead, Any]:
    monday = pages.accepted(forms.Week(request.GET))["week"]
    return pages.found(week_queries.student_head(request.actor, student_id, monday, clock.now())), monday


@require_safe
def week(request: ActorRequest, student_id: int) -> HttpResponse:
    """A student's week."""
    head, monday = _head(request, student_id)
    monday = monday or monday_of(head.today)
    page = week_queries.week_page(head, monday, is_guardian=request.actor.role == Role.GUARDIAN)
    return pages.show(request, "diary/week.html", page)


@pages.answers_json
@require_safe
def week_data(request: ActorRequest, student_id: int) -> HttpResponse:
    """A student's week as JSON."""
    at = clock.now()
    monday = pages.accepted(forms.Week(request.GET))["week"]
    if monday is None:
        first, last = monday_of(clock.earliest_day(at)), monday_of(clock.latest_day(at))
        # While it is Sunday in the west and Monday in the east, the school's clocks tell which week it is.
        monday = last if first == last else monday_of(_head(request, student_id)[0].today)
    document = pages.found(week_queries.week_document(request.actor, student_id, monday, at))
    tag = f'"{blake2b(document, digest_size=8).hexdigest()}"'
    return pages.document(request, tag, lambda: document, JSON)


@require_safe
def lesson(request: ActorRequest, student_id: int, lesson_id: int) -> HttpResponse:
    """A lesson as its student has it."""
    return pages.show(request, "diary/lesson.html", _lesson(request, student_id, lesson_id))


@require_safe
def material(request: ActorRequest, student_id: int, lesson_id: int, material_id: int) -> HttpResponseBase:
    """A file of a lesson."""
    _lesson(request, student_id, lesson_id)
    material = get_object_or_404(access.materials_of(lesson_id).select_related("file"), pk=material_id)
    return serve(pages.found(material.file))


@require_POST
def open_material(request: ActorRequest, student_id: int, lesson_id: int, material_id: int) -> HttpResponse:
    """Open a material of the library at a lesson; what a student does with it is seen by their teacher."""
    _lesson(request, student_id, lesson_id)
    material = get_object_or_404(access.materials_of(lesson_id).select_related("version"), pk=material_id)
    begun = begin_play(version=pages.found(material.version), by=request.actor, at=clock.now())
    return redirect("play", begun.pk)


def _lesson(request: ActorRequest, student_id: int, lesson_id: int) -> week_queries.LessonPage:
    head = pages.found(week_queries.student_head(request.actor, student_id, None, clock.now()))
    return pages.found(week_queries.lesson_page(head, lesson_id))


@require_safe
def marks(request: ActorRequest, student_id: int) -> HttpResponse:
    """A student's marks by subject."""
    head, _ = _head(request, student_id)
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    return pages.show(request, "diary/marks.html", marks_queries.marks_page(head, term_id))


def absences(request: ActorRequest, student_id: int) -> HttpResponse:
    """What a student missed; and a guardian's word or paper about it."""
    head, _ = _head(request, student_id)
    at = clock.now()
    excusable = access.students_to_excuse(request.actor, request.actor.day(at))
    may_file = excusable.filter(pk=student_id).exists()

    def accept(given: dict[str, Any]) -> HttpResponse:
        student = get_object_or_404(excusable, pk=student_id)
        school = get_object_or_404(access.schools_of(student, head.today))
        with taken(given.pop("file"), PAPERS, field="file") as file:
            notes.file_note(student_id=student.pk, school=school, file=file, by=request.actor, at=at, **given)
        return redirect("absences", student_id)

    form = forms.NewNote(request.POST or None, request.FILES or None)
    return pages.form_page(
        request, form, "diary/absences.html", lambda: marks_queries.absences_page(head, may_file=may_file), accept
    )


@require_POST
def withdraw_note(request: ActorRequest, note_id: int) -> HttpResponse:
    """Take one's paper back."""
    at = clock.now()
    note = get_object_or_404(access.notes_to_withdraw(request.actor, request.actor.day(at)), pk=note_id)
    notes.withdraw_note(note=note, by=request.actor, at=at)
    return redirect("absences", note.student_id)


@require_POST
def acknowledge(request: ActorRequest, student_id: int) -> HttpResponse:
    """Say that one has seen a week; for any week that has begun, however long ago."""
    at = clock.now()
    day = request.actor.day(at)
    student = get_object_or_404(access.students_to_acknowledge(request.actor, day), pk=student_id)
    monday = pages.accepted(forms.OneWeek(request.POST))["monday"]
    if monday > day:
        raise NotYet("Эта неделя ещё не началась.")
    notes.acknowledge_week(student_id=student.pk, monday=monday, by=request.actor, at=at)
    return redirect(f"/diary/students/{student_id}/?week={monday}")


@require_safe
def changes(request: ActorRequest, student_id: int) -> HttpResponse:
    """What was changed in the journal about a student."""
    head, _ = _head(request, student_id)
    before = pages.accepted(forms.Before(request.GET))["before"] or clock.now()
    return pages.show(request, "diary/changes.html", marks_queries.changes_page(head, before))


@require_safe
def calendar(request: ActorRequest, student_id: int) -> HttpResponse:
    """Control works and the load of homework by month."""
    head, _ = _head(request, student_id)
    first = pages.accepted(forms.Month(request.GET))["month"] or head.today.replace(day=1)
    return pages.show(request, "diary/calendar.html", marks_queries.calendar_page(head, first))
