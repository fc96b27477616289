"""What facts of conversations are told as: personal messages, mentions, announcements, complaints."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from myschool.chat.access import OWN_COMPLAINT, places_at
from myschool.chat.facts import ComplaintDecided, ComplaintFiled, MessagePosted
from myschool.chat.models import Complaint, Conversation, Message
from myschool.chat.rules.formatting import as_words
from myschool.kernel.text import shortened
from myschool.notices.access import TALK, unread_talks
from myschool.notices.queries.told import Told
from myschool.people import queries as people
from myschool.people.models import Person
from myschool.people.rules.names import short_name

Kind = Conversation.Kind


def messages_told(facts: Sequence[MessagePosted], at: datetime) -> list[Told]:
    """Personal messages, of each conversation the last; mentions; announcements of a school: to who reads them now."""
    rows = Message.objects.filter(
        pk__in={fact.message_id for fact in facts}, number__isnull=False, deleted_at__isnull=True
    )
    messages = {row.pk: row for row in rows.select_related("author", "conversation__school")}
    whole = {
        row.conversation_id for row in messages.values() if row.conversation.kind in (Kind.PERSONAL, Kind.ANNOUNCEMENTS)
    }
    members: dict[int, dict[int, int]] = defaultdict(dict)
    talks = {row.conversation_id for row in messages.values()}
    named = {person for fact in facts for person in fact.mentioned_ids}
    places = places_at(at).filter(conversation__in=talks)
    for talk_id, person, sees_after in places.values_list("conversation", "person", "sees_after"):
        if talk_id in whole or person in named:
            members[talk_id][person] = sees_after
    names = {
        pk: short_name(one.last_name, one.first_name, one.patronymic)
        for pk, one in Person.objects.in_bulk(named).items()
    }
    found: dict[str, Told] = {}
    for fact in facts:
        if row := messages.get(fact.message_id):
            talk, author = row.conversation, row.author
            readers = {one for one, after in members[talk.pk].items() if after < (row.number or 0)}
            name = short_name(author.last_name, author.first_name, author.patronymic)
            if talk.kind == Kind.PERSONAL:
                kind, thing, title, persons = ("message", f"{TALK}{talk.pk}", f"Сообщение: {name}", readers)
            elif talk.kind == Kind.ANNOUNCEMENTS:
                kind, thing, title, persons = ("announcement", f"{TALK}{talk.pk}:{row.pk}", "Объявление школы", readers)
            else:
                kind, thing, title, persons = (
                    "message",
                    f"{TALK}{talk.pk}:{row.pk}",
                    f"Вас упомянули: {shortened(talk.title, 100)}",
                    readers & set(fact.mentioned_ids),
                )
            found[thing] = Told(
                kind=kind,
                thing=thing,
                at=fact.at,
                title=title,
                text=shortened(as_words(row.text, names), 200) or "Файл",
                path=f"/chat/{talk.pk}/",
                zone=talk.school.time_zone,
                school_id=talk.school_id,
                persons=tuple(sorted(persons)),
                not_to=author.pk,
            )
    return list(found.values())


def complaints_told(facts: Sequence[ComplaintFiled | ComplaintDecided], day: date) -> list[Told]:
    """Complaints, to who decides on them; decisions, to who filed them."""
    ids = {fact.complaint_id for fact in facts}
    rows = Complaint.objects.filter(pk__in=ids).select_related("school")
    complaints = {row.pk: row for row in rows}
    deciders = people.deciders(rows, "school", OWN_COMPLAINT, day)
    found = []
    for fact in facts:
        if row := complaints.get(fact.complaint_id):
            decided = isinstance(fact, ComplaintDecided)
            found.append(
                Told(
                    kind="request",
                    thing=f"complaint:{row.pk}",
                    at=fact.at,
                    zone=row.school.time_zone,
                    school_id=row.school_id,
                    not_to=fact.actor_id,
                    title="Решение по вашей жалобе" if decided else f"Жалоба на сообщение № {row.pk}",
                    text=row.get_decision_display() if decided else row.get_reason_display(),
                    path="/chat/complaints/" if decided else f"/desk/complaints/{row.pk}/",
                    persons=(row.filed_by_id,) if decided else deciders[row.pk],
                )
            )
    return found


def no_longer_awaited(person_id: int, things: Sequence[str], at: datetime) -> set[str]:
    """Of these things the conversations that the person has read to their end, or has left: nothing of them need be sent."""
    talks = {thing: int(thing.removeprefix(TALK).split(":")[0]) for thing in things if thing.startswith(TALK)}
    if not talks:
        return set()
    unread = unread_talks(person_id, at).filter(conversation__in=set(talks.values()))
    awaited = set(unread.values_list("conversation", flat=True))
    return {thing for thing, talk in talks.items() if talk not in awaited}
