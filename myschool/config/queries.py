"""What an operator sees of the platform's own machinery."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from myschool.config import access, followers
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.models import SetAside

SHOWN = 50
# Who has waited for longer than this has something to be looked at.
LATE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class LagRow:
    """A follower and how far it is behind, in entries and whole seconds."""

    follower: str
    moves_pages: bool
    entries: int
    seconds: int
    is_late: bool
    aside: int


@dataclass(frozen=True)
class FollowersPage:
    """Those who follow the chronicle, as an operator watches them."""

    title: str
    followers: list[LagRow]
    asides: list[SetAside]
    more: int


def lag_rows(at: datetime) -> list[LagRow]:
    """Each follower, those that move open pages first."""
    rows = [
        LagRow(
            follower=lag.follower,
            moves_pages=lag.follower in followers.MOVING_PAGES,
            entries=lag.entries,
            seconds=max(int((at - lag.since).total_seconds()), 0) if lag.since else 0,
            is_late=bool(lag.since and at - lag.since > LATE),
            aside=lag.aside,
        )
        for lag in chronicle.lags()
    ]
    return sorted(rows, key=lambda row: (not row.moves_pages, row.follower))


def followers_page(actor: Actor, at: datetime) -> FollowersPage:
    """How far everybody is behind, and what was set aside, the oldest first."""
    asides = access.asides_to_watch(actor)
    shown = list(asides.order_by("set_aside_at", "pk")[:SHOWN])
    more = asides.count() - len(shown) if len(shown) == SHOWN else 0
    return FollowersPage("Обработка событий", lag_rows(at), shown, more)
