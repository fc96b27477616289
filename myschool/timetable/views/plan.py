"""Doors of those who keep the study plan."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import shows_students
from myschool.schools import actions as schools
from myschool.schools.queries import items_of, today_in, year_to_plan
from myschool.timetable import access
from myschool.timetable.actions import plan as plan_actions
from myschool.timetable.forms import plan as plan_forms
from myschool.timetable.queries import plan as plan_queries


def plan(request: ActorRequest) -> HttpResponse:
    """The year's classes with their hours, the school's subjects, and a new one."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        schools.add_subject(school=school, by=request.actor, at=at, **given)
        return redirect("plan")

    def page() -> plan_queries.PlanPage:
        shown = plan_queries.plan_page(request.actor, school, today_in(school, at))
        shows_students(request, "card", [task.student_id for task in shown.tasks], "Ученики, сменившие класс")
        return shown

    form = plan_forms.NewSubject(request.POST or None, items_of("subjects"))
    return pages.form_page(request, form, "timetable/plan.html", page, accept)


@require_POST
def close_subject(request: ActorRequest, subject_id: int) -> HttpResponse:
    """Put a subject into no plan any more."""
    subject = get_object_or_404(access.subjects_to_plan(request.actor), pk=subject_id)
    schools.close_subject(subject=subject, by=request.actor, at=clock.now())
    return redirect("plan")


def class_plan(request: ActorRequest, class_id: int) -> HttpResponse:
    """A class's subjects, and one more: hours, the whole class as a group, its teacher."""
    school_class = get_object_or_404(
        access.classes_to_plan(request.actor).select_related("school", "school_year"), pk=class_id
    )
    at = clock.now()
    day = plan_queries.day_to_plan(school_class.school_year, today_in(school_class.school, at))

    def accept(given: dict[str, Any]) -> HttpResponse:
        subject = get_object_or_404(access.subjects_to_plan(request.actor), pk=given["subject"])
        plan_actions.plan_subject(
            school_class=school_class,
            subject=subject,
            hours=given["hours"],
            teacher_id=given["teacher"],
            day=day,
            by=request.actor,
            at=at,
        )
        return redirect("class-plan", class_id)

    form = plan_forms.PlannedSubject(
        request.POST or None,
        plan_queries.subject_choices(request.actor),
        plan_queries.teacher_choices(school_class.school_id, day),
    )
    return pages.form_page(
        request,
        form,
        "timetable/class.html",
        lambda: plan_queries.class_plan_page(school_class, day),
        accept,
        forms={"hours": plan_forms.ClassHours()},
    )


@require_POST
def set_hours(request: ActorRequest, class_id: int) -> HttpResponse:
    """Change a subject's hours in a class."""
    school_class = get_object_or_404(access.classes_to_plan(request.actor), pk=class_id)
    fields = pages.accepted(plan_forms.ClassHours(request.POST))
    subject = get_object_or_404(access.subjects_in_plan(request.actor, school_class), pk=fields["subject"])
    plan_actions.set_hours(
        school_class=school_class, subject=subject, hours=fields["hours"], by=request.actor, at=clock.now()
    )
    return redirect("class-plan", class_id)


def make_group(request: ActorRequest, class_id: int) -> HttpResponse:
    """A new group: of the class, of several, or a part."""
    school_class = get_object_or_404(
        access.classes_to_plan(request.actor).select_related("school", "school_year"), pk=class_id
    )

    def accept(given: dict[str, Any]) -> HttpResponse:
        subject = get_object_or_404(access.subjects_to_plan(request.actor), pk=given["subject"])
        classes = access.classes_to_plan(request.actor).filter(pk__in=given["classes"])
        teaching_group = plan_actions.make_group(
            subject=subject,
            title=given["title"],
            classes=list(classes.select_related("school_year")),
            is_part=given["is_part"],
            by=request.actor,
            at=clock.now(),
        )
        return redirect("teaching-group", teaching_group.pk)

    form = plan_forms.NewGroup(
        request.POST or None,
        plan_queries.subject_choices(request.actor),
        plan_queries.class_choices(school_class.school, school_class.school_year),
        school_class.pk,
    )
    page = plan_queries.NewGroupPage("Новая учебная группа", school_class.pk, school_class.title)
    return pages.form_page(request, form, "timetable/new_group.html", lambda: page, accept)


def teaching_group(request: ActorRequest, group_id: int) -> HttpResponse:
    """A group's students and teachers, and one more teacher."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year", "subject"), pk=group_id
    )
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))

    def accept(given: dict[str, Any]) -> HttpResponse:
        plan_actions.assign_teacher(
            teaching_group=teaching_group,
            teacher_id=given["teacher"],
            hours=given["hours"],
            day=day,
            by=request.actor,
            at=at,
        )
        return redirect("teaching-group", group_id)

    def page() -> plan_queries.GroupPage:
        shown = plan_queries.group_page(teaching_group, day)
        shows_students(request, "card", [line.person_id for line in shown.members], "Список группы")
        return shown

    form = plan_forms.Load(request.POST or None, plan_queries.teacher_choices(teaching_group.school_id, day))
    further = {"joining": plan_forms.OneClass(), "parts": plan_forms.Parts()}
    return pages.form_page(request, form, "timetable/group.html", page, accept, forms=further)


@require_POST
def fill_part(request: ActorRequest, group_id: int) -> HttpResponse:
    """Make the ticked students the list of a part."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year"), pk=group_id
    )
    ticked = pages.accepted(plan_forms.Ticked(request.POST))["ids"]
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))
    plan_actions.fill_part(teaching_group=teaching_group, student_ids=ticked, day=day, by=request.actor, at=at)
    return redirect("teaching-group", group_id)


