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


@dataclass(frozen=True, kw_only=True)
class ClassLeft(Fact, kind="timetable.class_left"):
    """A group takes the students of a class no longer."""

    teaching_group_id: int
    class_id: int


@dataclass(frozen=True, kw_only=True)
class HomeroomGiven(Fact, kind="timetable.homeroom_given"):
    """A class has a homeroom teacher, another one, or none (None)."""

    class_id: int
    teacher_id: int | None


@dataclass(frozen=True, kw_only=True)
class RegimeSet(Fact, kind="timetable.regime_set"):
    """A class studies in another shift, week or profile."""

    class_id: int


@dataclass(frozen=True, kw_only=True)
class RoomsChanged(Fact, kind="timetable.rooms_changed"):
    """A room was opened, changed or closed."""

    room_id: int


@dataclass(frozen=True, kw_only=True)
class BellsChanged(Fact, kind="timetable.bells_changed"):
    """Bells ring at other times, for others, or no longer."""

    schedule_id: int


@dataclass(frozen=True, kw_only=True)
class DayMoved(Fact, kind="timetable.day_moved"):
    """The lessons of one day are held on another, or again on their own."""

    day: str
    instead_of: str


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Fact, kind="timetable.template_changed"):
    """The weekly template has a line more, less, or another one."""

    template_lesson_id: int
    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class TemplateSet(Fact, kind="timetable.template_set"):
    """The whole weekly template is another one from a day on."""

    from_day: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class TimetablePublished(Fact, kind="timetable.published"):
    """Dated lessons were made of the template from a day on; the groups are those whose lessons became other ones."""

    from_day: str
    to_day: str
    teaching_group_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class LessonChanged(Fact, kind="timetable.lesson_changed"):
    """A lesson was substituted, moved, cancelled or added; `withdrawn` when that was taken back.

    `day` is the day it is held on now, `old_day` the one before the change, the same unless it was moved.
    """

    change_id: int
    lesson_id: int
    teaching_group_id: int
    change: str
    withdrawn: bool
    day: str
    old_day: str


@dataclass(frozen=True, kw_only=True)
class PlanTaskRaised(Fact, kind="timetable.task_raised"):
    """Somebody has moved, and a keeper is to check the plan and the groups."""

    task_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class PlanTaskSettled(Fact, kind="timetable.task_settled"):
    """A keeper has checked the plan and the groups."""

    task_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceAsked(Fact, kind="timetable.absence_asked"):
    """A teacher asks to be away for some days."""

    absence_id: int
    teacher_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceDecided(Fact, kind="timetable.absence_decided"):
    """A keeper of the plan has approved or declined a teacher's absence, or written one down."""

    absence_id: int
    teacher_id: int
    approved: bool


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Fact, kind="timetable.absence_ended"):
    """A teacher's absence is over before its last day, or was taken back altogether."""

    absence_id: int
    teacher_id: int
