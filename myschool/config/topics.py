"""What an open page may listen to; the live process asks here."""

from myschool.kernel.actors import SCHOOL_LEADERS, Actor


def heard_by(actor: Actor, topic: str) -> str | None:
    """The actor's own channel behind a topic's short name, or None: nobody names another's channel."""
    if topic == "cabinet":
        return f"cabinet:{actor.person_id}"
    if topic == "desk" and actor.role in SCHOOL_LEADERS:
        return f"desk:{actor.school_id}"
    return None
