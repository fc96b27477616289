"""One thing to tell, as it is made of a fact and the rows it is about."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something to tell: to a student and their guardians, or to the guardians alone, or to these persons.

    Of the guardians all are told who see the student's data, or with `to_decide` only those who decide for the student.

    `thing` is what it is about, `at` when it happened; with the student they are the key against doubles. `again` is the title
    for those who were told of the thing before; `only_again` tells nobody else. `title` holds no particulars.
    """

    kind: str
    thing: str
    at: datetime
    title: str
    path: str
    zone: str
    text: str = ""
    again: str = ""
    only_again: bool = False
    school_id: int | None = None
    student_id: int | None = None
    guardians_only: bool = False
    to_decide: bool = False
    persons: tuple[int, ...] = ()
    begins_at: datetime | None = None
    not_to: int | None = None

    @property
    def key(self) -> str:
        """The same for the same fact, however often it is read."""
        return f"{self.thing}:{self.student_id or 0}@{self.at.timestamp():.6f}"
