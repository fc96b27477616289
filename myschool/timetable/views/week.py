"""Doors of bells, the weekly template, the timetable and what is changed about it."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.schools.queries import today_in, year_to_plan
from myschool.timetable import access
from myschool.timetable.actions import bells as bells_actions
from myschool.timetable.actions import changes as changes_actions
from myschool.timetable.actions import tasks
from myschool.timetable.actions import template as template_actions
from myschool.timetable.forms import plan, week
from myschool.timetable.queries import plan as plan_queries
from myschool.timetable.queries import publishing as publishing_queries
from myschool.timetable.queries import template as template_queries
from myschool.timetable.queries import week as week_queries

LATELY = timedelta(days=30)
ONE_DAY = timedelta(days=1)


def bells(request: ActorRequest) -> HttpResponse:
    """Bells, rooms, regimes and moved days; and new bells."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        bells_actions.make_bells(school=school, by=request.actor, at=at, **given)
        return redirect("bells")

    form = week.NewBells(request.POST or None)
    return pages.form_page(
        request,
        form,
        "timetable/bells.html",
        lambda: template_queries.bells_page(school, today_in(school, at)),
        accept,
        forms={
            "rooms": week.NewRooms(auto_id="id_room_%s"),
            "regime": week.Regime(),
            "homeroom": week.Homeroom(),
            "moved": week.NewMovedDay(),
        },
    )


@require_POST
def close_bells(request: ActorRequest, schedule_id: int) -> HttpResponse:
    """Ring these bells no longer."""
    schedule = get_object_or_404(access.bells_to_plan(request.actor), pk=schedule_id)
    bells_actions.close_bells(schedule=schedule, by=request.actor, at=clock.now())
    return redirect("bells")


@require_POST
def add_rooms(request: ActorRequest) -> HttpResponse:
    """New rooms."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    fields = pages.accepted(week.NewRooms(request.POST))
    bells_actions.add_rooms(school=school, by=request.actor, at=clock.now(), **fields)
    return redirect("bells")


@require_POST
def close_room(request: ActorRequest, room_id: int) -> HttpResponse:
    """Hold no further lessons in a room."""
    room = get_object_or_404(access.rooms_to_plan(request.actor), pk=room_id)
    bells_actions.close_room(room=room, by=request.actor, at=clock.now())
    return redirect("bells")


@require_POST
def move_day(request: ActorRequest) -> HttpResponse:
    """Hold another day's lessons on a day."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    fields = pages.accepted(week.NewMovedDay(request.POST))
    bells_actions.move_day(school=school, by=request.actor, at=clock.now(), **fields)
    return redirect("bells")


@require_POST
def move_day_back(request: ActorRequest, moved_id: int) -> HttpResponse:
    """Hold a moved day's lessons on their own day again."""
    moved = get_object_or_404(access.moved_days_to_plan(request.actor), pk=moved_id)
    bells_actions.move_day_back(moved=moved, by=request.actor, at=clock.now())
    return redirect("bells")


@require_POST
def set_regime(request: ActorRequest, class_id: int) -> HttpResponse:
    """How a class studies."""
    school_class = get_object_or_404(access.classes_to_plan(request.actor), pk=class_id)
    fields = pages.accepted(week.Regime(request.POST))
    bells_actions.set_regime(school_class=school_class, by=request.actor, at=clock.now(), **fields)
    return redirect("bells")


@require_POST
def give_homeroom(request: ActorRequest, class_id: int) -> HttpResponse:
    """Who leads a class."""
    school_class = get_object_or_404(
        access.classes_to_plan(request.actor).select_related("school", "school_year"), pk=class_id
    )
    teacher_id = pages.accepted(week.Homeroom(request.POST))["teacher"]
    at = clock.now()
    day = plan_queries.day_to_plan(school_class.school_year, today_in(school_class.school, at))
    bells_actions.give_homeroom(school_class=school_class, teacher_id=teacher_id, day=day, by=request.actor, at=at)
    return redirect("bells")