@require_POST
def add_class(request: ActorRequest, group_id: int) -> HttpResponse:
    """Let a group take one more class."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year"), pk=group_id
    )
    class_id = pages.accepted(plan_forms.OneClass(request.POST))["school_class"]
    school_class = get_object_or_404(access.classes_to_plan(request.actor), pk=class_id)
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))
    plan_actions.add_class(teaching_group=teaching_group, school_class=school_class, day=day, by=request.actor, at=at)
    return redirect("teaching-group", group_id)


@require_POST
def split_group(request: ActorRequest, group_id: int) -> HttpResponse:
    """Teach a group in parts; the first of them is shown next."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year"), pk=group_id
    )
    parts = pages.accepted(plan_forms.Parts(request.POST))["parts"]
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))
    new_groups = plan_actions.split_group(teaching_group=teaching_group, parts=parts, day=day, by=request.actor, at=at)
    return redirect("teaching-group", new_groups[0].pk)


@require_POST
def close_group(request: ActorRequest, group_id: int) -> HttpResponse:
    """Teach a group no longer."""
    teaching_group = get_object_or_404(
        access.groups_to_plan(request.actor).select_related("school", "school_year"), pk=group_id
    )
    at = clock.now()
    day = plan_queries.day_to_plan(teaching_group.school_year, today_in(teaching_group.school, at))
    plan_actions.close_group(teaching_group=teaching_group, day=day, by=request.actor, at=at)
    return redirect("plan")


@require_POST
def end_load(request: ActorRequest, load_id: int) -> HttpResponse:
    """Let a teacher teach a group no longer."""
    load = get_object_or_404(
        access.loads_to_end(request.actor).select_related("teaching_group__school", "teaching_group__school_year"),
        pk=load_id,
    )
    at = clock.now()
    day = plan_queries.day_to_plan(load.teaching_group.school_year, today_in(load.teaching_group.school, at))
    plan_actions.end_load(load=load, day=day, by=request.actor, at=at)
    return redirect("teaching-group", load.teaching_group_id)


@require_safe
def terms(request: ActorRequest) -> HttpResponse:
    """How the year is divided, and its holidays."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    page = plan_queries.terms_page(school, today_in(school, clock.now()))
    return pages.show(request, "timetable/terms.html", page, forms={"days": plan_forms.TermDates()})


def make_scheme(request: ActorRequest) -> HttpResponse:
    """A new way to divide the year."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        schools.make_term_scheme(
            school=school,
            year=year_to_plan(school, today_in(school, at)),
            title=given["title"],
            kind=given["kind"],
            terms=given["terms"],
            by=request.actor,
            at=at,
        )
        return redirect("terms-of-year")

    page = plan_queries.FormPage("Новый набор периодов")
    form = plan_forms.Scheme(request.POST or None)
    return pages.form_page(request, form, "timetable/new_scheme.html", lambda: page, accept)


@require_POST
def change_terms(request: ActorRequest, scheme_id: int) -> HttpResponse:
    """Move the days of a scheme's terms."""
    scheme = get_object_or_404(access.schemes_to_plan(request.actor), pk=scheme_id)
    fields = pages.accepted(plan_forms.TermDays(request.POST))
    schools.change_terms(scheme=scheme, terms=fields["terms"], by=request.actor, at=clock.now())
    return redirect("terms-of-year")


@require_POST
def remove_scheme(request: ActorRequest, scheme_id: int) -> HttpResponse:
    """Offer a scheme no longer."""
    scheme = get_object_or_404(access.schemes_to_plan(request.actor), pk=scheme_id)
    schools.remove_scheme(scheme=scheme, by=request.actor, at=clock.now())
    return redirect("terms-of-year")


@require_POST
def give_scheme(request: ActorRequest, scheme_id: int) -> HttpResponse:
    """Let exactly the ticked classes follow a scheme."""
    scheme = get_object_or_404(access.schemes_to_plan(request.actor), pk=scheme_id)
    ticked = pages.accepted(plan_forms.Ticked(request.POST))["ids"]
    schools.give_scheme(scheme=scheme, class_ids=ticked, by=request.actor, at=clock.now())
    return redirect("terms-of-year")


def add_holiday(request: ActorRequest) -> HttpResponse:
    """Days without lessons."""
    school = get_object_or_404(access.school_to_plan(request.actor).select_related("organisation"))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        schools.add_holiday(
            school=school,
            year=year_to_plan(school, today_in(school, at)),
            title=given["title"],
            from_date=given["from_date"],
            to_date=given["last_day"],
            up_to_level=given["up_to_level"],
            by=request.actor,
            at=at,
        )
        return redirect("terms-of-year")

    page = plan_queries.FormPage("Новые каникулы")
    form = plan_forms.NewHoliday(request.POST or None)
    return pages.form_page(request, form, "timetable/new_holiday.html", lambda: page, accept)


@require_POST
def remove_holiday(request: ActorRequest, holiday_id: int) -> HttpResponse:
    """Make the days ordinary again."""
    holiday = get_object_or_404(access.holidays_to_plan(request.actor), pk=holiday_id)
    schools.remove_holiday(holiday=holiday, by=request.actor, at=clock.now())
    return redirect("terms-of-year")
