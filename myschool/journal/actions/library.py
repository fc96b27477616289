"""Materials of the library in lessons, and marks for what students made of them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from myschool.journal import facts
from myschool.journal.actions.cells import save_cell
from myschool.journal.models import LessonMaterial
from myschool.journal.queries.cells import standing
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.library.actions import playing
from myschool.library.models import MaterialVersion
from myschool.timetable.models import Lesson


class ResultNotMarkable(Refusal):
    """The journal has no place for a mark for a result."""

    status = 409


@transaction.atomic
def take_material(*, lesson: Lesson, version: MaterialVersion, by: Actor, at: datetime) -> LessonMaterial:
    """Put a material of the library beside a lesson; the same version is there once."""
    material, is_new = LessonMaterial.objects.get_or_create(
        lesson=lesson, version=version, defaults={"title": version.title, "added_by_id": by.person_id, "added_at": at}
    )
    if is_new:
        playing.take_into_lesson(material=version.material, by=by, at=at)
        chronicle.write(
            facts.MaterialAdded(teaching_group_id=lesson.teaching_group_id, lesson_id=lesson.pk, **by.stamp(at))
        )
    return material


@transaction.atomic
def mark_results(*, material: LessonMaterial, marks: Mapping[int, str], by: Actor, at: datetime) -> None:
    """Give marks for what students made of a material, each by the journal's own rules; all of them or none.

    Raises:
        ResultNotMarkable: somebody is not in the lesson, or has a mark there already.
    """
    for student_id, mark in marks.items():
        cell_state = standing(by, material.lesson_id, student_id, 1, at)
        if cell_state is None:
            raise ResultNotMarkable("Этому ученику нельзя поставить отметку за урок. Обновите страницу.")
        if cell_state.live:
            raise ResultNotMarkable(
                f"За этот урок у ученика уже стоит «{cell_state.cell.text}»: поставьте вторую отметку в журнале."
            )
        save_cell(
            standing=cell_state,
            text=f"{cell_state.cell.text} {mark}".strip(),
            seen=cell_state.seen,
            due=None,
            comment=None,
            reason="",
            by=by,
            at=at,
        )
