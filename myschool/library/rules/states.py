"""The ways of a version, and the clock of its expert check."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where a version stands (состояние версии)."""

    DRAFT = "draft"
    CHECKING = "checking"
    UNFIT = "unfit"
    IN_REVIEW = "in_review"
    TO_FIX = "to_fix"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


WORDS = {
    State.DRAFT: "Черновик",
    State.CHECKING: "Техническая проверка",
    State.UNFIT: "Не прошёл техническую проверку",
    State.IN_REVIEW: "На экспертизе",
    State.TO_FIX: "На исправлении",
    State.PUBLISHED: "Опубликован",
    State.REJECTED: "Отклонён",
    State.SUPERSEDED: "Заменён новой версией",
    State.WITHDRAWN: "Снят с публикации",
}
WAYS = {
    State.DRAFT: {State.CHECKING},
    State.CHECKING: {State.UNFIT, State.IN_REVIEW},
    State.UNFIT: {State.CHECKING},
    State.IN_REVIEW: {State.TO_FIX, State.PUBLISHED, State.REJECTED},
    State.TO_FIX: {State.CHECKING},
    State.PUBLISHED: {State.SUPERSEDED, State.WITHDRAWN},
    State.REJECTED: set[State](),
    State.SUPERSEDED: {State.WITHDRAWN},
    State.WITHDRAWN: set[State](),
}
# What its author may still change.
EDITABLE = frozenset({State.DRAFT, State.UNFIT, State.TO_FIX})


class Verdict(StrEnum):
    """An expert's word."""

    ACCEPT = "accept"
    FIX = "fix"
    REJECT = "reject"


VERDICTS = {Verdict.ACCEPT: "Принять", Verdict.FIX: "Вернуть на исправление", Verdict.REJECT: "Отклонить"}
EXPERTS_NEEDED = 2
CRITERIA = {
    "science": "Научная достоверность",
    "programme": "Соответствие федеральной программе",
    "age": "Соответствие возрасту",
    "method": "Методическая ценность",
    "language": "Грамотность и ясность языка",
    "access": "Доступность для учеников с ОВЗ",
}
TOP_SCORE = 3


def decided(verdicts: list[Verdict]) -> State | None:
    """What the experts' verdicts together lead to; None while somebody has not spoken yet.

    Publishing takes all of at least two; two who reject are enough to reject; anything else goes back to be mended.
    """
    if len(verdicts) < EXPERTS_NEEDED:
        return None
    if all(verdict == Verdict.ACCEPT for verdict in verdicts):
        return State.PUBLISHED
    return State.REJECTED if verdicts.count(Verdict.REJECT) >= EXPERTS_NEEDED else State.TO_FIX


@dataclass(frozen=True)
class ReviewClock:
    """The term of an expert check: it runs in working days from `since`, after `used` days of earlier rounds.

    `since` is None while the clock stands: the publisher is correcting.
    """

    term: int
    used: int
    since: date | None

    @property
    def left(self) -> int:
        """Working days that remain from `since` on."""
        return max(0, self.term - self.used)
