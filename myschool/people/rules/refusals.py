"""Which of many refused looks are written down."""

FIRST = 10


def is_written_down(number: int) -> bool:
    """Whether the refusal of this number within its minute gets a row: the first ten, then each twice as far."""
    tens, rest = divmod(number, FIRST)
    return number <= FIRST or (rest == 0 and tens & (tens - 1) == 0)
