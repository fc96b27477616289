"""A conversation as it is read: its messages, what has changed in it, who is in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from myschool.chat.access import is_muted
from myschool.chat.models import Conversation, Membership, Message
from myschool.chat.rules.formatting import as_html, as_words
from myschool.chat.rules.talking import SIGNS
from myschool.kernel.numbers import size_in_words
from myschool.kernel.statements import Statement
from myschool.kernel.text import plural, shortened
from myschool.people.rules.names import short_name

PAGE = 50
QUOTED = 120
KINDS = dict(Membership.Capacity.choices)

MESSAGES = """
SELECT message.id, message.number, message.version, message.author_id, author.last_name, author.first_name, author.patronymic,
       message.capacity, message.written_at, message.text, message.edited_at IS NOT NULL AS is_edited,
       message.deleted_at IS NOT NULL AS is_deleted, message.pinned_at IS NOT NULL AS is_pinned, replied.number AS replied_number,
       replied.text AS replied_text, replied.deleted_at IS NOT NULL AS is_replied_deleted, quoted.last_name AS quoted_last,
       quoted.first_name AS quoted_first, quoted.patronymic AS quoted_patronymic,
       (SELECT json_agg(json_build_array(sign, many, is_own) ORDER BY first) FROM (
           SELECT sign, count(*) AS many, bool_or(person_id = %(person)s) AS is_own, min(at) AS first FROM chat_reaction
           WHERE message_id = message.id GROUP BY sign) signs) AS signs,
       (SELECT json_agg(json_build_object('id', kept.id, 'name', stored.name, 'kind', stored.content_type, 'size', stored.size)
                        ORDER BY kept.id)
        FROM chat_messagefile kept JOIN files_stored stored ON stored.file_id = kept.file_id
        WHERE kept.message_id = message.id AND message.deleted_at IS NULL) AS files,
       (SELECT json_agg(json_build_array(called.person_id, called.last_name, called.first_name, called.patronymic))
        FROM chat_mention mention JOIN people_names called ON called.person_id = mention.person_id
        WHERE mention.message_id = message.id) AS called,
       message.due_at,
       ARRAY(SELECT said.author_id FROM (VALUES (message.author_id, message.capacity), (replied.author_id, replied.capacity))
                AS said (author_id, capacity) WHERE said.capacity = 'student'
             UNION SELECT place.person_id FROM chat_mention mention
                   JOIN chat_membership place ON place.conversation_id = message.conversation_id AND place.person_id = mention.person_id
             WHERE mention.message_id = message.id AND place.capacity = 'student') AS student_ids
FROM chat_message message
JOIN people_names author ON author.person_id = message.author_id
LEFT JOIN chat_message replied ON replied.id = message.reply_to_id
LEFT JOIN people_names quoted ON quoted.person_id = replied.author_id
WHERE {condition}
"""
# Nobody looks at what is drawn for all at once.
NOBODY = 0
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
# How many are in a conversation, and who. Families are shown the names of those who keep order, staff of all.
MEMBERS = Statement("""
WITH held AS MATERIALIZED (
    SELECT person_id, capacity, keeps_order FROM chat_places_at(%(at)s::timestamptz) WHERE conversation_id = %(talk)s
), counted AS (SELECT json_object_agg(capacity, many) AS counts FROM (SELECT capacity, count(*) AS many FROM held GROUP BY capacity) each)
SELECT counted.counts, person.person_id, person.last_name, person.first_name, person.patronymic, held.capacity, held.keeps_order
FROM counted LEFT JOIN (held JOIN people_names person ON person.person_id = held.person_id) ON %(all)s OR held.keeps_order
ORDER BY held.capacity DESC, person.sort_key, person.person_id LIMIT 2001
""")
HAVE_READ = Statement("""
SELECT person.person_id, person.last_name, person.first_name, person.patronymic, member.capacity,
       member.read_number >= %(number)s AS has_read
FROM chat_places_at(%(at)s::timestamptz) member JOIN people_names person ON person.person_id = member.person_id
WHERE member.conversation_id = %(talk)s AND member.person_id <> %(author)s ORDER BY person.sort_key, person.person_id
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
    size: str


@dataclass(frozen=True)
class Quoted:
    """The message that another answers."""

    number: int
    author: str
    words: str


@dataclass(frozen=True)
class Sign:
    """A reaction: how many have given it, and whether who looks is among them; never who they are."""

    sign: str
    count: int
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A message as anybody in the conversation sees it; who looks makes no difference, but to which signs are their own.

    `student_ids`: which students' words or names it shows.
    """

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
    student_ids: list[int]


def students_in(lines: Iterable[Line]) -> set[int]:
    """Which students' words or names these messages show."""
    return {student for line in lines for student in line.student_ids}


