"""The list of one's conversations, finding in them, and whom one may write to."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from myschool.chat.access import CAPACITIES
from myschool.chat.models import Conversation, Membership
from myschool.chat.queries.pairs import PERMITTED, acquainted
from myschool.chat.rules.formatting import as_words
from myschool.kernel.actors import SCHOOL_STAFF, Actor
from myschool.kernel.statements import Statement
from myschool.kernel.text import shortened
from myschool.people.rules.names import short_name, sought_patterns

# An actor is in conversations in the capacity they act in; staff in the chosen school only.
PLACES = """
SELECT member.* FROM chat_places_at(%(at)s::timestamptz) member
WHERE member.person_id = %(person)s AND member.capacity = %(capacity)s
  AND (%(school)s::bigint IS NULL OR member.school_id = %(school)s)
"""
LIST = Statement(f"""
SELECT talk.id, talk.kind, talk.title, other.last_name, other.first_name, other.patronymic, organisation.short_name, school.time_zone,
       talk.last_at, greatest(talk.last_number - greatest(place.read_number, place.sees_after), 0), talk.closed_at IS NOT NULL,
       latest.text, latest.deleted_at IS NOT NULL, writer.last_name, writer.first_name, writer.patronymic, latest.author_id,
       ARRAY(SELECT latest.author_id WHERE latest.capacity = 'student'
             UNION SELECT held.person_id FROM chat_membership held
             WHERE held.conversation_id = talk.id AND held.person_id = other.person_id AND held.capacity = 'student')
