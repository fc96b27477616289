"""Rows that the doors of the journal are about; the child of the guardian is in the lesson's class."""

from datetime import timedelta
from decimal import Decimal

from myschool.journal.actions import codes, settings, topics
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.models import AbsenceNote, LessonMaterial, UnlockRequest
from myschool.journal.rules.topics import Topic
from myschool.people.models import Person
from myschool.schools.models import Subject, Term
from myschool.timetable.models import Lesson
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """A kind of work, a work, a remark, a plan, papers and requests of either school."""
    codes.give_usual_codes()
    for side in world.sides:
        _of_school(side)
    region = Lesson.objects.get(pk=world.rows["lesson"]).school.organisation.region
    world.rows["ill_code"] = region.attendancecode_set.get(meaning="illness").pk


def _of_school(side: Side) -> None:
    by, at, school = side.actor("teacher"), side.world.at, side.school
    lesson = Lesson.objects.get(pk=side.row("lesson"))
    student = Person.objects.get(pk=side.row("child"))
    kind = settings.add_kind(
        school=school,
        title="Проект",
        short="пр",
        weight=Decimal(2),
        is_control=False,
        is_default=False,
        by=side.actor("head"),
        at=at,
    )
    work = lesson_actions.plan_work(lesson=lesson, kind=kind, title="Карта", weight=None, by=by, at=at)
    remark = lesson_actions.give_remark(
        lesson=lesson, student=student, text=f"Забыл атлас ({side.last_name})", is_praise=False, by=by, at=at
    )
    paper = side.paper("справка", "teacher")
    material = LessonMaterial.objects.create(
        lesson=lesson, title="Атлас", file=paper, added_by_id=by.person_id, added_at=at
    )
    plan = topics.make_topic_plan(
        subject=Subject.objects.get(pk=lesson.subject_id),
        level=7,
        title="География 7",
        topics=[Topic("Материки")],
        by=by,
        at=at,
    )
    note = AbsenceNote.objects.create(
        school=school,
        student=student,
        from_date=lesson.day,
        to_date=lesson.day + timedelta(days=1),
        meaning="illness",
        file=paper,
        filed_by_id=side.row("guardian_person"),
        filed_at=at,
    )
    unlock_request = UnlockRequest.objects.create(
        school=school, lesson=lesson, reason="Ошибка", asked_by_id=side.row("head_person"), asked_at=at
    )
    side.keep(
        kind=kind.pk,
        work=work.pk,
        remark=remark.pk,
        material=material.pk,
        plan=plan.pk,
        note=note.pk,
        unlock=unlock_request.pk,
        term=Term.objects.get(scheme=side.row("scheme")).pk,
    )
