"""Messages of conversations as notices: who reads them now, and what is said of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from myschool.chat.access import places_at
from myschool.chat.facts import MessageDeleted, MessagePosted
from myschool.chat.models import Message
from myschool.chat.rules.formatting import as_words
from myschool.kernel.text import shortened
from myschool.notices.access import TALK
from myschool.notices.telling import Told
from myschool.people.models import Person
from myschool.people.rules.names import short_name


def standing(facts: Sequence[MessagePosted]) -> QuerySet[Message]:
    """The messages of these facts that have not been deleted, with their authors, conversations and schools."""
    rows = Message.objects.filter(
        pk__in={fact.message_id for fact in facts}, number__isnull=False, deleted_at__isnull=True
    )
    return rows.select_related("author", "conversation__school")


def readers(
    messages: Collection[Message], at: datetime, *, whole: Collection[int], named: Collection[int]
) -> dict[int, set[int]]:
    """By message who reads it now: everybody of the `whole` conversations, of the others only those `named`."""
    members: dict[int, dict[int, int]] = defaultdict(dict)
    places = places_at(at).filter(conversation__in={row.conversation_id for row in messages})
    for talk_id, person, sees_after in places.values_list("conversation", "person", "sees_after"):
        if talk_id in whole or person in named:
            members[talk_id][person] = sees_after
    return {
        row.pk: {reader for reader, after in members[row.conversation_id].items() if after < (row.number or 0)}
        for row in messages
    }


def names_in(facts: Sequence[MessagePosted]) -> dict[int, str]:
    """The short names of who is mentioned."""
    named = {person for fact in facts for person in fact.mentioned_ids}
    return {
        pk: short_name(person.last_name, person.first_name, person.patronymic)
        for pk, person in Person.objects.in_bulk(named).items()
    }


def of_message(
    row: Message, fact: MessagePosted, *, thing: str, title: str, persons: Collection[int], names: dict[int, str]
) -> Told:
    """A message, told to these persons."""
    return Told(
        thing=thing,
        at=fact.at,
        title=title,
        text=shortened(as_words(row.text, names), 200) or "Файл",
        path=f"/chat/{row.conversation_id}/",
        zone=row.conversation.school.time_zone,
        school_id=row.conversation.school_id,
        persons=tuple(sorted(persons)),
        not_to=row.author_id,
    )


def message_things(facts: Sequence[MessageDeleted]) -> list[str]:
    """What was deleted is not told any more."""
    return [message_thing(fact.conversation_id, fact.message_id) for fact in facts]


def message_thing(conversation_id: int, message_id: int) -> str:
    """What a notice of one message is about; of a whole conversation it is `talk_thing`."""
    return f"{talk_thing(conversation_id)}:{message_id}"


def talk_thing(conversation_id: int) -> str:
    """What a notice of a conversation is about."""
    return f"{TALK}{conversation_id}"
