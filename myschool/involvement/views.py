"""Doors between school and family: what is asked, answering, results; parents' evenings."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.receiving import PAPERS, taken
from myschool.files.serving import serve
from myschool.involvement import access, actions, forms, queries
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import shows_students


@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """A family's page, or the staff's."""
    at = clock.now()
    day = request.actor.day(at)
    if request.actor.school_id:
        return pages.show(
            request,
            "involvement/staff.html",
            queries.staff_page(
                access.asks_to_keep(request.actor),
                access.evenings_to_see(request.actor),
                may_receive=access.school_to_receive_in(request.actor).exists(),
                may_ask=access.classes_to_ask(request.actor, day).exists(),
            ),
        )
    pages.found(request.actor.role in access.FAMILY or None)
    students = list(access.students_of(request.actor, day).order_by("sort_key", "pk"))
    decides_for = set(access.students_to_answer_for(request.actor, day).values_list("pk", flat=True))
    evenings = [
        (student, evening)
        for student in students
        for evening in access.evenings_of(student, day).select_related("school").order_by("day")
    ]
    return pages.show(
        request,
        "involvement/family.html",
        queries.family_page(request.actor.person_id, students, decides_for, evenings, day, at),
    )


def _asked(request: ActorRequest, ask_id: int, students: Any, student_id: int) -> tuple[Any, Any, Any]:
    at = clock.now()
    day = request.actor.day(at)
    student = get_object_or_404(students(request.actor, day), pk=student_id)
    ask = get_object_or_404(access.asks_of(student, day).select_related("school", "file"), pk=ask_id)
    return ask, student, clock.local_day(ask.school.time_zone, at)


@require_safe
def ask(request: ActorRequest, ask_id: int, student_id: int) -> HttpResponse:
    """What is asked about a student."""
    ask, student, today = _asked(request, ask_id, access.students_of, student_id)
    may_answer = access.students_to_answer_for(request.actor, request.actor.day(clock.now()))
    page = queries.ask_page(
        ask, student, request.actor.person_id, today, may_answer=may_answer.filter(pk=student_id).exists()
    )
    return pages.show(request, "involvement/ask.html", page, forms={"answer": forms.Answer()})


@require_safe
def ask_file(request: ActorRequest, ask_id: int, student_id: int) -> HttpResponseBase:
    """The file of what is asked."""
    ask, _, _ = _asked(request, ask_id, access.students_of, student_id)
    return serve(pages.found(ask.file), request)


@require_POST
def answer(request: ActorRequest, ask_id: int, student_id: int) -> HttpResponse:
    """Answer for a student."""
    ask, student, today = _asked(request, ask_id, access.students_to_answer_for, student_id)
    values = pages.accepted(forms.Answer(request.POST))
    actions.answer(
        ask=ask,
        student=student,
        position=values["option"],
        note=values["note"],
        seen=values["seen"],
        today=today,
        by=request.actor,
        at=clock.now(),
    )
    return redirect("family-ask", ask_id, student_id)


def new_ask(request: ActorRequest) -> HttpResponse:
    """Ask families."""
    at = clock.now()
    day = request.actor.day(at)
    classes = list(access.classes_to_ask(request.actor, day).order_by("level", "letter").select_related("school"))
    pages.found(classes or None)

    def accept(given: dict[str, Any]) -> HttpResponse:
        chosen = set(given.pop("classes"))
        with taken(given.pop("attached"), PAPERS, field="attached") as attached:
            ask = actions.ask_families(
                school=classes[0].school,
                classes=[school_class for school_class in classes if school_class.pk in chosen],
                attached=attached,
                by=request.actor,
                at=at,
                **given,
            )
        return redirect("ask-results", ask.pk)

    form = forms.NewAsk(
        request.POST or None, request.FILES or None, [(school_class.pk, school_class.title) for school_class in classes]
    )
    page = queries.FormPage("Спросить семьи", "Отправить семьям")
    return pages.form_page(request, form, "involvement/form.html", lambda: page, accept)


@require_safe
def results(request: ActorRequest, ask_id: int) -> HttpResponse:
    """What was answered, and who has not."""
    return pages.show(request, "involvement/results.html", _results(request, ask_id))


@require_safe
def results_csv(request: ActorRequest, ask_id: int) -> HttpResponse:
    """The same for a spreadsheet."""
    content = queries.results_as_csv(_results(request, ask_id))
    headers = {"Content-Disposition": "attachment; filename=answers.csv"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _results(request: ActorRequest, ask_id: int) -> queries.ResultsPage:
    ask = get_object_or_404(access.asks_to_keep(request.actor), pk=ask_id)
    page = queries.results_page(ask, request.actor.day(clock.now()))
    # Of an anonymous poll nobody is shown; a trip's notes may tell of health, and families are told that in so many words.
    noted = page.noted_ids if page.is_trip else []
    shows_students(request, "answers", noted, f"Примечания о здоровье: {ask.title}")
    shows_students(request, "answers", set(page.student_ids) - set(noted), ask.title)
    return page


def change(request: ActorRequest, ask_id: int) -> HttpResponse:
    """Ask otherwise; everybody answers again."""
    ask = get_object_or_404(access.asks_to_keep(request.actor), pk=ask_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        actions.change_ask(ask=ask, by=request.actor, at=clock.now(), **given)
        return redirect("ask-results", ask_id)

    form = forms.ChangedAsk(
        request.POST or None, initial={"title": ask.title, "text": ask.text, "closes_day": ask.closes_day}
    )
    page = queries.FormPage("Изменить и спросить заново", "Спросить заново")
    return pages.form_page(request, form, "involvement/form.html", lambda: page, accept)


@require_POST
def remind(request: ActorRequest, ask_id: int) -> HttpResponse:
    """Remind those who have not answered."""
    ask = get_object_or_404(access.asks_to_keep(request.actor), pk=ask_id)
    actions.remind(ask=ask, by=request.actor, at=clock.now())
    return redirect("ask-results", ask_id)


@require_POST
def withdraw(request: ActorRequest, ask_id: int) -> HttpResponse:
    """Ask no longer."""
    ask = get_object_or_404(access.asks_to_keep(request.actor), pk=ask_id)
    actions.withdraw_ask(ask=ask, by=request.actor, at=clock.now())
    return redirect("involvement")


def new_evening(request: ActorRequest) -> HttpResponse:
    """Make a parents' evening."""
    at = clock.now()
    school = get_object_or_404(access.school_to_receive_in(request.actor))

    def accept(given: dict[str, Any]) -> HttpResponse:
        teachers, pause = given.pop("teachers"), given.pop("pause") or 0
        evening = actions.make_evening(
            school=school, teacher_ids=teachers, pause=pause, by=request.actor, at=at, **given
        )
        return redirect("evening", evening.pk)

    form = forms.NewEvening(request.POST or None, queries.teachers_to_invite(school.pk, request.actor.day(at)))
    page = queries.FormPage("Новый родительский вечер", "Создать и открыть запись")
    return pages.form_page(request, form, "involvement/form.html", lambda: page, accept)


