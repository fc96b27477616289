"""Doors of the page of one lesson."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.receiving import PAPERS, taken
from myschool.files.serving import serve
from myschool.journal import access, forms
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.queries import keeping
from myschool.journal.queries import lesson as lesson_queries
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import about, shows_students

WITH_ALL = ("school__organisation", "subject", "teaching_group", "teacher", "room", "topic")


@require_safe
def lesson_page(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """A lesson: topic, works, attendance, remarks, materials."""
    day = request.actor.day(clock.now())
    lesson = get_object_or_404(access.lessons_to_read(request.actor, day).select_related(*WITH_ALL), pk=lesson_id)
    page = lesson_queries.lesson_page(lesson, request.actor, day)
    shows_students(request, "journal", [line.id for line in page.students], "Страница урока")
    further = {
        "unlock": forms.Reason(),
        "attendance": forms.StudentAttendance(),
        "topic": forms.Topic(),
        "work": forms.NewWork(auto_id="id_work_%s"),
        "remark": forms.NewRemark(auto_id="id_remark_%s"),
        "material": forms.NewMaterial(auto_id="id_material_%s"),
    }
    return pages.show(request, "journal/lesson.html", page, forms=further)


@require_POST
def write_topic(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Say what the lesson is about."""
    lesson = get_object_or_404(access.lessons_to_mark(request.actor), pk=lesson_id)
    text = pages.accepted(forms.Topic(request.POST))["text"]
    lesson_actions.write_topic(lesson=lesson, text=text, by=request.actor, at=clock.now())
    return redirect("lesson", lesson_id)


@require_POST
def note_attendance(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Note the attendance of the whole class in one move."""
    at = clock.now()
    lesson = get_object_or_404(
        access.lessons_to_mark(request.actor).select_related("school__organisation", "teaching_group"), pk=lesson_id
    )
    students = list(access.students_to_mark(lesson).values_list("pk", flat=True))
    noted = pages.accepted(forms.ClassAttendance(request.POST, students))["noted"]
    lesson_actions.note_class_attendance(
        lesson=lesson, noted=noted, today=request.actor.day(at), by=request.actor, at=at
    )
    return redirect("lesson", lesson_id)


@require_POST
def plan_work(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Give the lesson a work of its own."""
    lesson = get_object_or_404(access.lessons_to_mark(request.actor), pk=lesson_id)
    values = pages.accepted(forms.NewWork(request.POST))
    kind = get_object_or_404(access.kinds_to_use(request.actor), pk=values["kind"])
    lesson_actions.plan_work(
        lesson=lesson, kind=kind, title=values["title"], weight=values["weight"], by=request.actor, at=clock.now()
    )
    return redirect("lesson", lesson_id)


@require_POST
def drop_work(request: ActorRequest, work_id: int) -> HttpResponse:
    """Take a work out of its lesson."""
    work = get_object_or_404(access.works_to_drop(request.actor).select_related("lesson"), pk=work_id)
    lesson_actions.drop_work(work=work, by=request.actor, at=clock.now())
    return redirect("lesson", work.lesson_id)


@require_POST
def give_remark(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Write to a student's family."""
    lesson = get_object_or_404(access.lessons_to_mark(request.actor).select_related("teaching_group"), pk=lesson_id)
    values = pages.accepted(forms.NewRemark(request.POST))
    student = get_object_or_404(access.students_to_mark(lesson), pk=values["student"])
    lesson_actions.give_remark(
        lesson=lesson,
        student=student,
        text=values["text"],
        is_praise=values["is_praise"],
        by=request.actor,
        at=clock.now(),
    )
    return redirect("lesson", lesson_id)


@about(keeping.student_of_remark)
@require_POST
def withdraw_remark(request: ActorRequest, remark_id: int) -> HttpResponse:
    """Take one's words back."""
    remark = get_object_or_404(access.remarks_to_withdraw(request.actor).select_related("lesson"), pk=remark_id)
    lesson_actions.withdraw_remark(remark=remark, by=request.actor, at=clock.now())
    return redirect("lesson", remark.lesson_id)


@require_POST
def add_material(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Put a link or a file beside the lesson."""
    lesson = get_object_or_404(access.lessons_to_mark(request.actor), pk=lesson_id)
    values = pages.accepted(forms.NewMaterial(request.POST, request.FILES))
    with taken(values["file"], PAPERS, field="file") as file:
        lesson_actions.add_material(
            lesson=lesson, title=values["title"], url=values["url"], file=file, by=request.actor, at=clock.now()
        )
    return redirect("lesson", lesson_id)


@require_POST
def remove_material(request: ActorRequest, material_id: int) -> HttpResponse:
    """Take a link or a file away."""
    material = get_object_or_404(access.materials_to_remove(request.actor).select_related("lesson"), pk=material_id)
    lesson_actions.remove_material(material=material, by=request.actor, at=clock.now())
    return redirect("lesson", material.lesson_id)


@require_safe
def material_file(request: ActorRequest, material_id: int) -> HttpResponseBase:
    """A file of a lesson."""
    readable = access.materials_to_read(request.actor, request.actor.day(clock.now()))
    return serve(pages.found(get_object_or_404(readable.select_related("file"), pk=material_id).file))
