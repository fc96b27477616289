"""Arithmetic of a person's files, pure."""

from collections.abc import Sequence
from datetime import timedelta

DEEPEST = 10
MOST_IN_FOLDER = 500
MOST_AT_ONCE = 20
TRASH_KEPT = timedelta(days=30)
LINK_LIVES = timedelta(hours=1)
UNITS = ((1_000_000_000, "ГБ"), (1_000_000, "МБ"), (1_000, "кБ"))


def leads_into_itself(folder_id: int, target: Sequence[int]) -> bool:
    """Whether a folder would come to lie in itself: `target` is the path of the folder it is moved to."""
    return folder_id in target


def path_after_move(path: Sequence[int], moved: int, target: Sequence[int]) -> list[int]:
    """The path of a folder in a moved one, or of the moved one itself, below its new place."""
    return [*target, *path[list(path).index(moved) :]]


def percent(used: int, total: int) -> int:
    """How full it is, in whole percent, never over a hundred."""
    return min(100, -(-used * 100 // total)) if total else 100


def size_in_words(size: int) -> str:
    """«340 Б», «1,5 МБ», «2 ГБ»."""
    for unit, name in UNITS:
        if size >= unit:
            tenths = (size * 10 + unit // 2) // unit
            whole, tenth = divmod(tenths, 10)
            return f"{whole},{tenth} {name}" if tenth and whole < 100 else f"{whole} {name}"
    return f"{size} Б"


def lacking_in_words(size: int, left: int) -> str:
    """Why so many bytes do not fit, and what to do."""
    return (
        f"Не хватает места: нужно {size_in_words(size)}, а свободно {size_in_words(max(0, left))}."
        " Удалите лишнее и очистите корзину."
    )
