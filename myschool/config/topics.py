"""What an open page may listen to; the live process asks here."""

from myschool.chat.access import capacity_of
from myschool.chat.feed import TalkFeed
from myschool.config.feeds import Reader, Source
from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor
from myschool.kernel.text import row_id


def heard_by(actor: Actor, topic: str) -> str | None:
    """The actor's own channel behind a topic's short name, or None: nobody names another's channel."""
    if topic == "cabinet":
        return f"cabinet:{actor.person_id}"
    if topic == "notices":
        return f"notices:{actor.person_id}"
    if topic == "diary":
        return f"diary:{actor.person_id}"
    if topic.startswith("journal:") and actor.role in SCHOOL_STAFF:
        # The school is the actor's own, so a group of another school is on a channel they cannot name.
        return f"journal:{actor.school_id}:{topic.removeprefix('journal:')}"
    if topic == "desk" and actor.role in SCHOOL_LEADERS:
        return f"desk:{actor.school_id}"
    if topic == "chats":
        return f"chats:{actor.person_id}"
    # Who is in a conversation is the feed's own to say: it knows its readers.
    if topic.startswith("chat:") and row_id(topic.removeprefix("chat:")):
        return topic
    return None


def source_of(channel: str) -> Source | None:
    """What a channel that carries its changes is read from; None for one that only says that something changed."""
    if channel.startswith("chat:"):
        return TalkFeed(int(channel.removeprefix("chat:")))
    return None


def reader(actor: Actor) -> Reader:
    """As whom the actor reads a feed."""
    return actor.person_id, capacity_of(actor)
