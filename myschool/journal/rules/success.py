"""How well a class did: успеваемость, качество, СОУ and the average of its final marks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from myschool.journal.rules.marks import Held, MarkValue, NoMark

NOT_ATTESTED_SHARE = Fraction(7, 100)
# «1» is a failure like «2»: the formula knows no share of its own for it.
SHARES = {5: Fraction(1), 4: Fraction(64, 100), 3: Fraction(36, 100), 2: Fraction(16, 100), 1: Fraction(16, 100)}


@dataclass(frozen=True)
class Success:
    """A class's final marks in figures; each figure is exact, and None when nobody is judged.

    Judged are students with a five-point mark and those not attested (н/а); excused ones, blanks and marks
    without five points («зачёт») are left aside.
    """

    marks: Mapping[int, int] = field(hash=False)
    not_attested: int
    aside: int

    @property
    def judged(self) -> int:
        """The number of students the figures are of."""
        return self.marks_given + self.not_attested

    @property
    def marks_given(self) -> int:
        """How many have a five-point mark."""
        return sum(self.marks.values())

    @property
    def success_rate(self) -> Fraction | None:
        """Успеваемость: the share with «3» and better."""
        return self._share(sum(count for mark, count in self.marks.items() if mark >= 3))

    @property
    def quality_rate(self) -> Fraction | None:
        """Качество: the share with «4» and «5»."""
        return self._share(sum(count for mark, count in self.marks.items() if mark >= 4))

    @property
    def learning_rate(self) -> Fraction | None:
        """Степень обученности (СОУ): each mark with its own share."""
        marked = sum((SHARES[mark] * count for mark, count in self.marks.items()), Fraction(0))
        return self._share(marked + NOT_ATTESTED_SHARE * self.not_attested)

    @property
    def average(self) -> Fraction | None:
        """The average of the marks there are: who is not attested has none."""
        total = sum(mark * count for mark, count in self.marks.items())
        return Fraction(total, self.marks_given) if self.marks_given else None

    def _share(self, part: int | Fraction) -> Fraction | None:
        return Fraction(part) / self.judged if self.judged else None


def success_of(final_marks: Iterable[Held]) -> Success:
    """The figures of final marks, one for each student and subject."""
    finals = list(final_marks)
    marks = Counter(mark.five for mark in finals if isinstance(mark, MarkValue) and mark.five is not None)
    not_attested = finals.count(NoMark.NOT_ATTESTED)
    return Success(marks, not_attested, aside=len(finals) - marks.total() - not_attested)