def line_of(row: Any, zone: str) -> Line:
    """A message from its row."""
    names = {part[0]: short_name(*part[1:]) for part in row.called or ()}
    reply = None
    if row.replied_number is not None:
        words = (
            "Сообщение удалено"
            if row.is_replied_deleted
            else shortened(as_words(row.replied_text, {}), QUOTED) or "Файл"
        )
        reply = Quoted(row.replied_number, short_name(row.quoted_last, row.quoted_first, row.quoted_patronymic), words)
    return Line(
        id=row.id,
        number=row.number or 0,
        version=row.version or 0,
        author_id=row.author_id,
        author=short_name(row.last_name, row.first_name, row.patronymic),
        capacity="" if row.capacity == Membership.Capacity.STUDENT else KINDS[row.capacity].lower(),
        written_at=row.written_at,
        day=f"{row.written_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}",
        html=mark_safe("" if row.is_deleted else as_html(row.text, names)),  # noqa: S308 - escaped there
        is_edited=row.is_edited,
        is_deleted=row.is_deleted,
        is_pinned=row.is_pinned,
        reply=reply,
        signs=[Sign(*part) for part in row.signs or ()],
        files=[_attached(file) for file in row.files or ()],
        zone=zone,
        due_at=row.due_at,
        student_ids=row.student_ids,
    )


def _attached(file: dict[str, Any]) -> Attached:
    return Attached(
        id=file["id"], name=file["name"], is_picture=file["kind"].startswith("image/"), size=size_in_words(file["size"])
    )


STATE = Statement("""
SELECT talk.version, school.time_zone FROM chat_conversation talk JOIN schools_schools school ON school.school_id = talk.school_id
WHERE talk.id = %(talk)s
""")
ONE = _messages("message.id = %(message)s LIMIT 1")


def state_of(conversation_id: int) -> tuple[int, str]:
    """A conversation's version and the zone of its school's clocks; version 0 where there is none."""
    row = STATE.row({"talk": conversation_id})
    return (row.version, row.time_zone) if row else (0, "Europe/Moscow")


def message_line(conversation_id: int, message_id: int, person_id: int) -> Line:
    """One message as it stands now, for a person."""
    _, zone = state_of(conversation_id)
    params = {"talk": conversation_id, "message": message_id, "person": person_id}
    return line_of(ONE.rows(params)[0], zone)


def changes_after(conversation_id: int, version: int, zone: str, person_id: int = NOBODY) -> list[Line]:
    """Messages that have changed after a version of the conversation, the earliest change first, a hundred at most."""
    params = {"talk": conversation_id, "after": version, "person": person_id}
    return [line_of(row, zone) for row in CHANGED.rows(params)]


@dataclass(frozen=True)
class Member:
    """Who is in a conversation."""

    id: int
    name: str
    capacity: str
    keeps_order: bool


@dataclass(frozen=True, kw_only=True)
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
    may_sign: bool
    cannot: str
    unread_after: int
    last_number: int
    key: UUID
    signs: tuple[str, ...]
    student_ids: list[int]


def talk_page(place: Membership, at: datetime, cannot: str = "", around: int | None = None) -> Talk:
    """A conversation with its latest messages, or with those around one."""
    talk, zone = place.conversation, place.conversation.school.time_zone
    is_staff = place.capacity == Membership.Capacity.STAFF
    params = {
        "talk": talk.pk,
        "sees": place.sees_after,
        "person": place.person_id,
        "number": around,
        "at": at,
        "all": _names_everybody(place),
    }
    rows = (LATEST if around is None else AROUND).rows(params)
    lines = [line_of(row, zone) for row in reversed(rows)]
    pinned = [line_of(row, zone) for row in PINNED.rows(params)]
    waiting = [line_of(row, zone) for row in WAITING.rows(params)]
    rows = MEMBERS.rows(params)
    members = _members(rows)
    looks = LOOKS.rows({"talk": talk.pk, "since": place.from_at})
    first = lines[0].number if lines else 0
    return Talk(
        title=title_of(place),
        id=talk.pk,
        kind=talk.kind,
        school=talk.school.organisation.short_name,
        zone=zone,
        position=talk.version,
        lines=lines,
        has_older=first > place.sees_after + 1,
        has_newer=bool(lines) and lines[-1].number < talk.last_number,
        first_number=first,
        pinned=pinned,
        waiting=waiting,
        members=members,
        summary=_summary(rows[0].counts or {}),
        keepers=", ".join(member.name for member in members if member.keeps_order),
        looks=[(row.at, row.complaint_id) for row in looks],
        person_id=place.person_id,
        keeps_order=place.keeps_order,
        is_staff=is_staff,
        may_pin=not cannot and (place.keeps_order or talk.kind == Conversation.Kind.PERSONAL),
        # Who only reads may answer by a sign all the same.
        may_sign=not (cannot and (place.may_write or talk.closed_at or is_muted(place, at))),
        cannot=cannot,
        unread_after=place.read_number,
        last_number=talk.last_number,
        key=uuid4(),
        signs=SIGNS,
        student_ids=sorted(_students(rows) | students_in([*lines, *pinned])),
    )


