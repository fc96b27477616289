"""Conversations that somebody need hear of no more."""

from collections.abc import Sequence
from datetime import datetime

from myschool.notices.access import TALK, unread_talks


def no_longer_awaited(person_id: int, things: Sequence[str], at: datetime) -> set[str]:
    """Of these things the conversations that the person has read to their end, or has left: nothing of them need be sent."""
    talks = {thing: int(thing.removeprefix(TALK).split(":")[0]) for thing in things if thing.startswith(TALK)}
    if not talks:
        return set()
    unread = unread_talks(person_id, at).filter(conversation__in=set(talks.values()))
    awaited = set(unread.values_list("conversation", flat=True))
    return {thing for thing, talk in talks.items() if talk not in awaited}
