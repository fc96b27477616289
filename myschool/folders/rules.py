"""Arithmetic of a person's files, pure."""

from collections.abc import Sequence
from datetime import timedelta

from myschool.kernel.numbers import size_in_words, whole_percent

DEEPEST = 10
MOST_IN_FOLDER = 500
MOST_AT_ONCE = 20
TRASH_KEPT = timedelta(days=30)
LINK_LIVES = timedelta(hours=1)


def leads_into_itself(folder_id: int, target: Sequence[int]) -> bool:
    """Whether a folder would come to lie in itself: `target` is the path of the folder it is moved to."""
    return folder_id in target


def path_after_move(path: Sequence[int], moved: int, target: Sequence[int]) -> list[int]:
    """The path of a folder in a moved one, or of the moved one itself, below its new place."""
    return [*target, *path[list(path).index(moved) :]]


def percent(used: int, total: int) -> int:
    """How full it is, in whole percent, never over a hundred."""
    return min(100, whole_percent(used, total)) if total else 100


def lacking_in_words(size: int, left: int) -> str:
    """Why so many bytes do not fit, and what to do."""
    return (
        f"Не хватает места: нужно {size_in_words(size)}, а свободно {size_in_words(max(0, left))}."
        " Удалите лишнее и очистите корзину."
    )
