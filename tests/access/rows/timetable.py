"""Today's lesson of the home school, led by the teacher of the cast, and one of the strange school."""

from datetime import time
from decimal import Decimal

from myschool.people.models import Person
from myschool.schools import actions as schools
from myschool.schools.models import SchoolClass, TermScheme
from myschool.timetable import actions as timetable
from myschool.timetable.models import HomeroomTeacher, Lesson, TeachingGroup
from tests.access.world import World


def lay_out(world: World) -> None:
    """The teacher of the cast teaches geography to the class of the guardian's child, and leads the class."""
    _lesson(world, "", "deputy_head", Person.objects.get(pk=world.rows["teacher_person"]))
    _lesson(world, "strange_", "stranger_admin", Person.objects.get(pk=world.rows["strange_teacher"]))
    homeroom = HomeroomTeacher.objects.create(
        school_class_id=world.rows["class"], teacher_id=world.rows["teacher_person"],
        from_date=world.at.date().replace(day=1),
    )  # fmt: skip
    world.rows["homeroom"] = homeroom.pk


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
        hours=Decimal(2), teacher_id=teacher.pk, day=at.date(), by=by, at=at,
    )  # fmt: skip
    taught = TeachingGroup.objects.get(subject=subject)
    lesson = Lesson.objects.create(
        school=school_class.school, teaching_group=taught, subject_id=taught.subject_id, day=at.date(), number=1,
        starts=time(8, 30), ends=time(9, 15), teacher=teacher, planned_day=at.date(), planned_number=1,
        planned_starts=time(8, 30), planned_ends=time(9, 15), planned_teacher=teacher,
        planned_subject_id=taught.subject_id,
    )  # fmt: skip
    world.rows |= {
        f"{name}taught_subject": subject.pk,
        f"{name}taught": taught.pk,
        f"{name}lesson": lesson.pk,
    }
