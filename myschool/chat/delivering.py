"""The worker's jobs: messages that have waited for quiet hours to end, and rosters when a school's day begins."""

from datetime import datetime

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.actions.talking import deliver
from myschool.chat.queries.schools import schools_where_a_day_began
from myschool.chat.queries.talk import due


def deliver_next(at: datetime) -> bool:
    """Send the next message whose time has come; answers whether there was one."""
    message = due(at)
    if message is None:
        return False
    deliver(message=message, at=at)
    return True


def keep_next(at: datetime) -> bool:
    """Let the conversations of schools whose day has begun have the members of that day."""
    schools = schools_where_a_day_began(at)
    keep_rosters(school_ids=schools, at=at)
    return bool(schools)
