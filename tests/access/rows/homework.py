"""Rows that the doors of homework are about: one of either school, handed in by its children."""

from myschool.homework import actions
from myschool.homework.models import HandInFile, HomeworkFile
from myschool.people.models import Person
from myschool.timetable.models import TeachingGroup
from tests.access.world import World


def lay_out(world: World) -> None:
    """A homework with a file, and versions of it, the guardian's child's with a file."""
    for side in world.sides:
        by, at = side.actor("teacher"), world.at
        taught = TeachingGroup.objects.select_related("school_year").get(pk=side.row("taught"))
        homework = actions.set_homework(
            teaching_group=taught,
            lesson=None,
            due_day=world.day,
            text=f"Прочитать ({side.last_name})",
            minutes=20,
            needs_hand_in=True,
            student_ids=[],
            attached=[],
            today=world.day,
            by=by,
            at=at,
        )
        version, own_version = (
            actions.hand_in(
                homework=homework,
                student=Person.objects.get(pk=side.row(student)),
                text=f"Прочитано ({side.last_name})",
                attached=[],
                today=world.day,
                by=by,
                at=at,
            )
            for student in ("child", "student_person")
        )
        paper = side.paper("текст", "teacher")
        side.keep(
            homework=homework.pk,
            version=version.pk,
            homework_file=HomeworkFile.objects.create(homework=homework, file=paper).pk,
            handed_file=HandInFile.objects.create(hand_in=version, file=paper).pk,
            own_handed_file=HandInFile.objects.create(hand_in=own_version, file=paper).pk,
        )
