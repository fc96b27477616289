"""What happened in the journal: marks, attendance, works, topics, final marks, locks, notes."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class CellFact(Fact, kind="journal.cell"):
    """Something about one student's cell of a lesson; `old` and `new` are what the cell held, as it is written."""

    teaching_group_id: int
    lesson_id: int
    student_id: int
    position: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class MarkGiven(CellFact, kind="journal.mark_given"):
    """A student holds a mark, a debt or a release where there was nothing."""


@dataclass(frozen=True, kw_only=True)
class MarkChanged(CellFact, kind="journal.mark_changed"):
    """What a student held for a work became something else."""


@dataclass(frozen=True, kw_only=True)
class MarkWithdrawn(CellFact, kind="journal.mark_withdrawn"):
    """A student no longer holds anything for a work."""


@dataclass(frozen=True, kw_only=True)
class AttendanceNoted(Fact, kind="journal.attendance_noted"):
    """A student's attendance at a lesson was noted, changed or cleared; codes as the region writes them."""

    teaching_group_id: int
    lesson_id: int
    student_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ClassAttendanceNoted(Fact, kind="journal.class_attendance_noted"):
    """The attendance of several students at a lesson was noted in one move."""

    teaching_group_id: int
    lesson_id: int
    student_ids: list[int]
    codes: list[str]


@dataclass(frozen=True, kw_only=True)
class WorkPlanned(Fact, kind="journal.work_planned"):
    """A lesson has a work of its own, or another than before; a control work fills a place of the day."""

    teaching_group_id: int
    lesson_id: int
    position: int
    is_control: bool


@dataclass(frozen=True, kw_only=True)
class WorkDropped(Fact, kind="journal.work_dropped"):
    """A work that had no marks was taken out of a lesson."""

    teaching_group_id: int
    lesson_id: int
    position: int


@dataclass(frozen=True, kw_only=True)
class TopicWritten(Fact, kind="journal.topic_written"):
    """A lesson's topic was written or changed."""

    teaching_group_id: int
    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialAdded(Fact, kind="journal.material_added"):
    """A link or a file was put beside a lesson."""

    teaching_group_id: int
    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialRemoved(Fact, kind="journal.material_removed"):
    """A link or a file was taken away from a lesson."""

    teaching_group_id: int
    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class TopicPlanMade(Fact, kind="journal.topic_plan_made"):
    """A plan of topics was typed, pasted or copied."""

    plan_id: int


@dataclass(frozen=True, kw_only=True)
class TopicPlanFollowed(Fact, kind="journal.topic_plan_followed"):
    """A group is taught by a plan of topics."""

    teaching_group_id: int
    plan_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkGiven(Fact, kind="journal.remark_given"):
    """A teacher has written to the family about a lesson."""

    lesson_id: int
    student_id: int
    remark_id: int
    is_praise: bool


@dataclass(frozen=True, kw_only=True)
class RemarkWithdrawn(Fact, kind="journal.remark_withdrawn"):
    """A teacher has taken words to the family back."""

    lesson_id: int
    student_id: int
    remark_id: int


@dataclass(frozen=True, kw_only=True)
class TermMarkGiven(Fact, kind="journal.term_mark_given"):
    """A final mark for a term was given, changed or withdrawn."""

    teaching_group_id: int
    term_id: int
    student_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class YearMarkGiven(Fact, kind="journal.year_mark_given"):
    """A final mark for the year was given, changed or withdrawn."""

    teaching_group_id: int
    student_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class JournalClosed(Fact, kind="journal.closed"):
    """A journal was closed for a term; its marks are final."""

    teaching_group_id: int
    term_id: int


@dataclass(frozen=True, kw_only=True)
class JournalReopened(Fact, kind="journal.reopened"):
    """A closed term was opened again, with a reason."""

    teaching_group_id: int
    term_id: int


@dataclass(frozen=True, kw_only=True)
class UnlockAsked(Fact, kind="journal.unlock_asked"):
    """A teacher asks to change a lesson whose window is over."""

    request_id: int
    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class UnlockDecided(Fact, kind="journal.unlock_decided"):
    """A request to change an old lesson was granted or declined."""

    request_id: int
    lesson_id: int
    granted: bool


@dataclass(frozen=True, kw_only=True)
class WeightChanged(Fact, kind="journal.weight_changed"):
    """A kind of work has another weight, for lessons from a day on."""

    kind_id: int
    from_day: str
    weight: str


@dataclass(frozen=True, kw_only=True)
class RulesDeclared(Fact, kind="journal.rules_declared"):
    """A school has declared other rules of its journal, scale, kinds of work or final marks."""


@dataclass(frozen=True, kw_only=True)
class NoteFiled(Fact, kind="journal.note_filed"):
    """A guardian has sent a paper about an absence."""

    note_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class NoteDecided(Fact, kind="journal.note_decided"):
    """A paper about an absence was accepted, and codes changed, or was not."""

    note_id: int
    student_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class NoteWithdrawn(Fact, kind="journal.note_withdrawn"):
    """A guardian has taken a paper back before it was decided."""

    note_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class WeekAcknowledged(Fact, kind="journal.week_acknowledged"):
    """A guardian has seen a student's week; `monday` is its first day, as «2026-09-07»."""

    student_id: int
    monday: str
