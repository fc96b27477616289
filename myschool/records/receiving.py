"""Reading what a program sends to the store: statements with their attachments, filters, documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from myschool.files.actions import note_bytes
from myschool.files.gateways import scanner, store
from myschool.files.received import Received
from myschool.kernel.errors import Refusal
from myschool.records.models import RecordKey
from myschool.records.queries import Wanted
from myschool.records.rules import statements as rules
from myschool.records.rules.bodies import Part, json_of, parts_of
from myschool.records.rules.moments import moment_of
from myschool.records.rules.signatures import USAGE, check_signature

LARGEST_BODY = 20_000_000
LARGEST_DOCUMENT = 1_000_000
MOST_STATEMENTS = 1000
FILTERS = frozenset(
    [
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "format",
        "attachments",
        "ascending",
    ]
)
FORMATS = frozenset({"ids", "exact", "canonical"})


class RequestRefused(Refusal):
    """What arrived is not as the standard says."""


class TooBig(Refusal):
    """More than the store takes at once."""

    status = 413


@dataclass(frozen=True)
class Told:
    """Statements that are right, and the files that came with them, by hash."""

    statements: list[dict[str, Any]]
    is_list: bool
    files: Mapping[str, Received]


def body_of(request: HttpRequest, limit: int) -> bytes:
    """The whole body.

    Raises:
        TooBig: it is larger than that.
    """
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooBig(f"Слишком много за один раз: принимаем до {limit // 1_000_000} МБ.")
    return body


def told_by(request: HttpRequest, edition: str, at: datetime) -> Told:
    """The statements of a request; the bytes of their attachments are in the store afterwards.

    Raises:
        RequestRefused: naming the property that is wrong.
        TooBig: too many of them.
    """
    body = body_of(request, LARGEST_BODY)
    kind = request.headers.get("Content-Type", "")
    try:
        document, parts = parts_of(body, kind) if kind.startswith("multipart/mixed") else (body, [])
        if not kind.startswith(("multipart/mixed", "application/json")):
            raise rules.StatementRefused("Записи присылают как application/json или multipart/mixed.")
        read = json_of(document)
        statements = read if isinstance(read, list) else [read]
        if len(statements) > MOST_STATEMENTS:
            raise TooBig(f"Записей за один раз может быть до {MOST_STATEMENTS}.")
        for statement in statements:
            rules.check_statement(statement, edition)
        _check_parts(statements, {part.sha2: part for part in parts})
    except rules.StatementRefused as error:
        raise RequestRefused(str(error)) from error
    return Told(statements, isinstance(read, list), _kept(parts, at))


def _attachments(statement: Mapping[str, Any]) -> list[dict[str, Any]]:
    target = statement["object"]
    inner = target.get("attachments", []) if target.get("objectType") == "SubStatement" else []
    return [*statement.get("attachments", []), *inner]


def _check_parts(statements: list[dict[str, Any]], parts: Mapping[str, Part]) -> None:
    """Every attachment is there or has an address; every part belongs to one; signatures are right."""
    named = {attachment["sha2"].lower() for statement in statements for attachment in _attachments(statement)}
    if parts.keys() - named:
        raise rules.StatementRefused("Прислано приложение, о котором нет ни слова в записях.")
    for statement in statements:
        for attachment in _attachments(statement):
            part = parts.get(attachment["sha2"].lower())
            if part is None and ("fileUrl" not in attachment or attachment["usageType"] == USAGE):
                raise rules.StatementRefused("Приложение названо, но его нет ни в запросе, ни по адресу fileUrl.")
            if part and attachment["usageType"] == USAGE:
                check_signature(statement, part.body, attachment["contentType"])


def _kept(parts: list[Part], at: datetime) -> dict[str, Received]:
    files = {}
    for part in parts:
        if scanner().found_in([part.body]):
            raise RequestRefused("В приложении найден вирус. Мы ничего не записали.")
        stored = store().put([part.body])
        files[part.sha2] = Received(
            key=stored.key, name=part.sha2, content_type=part.content_type[:100], size=stored.size
        )
    note_bytes(keys=[file.key for file in files.values()], at=at)
    return files


def wanted_by(given: Mapping[str, str]) -> Wanted:
    """The filters of a query.

    Raises:
        RequestRefused: one is unknown or has no such value.
    """
    _no_others(given, FILTERS)
    marks: dict[str, str] = {}
    by_any_agent, by_any_activity = (_truth(given, f"related_{name}") for name in ("agents", "activities"))
    if "agent" in given:
        who = agent_in(given["agent"], anyone=True)
        marks["related_agent" if by_any_agent else "agent"] = rules.identity_of(who)
    if "activity" in given:
        marks["related_activity" if by_any_activity else "activity"] = iri_in(given, "activity")
    if "verb" in given:
        marks["verb"] = iri_in(given, "verb")
    if "registration" in given:
        marks["registration"] = str(uuid_in(given, "registration"))
    limit = given.get("limit", "0")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 10):
        raise RequestRefused("limit: нужно целое число от нуля.")
    form = given.get("format", "exact")
    if form not in FORMATS:
        raise RequestRefused("format: нужно ids, exact или canonical.")
    return Wanted(
        marks=marks,
        since=moment_in(given, "since"),
        until=moment_in(given, "until"),
        limit=int(limit),
        ascending=_truth(given, "ascending"),
        format=form,
        attachments=_truth(given, "attachments"),
    )


def _no_others(given: Mapping[str, str], known: frozenset[str]) -> None:
    if odd := sorted(given.keys() - known):
        raise RequestRefused(f"Параметр {odd[0]} здесь не бывает.")


def parameters(request: HttpRequest, *needed: str, also: tuple[str, ...] = ()) -> dict[str, str]:
    """The parameters of the address; all that are needed and no others than these.

    Raises:
        RequestRefused: one lacks, is empty, or is unknown.
    """
    params = {name: str(request.GET[name]) for name in request.GET}
    _no_others(params, frozenset(needed) | frozenset(also))
    for name in needed:
        if not params.get(name):
            raise RequestRefused(f"Нужен параметр {name}.")
    if any("\0" in value for value in params.values()):
        raise RequestRefused("В параметре нулевой байт.")
    return params


def _truth(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in ("true", "false"):
        raise RequestRefused(f"{name}: нужно true или false.")
    return value == "true"


def iri_in(given: Mapping[str, str], name: str) -> str:
    """An IRI among the parameters.

    Raises:
        RequestRefused: it is none.
    """
    if not rules.IRI.fullmatch(given[name]) or len(given[name]) > 2000:
        raise RequestRefused(f"{name}: нужен IRI со схемой, например https://…")
    return given[name]


def uuid_in(given: Mapping[str, str], name: str) -> UUID:
    """A UUID among the parameters.

    Raises:
        RequestRefused: it is none.
    """
    uid = rules.uuid_of(given[name])
    if uid is None:
        raise RequestRefused(f"{name}: нужен UUID.")
    return uid


def moment_in(given: Mapping[str, str], name: str) -> datetime | None:
    """A moment among the parameters; None if it is not there.

    Raises:
        RequestRefused: it is none.
    """
    if name not in given:
        return None
    # A plus sign in an address is a space.
    moment = moment_of(given[name].replace(" ", "+"))
    if moment is None:
        raise RequestRefused(f"{name}: нужны дата и время по ISO 8601.")
    return moment


def agent_in(text: str, *, anyone: bool = False) -> dict[str, Any]:
    """An agent among the parameters, or a group where `anyone` may stand.

    Raises:
        RequestRefused: it is none.
    """
    try:
        who = json_of(text.encode())
        (rules.agent_or_team if anyone else rules.agent)(who, "agent")
    except rules.StatementRefused as error:
        raise RequestRefused(str(error)) from error
    if not rules.identity_of(who):
        raise RequestRefused("agent: нужен идентификатор.")
    return dict(who)


def read_json(body: bytes) -> Any:
    """What a body says.

    Raises:
        RequestRefused: it is no JSON.
    """
    try:
        return json_of(body)
    except rules.StatementRefused as error:
        raise RequestRefused(str(error)) from error


def document_in(request: HttpRequest, *, merge: bool) -> tuple[bytes, str]:
    """A document's bytes and type; JSON is seen to be JSON.

    Raises:
        RequestRefused: it is not, or cannot be merged.
        TooBig: it is larger than a megabyte.
    """
    body = body_of(request, LARGEST_DOCUMENT)
    kind = request.headers.get("Content-Type", "") or "application/octet-stream"
    if kind.startswith("application/json"):
        document = read_json(body)
        if merge and not isinstance(document, dict):
            raise RequestRefused("Дополнить документ можно только объектом JSON.")
    return body, kind[:100]


def owner_of(key: RecordKey) -> str:
    """The identity of the student whose play a key is for; empty for a key that is not of one play."""
    return rules.identity_of(key.agent) if key.agent else ""


def as_json(told: Any) -> bytes:
    """An answer's JSON."""
    return json.dumps(told, ensure_ascii=False).encode()
