"""Keeping records and documents, and giving keys."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha1
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from myschool.files.actions import forget_files, keep_package
from myschool.files.received import Received
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.changes import Changes
from myschool.kernel.errors import Refusal
from myschool.records import facts
from myschool.records.access import NotWithThisKey, hash_of
from myschool.records.models import Record, RecordDocument, RecordedActivity, RecordFile, RecordKey
from myschool.records.rules.moments import in_words
from myschool.records.rules.places import folder_of, mark_of
from myschool.records.rules.statements import VOIDED, concerns, context_activities, told_alike

KEY_OF_PLAY_LASTS = timedelta(hours=12)
MOST_DOCUMENTS = 1000


class RecordConflict(Refusal):
    """Another record has this id, or a record may not be voided."""

    status = 409


class DocumentChanged(Refusal):
    """The document is not what the program has seen."""

    status = 412


class ConditionNeeded(Refusal):
    """A document that exists is replaced only by one who has seen it."""

    status = 409


class TooManyDocuments(Refusal):
    """One matter has more documents than content could mean."""

    def __init__(self) -> None:
        super().__init__(f"Документов об одном и том же не может быть больше {MOST_DOCUMENTS}.")


class DocumentRefused(Refusal):
    """A document cannot be merged into another."""


@dataclass(frozen=True)
class Secret:
    """A new key's name and its secret, to be shown once."""

    key: RecordKey
    secret: str


# Records


@transaction.atomic
def keep(
    *,
    statements: Sequence[Mapping[str, Any]],
    key: RecordKey,
    edition: str,
    authority: Mapping[str, Any],
    files: Mapping[str, Received] = {},
    at: datetime,
) -> list[UUID]:
    """Store statements that are right, all of them or none; answers their ids in order.

    A statement whose id is there already is left as it is if it says the same. `files` are what came with them, by
    hash.

    Raises:
        RecordConflict: an id is taken by another statement, or what shall be voided voids itself.
        NotWithThisKey: the key is of one play and a statement is about something else.
    """
    ids = [UUID(entry["id"]) if "id" in entry else uuid4() for entry in statements]
    if len(set(ids)) != len(ids):
        raise RecordConflict("В запросе две записи с одним id.")
    existing = {entry.uid: entry for entry in Record.objects.filter(scope=key.scope, uid__in=ids)}
    records = []
    for uid, statement in zip(ids, statements, strict=True):
        if uid in existing:
            if not told_alike(statement, existing[uid].statement):
                raise RecordConflict("Запись с таким id уже есть, и в ней сказано другое.")
            continue
        _must_fit(statement, key)
        records.append(_made(uid, statement, key, edition, authority, at))
    _tie(records, key.scope)
    Record.objects.bulk_create(records)
    _spread(records, key.scope)
    _keep_files(records, files, key, at)
    _learn([statement for statement in statements if "object" in statement], key.scope)
    if records:
        registration = str(key.registration or "")
        fact = facts.RecordsKept(
            **nobody(at), scope=key.scope, registration=registration, record_ids=[entry.pk for entry in records]
        )
        chronicle.write(fact)
    return ids


def _must_fit(statement: Mapping[str, Any], key: RecordKey) -> None:
    """A key of one play tells of that play and of that student."""
    if key.registration is None:
        return
    registration = statement.get("context", {}).get("registration", "")
    if registration.lower() != str(key.registration) or statement["actor"].get("account") != (key.agent or {}).get(
        "account"
    ):
        raise NotWithThisKey


def _made(
    uid: UUID, told: Mapping[str, Any], key: RecordKey, edition: str, authority: Mapping[str, Any], at: datetime
) -> Record:
    stored = in_words(at)
    statement = {
        **told,
        "id": str(uid),
        "stored": stored,
        "timestamp": told.get("timestamp", stored),
        "authority": dict(authority),
        "version": told.get("version", edition),
    }
    target = statement["object"]
    is_reference = target.get("objectType") == "StatementRef"
    return Record(
        scope=key.scope,
        uid=uid,
        statement=statement,
        target=UUID(target["id"]) if is_reference else None,
        marks=sorted(mark_of(key.scope, kind, value) for kind, value in concerns(statement)),
        stored_at=at,
    )


