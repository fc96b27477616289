"""The list of one's conversations, finding in them, and whom one may write to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
SELECT talk.id, talk.kind, talk.title, other.last_name AS other_last, other.first_name AS other_first,
       other.patronymic AS other_patronymic, organisation.short_name AS school, school.time_zone, talk.last_at,
       greatest(talk.last_number - greatest(place.read_number, place.sees_after), 0) AS unread,
       talk.closed_at IS NOT NULL AS is_closed, latest.text, latest.deleted_at IS NOT NULL AS is_deleted, latest.author_id,
       writer.last_name AS writer_last, writer.first_name AS writer_first, writer.patronymic AS writer_patronymic,
       ARRAY(SELECT latest.author_id WHERE latest.capacity = 'student'
             UNION SELECT held.person_id FROM chat_membership held
             WHERE held.conversation_id = talk.id AND held.person_id = other.person_id AND held.capacity = 'student') AS student_ids
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
                   'StartSel=‹‹, StopSel=››, MaxWords=25, MinWords=10') AS shown
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
    for row in LIST.rows(_asking(actor, at)):
        words = ""
        if row.text is not None:
            preview = "сообщение удалено" if row.is_deleted else shortened(as_words(row.text, {}), 90) or "файл"
            writer = short_name(row.writer_last, row.writer_first, row.writer_patronymic)
            words = f"{'вы' if row.author_id == actor.person_id else writer}: {preview}"
        students.update(row.student_ids)
        rows.append(
            Row(
                id=row.id,
                title=row.title or short_name(row.other_last or "", row.other_first or "", row.other_patronymic or ""),
                kind=Conversation.Kind(row.kind).label,
                school=row.school,
                zone=row.time_zone,
                last_at=row.last_at,
                unread=row.unread,
                is_closed=row.is_closed,
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
    for row in FOUND.rows({**_asking(actor, at), "words": words}):
        # No < or > of the text's own is left in it.
        shown = mark_safe(row.shown.replace("‹‹", "<mark>").replace("››", "</mark>"))  # noqa: S308 - the database has marked the words it found, in text that has no tags of its own
        if row.capacity == Membership.Capacity.STUDENT:
            students.add(row.author_id)
        hits.append(
            Hit(
                id=row.conversation_id,
                title=row.title or Conversation.Kind(row.kind).label,
                number=row.number,
                at=row.written_at,
                zone=row.time_zone,
                author=short_name(row.last_name, row.first_name, row.patronymic),
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
    people = [Candidate(row.person_id, _full(row), capacities[row.capacity]) for row in rows]
    students = [row.person_id for row in rows if row.capacity == "student"]
    return CandidatesPage(
        title="Кому написать",
        q=typed,
        schools=schools,
        school_id=school_id,
        people=people,
        may_make=actor.role in SCHOOL_STAFF,
        student_ids=students,
    )


def _full(row: Any) -> str:
    return " ".join(filter(None, (row.last_name, row.first_name, row.patronymic)))


@dataclass(frozen=True)
class Gathering:
    """Whom one may take into a conversation, as a form's choices, and who of them are students."""

    choices: list[tuple[int, str]]
    student_ids: list[int]


def people_to_gather(actor: Actor, at: datetime) -> Gathering:
    """Whom a member of the staff may take into a conversation: the whole list, with each one's capacity."""
    capacities = {"student": "ученик", "guardian": "родитель", "staff": "сотрудник школы"}
    rows = GATHERED.rows({**_asking(actor, at), "patterns": []})
    choices = [(row.person_id, f"{_full(row)}, {capacities[row.capacity]}") for row in rows]
    return Gathering(choices, [row.person_id for row in rows if row.capacity == "student"])


@dataclass(frozen=True)
class FormPage:
    """A page that is a form."""

    title: str
    button: str
