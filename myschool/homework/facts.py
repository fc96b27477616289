"""What happened to homework."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class HomeworkPosted(Fact, kind="homework.posted"):
    """Homework was set."""

    homework_id: int
    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class HomeworkChanged(Fact, kind="homework.changed"):
    """Homework reads otherwise, or is due on another day."""

    homework_id: int
    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class HomeworkWithdrawn(Fact, kind="homework.withdrawn"):
    """Homework is no longer set."""

    homework_id: int
    teaching_group_id: int


@dataclass(frozen=True, kw_only=True)
class HandedIn(Fact, kind="homework.handed_in"):
    """A student has handed in a version."""

    homework_id: int
    student_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class HandInReviewed(Fact, kind="homework.reviewed"):
    """A teacher has accepted a version, or returned it."""

    homework_id: int
    student_id: int
    version: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class HomeworkTicked(Fact, kind="homework.ticked"):
    """A student says that a homework is done, or not done after all."""

    homework_id: int
    student_id: int
    done: bool


@dataclass(frozen=True, kw_only=True)
class HomeworkRulesDeclared(Fact, kind="homework.rules_declared"):
    """A school wants homework posted by another time."""