def _voids(record: Record) -> bool:
    return bool(record.statement["verb"]["id"] == VOIDED)


def _tie(made: Sequence[Record], scope: str) -> None:
    """What refers to a record is found by all that the record is found by, whichever came first; and voids it.

    Raises:
        RecordConflict: a record that voids another may not be voided itself.
    """
    near = {record.uid for record in made} | {record.target for record in made if record.target}
    there = {record.uid: record for record in Record.objects.filter(scope=scope, uid__in=near)}
    there |= {record.uid: record for record in made}
    about = Record.objects.filter(scope=scope, target__in=[record.uid for record in made])
    for record in made:
        target = there.get(record.target) if record.target else None
        if target and target.uid != record.uid:
            record.marks = sorted({*record.marks, *target.marks})
            if _voids(record):
                if _voids(target):
                    raise RecordConflict("Отмену записи отменить нельзя.")
                target.is_voided = True
    for other in about:
        target = there.get(other.target) if other.target else None
        if target and _voids(other) and not _voids(target):
            target.is_voided = True
    fresh = {record.uid for record in made}
    voided = [record.pk for record in there.values() if record.is_voided and record.uid not in fresh]
    Record.objects.filter(pk__in=voided).update(is_voided=True)


SPREAD = """
WITH RECURSIVE told (uid, marks) AS (
    SELECT uid, marks FROM records_record WHERE scope = %(scope)s AND uid = ANY(%(uids)s)
    UNION
    SELECT other.uid, told.marks FROM records_record other JOIN told ON other.target = told.uid
    WHERE other.scope = %(scope)s AND other.uid <> told.uid
), gained AS (SELECT uid, array_agg(DISTINCT mark) AS marks FROM told, unnest(told.marks) AS mark GROUP BY uid)
UPDATE records_record record SET marks = ARRAY(SELECT DISTINCT unnest(record.marks || gained.marks) ORDER BY 1)
FROM gained WHERE record.scope = %(scope)s AND record.uid = gained.uid AND NOT record.marks @> gained.marks
"""


def _spread(made: Sequence[Record], scope: str) -> None:
    """Let the records that came earlier and refer to these be found by them too."""
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"scope": scope, "uids": [record.uid for record in made]})


def _keep_files(made: Sequence[Record], files: Mapping[str, Received], key: RecordKey, at: datetime) -> None:
    wanted = [
        (record, attachment["sha2"].lower())
        for record in made
        for attachment in [*record.statement.get("attachments", ()), *record.statement["object"].get("attachments", ())]
        if attachment["sha2"].lower() in files
    ]
    if not wanted:
        return
    stored_files = keep_package(received=[files[sha2] for _, sha2 in wanted], owner_id=key.owner_id, at=at)
    RecordFile.objects.bulk_create(
        RecordFile(record=record, sha2=sha2, file=file)
        for (record, sha2), file in zip(wanted, stored_files, strict=True)
    )


def _learn(statements: Sequence[Mapping[str, Any]], scope: str) -> None:
    """Put together what statements say of activities."""
    named: dict[str, dict[str, Any]] = {}
    for statement in statements:
        target = statement["object"]
        kind = target.get("objectType", "Activity")
        inner = [target["object"]] if kind == "SubStatement" and "definition" in target["object"] else []
        for activity in [*([target] if kind == "Activity" else inner), *context_activities(statement)]:
            if activity.get("definition"):
                named[activity["id"]] = _merged(named.get(activity["id"], {}), activity["definition"])
    marks = {mark_of(scope, "activity", iri): iri for iri in named}
    there = {
        activity.mark: activity
        for activity in RecordedActivity.objects.select_for_update()
        .filter(scope=scope, mark__in=marks)
        .order_by("mark")
    }
    changed = []
    for mark, iri in sorted(marks.items()):
        existing = there.get(mark)
        definition = _merged(existing.definition if existing else {}, named[iri])
        if existing is None or existing.definition != definition:
            changed.append(RecordedActivity(scope=scope, mark=mark, iri=iri, definition=definition))
    RecordedActivity.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["scope", "mark"], update_fields=["definition"]
    )


