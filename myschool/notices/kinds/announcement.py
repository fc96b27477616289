"""A school announces something to all its people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.chat.facts import MessageDeleted, MessagePosted
from myschool.chat.models import Conversation
from myschool.notices import talks
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Retraction, Telling, Told


def announcements_told(facts: Sequence[MessagePosted], at: datetime) -> list[Told]:
    """Announcements of a school: to who reads them now."""
    rows = talks.standing(facts).filter(conversation__kind=Conversation.Kind.ANNOUNCEMENTS)
    messages = {row.pk: row for row in rows}
    if not messages:
        return []
    whole = {row.conversation_id for row in messages.values()}
    readers, names = talks.readers(messages.values(), at, whole=whole, named=()), talks.names_in(facts)
    return [
        talks.of_message(
            row,
            fact,
            thing=talks.message_thing(row.conversation_id, row.pk),
            title="Объявление школы",
            persons=readers[row.pk],
            names=names,
        )
        for fact in facts
        if (row := messages.get(fact.message_id))
    ]


KIND = Kind(
    code="announcement",
    title="Объявления школы",
    order=120,
    audience=EVERYBODY,
    mail=AT_ONCE,
    settles=timedelta(minutes=2),
    tells=(Telling(MessagePosted, words=announcements_told),),
    retracts=(Retraction(MessageDeleted, things=talks.message_things),),
)
