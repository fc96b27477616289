"""Doors of the journal: lists, the page and its data, cells, and changing what is closed."""

from datetime import date

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.journal import access, forms
from myschool.journal.actions import cells, unlocking
from myschool.journal.queries import averages, lists
from myschool.journal.queries import cells as cells_queries
from myschool.journal.queries import page as page_queries
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import shows_students

JSON = "application/json"


@require_safe
def journals(request: ActorRequest) -> HttpResponse:
    """Journals the actor may open, and a teacher's lessons of the day."""
    get_object_or_404(access.school_with_journals(request.actor))
    page = lists.journals_page(request.actor, request.actor.day(clock.now()))
    return pages.show(request, "journal/list.html", page)


@require_safe
def journal_page(request: ActorRequest, group_id: int) -> HttpResponse:
    """The shell around a group's grid."""
    day = request.actor.day(clock.now())
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    page = pages.found(page_queries.journal_shell(request.actor, group_id, term_id, day))
    return pages.show(request, "journal/page.html", page, forms={"cell": forms.CellText(), "unlock": forms.Reason()})


@pages.answers_json
@require_safe
def journal_data(request: ActorRequest, group_id: int) -> HttpResponse:
    """A group's page as data. Who has left the group since is on it too, and is no longer the teacher's own."""
    day = request.actor.day(clock.now())
    head = pages.found(page_queries.page_head(request.actor, group_id, day))
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    shown = page_queries.students_who_left if head.is_taught else page_queries.students_on_page
    shows_students(request, "journal", shown(group_id, term_id, day), "Страница журнала")
    return _document(request, head, term_id, day)


@pages.answers_json
@require_safe
def lesson_data(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """One lesson's column as data, for whoever marks that lesson and perhaps no other."""
    day = request.actor.day(clock.now())
    head = pages.found(page_queries.lesson_head(request.actor, lesson_id))
    shows_students(request, "journal", page_queries.students_on_page(head.group_id, None, day), "Урок в журнале")
    return _document(request, head, None, day)


def _document(request: ActorRequest, head: page_queries.Head, term_id: int | None, day: date) -> HttpResponse:
    return pages.document(request, head.tag(day, term_id), lambda: page_queries.page_document(head, term_id, day), JSON)


@require_safe
def printed_page(request: ActorRequest, group_id: int) -> HttpResponse:
    """A group's page for paper, which is also the page without scripts."""
    day = request.actor.day(clock.now())
    head = pages.found(page_queries.page_head(request.actor, group_id, day))
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    page = page_queries.printed_page(head, term_id, day)
    shows_students(request, "journal", page.student_ids, "Страница журнала для печати")
    return pages.show(request, "journal/printed.html", page)


@pages.answers_json
@require_POST
def save_cell(request: ActorRequest, lesson_id: int, student_id: int, position: int) -> HttpResponse:
    """Write a cell; the answer is the cell as it stands now."""
    at = clock.now()
    standing = pages.found(cells_queries.standing(request.actor, lesson_id, student_id, position, at))
    values = pages.accepted(forms.CellText(request.POST))
    saved = cells.save_cell(standing=standing, by=request.actor, at=at, **values)
    return JsonResponse(
        {
            "seen": saved.seen,
            "text": saved.text,
            "extra": {"due": saved.due, "comment": saved.comment} if saved.due or saved.comment else None,
            "average": [saved.average, saved.proposed],
            "version": saved.version,
        },
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
def cell_history(request: ActorRequest, lesson_id: int, student_id: int, position: int) -> HttpResponse:
    """How a cell came to hold what it holds."""
    lessons = access.lessons_to_read(request.actor, request.actor.day(clock.now()))
    lesson = get_object_or_404(lessons.select_related("school", "teaching_group"), pk=lesson_id)
    student = get_object_or_404(access.students_to_mark(lesson), pk=student_id)
    shows_students(request, "journal", [student.pk], "История отметки")
    return pages.show(request, "journal/_history.html", cells_queries.cell_history(lesson, student, position))


@require_safe
def average_explained(request: ActorRequest, group_id: int, student_id: int) -> HttpResponse:
    """How a student's average came about, and what would change the final mark."""
    day = request.actor.day(clock.now())
    groups = access.groups_to_read(request.actor, day).select_related("subject", "school__organisation", "school_year")
    taught = get_object_or_404(groups, pk=group_id)
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    page = pages.found(averages.average_page(taught, student_id, term_id, day))
    shows_students(request, "journal", [student_id], "Из чего сложился средний балл")
    return pages.show(request, "journal/_average.html", page)


@pages.answers_json
@require_POST
def ask_unlock(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Ask to change a lesson whose window is over."""
    lesson = get_object_or_404(access.lessons_to_mark(request.actor), pk=lesson_id)
    reason = pages.accepted(forms.Reason(request.POST))["reason"]
    unlocking.ask_unlock(lesson=lesson, reason=reason, by=request.actor, at=clock.now())
    return JsonResponse({"message": "Запрос отправлен завучу."}, json_dumps_params={"ensure_ascii": False})


@require_safe
def unlocks(request: ActorRequest) -> HttpResponse:
    """Requests to change old lessons."""
    get_object_or_404(access.school_to_govern(request.actor))
    page = lists.unlocks_page(request.actor)
    return pages.show(request, "journal/unlocks.html", page, forms={"decision": forms.UnlockDecision()})


@require_POST
def decide_unlock(request: ActorRequest, request_id: int) -> HttpResponse:
    """Open an old lesson for some days, or say why not."""
    unlock_request = get_object_or_404(access.unlocks_to_decide(request.actor).select_related("lesson"), pk=request_id)
    values = pages.accepted(forms.UnlockDecision(request.POST))
    at = clock.now()
    unlocking.decide_unlock(request=unlock_request, today=request.actor.day(at), by=request.actor, at=at, **values)
    return redirect("unlocks")
