"""Rows that the doors of the journal are about; the child of the guardian is in the lesson's class."""

from datetime import timedelta
from decimal import Decimal

from myschool.files.models import StoredFile
from myschool.journal import actions
from myschool.journal.models import AbsenceNote, LessonMaterial, UnlockRequest, WorkKind
from myschool.journal.rules import Topic
from myschool.schools.models import School, Subject, Term
from myschool.timetable.models import Lesson, TeachingGroup
from tests.access.world import World


def lay_out(world: World) -> None:
    """A kind of work, a work, a remark, a plan, papers and requests of the home school and of the strange one."""
    actions.give_usual_codes()
    _of_school(world, "", "teacher", "head")
    _of_school(world, "strange_", "stranger_admin", "stranger_admin")
    world.rows["ill_code"] = Lesson.objects.get(pk=world.rows["lesson"]).school.organisation.region.attendancecode_set.get(
        meaning="illness"
    ).pk  # fmt: skip


def _of_school(world: World, name: str, teacher: str, leader: str) -> None:
    by, at = world.actors[teacher], world.at
    lesson = Lesson.objects.get(pk=world.rows[f"{name}lesson"])
    school = School.objects.get(pk=world.rows["strange_school" if name else "home_school"])
    kind = actions.add_kind(
        school=school, title="Проект", short="пр", weight=Decimal(2), is_control=False, is_default=False,
        by=world.actors[leader], at=at,
    )  # fmt: skip
    work = actions.plan_work(lesson=lesson, kind=kind, title="Карта", weight=None, by=by, at=at)
    student = (
        TeachingGroup.objects.get(pk=world.rows[f"{name}taught"])
        .classes.get()
        .school_class.placement_set.first()
    )
    assert student is not None
    remark = actions.give_remark(
        lesson=lesson, student=student.student, text="Забыл атлас", is_praise=False, by=by, at=at
    )
    paper = StoredFile.objects.create(
        key=f"paper{name}".ljust(32, "0"), name="справка.pdf", content_type="application/pdf", size=4,
        owner_id=by.person_id, stored_at=at,
    )  # fmt: skip
    material = LessonMaterial.objects.create(
        lesson=lesson, title="Атлас", file=paper, added_by_id=by.person_id, added_at=at
    )
    plan = actions.make_topic_plan(
        subject=Subject.objects.get(pk=lesson.subject_id), level=7, title="География 7", topics=[Topic("Материки")],
        by=by, at=at,
    )  # fmt: skip
    note = AbsenceNote.objects.create(
        school=school, student=student.student, from_date=lesson.day, to_date=lesson.day + timedelta(days=1),
        meaning="illness", file=paper, filed_by_id=world.rows["guardian_person"], filed_at=at,
    )  # fmt: skip
    asked = UnlockRequest.objects.create(
        school=school, lesson=lesson, reason="Ошибка", asked_by_id=world.rows["head_person"], asked_at=at
    )
    world.rows |= {
        f"{name}kind": kind.pk,
        f"{name}work": work.pk,
        f"{name}remark": remark.pk,
        f"{name}material": material.pk,
        f"{name}plan": plan.pk,
        f"{name}note": note.pk,
        f"{name}unlock": asked.pk,
        f"{name}term": Term.objects.get(scheme=world.rows[f"{name}scheme"]).pk,
    }
    assert WorkKind.objects.filter(school=school).count() == 1
