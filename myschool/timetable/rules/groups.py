"""Who is taught: classes, teaching groups, and for which of them a rule of the school holds."""

from dataclasses import dataclass
from enum import IntEnum

from myschool.schools.rules.class_names import class_name


class Shift(IntEnum):
    """The half of the day a class studies in (смена)."""

    FIRST = 1
    SECOND = 2


@dataclass(frozen=True, kw_only=True)
class SchoolClass:
    """A class (класс) as the timetable sees it; `is_compensating` is компенсирующее обучение."""

    id: int
    level: int
    letter: str
    shift: Shift = Shift.FIRST
    profile: str = ""
    is_compensating: bool = False

    @property
    def title(self) -> str:
        """«7А», «10 физмат»."""
        return class_name(self.level, self.letter)


@dataclass(frozen=True)
class Scope:
    """For whom a rule of the school holds: what is left empty does not narrow it."""

    levels: frozenset[int] = frozenset()
    profiles: frozenset[str] = frozenset()
    class_ids: frozenset[int] = frozenset()

    def covers(self, school_class: SchoolClass) -> bool:
        """The rule holds for the class."""
        return (
            (not self.levels or school_class.level in self.levels)
            and (not self.profiles or school_class.profile in self.profiles)
            and (not self.class_ids or school_class.id in self.class_ids)
        )

    @property
    def precedence(self) -> tuple[bool, bool, bool]:
        """Of two rules that hold for a class the greater wins: a named class, then a profile, then a level."""
        return bool(self.class_ids), bool(self.profiles), bool(self.levels)


EVERYBODY = Scope()


@dataclass(frozen=True)
class TeachingGroup:
    """Students taught together (учебная группа): a class, a part of one, or students of several classes.

    `classes` are all the classes its students come from. `student_ids` None means everybody in them; an empty
    set is a part that nobody has been put in yet.
    """

    id: int
    title: str
    classes: tuple[SchoolClass, ...]
    student_ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not self.classes:
            raise ValueError("A group of no class: no bells would ring for it")

    @property
    def class_ids(self) -> frozenset[int]:
        """The classes its students come from."""
        return frozenset(school_class.id for school_class in self.classes)

    def shares_students(self, other: "TeachingGroup") -> bool:
        """Somebody would have to be in both at once."""
        if self.id == other.id:
            return True
        if self.student_ids is None or other.student_ids is None:
            return not self.class_ids.isdisjoint(other.class_ids)
        return not self.student_ids.isdisjoint(other.student_ids)
