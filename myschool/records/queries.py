"""Finding records, and what else programs may ask of the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q

from myschool.kernel.actors import Actor
from myschool.records.access import own_keys
from myschool.records.models import Record, RecordDocument, RecordedActivity, RecordFile, RecordKey
from myschool.records.rules.places import mark_of
from myschool.records.rules.statements import as_list, minimal

MOST = 100
MOST_OF_PLAY = 5000
SALT = "records.more"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a program asks for: marks by kind, moments, an order, a shape."""

    marks: Mapping[str, str]
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    ascending: bool = False
    format: str = "exact"
    attachments: bool = False


@dataclass(frozen=True)
class RecordsPage:
    """Statements in order, and the rest of the address where the next ones are (empty: there are none)."""

    records: list[Record]
    more: str


def record(scope: str, uid: UUID, *, is_voided: bool) -> Record | None:
    """The record of an id, voided or not."""
    return Record.objects.filter(scope=scope, uid=uid, is_voided=is_voided).first()


def records(key: RecordKey, wanted: Wanted, after: tuple[str, int] | None = None) -> RecordsPage:
    """The next page of records: one statement of SQL, however many filters."""
    marks = [mark_of(key.scope, kind, value) for kind, value in wanted.marks.items()]
    if key.registration:
        marks.append(mark_of(key.scope, "registration", str(key.registration)))
    queryset = Record.objects.filter(scope=key.scope, is_voided=False)
    if marks:
        queryset = queryset.filter(marks__contains=marks)
    if wanted.since:
        queryset = queryset.filter(stored_at__gt=wanted.since)
    if wanted.until:
        queryset = queryset.filter(stored_at__lte=wanted.until)
    if after:
        moment, pk = datetime.fromisoformat(after[0]), after[1]
        beyond = (
            Q(stored_at__gt=moment) | Q(stored_at=moment, pk__gt=pk)
            if wanted.ascending
            else Q(stored_at__lt=moment) | Q(stored_at=moment, pk__lt=pk)
        )
        queryset = queryset.filter(beyond)
    order = ("stored_at", "pk") if wanted.ascending else ("-stored_at", "-pk")
    limit = min(wanted.limit or MOST, MOST)
    rows = list(queryset.order_by(*order)[: limit + 1])
    more = _cursor(wanted, rows[limit - 1]) if len(rows) > limit else ""
    return RecordsPage(rows[:limit], more)


def _cursor(wanted: Wanted, last: Record) -> str:
    state = [
        dict(wanted.marks),
        wanted.since and wanted.since.isoformat(),
        wanted.until and wanted.until.isoformat(),
        wanted.limit,
        wanted.ascending,
        wanted.format,
        wanted.attachments,
        [last.stored_at.isoformat(), last.pk],
    ]
    return signing.dumps(state, salt=SALT, compress=True)


def going_on(cursor: str) -> tuple[Wanted, tuple[str, int]] | None:
    """What an earlier page asked for and where it ended; None if the cursor is none of ours."""
    try:
        marks, since, until, limit, ascending, form, attachments, last = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    moments = [datetime.fromisoformat(moment) if moment else None for moment in (since, until)]
    return Wanted(
        marks=marks,
        since=moments[0],
        until=moments[1],
        limit=limit,
        ascending=ascending,
        format=form,
        attachments=attachments,
    ), (last[0], last[1])


def statements_of(scope: str, registration: UUID) -> list[dict[str, Any]]:
    """The statements of one registration that are not voided, the oldest first; a play has hundreds at most."""
    mark = mark_of(scope, "registration", str(registration))
    rows = Record.objects.filter(scope=scope, marks__contains=[mark], is_voided=False)
    return list(rows.order_by("stored_at", "pk").values_list("statement", flat=True)[:MOST_OF_PLAY])


def newest_at(key: RecordKey) -> datetime | None:
    """When the newest record of a scope was stored."""
    return (
        Record.objects.filter(scope=key.scope).order_by("-stored_at", "-pk").values_list("stored_at", flat=True).first()
    )


