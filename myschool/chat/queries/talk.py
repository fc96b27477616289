"""A conversation as it is read: its messages, what has changed in it, who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from myschool.chat.models import Conversation, Membership
from myschool.chat.rules.formatting import as_html, as_words
from myschool.chat.rules.talking import SIGNS
from myschool.kernel.statements import Statement
from myschool.kernel.text import plural, shortened
from myschool.people.rules import short_name

PAGE = 50
QUOTED = 120
KINDS = dict(Membership.Capacity.choices)

MESSAGES = """
SELECT message.id, message.number, message.version, message.author_id, author.last_name, author.first_name, author.patronymic,
       message.capacity, message.written_at, message.text, message.edited_at IS NOT NULL, message.deleted_at IS NOT NULL,
       message.pinned_at IS NOT NULL, replied.number, replied.text, replied.deleted_at IS NOT NULL, quoted.last_name, quoted.first_name,
       quoted.patronymic,
       (SELECT json_agg(json_build_array(sign, persons) ORDER BY first) FROM (
           SELECT sign, array_agg(person_id ORDER BY at) AS persons, min(at) AS first FROM chat_reaction
           WHERE message_id = message.id GROUP BY sign) signs),
       (SELECT json_agg(json_build_array(kept.id, stored.name, stored.content_type, stored.size) ORDER BY kept.id)
        FROM chat_messagefile kept JOIN files_storedfile stored ON stored.id = kept.file_id
        WHERE kept.message_id = message.id AND message.deleted_at IS NULL),
       (SELECT json_agg(json_build_array(called.id, called.last_name, called.first_name, called.patronymic))
        FROM chat_mention mention JOIN people_person called ON called.id = mention.person_id WHERE mention.message_id = message.id),
       message.due_at
