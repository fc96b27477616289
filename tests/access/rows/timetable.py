"""Today's lesson of the home school, led by the teacher of the cast, and one of the strange school."""

from datetime import time, timedelta
from decimal import Decimal

from myschool.people.models import Person
from myschool.schools import actions as schools
from myschool.schools.models import School, SchoolClass, TermScheme
from myschool.timetable import actions as timetable
from myschool.timetable.models import (
    HomeroomTeacher,
    Lesson,
    LessonChange,
    MovedDay,
    PlanTask,
    TeachingGroup,
    TemplateLesson,
)
from myschool.timetable.rules import BellSlot
from tests.access.world import World


def lay_out(world: World) -> None:
    """The teacher of the cast teaches geography to the class of the guardian's child, and leads the class."""
    _lesson(world, "", "deputy_head", Person.objects.get(pk=world.rows["teacher_person"]))
    _lesson(world, "strange_", "stranger_admin", Person.objects.get(pk=world.rows["strange_teacher"]))
    homeroom = HomeroomTeacher.objects.create(
        school_class_id=world.rows["class"], teacher_id=world.rows["teacher_person"],
        from_date=world.day.replace(day=1),
    )  # fmt: skip
    world.rows["homeroom"] = homeroom.pk
    _setting(world, "", "deputy_head")
    _setting(world, "strange_", "stranger_admin")


def _setting(world: World, name: str, planner: str) -> None:
    """Bells, a room, a moved day, a line of the template, a change and a task."""
    by, at = world.actors[planner], world.at
    school = School.objects.get(pk=world.rows["strange_school" if name else "home_school"])
    group = TeachingGroup.objects.select_related("school_year").get(pk=world.rows[f"{name}taught"])
    bells = timetable.make_bells(
        school=school, title="Звонки", shift=1, slots=[BellSlot(1, time(8, 30), time(9, 15))], by=by, at=at
    )
    (room,) = timetable.add_rooms(school=school, titles=["101"], is_shared=False, by=by, at=at)
    first = group.school_year.from_date
    timetable.move_day(school=school, day=first, instead_of=first + timedelta(days=1), by=by, at=at)
    line = TemplateLesson.objects.create(
        school=school,
        school_year=group.school_year,
        teaching_group=group,
        weekday=5,
        number=1,
        from_date=first,
    )
    lesson = Lesson.objects.get(pk=world.rows[f"{name}lesson"])
    change = LessonChange.objects.create(
        lesson=lesson, kind="substitution", teacher=lesson.teacher, made_by_id=by.person_id, made_at=at
    )
    task = PlanTask.objects.create(school=school, student_id=world.rows[f"{name}listed"], raised_at=at)
    world.rows |= {
        f"{name}bells": bells.pk,
        f"{name}room": room.pk,
        f"{name}moved": MovedDay.objects.get(school=school).pk,
        f"{name}line": line.pk,
        f"{name}change": change.pk,
        f"{name}task": task.pk,
    }
    world.words["today"] = world.day.isoformat()


def _lesson(world: World, name: str, planner: str, teacher: Person) -> None:
    by, at = world.actors[planner], world.at
    school_class = SchoolClass.objects.select_related("school", "school_year").get(
        pk=world.rows[f"{name}class"]
    )
    schools.give_scheme(
        scheme=TermScheme.objects.get(pk=world.rows[f"{name}scheme"]), class_ids=[school_class.pk], by=by, at=at
    )  # fmt: skip
    subject = schools.add_subject(
        school=school_class.school, title=f"География ({name})", code="", by=by, at=at
    )
    timetable.plan_subject(
        school_class=school_class, subject=subject,
        hours=Decimal(2), teacher_id=teacher.pk, day=world.day, by=by, at=at,
    )  # fmt: skip
    taught = TeachingGroup.objects.get(subject=subject)
    lesson = Lesson.objects.create(
        school=school_class.school, teaching_group=taught, subject_id=taught.subject_id, day=world.day, number=1,
        starts=time(8, 30), ends=time(9, 15), teacher=teacher, planned_day=world.day, planned_number=1,
        planned_starts=time(8, 30), planned_ends=time(9, 15), planned_teacher=teacher,
        planned_subject_id=taught.subject_id,
    )  # fmt: skip
    world.rows |= {
        f"{name}taught_subject": subject.pk,
        f"{name}taught": taught.pk,
        f"{name}lesson": lesson.pk,
    }
