"""What happened between the school and families."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class FamiliesAsked(Fact, kind="involvement.asked"):
    """Families of some classes are asked something, or asked again because it has changed."""

    ask_id: int
    ask_kind: str
    version: int


@dataclass(frozen=True, kw_only=True)
class AskWithdrawn(Fact, kind="involvement.ask_withdrawn"):
    """Families are asked no longer."""

    ask_id: int


@dataclass(frozen=True, kw_only=True)
class AskAnswered(Fact, kind="involvement.answered"):
    """A family has answered; what it said is not told, and of an anonymous poll not who, either."""

    ask_id: int
    version: int
    student_id: int | None


@dataclass(frozen=True, kw_only=True)
class AnswersReminded(Fact, kind="involvement.reminded"):
    """Those who have not answered are reminded."""

    ask_id: int


@dataclass(frozen=True, kw_only=True)
class EveningAnnounced(Fact, kind="involvement.evening_announced"):
    """Families may book slots of a parents' evening."""

    evening_id: int


@dataclass(frozen=True, kw_only=True)
class EveningWithdrawn(Fact, kind="involvement.evening_withdrawn"):
    """A parents' evening is not held."""

    evening_id: int


@dataclass(frozen=True, kw_only=True)
class SlotBooked(Fact, kind="involvement.slot_booked"):
    """A guardian has booked a teacher's slot."""

    slot_id: int
    student_id: int
    guardian_id: int
    teacher_id: int


@dataclass(frozen=True, kw_only=True)
class SlotFreed(Fact, kind="involvement.slot_freed"):
    """A booking is no more: taken back by the guardian, or the teacher cannot come (`by_teacher`)."""

    slot_id: int
    student_id: int
    guardian_id: int
    teacher_id: int
    by_teacher: bool


@dataclass(frozen=True, kw_only=True)
class MeetingReminderDue(Fact, kind="involvement.meeting_reminder"):
    """A booked meeting is tomorrow."""

    slot_id: int
    student_id: int
    guardian_id: int
    teacher_id: int
