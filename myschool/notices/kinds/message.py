"""Somebody is written to, or named, in a conversation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.chat.facts import MessageDeleted, MessagePosted
from myschool.chat.models import Conversation
from myschool.kernel.text import shortened
from myschool.notices import talks
from myschool.notices.rules import EVERYBODY, IN_DIGEST
from myschool.notices.telling import Kind, Retraction, Telling, Told
from myschool.people.rules.names import short_name

Talk = Conversation.Kind


def messages_told(facts: Sequence[MessagePosted], at: datetime) -> list[Told]:
    """Personal messages, of each conversation the last; mentions: to who reads them now.

    Who reads along in a larger conversation is not told by mail and push.
    """
    rows = talks.standing(facts).exclude(conversation__kind=Talk.ANNOUNCEMENTS)
    messages = {row.pk: row for row in rows}
    if not messages:
        return []
    personal = {row.conversation_id for row in messages.values() if row.conversation.kind == Talk.PERSONAL}
    mentioned = {person for fact in facts for person in fact.mentioned_ids}
    readers = talks.readers(messages.values(), at, whole=personal, named=mentioned)
    names = talks.names_in(facts)
    notices: dict[str, Told] = {}
    for fact in facts:
        if row := messages.get(fact.message_id):
            author = row.author
            if row.conversation_id in personal:
                thing, persons = talks.talk_thing(row.conversation_id), readers[row.pk]
                title = f"Сообщение: {short_name(author.last_name, author.first_name, author.patronymic)}"
            else:
                thing = talks.message_thing(row.conversation_id, row.pk)
                persons = readers[row.pk] & set(fact.mentioned_ids)
                title = f"Вас упомянули: {shortened(row.conversation.title, 100)}"
            notices[thing] = talks.of_message(row, fact, thing=thing, title=title, persons=persons, names=names)
    return list(notices.values())


KIND = Kind(
    code="message",
    title="Личные сообщения и упоминания",
    order=110,
    audience=EVERYBODY,
    mail=IN_DIGEST,
    settles=timedelta(minutes=2),
    tells=(Telling(MessagePosted, words=messages_told),),
    retracts=(Retraction(MessageDeleted, things=talks.message_things),),
)
