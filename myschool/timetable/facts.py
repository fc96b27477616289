"""What happened to the study plan, its groups and loads."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class HoursSet(Fact, kind="timetable.hours_set"):
    """A class has so many hours a week of a subject; «0» when it is out of the plan."""

    class_id: int
    subject_id: int
    hours: str


@dataclass(frozen=True, kw_only=True)
class GroupMade(Fact, kind="timetable.group_made"):
    """Some students are taught a subject together."""

    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class GroupClosed(Fact, kind="timetable.group_closed"):
    """A group is taught no longer."""

    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class ClassJoined(Fact, kind="timetable.class_joined"):
    """A group takes the students of one more class."""

    teaching_group_id: int
    class_id: int


@dataclass(frozen=True, kw_only=True)
class PartFilled(Fact, kind="timetable.part_filled"):
    """A part of a class has another list of students."""

    teaching_group_id: int
    joined: int
    left: int


@dataclass(frozen=True, kw_only=True)
class TeacherAssigned(Fact, kind="timetable.teacher_assigned"):
    """A teacher teaches a group so many hours a week."""

    teaching_group_id: int
    teacher_id: int
    hours: str


@dataclass(frozen=True, kw_only=True)
class LoadEnded(Fact, kind="timetable.load_ended"):
    """A teacher teaches a group no longer."""

    teaching_group_id: int
    teacher_id: int
