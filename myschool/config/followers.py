"""Everybody who follows the chronicle: importing a package's handlers is what makes them read."""

from myschool.chat import handlers as chat
from myschool.diary import handlers as diary
from myschool.enrolment import handlers as enrolment
from myschool.homework import handlers as homework
from myschool.involvement import handlers as involvement
from myschool.journal import handlers as journal
from myschool.kernel import chronicle
from myschool.library import handlers as library
from myschool.notices import handlers as notices
from myschool.timetable import handlers as timetable

__all__ = [
    "chat",
    "diary",
    "enrolment",
    "homework",
    "involvement",
    "journal",
    "library",
    "names",
    "notices",
    "timetable",
]

# Those that move open pages have a process of their own: rosters, notices and seals may take what time they need.
MOVING_PAGES = frozenset({"chat.live", "diary.live", "enrolment.live", "journal", "journal.live"})
# Those of them that write nothing: what is told twice harms nobody, so they wait for no older transaction.
TELLING = MOVING_PAGES - {"journal"}


def names() -> list[str]:
    """Names of all followers."""
    return chronicle.followers()
