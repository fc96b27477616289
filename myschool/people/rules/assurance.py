"""How far Gosuslugi answers for an account, and what that is enough for."""

CHILDS, CONFIRMED = "KD", "PR"


def is_confirmed(level: str | None, *, trusted: bool) -> bool:
    """Whether Gosuslugi has checked in person who the account belongs to."""
    return trusted and level == CONFIRMED


def is_vouched_for(level: str | None, *, trusted: bool) -> bool:
    """Whether names, dates and СНИЛС are to be believed: a child's account is made by a confirmed parent."""
    return level == CHILDS or is_confirmed(level, trusted=trusted)
