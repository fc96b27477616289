"""What a package asks those above it while it changes its own rows.

A package cannot import whoever has written something that rests on its rows. It declares a question in its room
`questions`; a package above answers it in its `handlers`, inside the asker's transaction. An answer may be a `Refusal`.
What must hold at once is such an answer too: rows that go along with the asker's are moved before it ends.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Question(Generic[Asked, Answer]):
    """A question that several packages may answer, or none."""

    def __init__(self) -> None:
        self._answers: list[Callable[[Asked], Answer]] = []

    def answered(self, function: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
        """Make a function one of the answers."""
        self._answers.append(function)
        return function

    def ask(self, about: Asked) -> list[Answer]:
        """Every answer; what an answer raises goes to the asker."""
        return [answer(about) for answer in self._answers]
