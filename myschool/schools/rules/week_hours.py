"""How many lessons a week a class should have, by the federal plans of 2025/26."""

from decimal import Decimal

# The least and the most hours a week by level: приказ Минпросвещения, 2025/26.
WEEK_HOURS = {
    1: (20, 21),
    2: (23, 26),
    3: (23, 26),
    4: (23, 26),
    5: (29, 32),
    6: (30, 33),
    7: (32, 35),
    8: (33, 36),
    9: (33, 36),
    10: (34, 37),
    11: (34, 37),
}


def week_hours_warning(level: int, hours: Decimal) -> str:
    """What to say of a class's hours a week; empty while they keep to the norm, or where there is none.

    It advises and forbids nothing: a school may have its reasons.
    """
    least, most = WEEK_HOURS.get(level, (0, 168))
    if hours < least:
        return f"Меньше нормы: для {level}-х классов {least}–{most} ч в неделю."
    if hours > most:
        return f"Больше нормы: для {level}-х классов {least}–{most} ч в неделю."
    return ""
