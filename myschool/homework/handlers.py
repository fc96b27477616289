"""What homework does while others do something."""

from myschool.homework import actions
from myschool.timetable import questions as timetable


@timetable.lessons_settled.answered
def follow_lessons(settled: timetable.LessonsSettled) -> None:
    """Homework goes with the lesson it is due at."""
    actions.follow_lessons(lesson_ids=settled.lesson_ids, group_ids=settled.teaching_group_ids, at=settled.at)