@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """The weekly template of a class."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    class_id = pages.accepted(week.ClassChoice(request.GET))["school_class"]
    page = template_queries.template_page(school, class_id, today_in(school, clock.now()))
    return pages.show(request, "timetable/template.html", page, forms={"line": week.NewLine()})


@require_POST
def add_line(request: ActorRequest, class_id: int) -> HttpResponse:
    """A line of the template, with the teacher of the group's load."""
    school_class = get_object_or_404(access.classes_to_plan(request.actor), pk=class_id)
    fields = pages.accepted(week.NewLine(request.POST))
    groups = access.groups_to_plan(request.actor).select_related("school", "school_year")
    taught = get_object_or_404(groups, pk=fields["teaching_group"])
    room = get_object_or_404(access.rooms_to_plan(request.actor), pk=fields["room"]) if fields["room"] else None
    at = clock.now()
    day = plan_queries.day_to_plan(taught.school_year, today_in(taught.school, at))
    template_actions.add_template_lesson(
        teaching_group=taught,
        weekday=fields["weekday"],
        number=fields["number"],
        teacher_id=plan_queries.teacher_on(taught, day),
        room=room,
        week=fields["week"],
        from_day=day,
        by=request.actor,
        at=at,
    )
    return redirect(f"/plan/timetable/?school_class={school_class.pk}")


@require_POST
def end_line(request: ActorRequest, line_id: int) -> HttpResponse:
    """Take a line out of the template from today on."""
    line = get_object_or_404(access.lines_to_plan(request.actor).select_related("school", "school_year"), pk=line_id)
    at = clock.now()
    day = plan_queries.day_to_plan(line.school_year, today_in(line.school, at))
    template_actions.end_template_lesson(line=line, day=day, by=request.actor, at=at)
    return redirect("template")


@require_safe
def publishing(request: ActorRequest) -> HttpResponse:
    """What publishing would change, before it is done."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    day = today_in(school, clock.now())
    year = year_to_plan(school, day)
    first = max(day, year.from_date)
    publication = publishing_queries.publishing(school, year, first)
    page = template_queries.publish_page(school, first, publication)
    return pages.show(request, "timetable/publish.html", page)


@require_POST
def publish(request: ActorRequest) -> HttpResponse:
    """Make the dated lessons of the template."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    at = clock.now()
    day = today_in(school, at)
    year = year_to_plan(school, day)
    template_actions.publish_timetable(
        school=school, year=year, from_day=max(day, year.from_date), by=request.actor, at=at
    )
    return redirect("timetable")


@require_safe
def timetable(request: ActorRequest) -> HttpResponse:
    """A week of lessons: one's own, or a class's, a teacher's, a room's of the school."""
    school = get_object_or_404(access.school_to_look_at(request.actor))
    today = today_in(school, clock.now())
    choice = week.ClassChoice(request.GET)
    params = pages.accepted(choice)
    page = week_queries.timetable_page(
        request.actor,
        school,
        params["day"] or today,
        today,
        class_id=params["school_class"],
        teacher_id=params["teacher"],
        room_id=params["room"],
    )
    return pages.show(request, "timetable/week.html", page, forms={"choice": choice})


@require_safe
def substitutions(request: ActorRequest) -> HttpResponse:
    """The day's lessons, to substitute, move or cancel."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    today = today_in(school, clock.now())
    day = pages.accepted(week.ClassChoice(request.GET))["day"] or today
    page = week_queries.substitutions_page(request.actor, school, day, today)
    further = {
        "choice": week.ClassChoice(),
        "substitute": week.Substitutes(),
        "move": week.MoveTo(),
        "cancel": week.Reasoned(auto_id="id_cancel_%s"),
    }
    return pages.show(request, "timetable/substitutions.html", page, forms=further)


@require_safe
def substituted(request: ActorRequest) -> HttpResponse:
    """The journal of substituted lessons."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    today = today_in(school, clock.now())
    params = pages.accepted(week.Span(request.GET))
    to_day = (params["last_day"] or today) + ONE_DAY
    page = week_queries.substituted_page(school, params["from_day"] or to_day - LATELY, to_day)
    return pages.show(request, "timetable/substituted.html", page, forms={"span": week.Span()})


