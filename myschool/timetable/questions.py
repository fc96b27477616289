"""What the timetable asks and says while it changes lessons for which somebody has written something."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from myschool.kernel.questions import Question


@dataclass(frozen=True)
class LessonMoves:
    """A lesson of a group is about to be held on another day."""

    lesson_id: int
    teaching_group_id: int
    from_day: date
    to_day: date


@dataclass(frozen=True)
class LessonsSettled:
    """A lesson of a group, or any lessons of these groups, are held on other days than before, or not at all."""

    at: datetime
    lesson_ids: Collection[int] = ()
    teaching_group_ids: Collection[int] = ()


# Which of these lessons, by id, have results or absences of students: they do not fall out of the timetable.
lessons_written = Question[Collection[int], set[int]]()
# Whether the lesson may move; answered by a refusal where it may not.
lesson_moves = Question[LessonMoves, None]()
# Said when the rows are written and before the action ends: what is due at these lessons goes along with them.
lessons_settled = Question[LessonsSettled, None]()
