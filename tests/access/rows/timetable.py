"""Today's lesson of either school, led by its teacher."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from myschool.people.models import Person
from myschool.schools import actions as schools
from myschool.schools.models import SchoolClass, TermScheme
from myschool.timetable.actions import bells as bells_actions
from myschool.timetable.actions import plan
from myschool.timetable.actions.absences import ask_absence, enter_absence
from myschool.timetable.models import (
    HomeroomTeacher,
    Lesson,
    LessonChange,
    MovedDay,
    PlanTask,
    TeachingGroup,
    TemplateLesson,
)
from myschool.timetable.rules.bells import BellSlot
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """The teacher teaches geography to the class of the guardian's child, and leads the class."""
    for side in world.sides:
        _lesson(side)
        homeroom = HomeroomTeacher.objects.create(
            school_class_id=side.row("class"), teacher_id=side.row("teacher_person"), from_date=world.day.replace(day=1)
        )
        side.keep(homeroom=homeroom.pk)
        _setting(side)
        _absences(side)
    world.words["today"] = world.day.isoformat()
    world.words["next_month"] = (world.day + timedelta(days=40)).isoformat()


def _setting(side: Side) -> None:
    """Bells, a room, a moved day, a line of the template, a change and a task."""
    by, at, school = side.actor("deputy_head"), side.world.at, side.school
    group = TeachingGroup.objects.select_related("school_year").get(pk=side.row("taught"))
    bells = bells_actions.make_bells(
        school=school, title="Звонки", shift=1, slots=[BellSlot(1, time(8, 30), time(9, 15))], by=by, at=at
    )
    (room,) = bells_actions.add_rooms(school=school, titles=["101"], is_shared=False, by=by, at=at)
    first = group.school_year.from_date
    bells_actions.move_day(school=school, day=first, instead_of=first + timedelta(days=1), by=by, at=at)
    line = TemplateLesson.objects.create(
        school=school, school_year=group.school_year, teaching_group=group, weekday=5, number=1, from_date=first
    )
    lesson = Lesson.objects.get(pk=side.row("lesson"))
    change = LessonChange.objects.create(
        lesson=lesson, kind="substitution", teacher=lesson.teacher, made_by_id=by.person_id, made_at=at
    )
    task = PlanTask.objects.create(school=school, student_id=side.row("listed"), raised_at=at)
    side.keep(
        bells=bells.pk,
        room=room.pk,
        moved=MovedDay.objects.get(school=school).pk,
        line=line.pk,
        change=change.pk,
        task=task.pk,
    )


def _absences(side: Side) -> None:
    """The teacher asks to be away next month, another one will be."""
    first, school = side.world.day + timedelta(days=40), side.school
    days: dict[str, Any] = {
        "from_day": first,
        "last_day": first,
        "kind": "leave",
        "reason": "",
        "today": side.world.day,
    }
    absence = ask_absence(school=school, by=side.actor("teacher"), at=side.world.at, **days)
    approved = enter_absence(
        school=school, teacher_id=side.row("teacher"), by=side.actor("deputy_head"), at=side.world.at, **days
    )
    side.keep(absence=absence.pk, approved_absence=approved.pk)


def _lesson(side: Side) -> None:
    world, by, at = side.world, side.actor("deputy_head"), side.world.at
    teacher = Person.objects.get(pk=side.row("teacher_person"))
    school_class = SchoolClass.objects.select_related("school", "school_year").get(pk=side.row("class"))
    schools.give_scheme(scheme=TermScheme.objects.get(pk=side.row("scheme")), class_ids=[school_class.pk], by=by, at=at)
    subject = schools.add_subject(school=school_class.school, title=f"География ({side.rows})", code="", by=by, at=at)
    plan.plan_subject(
        school_class=school_class, subject=subject, hours=Decimal(2), teacher_id=teacher.pk, day=world.day, by=by, at=at
    )
    taught = TeachingGroup.objects.get(subject=subject)
    lesson = Lesson.objects.create(
        school=school_class.school,
        teaching_group=taught,
        subject_id=taught.subject_id,
        day=world.day,
        number=1,
        starts=time(8, 30),
        ends=time(9, 15),
        teacher=teacher,
        planned_day=world.day,
        planned_number=1,
        planned_starts=time(8, 30),
        planned_ends=time(9, 15),
        planned_teacher=teacher,
        planned_subject_id=taught.subject_id,
    )
    side.keep(taught_subject=subject.pk, taught=taught.pk, lesson=lesson.pk)
