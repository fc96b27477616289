"""What happened to links that other programs read by."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class FeedMade(Fact, kind="exchange.feed_made"):
    """A person has a calendar link, in place of any before it."""

    feed_id: int


@dataclass(frozen=True, kw_only=True)
class FeedRenewed(Fact, kind="exchange.feed_renewed"):
    """A person's calendar link leads on for another year."""

    feed_id: int


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(Fact, kind="exchange.feed_revoked"):
    """A person's calendar link leads nowhere any more."""

    feed_id: int