def _names_everybody(place: Membership) -> bool:
    kind = place.conversation.kind
    # Of the whole school's conversation the names are a page of their own.
    is_shown = place.capacity == Membership.Capacity.STAFF and kind != Conversation.Kind.ANNOUNCEMENTS
    return is_shown or kind == Conversation.Kind.PERSONAL


def students_of(place: Membership, at: datetime) -> set[int]:
    """The students whose conversation the member reads: those who are named to them as being in it."""
    return _students(MEMBERS.rows({"talk": place.conversation_id, "at": at, "all": _names_everybody(place)}))


def _students(rows: Sequence[Any]) -> set[int]:
    return {row.person_id for row in rows if row.capacity == Membership.Capacity.STUDENT}


def _members(rows: Sequence[Any]) -> list[Member]:
    return [
        Member(
            id=row.person_id,
            name=short_name(row.last_name, row.first_name, row.patronymic),
            capacity=KINDS[row.capacity].lower(),
            keeps_order=row.keeps_order,
        )
        for row in rows
        if row.person_id is not None
    ]


@dataclass(frozen=True, kw_only=True)
class MembersPage:
    """Everybody in a conversation, for the school's staff."""

    title: str
    talk_id: int
    summary: str
    members: list[Member]
    student_ids: list[int]


def members_page(place: Membership, at: datetime) -> MembersPage:
    """Who is in a conversation."""
    rows = MEMBERS.rows({"talk": place.conversation_id, "at": at, "all": True})
    students = sorted(_students(rows))
    title = f"Участники: {place.conversation.title or 'личная переписка'}"
    return MembersPage(
        title=title,
        talk_id=place.conversation_id,
        summary=_summary(rows[0].counts or {}),
        members=_members(rows),
        student_ids=students,
    )


def title_of(place: Membership) -> str:
    """What a conversation is called for one of its members."""
    return place.conversation.title or _other(place.conversation, place.person_id)


def _other(talk: Conversation, person_id: int) -> str:
    """The name of the other of a personal conversation's two."""
    other = talk.upper if talk.lower_id == person_id else talk.lower
    return short_name(other.last_name, other.first_name, other.patronymic) if other else ""


def _summary(counts: Mapping[str, int]) -> str:
    """«28 учеников, 3 сотрудника школы»."""
    words = {
        Membership.Capacity.STUDENT: ("ученик", "ученика", "учеников"),
        Membership.Capacity.GUARDIAN: ("родитель", "родителя", "родителей"),
        Membership.Capacity.STAFF: ("сотрудник школы", "сотрудника школы", "сотрудников школы"),
    }
    return ", ".join(
        f"{counts[capacity]} {plural(counts[capacity], *words[capacity])}" for capacity in words if capacity in counts
    )


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
    params = {"talk": place.conversation_id, "sees": place.sees_after, "number": number, "person": place.person_id}
    rows = OLDER.rows(params)
    lines = [line_of(row, zone) for row in reversed(rows)]
    first = lines[0].number if lines else 0
    return Older(lines, first > place.sees_after + 1, first, place.conversation_id)


@dataclass(frozen=True, kw_only=True)
class Readers:
    """How many have read a message; to staff also who, and who has not."""

    title: str
    has_names: bool
    read: list[str]
    unread: list[str]
    student_ids: list[int]


def readers_of_message(message: Message, at: datetime, *, has_names: bool) -> Readers:
    """Who of the others has read up to a message."""
    rows = HAVE_READ.rows(
        {"talk": message.conversation_id, "number": message.number, "author": message.author_id, "at": at}
    )
    names: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        names[row.has_read].append(short_name(row.last_name, row.first_name, row.patronymic))
    students = [row.person_id for row in rows if has_names and row.capacity == Membership.Capacity.STUDENT]
    return Readers(
        title=f"Прочитали {len(names[True])} из {len(rows)}",
        has_names=has_names,
        read=names[True] if has_names else [],
        unread=names[False] if has_names else [],
        student_ids=students,
    )


def due(at: datetime) -> Message | None:
    """A message whose time to be sent has come."""
    return (
        Message.objects.filter(number__isnull=True, deleted_at__isnull=True, due_at__lte=at).order_by("due_at").first()
    )
