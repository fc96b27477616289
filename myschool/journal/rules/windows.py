"""Until when a cell of the journal may be changed without asking."""

from dataclasses import dataclass
from datetime import date, timedelta

from myschool.kernel.text import day_month


@dataclass(frozen=True)
class Closed:
    """Why a lesson's cells cannot be changed, in words, and whether the deputy head may be asked to open them."""

    words: str
    may_be_asked: bool = False


def last_open_day(lesson_day: date, window_days: int) -> date:
    """The last day of the window: with fourteen days the fifteenth after the lesson finds the cell closed."""
    return lesson_day + timedelta(days=window_days)


def closed_because(
    lesson_day: date, day: date, *, window_days: int | None, term_closed: bool, unlocked_to_date: date | None = None
) -> Closed | None:
    """Why a lesson's cell cannot be changed on a day; None while it can.

    Without `window_days` only the closing of the term counts. A granted request opens the cell up to
    `unlocked_to_date`, that day excluded, but not in a closed term: there the term itself is reopened.
    """
    if day < lesson_day:
        return Closed(f"Урок {day_month(lesson_day)} ещё не прошёл. Отметки ставят начиная со дня урока.")
    if term_closed:
        return Closed("Период закрыт, отметки в нём не меняются. Чтобы исправить отметку, период открывает завуч.")
    unlocked = unlocked_to_date is not None and day < unlocked_to_date
    if window_days is None or unlocked or day <= last_open_day(lesson_day, window_days):
        return None
    return Closed(
        f"Урок {day_month(lesson_day)} можно было исправлять до "
        f"{day_month(last_open_day(lesson_day, window_days))} включительно. Отправьте завучу запрос на изменение.",
        may_be_asked=True,
    )
