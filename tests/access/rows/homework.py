"""Rows that the doors of homework are about: one of the home school, handed in by the guardian's child; one strange."""

from myschool.files.models import StoredFile
from myschool.homework import actions
from myschool.homework.models import HandInFile, HomeworkFile
from myschool.people.models import Person
from myschool.timetable.models import TeachingGroup
from tests.access.world import World


def lay_out(world: World) -> None:
    """A homework with a file, and a version of it with a file."""
    for name, teacher in (("", "teacher"), ("strange_", "stranger_admin")):
        by, at = world.actors[teacher], world.at
        taught = TeachingGroup.objects.select_related("school_year").get(pk=world.rows[f"{name}taught"])
        made = actions.set_homework(
            teaching_group=taught, lesson=None, due_day=world.day, text="Прочитать", minutes=20, needs_hand_in=True,
            student_ids=[], attached=[], today=world.day, by=by, at=at,
        )  # fmt: skip
        student = Person.objects.get(pk=world.rows["child"])
        version = actions.hand_in(
            homework=made, student=student, text="Прочитано", attached=[], today=world.day, by=by, at=at
        )
        paper = StoredFile.objects.create(
            key=f"homework{name}".ljust(32, "0"), name="текст.pdf", content_type="application/pdf", size=4, owner_id=by.person_id, stored_at=at,
        )  # fmt: skip
        world.rows |= {
            f"{name}homework": made.pk,
            f"{name}version": version.pk,
            f"{name}homework_file": HomeworkFile.objects.create(homework=made, file=paper).pk,
            f"{name}handed_file": HandInFile.objects.create(hand_in=version, file=paper).pk,
        }
