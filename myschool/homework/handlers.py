"""What homework does when others have done something."""

from collections.abc import Sequence

from myschool.homework import actions
from myschool.kernel import chronicle
from myschool.timetable.facts import LessonChanged, TimetablePublished


@chronicle.reads("homework", LessonChanged)
def follow_lessons(told: Sequence[LessonChanged]) -> None:
    """Homework goes with the lesson it is due at."""
    actions.follow_lessons(lesson_ids={fact.lesson_id for fact in told}, at=told[-1].at)


@chronicle.reads("homework", TimetablePublished)
def follow_timetable(told: Sequence[TimetablePublished]) -> None:
    """Homework for a lesson that fell out of the timetable is put off to the next one."""
    groups = {taught for fact in told for taught in fact.teaching_group_ids}
    actions.follow_lessons(group_ids=groups, at=told[-1].at)
