"""Whose open diary fetches itself again when something happened at school."""

from collections.abc import Sequence, Set

from myschool.diary.queries import readers as readers_queries
from myschool.homework.facts import HandInReviewed, HomeworkChanged, HomeworkPosted, HomeworkWithdrawn
from myschool.journal.facts import (
    AttendanceNoted,
    ClassAttendanceNoted,
    MarkChanged,
    MarkGiven,
    MarkWithdrawn,
    NoteDecided,
    RemarkGiven,
    TermMarkGiven,
)
from myschool.kernel import chronicle, clock, live
from myschool.timetable.facts import LessonChanged

ToOne = (
    MarkGiven
    | MarkChanged
    | MarkWithdrawn
    | AttendanceNoted
    | RemarkGiven
    | TermMarkGiven
    | NoteDecided
    | HandInReviewed
)
ToMany = LessonChanged | HomeworkPosted | HomeworkChanged | HomeworkWithdrawn


@chronicle.reads(
    "diary.live",
    MarkGiven,
    MarkChanged,
    MarkWithdrawn,
    AttendanceNoted,
    RemarkGiven,
    TermMarkGiven,
    NoteDecided,
    HandInReviewed,
)
def tell_one(told: Sequence[ToOne]) -> None:
    """What is about one student."""
    _tell({fact.student_id for fact in told})


@chronicle.reads("diary.live", ClassAttendanceNoted)
def tell_present(told: Sequence[ClassAttendanceNoted]) -> None:
    """What is about many by name."""
    _tell({student for fact in told for student in fact.student_ids})


@chronicle.reads("diary.live", LessonChanged, HomeworkPosted, HomeworkChanged, HomeworkWithdrawn)
def tell_taught(told: Sequence[ToMany]) -> None:
    """What is about everybody in a group."""
    _tell(readers_queries.taught_in({fact.teaching_group_id for fact in told}, clock.latest_day(clock.now())))


def _tell(students: Set[int]) -> None:
    readers = readers_queries.families_of(students, clock.latest_day(clock.now()))
    live.tell(*(f"diary:{person}" for person in sorted(readers)))