def files_of(found: list[Record]) -> list[RecordFile]:
    """The attachments of records, the same bytes once."""
    rows = RecordFile.objects.filter(record__in=[row.pk for row in found]).select_related("file").order_by("pk")
    return list({row.sha2: row for row in rows}.values())


def shaped(found: list[Record], form: str, scope: str, languages: list[str]) -> list[dict[str, Any]]:
    """Statements as asked for: «exact», «ids» or «canonical» (definitions as known best, in one language)."""
    statements = [entry.statement for entry in found]
    if form == "ids":
        return [minimal(entry) for entry in statements]
    if form != "canonical":
        return statements
    ids = {activity["id"] for statement in statements for activity in _activities(statement)}
    definitions = {
        entry.iri: entry.definition
        for entry in RecordedActivity.objects.filter(
            scope=scope, mark__in=[mark_of(scope, "activity", iri) for iri in ids]
        )
    }
    return [_canonical(entry, definitions, languages) for entry in statements]


def _activities(statement: Any) -> list[dict[str, Any]]:
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    activities = [target] if kind == "Activity" else _activities(target) if kind == "SubStatement" else []
    named = statement.get("context", {}).get("contextActivities", {})
    return [*activities, *(activity for value in named.values() for activity in as_list(value))]


def _canonical(told: Any, known: Mapping[str, Any], languages: list[str]) -> Any:
    """A copy with one language, and definitions as they are known."""
    if isinstance(told, list):
        return [_canonical(part, known, languages) for part in told]
    if not isinstance(told, dict):
        return told
    copy = {
        name: _in_one(value, languages)
        if name in ("display", "name", "description") and isinstance(value, dict)
        else value
        if name == "extensions"
        else _canonical(value, known, languages)
        for name, value in told.items()
    }
    if isinstance(told.get("id"), str) and told["id"] in known and told.get("objectType", "Activity") == "Activity":
        copy["definition"] = _canonical(known[told["id"]], {}, languages)
    return copy


def _in_one(words: Mapping[str, str], languages: list[str]) -> dict[str, str]:
    """A language map with the reader's best language only."""
    for wanted in languages:
        for tag, text in words.items():
            if tag.lower() == wanted or tag.lower().startswith(wanted + "-") or wanted == "*":
                return {tag: text}
    return dict(list(words.items())[:1])


def activity(scope: str, iri: str) -> dict[str, Any]:
    """All that is known of an activity."""
    row = RecordedActivity.objects.filter(scope=scope, mark=mark_of(scope, "activity", iri)).first()
    about = {"definition": row.definition} if row else {}
    return {"objectType": "Activity", "id": iri, **about}


def document(folder: str, name: str) -> RecordDocument | None:
    """A document by its name."""
    return RecordDocument.objects.filter(folder=folder, name=name).first()


def names_in(folder: str, since: datetime | None) -> list[str]:
    """The names of a folder's documents, perhaps only of those changed later."""
    documents = RecordDocument.objects.filter(folder=folder)
    if since:
        documents = documents.filter(changed_at__gt=since)
    return list(documents.order_by("name").values_list("name", flat=True))


# People's pages


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """A key as its owner sees it."""

    id: int
    title: str
    name: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class KeysPage:
    """A supplier's keys; `secret` is there once, when a key was just made."""

    title: str
    address: str
    keys: list[KeyLine]
    made: str = ""
    secret: str = ""


def keys_page(actor: Actor, address: str, made: str = "", secret: str = "") -> KeysPage:
    """The supplier's keys, the newest first."""
    lines = [
        KeyLine(id=key.pk, title=key.title, name=key.name, made_at=key.made_at, ended_at=key.ended_at)
        for key in own_keys(actor).order_by("-pk")[:100]
    ]
    return KeysPage(title="Хранилище учебных записей", address=address, keys=lines, made=made, secret=secret)
