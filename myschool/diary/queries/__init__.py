"""What the diary shows."""

from myschool.diary.queries.feed import FeedPage, feed_page
from myschool.diary.queries.marks import (
    AbsencesPage,
    CalendarPage,
    ChangesPage,
    MarksPage,
    absences_page,
    calendar_page,
    changes_page,
    marks_page,
)
from myschool.diary.queries.readers import families_of, taught_in
from myschool.diary.queries.week import (
    LessonPage,
    StudentHead,
    WeekPage,
    lesson_page,
    student_head,
    week_document,
    week_page,
)

__all__ = [
    "AbsencesPage",
    "CalendarPage",
    "ChangesPage",
    "FeedPage",
    "LessonPage",
    "MarksPage",
    "StudentHead",
    "WeekPage",
    "absences_page",
    "calendar_page",
    "changes_page",
    "families_of",
    "feed_page",
    "lesson_page",
    "marks_page",
    "student_head",
    "taught_in",
    "week_document",
    "week_page",
]
