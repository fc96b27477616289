"""What homework does when others have done something."""

from collections.abc import Sequence

from myschool.homework import actions
from myschool.kernel import chronicle
from myschool.timetable.facts import LessonChanged


@chronicle.reads("homework", LessonChanged)
def follow_lessons(told: Sequence[LessonChanged]) -> None:
    """Homework goes with the lesson it is due at."""
    for fact in told:
        actions.follow_lesson(lesson_id=fact.lesson_id, at=fact.at)
