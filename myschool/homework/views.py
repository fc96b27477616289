"""Doors of homework: for teachers, for families, for those who govern."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.received import Received
from myschool.files.receiving import PAPERS, taken
from myschool.files.serving import serve
from myschool.homework import access, actions, forms, queries
from myschool.journal.access import groups_to_mark, lessons_to_mark, school_to_govern
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import about, shows_students
from myschool.people.rules.names import full_name

WITH_PLACE = ("school", "teaching_group__subject", "teaching_group__school_year")
ONE_DAY, LATELY = timedelta(days=1), timedelta(days=30)


def _taken(kept: ExitStack, uploads: list[Any]) -> list[Received]:
    """The files of a form, each kept only if its row comes to be."""
    received = [kept.enter_context(taken(upload, PAPERS, field="attached")) for upload in uploads]
    return [file for file in received if file is not None]


def homework_of_group(request: ActorRequest, group_id: int) -> HttpResponse:
    """What is set for a group, and a new homework, perhaps of a lesson."""
    at = clock.now()
    today = request.actor.day(at)
    teaching_group = get_object_or_404(
        groups_to_mark(request.actor, today).select_related("subject", "school_year"), pk=group_id
    )
    lesson_id = pages.accepted(forms.OfLesson(request.GET))["lesson"]
    lesson = lessons_to_mark(request.actor).filter(pk=lesson_id or 0, teaching_group=teaching_group).first()

    def accept(given: dict[str, Any]) -> HttpResponse:
        with ExitStack() as stack:
            actions.set_homework(
                teaching_group=teaching_group,
                lesson=lesson,
                due_day=given["due_day"],
                text=given["text"],
                minutes=given["minutes"],
                needs_hand_in=given["needs_hand_in"],
                student_ids=given["students"],
                attached=_taken(stack, given["attached"]),
                today=today,
                by=request.actor,
                at=at,
            )
        return redirect("group-homework", group_id)

    students = [
        (row.pk, full_name(row.last_name, row.first_name, row.patronymic))
        for row in access.students_to_set(teaching_group, today).order_by("sort_key", "pk")
    ]
    form = forms.NewHomework(request.POST or None, request.FILES or None, students)
    return pages.form_page(
        request, form, "homework/of_group.html", lambda: queries.set_page(teaching_group, lesson, today), accept
    )


@require_safe
def homework(request: ActorRequest, homework_id: int) -> HttpResponse:
    """A homework with what was handed in, for teachers and those who govern."""
    today = request.actor.day(clock.now())
    homework = get_object_or_404(
        access.homework_to_read(request.actor, today).select_related(*WITH_PLACE), pk=homework_id
    )
    students = queries.students_due(homework)
    shows_students(request, "homework", [row.pk for row in students], "Задание и сданные работы")
    page = queries.homework_page(homework, students)
    return pages.show(request, "homework/review.html", page, forms={"review": forms.Review()})


def change(request: ActorRequest, homework_id: int) -> HttpResponse:
    """Say a homework otherwise."""
    at = clock.now()
    today = request.actor.day(at)
    homework = get_object_or_404(
        access.homework_to_set(request.actor, today).select_related(*WITH_PLACE), pk=homework_id
    )

    def accept(given: dict[str, Any]) -> HttpResponse:
        with ExitStack() as stack:
            attached = _taken(stack, given.pop("attached"))
            actions.change_homework(homework=homework, attached=attached, today=today, by=request.actor, at=at, **given)
        return redirect("homework", homework_id)

    form = forms.ChangedHomework(
        request.POST or None,
        request.FILES or None,
        initial={"text": homework.text, "due_day": homework.due_day, "minutes": homework.minutes},
    )
    page = queries.FormPage("Изменить задание", homework.pk)
    return pages.form_page(request, form, "homework/change.html", lambda: page, accept)


@require_POST
def withdraw(request: ActorRequest, homework_id: int) -> HttpResponse:
    """Set a homework no longer."""
    at = clock.now()
    homework = get_object_or_404(access.homework_to_set(request.actor, request.actor.day(at)), pk=homework_id)
    actions.withdraw_homework(homework=homework, by=request.actor, at=at)
    return redirect("group-homework", homework.teaching_group_id)


@about(queries.student_of_version)
@require_POST
def review(request: ActorRequest, version_id: int) -> HttpResponse:
    """Accept a version, or return it."""
    at = clock.now()
    version = get_object_or_404(access.hand_ins_to_review(request.actor, request.actor.day(at)), pk=version_id)
    values = pages.accepted(forms.Review(request.POST))
    actions.review(version=version, by=request.actor, at=at, **values)
    return redirect("homework", version.homework_id)


@require_safe
def attached_file(request: ActorRequest, file_id: int) -> HttpResponseBase:
    """A file of a homework, for staff."""
    readable = access.files_to_read(request.actor, request.actor.day(clock.now()))
    return serve(get_object_or_404(readable.select_related("file"), pk=file_id).file)


@about(queries.student_of_handed_file)
@require_safe
def handed_file(request: ActorRequest, file_id: int) -> HttpResponseBase:
    """A file that was handed in, for its teacher."""
    readable = access.hand_in_files_to_review(request.actor, request.actor.day(clock.now()))
    hand_in_file = get_object_or_404(readable.select_related("file", "hand_in"), pk=file_id)
    shows_students(request, "homework", [hand_in_file.hand_in.student_id], f"Файл сданной работы № {hand_in_file.pk}")
    return serve(hand_in_file.file)


def _own(request: ActorRequest, homework_id: int, student_id: int) -> tuple[Any, Any, Any]:
    """The student the actor speaks for, their homework, and the date at its school."""
    at = clock.now()
    student = get_object_or_404(access.students_of(request.actor, request.actor.day(at)), pk=student_id)
    homework = get_object_or_404(
        access.homework_of(student, request.actor.day(at)).select_related(*WITH_PLACE), pk=homework_id
    )
    return student, homework, clock.local_day(homework.school.time_zone, at)


def own_homework(request: ActorRequest, homework_id: int, student_id: int) -> HttpResponse:
    """A student's homework, and handing it in."""
    student, homework, today = _own(request, homework_id, student_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        with ExitStack() as stack:
            actions.hand_in(
                homework=homework,
                student=student,
                text=given["text"],
                attached=_taken(stack, given["attached"]),
                today=today,
                by=request.actor,
                at=clock.now(),
            )
        return redirect("own-homework", homework_id, student_id)

    form = forms.Work(request.POST or None, request.FILES or None)
    return pages.form_page(request, form, "homework/own.html", lambda: queries.own_page(homework, student), accept)


@require_POST
def tick(request: ActorRequest, homework_id: int, student_id: int) -> HttpResponse:
    """Done, or not after all; back to where it was said."""
    student, homework, _ = _own(request, homework_id, student_id)
    is_done = pages.accepted(forms.Done(request.POST))["done"]
    actions.tick(homework=homework, student=student, done=is_done, by=request.actor, at=clock.now())
    return redirect("own-homework", homework_id, student_id)


@require_safe
def own_file(request: ActorRequest, homework_id: int, student_id: int, file_id: int) -> HttpResponseBase:
    """A file of a student's homework."""
    _, homework, _ = _own(request, homework_id, student_id)
    return serve(get_object_or_404(homework.files.select_related("file"), pk=file_id).file)


@require_safe
def own_handed_file(request: ActorRequest, homework_id: int, student_id: int, file_id: int) -> HttpResponseBase:
    """A file that the student has handed in."""
    student, homework, _ = _own(request, homework_id, student_id)
    readable = access.own_hand_in_files(homework, student).select_related("file")
    return serve(get_object_or_404(readable, pk=file_id).file)


def report(request: ActorRequest) -> HttpResponse:
    """When homework is posted in the school, and by which hour it should be."""
    school = get_object_or_404(school_to_govern(request.actor))
    at = clock.now()
    today = request.actor.day(at)
    period = pages.accepted(forms.Period(request.GET))
    to_day = (period["last_day"] or today) + ONE_DAY

    def page() -> queries.ReportPage:
        return queries.report_page(school, period["from_day"] or to_day - LATELY, to_day)

    def accept(ruled: dict[str, Any]) -> HttpResponse:
        actions.declare_rules(school=school, post_until=ruled["post_until"], by=request.actor, at=at)
        return redirect("homework-report")

    form = forms.Rules(request.POST or None)
    return pages.form_page(request, form, "homework/report.html", page, accept, forms={"period": forms.Period()})


@require_safe
def report_csv(request: ActorRequest) -> HttpResponse:
    """The report for a spreadsheet."""
    school = get_object_or_404(school_to_govern(request.actor))
    today = request.actor.day(clock.now())
    period = pages.accepted(forms.Period(request.GET))
    to_day = (period["last_day"] or today) + ONE_DAY
    page = queries.report_page(school, period["from_day"] or to_day - LATELY, to_day)
    headers = {"Content-Disposition": "attachment; filename=homework.csv"}
    return HttpResponse(queries.report_as_csv(page), content_type="text/csv; charset=utf-8", headers=headers)