@require_POST
def substitute(request: ActorRequest) -> HttpResponse:
    """Let others lead an absent teacher's lessons, all chosen ones at once."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    fields = pages.accepted(week.Substitutes(request.POST))
    lessons = {row.pk: row for row in access.lessons_to_change(request.actor).filter(pk__in=fields["choices"])}
    choices = {pages.found(lessons.get(lesson_id)): teacher for lesson_id, teacher in fields["choices"].items()}
    at = clock.now()
    changes = changes_actions.substitute_many(
        choices=choices, reason=fields["reason"], today=today_in(school, at), by=request.actor, at=at
    )
    return _back(changes[0].lesson.day)


@require_POST
def move_lesson(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Hold a lesson on another day, at another time or elsewhere."""
    lesson = get_object_or_404(access.lessons_to_change(request.actor).select_related("school"), pk=lesson_id)
    fields = pages.accepted(week.MoveTo(request.POST))
    room_id = fields.pop("room")
    room = get_object_or_404(access.rooms_to_plan(request.actor), pk=room_id) if room_id else None
    at = clock.now()
    changes_actions.move_lesson(
        lesson=lesson, room=room, today=today_in(lesson.school, at), by=request.actor, at=at, **fields
    )
    return _back(lesson.day)


@require_POST
def cancel_lesson(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Do not hold a lesson."""
    lesson = get_object_or_404(access.lessons_to_change(request.actor).select_related("school"), pk=lesson_id)
    reason = pages.accepted(week.Reasoned(request.POST))["reason"]
    at = clock.now()
    changes_actions.cancel_lesson(
        lesson=lesson, reason=reason, today=today_in(lesson.school, at), by=request.actor, at=at
    )
    return _back(lesson.day)


@require_POST
def withdraw_change(request: ActorRequest, change_id: int) -> HttpResponse:
    """Take a change back."""
    change = get_object_or_404(access.changes_to_withdraw(request.actor).select_related("lesson__school"), pk=change_id)
    at = clock.now()
    today = today_in(change.lesson.school, at)
    changes_actions.withdraw_change(change=change, today=today, by=request.actor, at=at)
    return _back(change.lesson.day)


def add_lesson(request: ActorRequest) -> HttpResponse:
    """A lesson that the template does not have."""
    school = get_object_or_404(access.school_to_plan(request.actor))
    at = clock.now()
    today = today_in(school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        groups = access.groups_to_plan(request.actor).select_related("school_year")
        taught = get_object_or_404(groups, pk=given.pop("teaching_group"))
        given.pop("room")
        changes_actions.add_lesson(
            teaching_group=taught,
            teacher_id=given.pop("teacher"),
            room=None,
            today=today,
            by=request.actor,
            at=at,
            **given,
        )
        return _back(given["day"])

    form = week.NewLesson(
        request.POST or None, plan_queries.group_choices(request.actor), plan_queries.teacher_choices(school.pk, today)
    )
    page = plan_queries.FormPage("Дополнительный урок")
    return pages.form_page(request, form, "timetable/new_lesson.html", lambda: page, accept)


def _back(day: date) -> HttpResponse:
    return redirect(f"/substitutions/?day={day}")


@require_POST
def settle_task(request: ActorRequest, task_id: int) -> HttpResponse:
    """A keeper has checked the plan and the groups."""
    task = get_object_or_404(access.tasks_to_settle(request.actor), pk=task_id)
    tasks.settle_task(task=task, by=request.actor, at=clock.now())
    return redirect("plan")


@require_POST
def remove_class(request: ActorRequest, group_id: int) -> HttpResponse:
    """Let a group take a class no longer."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year"), pk=group_id
    )
    class_id = pages.accepted(plan.OneClass(request.POST))["school_class"]
    school_class = get_object_or_404(access.classes_to_plan(request.actor), pk=class_id)
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))
    tasks.remove_class(teaching_group=teaching_group, school_class=school_class, day=day, by=request.actor, at=at)
    return redirect("teaching-group", group_id)
