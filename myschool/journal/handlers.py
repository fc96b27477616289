"""What the journal does when others have done something, and which open pages it tells."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from myschool.enrolment.facts import StudentDeparted, StudentPlaced
from myschool.journal.actions import objections
from myschool.journal.actions import pages as pages_actions
from myschool.journal.facts import (
    AttendanceNoted,
    ClassAttendanceNoted,
    MarkChanged,
    MarkGiven,
    MarkWithdrawn,
    WorkDropped,
    WorkPlanned,
)
from myschool.journal.queries import lesson as lesson_queries
from myschool.kernel import chronicle, live
from myschool.people.facts import PersonsMerged, PersonsSplit
from myschool.schools import questions as schools
from myschool.schools.facts import ClassRenamed, TermsChanged, TermSchemeGiven
from myschool.timetable import questions as timetable
from myschool.timetable.facts import ClassJoined, ClassLeft, LessonChanged, PartFilled, TimetablePublished

CellFact = MarkGiven | MarkChanged | MarkWithdrawn | AttendanceNoted | ClassAttendanceNoted


@timetable.lessons_written.answered
def lessons_written(lesson_ids: Collection[int]) -> set[int]:
    """Lessons with marks or absences stay in the timetable."""
    return lesson_queries.lessons_written(lesson_ids)


@timetable.lesson_moves.answered
def check_lesson_moves(lesson: timetable.LessonMoves) -> None:
    """No marks leave a closed term, and none come into one."""
    objections.check_lesson_moves(
        lesson_id=lesson.lesson_id, teaching_group_id=lesson.teaching_group_id, days=(lesson.from_day, lesson.to_day)
    )


@schools.terms_move.answered
def check_terms_move(term_ids: Collection[int]) -> None:
    """A term that is closed anywhere keeps its days."""
    objections.check_terms_move(term_ids=term_ids)


@chronicle.reads("journal", TimetablePublished)
def follow_timetable(told: Sequence[TimetablePublished]) -> None:
    """Pages show other lessons."""
    pages_actions.bump_pages(group_ids=[taught for fact in told for taught in fact.teaching_group_ids])


@chronicle.reads("journal", LessonChanged)
def follow_lessons(told: Sequence[LessonChanged]) -> None:
    """Pages show lessons on other days or otherwise; what was written for them has gone along by itself."""
    pages_actions.bump_pages(group_ids=[fact.teaching_group_id for fact in told])
    pages = pages_actions.bump_pages_of_subject(marks=[], lesson_ids=[fact.lesson_id for fact in told])
    live.tell(*(f"journal:{school}:{taught}" for school, taught in pages))


@chronicle.reads("journal", PartFilled, ClassJoined, ClassLeft)
def follow_groups(told: Sequence[PartFilled | ClassJoined | ClassLeft]) -> None:
    """Pages list other students."""
    pages_actions.bump_pages(group_ids=[fact.teaching_group_id for fact in told])


@chronicle.reads("journal", ClassRenamed)
def follow_names(told: Sequence[ClassRenamed]) -> None:
    """Pages are called otherwise."""
    pages_actions.bump_pages_of_classes(class_ids={fact.class_id for fact in told})


@chronicle.reads("journal", StudentPlaced, StudentDeparted)
def follow_students(told: Sequence[StudentPlaced | StudentDeparted]) -> None:
    """Pages that a student came to or left."""
    pages_actions.bump_pages_of_students(
        student_ids=[fact.student_id for fact in told], since=min(fact.at.date() for fact in told)
    )
    # A place that was taken and left on one day never was: nothing leads from the student to that page any more.
    pages_actions.bump_pages_of_classes(class_ids={fact.left_class_id for fact in told if fact.left_class_id})


@chronicle.reads("journal", TermsChanged, TermSchemeGiven)
def follow_terms(told: Sequence[TermsChanged | TermSchemeGiven]) -> None:
    """Every page of the school may begin and end on other days."""
    for school_id in {fact.school_id for fact in told if fact.school_id is not None}:
        pages_actions.bump_pages_of_school(school_id=school_id)


@chronicle.reads("journal", MarkGiven, MarkChanged, MarkWithdrawn, WorkPlanned, WorkDropped)
def follow_marks(told: Sequence[MarkGiven | MarkChanged | MarkWithdrawn | WorkPlanned | WorkDropped]) -> None:
    """A mark shows on the page of every group in which the student learns the subject, not only where it was earned."""
    marks = [fact for fact in told if not isinstance(fact, WorkPlanned | WorkDropped)]
    pages = pages_actions.bump_pages_of_subject(
        marks=[(fact.student_id, fact.teaching_group_id) for fact in marks],
        lesson_ids=[fact.lesson_id for fact in told],
    )
    live.tell(*(f"journal:{school}:{taught}" for school, taught in pages))


@chronicle.reads("journal", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """Pages on which a person stands who was found to be another, or two who are two after all, are other pages now."""
    pages_actions.bump_pages_of_students(
        student_ids={person for fact in told for person in (fact.kept_id, fact.merged_id)},
        since=min(fact.at for fact in told).date() - timedelta(days=366),
    )


@chronicle.reads("journal.live", MarkGiven, MarkChanged, MarkWithdrawn, AttendanceNoted, ClassAttendanceNoted)
def tell_of_cells(told: Sequence[CellFact]) -> None:
    """An open page fetches itself again."""
    live.tell(*sorted({f"journal:{fact.school_id}:{fact.teaching_group_id}" for fact in told}))