FROM chat_message message
JOIN people_person author ON author.id = message.author_id
LEFT JOIN chat_message replied ON replied.id = message.reply_to_id
LEFT JOIN people_person quoted ON quoted.id = replied.author_id
WHERE {condition}
"""
OF = "message.conversation_id = %(talk)s AND "


def _messages(condition: str) -> Statement:
    return Statement(MESSAGES.format(condition=OF + condition))


# Limits are written out: the planner knows only what it reads.
LATEST = _messages(f"message.number > %(sees)s ORDER BY message.number DESC LIMIT {PAGE}")
OLDER = _messages(
    f"message.number < %(number)s AND message.number > %(sees)s ORDER BY message.number DESC LIMIT {PAGE}"
)
AROUND = _messages(
    "message.number BETWEEN %(number)s - 10 AND %(number)s + 40 AND message.number > %(sees)s ORDER BY message.number DESC LIMIT 51"
)
CHANGED = _messages("message.version > %(after)s ORDER BY message.version LIMIT 100")
PINNED = _messages(
    "message.pinned_at IS NOT NULL AND message.number > %(sees)s ORDER BY message.pinned_at DESC LIMIT 20"
)
WAITING = _messages(
    "message.author_id = %(person)s AND message.number IS NULL AND message.deleted_at IS NULL ORDER BY message.due_at, message.id LIMIT 50"
)
MEMBERS = Statement("""
SELECT person.id, person.last_name, person.first_name, person.patronymic, member.capacity, member.keeps_order, member.read_number
FROM chat_membership member JOIN people_person person ON person.id = member.person_id
WHERE member.conversation_id = %(talk)s AND member.to_at IS NULL ORDER BY member.capacity DESC, person.sort_key, person.id LIMIT 2001
""")
LOOKS = Statement("""
SELECT look.at, look.complaint_id FROM chat_moderatoraccess look WHERE look.conversation_id = %(talk)s AND look.at >= %(since)s
ORDER BY look.at DESC LIMIT 20
""")


@dataclass(frozen=True)
class Attached:
    """A file of a message."""

    id: int
    name: str
    is_picture: bool
    size: int


@dataclass(frozen=True)
class Quoted:
    """The message that another answers."""

    number: int
    author: str
    words: str


@dataclass(frozen=True)
class Sign:
    """A reaction, and by whom."""

    sign: str
    count: int
    persons: str


@dataclass(frozen=True)
class Line:
    """A message as anybody in the conversation sees it; who looks at it makes no difference."""

    id: int
    number: int
    version: int
    author_id: int
    author: str
    capacity: str
    written_at: datetime
    day: str
    html: SafeString
    is_edited: bool
    is_deleted: bool
    is_pinned: bool
    reply: Quoted | None
    signs: list[Sign]
    files: list[Attached]
    zone: str
    due_at: datetime | None


def line_of(row: Sequence[Any], zone: str) -> Line:
    """A message from its row."""
    (
        pk, number, version, author_id, last, first, patronymic, capacity, written_at, text, is_edited, is_deleted, is_pinned,
        replied, replied_text, replied_deleted, quoted_last, quoted_first, quoted_patronymic, signs, files, called, due_at,
    ) = row  # fmt: skip
    names = {one[0]: short_name(*one[1:]) for one in called or ()}
    reply = None
    if replied is not None:
        words = (
            "Сообщение удалено"
            if replied_deleted
            else shortened(as_words(replied_text, {}), QUOTED) or "Файл"
        )
        reply = Quoted(replied, short_name(quoted_last, quoted_first, quoted_patronymic), words)
    local = written_at.astimezone(ZoneInfo(zone))
    return Line(
        pk, number or 0, version or 0, author_id, short_name(last, first, patronymic),
        "" if capacity == Membership.Capacity.STUDENT else KINDS[capacity].lower(), written_at, f"{local:%Y-%m-%d}",
        mark_safe("" if is_deleted else as_html(text, names)),  # noqa: S308 - escaped there
        is_edited, is_deleted, is_pinned, reply,
        [Sign(sign, len(persons), " ".join(map(str, persons))) for sign, persons in signs or ()],
        [Attached(one, name, kind.startswith("image/"), size) for one, name, kind, size in files or ()], zone,
        due_at,
    )  # fmt: skip


STATE = Statement("""
SELECT talk.version, school.time_zone FROM chat_conversation talk JOIN schools_school school ON school.organisation_id = talk.school_id
WHERE talk.id = %(talk)s
""")
ONE = _messages("message.id = %(message)s LIMIT 1")


def state_of(conversation_id: int) -> tuple[int, str]:
    """A conversation's version and the zone of its school's clocks; version 0 where there is none."""
    row = STATE.row({"talk": conversation_id})
    return (row[0], row[1]) if row else (0, "Europe/Moscow")


def message_line(conversation_id: int, message_id: int) -> Line:
    """One message as it stands now."""
    _, zone = state_of(conversation_id)
    return line_of(ONE.rows({"talk": conversation_id, "message": message_id})[0], zone)


def changes_after(conversation_id: int, version: int, zone: str) -> list[Line]:
    """Messages that have changed after a version of the conversation, the earliest change first, a hundred at most."""
    return [line_of(row, zone) for row in CHANGED.rows({"talk": conversation_id, "after": version})]


@dataclass(frozen=True)
class Member:
    """Who is in a conversation."""

    id: int
    name: str
    capacity: str
    keeps_order: bool


@dataclass(frozen=True)
class Talk:
    """A conversation on the screen of one of its members.

    `position` is the version up to which the page has it. `closed` says why nobody writes, `cannot` why this member does not.
    `unread_after` is the last number they had read.
    """

    title: str
    id: int
    kind: str
    school: str
    zone: str
    position: int
    lines: list[Line]
    has_older: bool
    has_newer: bool
    first_number: int
    pinned: list[Line]
    waiting: list[Line]
    members: list[Member]
    summary: str
    keepers: str
    looks: list[tuple[datetime, int]]
    person_id: int
    keeps_order: bool
    is_staff: bool
    may_pin: bool
    cannot: str
    unread_after: int
    last_number: int
    key: UUID
    signs: tuple[str, ...]
    student_ids: list[int]


def talk_page(place: Membership, cannot: str, around: int | None = None) -> Talk:
    """A conversation with its latest messages, or with those around one."""
    talk, zone = place.conversation, place.conversation.school.time_zone
    asked = {"talk": talk.pk, "sees": place.sees_after, "person": place.person_id, "number": around}
    rows = (LATEST if around is None else AROUND).rows(asked)
    lines = [line_of(row, zone) for row in reversed(rows)]
    pinned = [line_of(row, zone) for row in PINNED.rows(asked)]
    waiting = [line_of(row, zone) for row in WAITING.rows(asked)]
    rows = MEMBERS.rows(asked)
    members = [
        Member(pk, short_name(last, first, middle), KINDS[capacity].lower(), keeps)
        for pk, last, first, middle, capacity, keeps, _ in rows
    ]
    looks = LOOKS.rows({"talk": talk.pk, "since": place.from_at})
    first = lines[0].number if lines else 0
    return Talk(
        talk.title or next((one.name for one in members if one.id != place.person_id), "Личная переписка"), talk.pk, talk.kind,
        talk.school.organisation.short_name, zone, talk.version, lines, first > place.sees_after + 1,
        bool(lines) and lines[-1].number < talk.last_number, first, pinned, waiting, members, _summary(members),
        ", ".join(one.name for one in members if one.keeps_order), [(row[0], row[1]) for row in looks], place.person_id,
        place.keeps_order, place.capacity == Membership.Capacity.STAFF,
        place.keeps_order or talk.kind == Conversation.Kind.PERSONAL, cannot, place.read_number, talk.last_number, uuid4(), SIGNS,
        _students(rows),
    )  # fmt: skip


def _students(rows: Sequence[Sequence[Any]]) -> list[int]:
    return [pk for pk, _, _, _, capacity, *_ in rows if capacity == Membership.Capacity.STUDENT]


def _summary(members: Sequence[Member]) -> str:
    """«28 учеников, 3 сотрудника школы»."""
    words = {
        "ученик": ("ученик", "ученика", "учеников"), "родитель": ("родитель", "родителя", "родителей"),
        "сотрудник школы": ("сотрудник школы", "сотрудника школы", "сотрудников школы"),
    }  # fmt: skip
    counts = {name: sum(one.capacity == name for one in members) for name in words}
    return ", ".join(f"{many} {plural(many, *words[name])}" for name, many in counts.items() if many)


@dataclass(frozen=True)
class Older:
    """Messages before a number."""

    lines: list[Line]
    has_older: bool
    first_number: int
    id: int


def older(place: Membership, number: int) -> Older:
    """The messages just before a number."""
    zone = place.conversation.school.time_zone
    rows = OLDER.rows({"talk": place.conversation_id, "sees": place.sees_after, "number": number})
    lines = [line_of(row, zone) for row in reversed(rows)]
    first = lines[0].number if lines else 0
    return Older(lines, first > place.sees_after + 1, first, place.conversation_id)


@dataclass(frozen=True)
class Readers:
    """Who has read a message, and who has not."""

    title: str
    read: list[str]
    unread: list[str]
    student_ids: list[int]


def readers_of_message(conversation_id: int, number: int, author_id: int) -> Readers:
    """Who of the others has read up to a message."""
    rows = [row for row in MEMBERS.rows({"talk": conversation_id}) if row[0] != author_id]
    read = [short_name(*row[1:4]) for row in rows if row[6] >= number]
    unread = [short_name(*row[1:4]) for row in rows if row[6] < number]
    return Readers(f"Прочитали {len(read)} из {len(rows)}", read, unread, _students(rows))