def _merged(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with what is told now; words in other languages stay."""
    definition = {**known, **told}
    for name in ("name", "description", "extensions"):
        if name in known and name in told:
            definition[name] = {**known[name], **told[name]}
    return definition


# Documents


@transaction.atomic
def keep_document(
    *,
    folder: str,
    name: str,
    body: bytes,
    content_type: str,
    is_seen: str | None,
    is_new: bool,
    must_know: bool,
    merge: bool,
    at: datetime,
) -> None:
    """Write a document: instead of the one that is there, or (`merge`) its JSON properties into that one's.

    `is_seen` is the tag that the program has seen («*»: any), `is_new` that it expects none; with `must_know` one of
    the two is needed where a document is there.

    Raises:
        DocumentChanged: it has seen another one, or expects none where there is one.
        ConditionNeeded: it has not said what it has seen.
        DocumentRefused: the two cannot be merged.
        TooManyDocuments: there are a thousand already.
    """
    existing = RecordDocument.objects.select_for_update().filter(folder=folder, name=name).first()
    _must_match(existing, is_seen, is_new=is_new)
    if existing and must_know and is_seen is None and not is_new:
        raise ConditionNeeded(
            "Документ уже есть. Прочитайте его и пришлите If-Match с его меткой, или If-None-Match: *."
        )
    if existing is None and RecordDocument.objects.filter(folder=folder).count() >= MOST_DOCUMENTS:
        raise TooManyDocuments
    if merge and existing:
        body, content_type = _merged_document(existing, body, content_type)
    fields = {
        "body": body,
        "content_type": content_type,
        "tag": sha1(body, usedforsecurity=False).hexdigest(),
        "changed_at": at,
    }
    if existing:
        RecordDocument.objects.filter(pk=existing.pk).update(**fields)
    else:
        RecordDocument.objects.create(folder=folder, name=name, **fields)


def _must_match(known: RecordDocument | None, is_seen: str | None, *, is_new: bool) -> None:
    wrong = is_seen is not None and (known is None or (is_seen != "*" and known.tag not in is_seen))
    if wrong or (is_new and known is not None):
        raise DocumentChanged("Документ изменился с тех пор, как его прочитали. Прочитайте его ещё раз.")


def _merged_document(known: RecordDocument, body: bytes, content_type: str) -> tuple[bytes, str]:
    texts = (known.content_type, content_type)
    if not all(text.startswith("application/json") for text in texts):
        raise DocumentRefused("Дополнить можно только документ JSON документом JSON.")
    left, right = json.loads(bytes(known.body)), json.loads(body)
    if not isinstance(left, dict) or not isinstance(right, dict):
        raise DocumentRefused("Дополнить можно только объект JSON объектом JSON.")
    return json.dumps({**left, **right}, ensure_ascii=False).encode(), known.content_type


@transaction.atomic
def remove_documents(*, folder: str, name: str | None, is_seen: str | None) -> None:
    """Remove a document, or all of a folder.

    Raises:
        DocumentChanged: the program has seen another one.
    """
    documents = RecordDocument.objects.select_for_update().filter(folder=folder)
    if name is not None:
        documents = documents.filter(name=name)
        _must_match(documents.first(), is_seen, is_new=False)
    RecordDocument.objects.filter(pk__in=[document.pk for document in documents]).delete()


# Keys


@transaction.atomic
def make_key(*, title: str, secret: str = "", by: Actor, at: datetime) -> Secret:
    """Give a supplier's program a key to the supplier's own records; the same secret makes the same key."""
    secret = secret or secrets.token_urlsafe(32)
    if before := RecordKey.objects.filter(secret_hash=hash_of(secret), organisation=by.organisation_id).first():
        return Secret(before, secret)
    credential = _key(secret, scope=f"supplier:{by.organisation_id}", owner_id=by.person_id, title=title, at=at)
    RecordKey.objects.filter(pk=credential.key.pk).update(organisation=by.organisation_id)
    chronicle.write(facts.RecordKeyMade(**by.stamp(at), key_id=credential.key.pk))
    return credential


def make_key_of_play(
    *, scope: str, owner_id: int, registration: UUID, agent: Mapping[str, Any], at: datetime
) -> Secret:
    """Give a material that is being played a key to the records of that play; a fact tells of the play itself."""
    return _key(
        secrets.token_urlsafe(32),
        scope=scope,
        owner_id=owner_id,
        registration=registration,
        agent=dict(agent),
        at=at,
        expires_at=at + KEY_OF_PLAY_LASTS,
    )


def _key(secret: str, *, at: datetime, **told: Any) -> Secret:
    key = RecordKey.objects.create(name=secrets.token_urlsafe(16), secret_hash=hash_of(secret), made_at=at, **told)
    return Secret(key, secret)


@transaction.atomic
def end_key(*, key: RecordKey, by: Actor, at: datetime) -> None:
    """Let a key open nothing any more; nothing happens if it does not already."""
    if RecordKey.objects.filter(pk=key.pk, ended_at__isnull=True).update(ended_at=at):
        chronicle.write(facts.RecordKeyEnded(**by.stamp(at), key_id=key.pk))


@transaction.atomic
def sweep_keys(*, at: datetime) -> int:
    """Forget the keys of plays that have run out; answers how many."""
    gone, _ = RecordKey.objects.filter(expires_at__lt=at).delete()
    return gone


def pass_documents(
    *, scope: str, registration: UUID, activities: Sequence[str], old: str, new: str, changes: Changes
) -> None:
    """What content has kept of one person about a play is another's from now on; what that one has already stands."""
    for whose in _places(scope, registration, activities):
        there = RecordDocument.objects.filter(folder=whose(agent=new)).values("name")
        changes.update(
            RecordDocument.objects.filter(folder=whose(agent=old)).exclude(name__in=there), folder=whose(agent=new)
        )


@transaction.atomic
def forget_play(
    *, scope: str, registration: UUID, activities: Sequence[str], agents: Sequence[str], by: Actor, at: datetime
) -> None:
    """Delete a play's records with their files, and what content has kept of whoever played it."""
    folders = [whose(agent=agent) for whose in _places(scope, registration, activities) for agent in agents]
    RecordDocument.objects.filter(folder__in=folders).delete()
    RecordKey.objects.filter(scope=scope, registration=registration).delete()
    rows = Record.objects.filter(scope=scope, marks__contains=[mark_of(scope, "registration", str(registration))])
    file_ids = list(RecordFile.objects.filter(record__in=rows).values_list("file", flat=True))
    rows.delete()
    if file_ids:
        forget_files(file_ids=file_ids, by=by, at=at)


def _places(scope: str, registration: UUID, activities: Sequence[str]) -> Iterator[Callable[..., str]]:
    """Where documents of one `agent` lie: about each activity in this play and whenever, and about nothing else."""
    described = RecordedActivity.objects.filter(scope=scope).values_list("iri", flat=True)
    for activity in sorted({*activities, *described}):
        for play in (str(registration), ""):
            yield partial(folder_of, scope, "state", activity=activity, registration=play)
    yield partial(folder_of, scope, "agent_profile")