FROM ({PLACES}) place
JOIN chat_conversation talk ON talk.id = place.conversation_id
JOIN schools_schools school ON school.school_id = talk.school_id
JOIN schools_organisations organisation ON organisation.organisation_id = talk.school_id
LEFT JOIN people_names other ON talk.kind = 'personal' AND other.person_id = CASE WHEN talk.lower_id = %(person)s THEN talk.upper_id ELSE talk.lower_id END
LEFT JOIN chat_message latest ON latest.conversation_id = talk.id AND latest.number = talk.last_number AND talk.last_number > place.sees_after
LEFT JOIN people_names writer ON writer.person_id = latest.author_id
ORDER BY talk.closed_at IS NOT NULL, talk.last_at DESC NULLS LAST, talk.id LIMIT 300
""")  # noqa: S608 - constants
UNREAD = Statement(f"""
SELECT count(*) FROM ({PLACES}) place JOIN chat_conversation talk ON talk.id = place.conversation_id
WHERE talk.closed_at IS NULL AND talk.last_number > greatest(place.read_number, place.sees_after)
""")  # noqa: S608 - constants
FOUND = Statement(rf"""
WITH asked AS (SELECT websearch_to_tsquery('russian', %(words)s) AS query)
SELECT message.conversation_id, talk.title, talk.kind, message.number, message.written_at, school.time_zone, author.last_name,
       author.first_name, author.patronymic,
       message.author_id, message.capacity,
       ts_headline('russian', regexp_replace(replace(replace(replace(message.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '@\[\d+\]', '@участник', 'g'), asked.query,
                   'StartSel=‹‹, StopSel=››, MaxWords=25, MinWords=10')
FROM asked, ({PLACES}) place
JOIN chat_conversation talk ON talk.id = place.conversation_id
JOIN schools_schools school ON school.school_id = talk.school_id
JOIN chat_message message ON message.conversation_id = place.conversation_id AND message.number > place.sees_after
JOIN people_names author ON author.person_id = message.author_id
WHERE message.deleted_at IS NULL AND message.words @@ asked.query
ORDER BY message.id DESC LIMIT 50
""")  # noqa: S608 - constants
CANDIDATES = Statement(
    "SELECT DISTINCT person.person_id, person.last_name, person.first_name, person.patronymic, other.capacity, person.sort_key FROM "  # noqa: S608 - constants
    + acquainted("%(person)s", "%(school)s")
    + f"""
JOIN people_names person ON person.person_id = other.person_id
WHERE one.capacity = %(capacity)s AND person.name_key ~ ALL (%(patterns)s::text[]) AND {PERMITTED}
ORDER BY person.sort_key, person.person_id LIMIT 30
"""
)
GATHERED = Statement(CANDIDATES.text.replace("LIMIT 30", "LIMIT 2000"))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A conversation in the list."""

    id: int
    title: str
    kind: str
    school: str
    zone: str
    last_at: datetime | None
    unread: int
    is_closed: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One's conversations."""

    title: str
    rows: list[Row]
    has_several_schools: bool
    q: str
    may_begin: bool
    student_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A message that was found."""

    id: int
    title: str
    number: int
    at: datetime
    zone: str
    author: str
    words: SafeString


def _asking(actor: Actor, at: datetime) -> dict[str, object]:
    capacity = CAPACITIES.get(actor.role) if actor.role else None
    return {"person": actor.person_id, "capacity": capacity, "school": actor.school_id, "at": at}


def list_page(actor: Actor, at: datetime) -> ListPage:
    """The actor's conversations, those with the latest messages first, closed ones last."""
    rows, students = [], set[int]()
    for (
        pk,
        kind,
        title,
        last,
        first,
        patronymic,
        school,
        zone,
        last_at,
        unread,
        is_closed,
        text,
        is_deleted,
        writer_last,
        writer_first,
        writer_patronymic,
        author_id,
        shown,
    ) in LIST.rows(_asking(actor, at)):
        words = ""
        if text is not None:
            said = "сообщение удалено" if is_deleted else shortened(as_words(text, {}), 90) or "файл"
            who = "вы" if author_id == actor.person_id else short_name(writer_last, writer_first, writer_patronymic)
            words = f"{who}: {said}"
        name = title or short_name(last or "", first or "", patronymic or "")
        students.update(shown)
        rows.append(
            Row(
                id=pk,
                title=name,
                kind=Conversation.Kind(kind).label,
                school=school,
                zone=zone,
                last_at=last_at,
                unread=unread,
                is_closed=is_closed,
                words=words,
            )
        )
    return ListPage(
        title="Чаты",
        rows=rows,
        has_several_schools=len({row.school for row in rows}) > 1,
        q="",
        may_begin=bool(rows),
        student_ids=sorted(students),
    )


def unread_count(actor: Actor, at: datetime) -> int:
    """In how many conversations something is unread."""
    row = UNREAD.row(_asking(actor, at))
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class FoundPage:
    """What was found in one's conversations."""

    title: str
    q: str
    hits: list[Hit]
    student_ids: list[int]


def found_page(actor: Actor, words: str, at: datetime) -> FoundPage:
    """Messages of the actor's conversations that have these words in any form, the latest first."""
    hits, students = [], set[int]()
    for pk, title, kind, number, written_at, zone, last, first, patronymic, author_id, capacity, text in FOUND.rows(
        {**_asking(actor, at), "words": words}
    ):
        # No < or > of the text's own is left in it.
        shown = mark_safe(text.replace("‹‹", "<mark>").replace("››", "</mark>"))  # noqa: S308 - the database has marked the words it found, in text that has no tags of its own
        name = title or Conversation.Kind(kind).label
        if capacity == Membership.Capacity.STUDENT:
            students.add(author_id)
        hits.append(
            Hit(
                id=pk,
                title=name,
                number=number,
                at=written_at,
                zone=zone,
                author=short_name(last, first, patronymic),
                words=shown,
            )
        )
    return FoundPage("Поиск в чатах", words, hits, sorted(students))


@dataclass(frozen=True)
class Candidate:
    """Somebody one may write to."""

    id: int
    name: str
    capacity: str


@dataclass(frozen=True, kw_only=True)
class CandidatesPage:
    """Whom one may write to, in one of one's schools."""

    title: str
    q: str
    schools: list[tuple[int, str]]
    school_id: int
    people: list[Candidate]
    may_make: bool
    student_ids: list[int]


def candidates_page(
    actor: Actor, schools: list[tuple[int, str]], school_id: int, typed: str, at: datetime
) -> CandidatesPage:
    """People whose name fits what was typed, with whom the actor shares a class or group and may talk."""
    capacities = {"student": "ученик", "guardian": "родитель", "staff": "сотрудник школы"}
    asking = {**_asking(actor, at), "school": school_id, "patterns": sought_patterns(typed)}
    rows = CANDIDATES.rows(asking) if school_id else []
    people = [
        Candidate(pk, " ".join(filter(None, (last, first, middle))), capacities[capacity])
        for pk, last, first, middle, capacity, _ in rows
    ]
    students = [row[0] for row in rows if row[4] == "student"]
    return CandidatesPage(
        title="Кому написать",
        q=typed,
        schools=schools,
        school_id=school_id,
        people=people,
        may_make=actor.role in SCHOOL_STAFF,
        student_ids=students,
    )


@dataclass(frozen=True)
class Gathering:
    """Whom one may take into a conversation, as a form's choices, and who of them are students."""

    choices: list[tuple[int, str]]
    student_ids: list[int]


def people_to_gather(actor: Actor, at: datetime) -> Gathering:
    """Whom a member of the staff may take into a conversation: the whole list, with each one's capacity."""
    capacities = {"student": "ученик", "guardian": "родитель", "staff": "сотрудник школы"}
    rows = GATHERED.rows({**_asking(actor, at), "patterns": []})
    choices = [
        (pk, f"{' '.join(filter(None, (last, first, middle)))}, {capacities[capacity]}")
        for pk, last, first, middle, capacity, _ in rows
    ]
    return Gathering(choices, [row[0] for row in rows if row[4] == "student"])


@dataclass(frozen=True)
class FormPage:
    """A page that is a form."""

    title: str
    button: str