@require_safe
def evening(request: ActorRequest, evening_id: int) -> HttpResponse:
    """An evening's list: a teacher's own, or everybody's for those who lead."""
    evening = get_object_or_404(access.evenings_to_see(request.actor), pk=evening_id)
    leads = request.actor.role in access.ASKERS
    page = queries.evening_page(evening, None if leads else request.actor.person_id, may_withdraw=leads)
    shows_students(request, "meeting", page.student_ids, evening.title)
    return pages.show(request, "involvement/evening.html", page, forms={"closing": forms.Closing()})


@require_POST
def withdraw_evening(request: ActorRequest, evening_id: int) -> HttpResponse:
    """Hold an evening not at all."""
    school = get_object_or_404(access.school_to_receive_in(request.actor))
    evening = get_object_or_404(access.evenings_to_see(request.actor), pk=evening_id, school=school)
    actions.withdraw_evening(evening=evening, by=request.actor, at=clock.now())
    return redirect("involvement")


@require_POST
def close_slot(request: ActorRequest, slot_id: int) -> HttpResponse:
    """Receive nobody at a time."""
    slot = get_object_or_404(access.slots_to_close(request.actor), pk=slot_id)
    reason = pages.accepted(forms.Closing(request.POST))["reason"]
    actions.close_slot(slot=slot, reason=reason, by=request.actor, at=clock.now())
    return redirect("evening", slot.evening_id)


@require_safe
def booking(request: ActorRequest, evening_id: int, student_id: int) -> HttpResponse:
    """A student's teachers at an evening."""
    at = clock.now()
    day = request.actor.day(at)
    student = get_object_or_404(access.students_of(request.actor, day), pk=student_id)
    evening = get_object_or_404(access.evenings_of(student, day).select_related("school"), pk=evening_id)
    today = clock.local_day(evening.school.time_zone, at)
    may_book = access.students_to_answer_for(request.actor, day).filter(pk=student_id).exists()
    page = queries.booking_page(evening, student, request.actor.person_id, today, may_book=may_book)
    return pages.show(request, "involvement/booking.html", page)


@require_POST
def book(request: ActorRequest, slot_id: int, student_id: int) -> HttpResponse:
    """Book a slot."""
    at = clock.now()
    day = request.actor.day(at)
    student = get_object_or_404(access.students_to_answer_for(request.actor, day), pk=student_id)
    teachers = [pk for pk, _, _ in queries.teachers_of_student(student.pk, day)]
    slot = get_object_or_404(access.slots_to_book(student, day, teachers).select_related("evening__school"), pk=slot_id)
    today = clock.local_day(slot.evening.school.time_zone, at)
    actions.book(slot=slot, student=student, today=today, by=request.actor, at=at)
    return redirect("booking", slot.evening_id, student_id)


@require_POST
def free(request: ActorRequest, slot_id: int) -> HttpResponse:
    """Take a booking back."""
    at = clock.now()
    booked = access.slots_booked_by(request.actor, request.actor.day(at))
    actions.free(slot=get_object_or_404(booked, pk=slot_id), by=request.actor, at=at)
    return redirect("involvement")
