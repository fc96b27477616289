"""What an xAPI statement may look like (xAPI 1.0.3 part 2, IEEE 9274.1.1 for 2.0).

A shape is a table of properties, each with its check. A check answers nothing and refuses with the path of what is
wrong. No property may be null, none may be there that the table does not know.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from myschool.records.rules.moments import duration_fits, moment_of

Json = Any
Check = Callable[[Json, str], None]
ONE, TWO = "1.0.3", "2.0.0"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}",
    re.IGNORECASE,
)
EDITION = re.compile(r"(?:1\.0(?:\.\d+)?|2\.0(?:\.\d+)?)")
MBOX = re.compile(r"mailto:[^@\s]+@[^@\s]+")
SHA1, SHA2 = re.compile(r"[0-9a-fA-F]{40}"), re.compile(r"[0-9a-fA-F]{56,128}")
MEDIA_TYPE = re.compile(r"[\w.+\-]+/[\w.+\-]+(?:\s*;.*)?")
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
RELATIONS = ("parent", "grouping", "category", "other")
INTERACTIONS = frozenset(
    [
        "true-false",
        "choice",
        "fill-in",
        "long-fill-in",
        "matching",
        "performance",
        "sequencing",
        "likert",
        "numeric",
        "other",
    ]
)


class StatementRefused(ValueError):
    """A statement that is not one; the message names the property."""


def refuse(path: str, words: str) -> None:
    """Refuse what stands at the path.

    Raises:
        StatementRefused: always.
    """
    raise StatementRefused(f"{path}: {words}.")


# Values


def text(value: Json, path: str) -> None:
    """A string."""
    if not isinstance(value, str):
        refuse(path, "нужна строка")


def truth(value: Json, path: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        refuse(path, "нужно true или false")


def number(value: Json, path: str) -> None:
    """A number; JSON's true is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(path, "нужно число")


def like(pattern: re.Pattern[str], words: str) -> Check:
    """A string of this pattern."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            refuse(path, words)

    return check


def one_of(words: frozenset[str]) -> Check:
    """One of these strings."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str) or value not in words:
            refuse(path, f"нужно одно из: {', '.join(sorted(words))}")

    return check


iri = like(IRI, "нужен IRI со схемой, например https://…")
language = like(LANGUAGE, "нужен код языка по RFC 5646, например ru")
media_type = like(MEDIA_TYPE, "нужен тип содержимого, например text/plain")


def identifier(value: Json, path: str) -> None:
    """A UUID in its usual form."""
    if not isinstance(value, str) or uuid_of(value) is None:
        refuse(path, "нужен UUID")


def uuid_of(value: str) -> UUID | None:
    """A UUID written with its hyphens; None if it is not."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
        return None
    return UUID(value)


def moment(value: Json, path: str) -> None:
    """A moment by ISO 8601."""
    if not isinstance(value, str) or moment_of(value) is None:
        refuse(path, "нужны дата и время по ISO 8601")


def duration(value: Json, path: str) -> None:
    """A length of time by ISO 8601."""
    if not isinstance(value, str) or not duration_fits(value):
        refuse(path, "нужна длительность по ISO 8601, например PT5M")


def many(check: Check) -> Check:
    """A list of such values."""

    def check_all(value: Json, path: str) -> None:
        if not isinstance(value, list):
            refuse(path, "нужен список")
        for place, element in enumerate(value):
            check(element, f"{path}[{place}]")

    return check_all


def mapping(key: Check, value: Check | None) -> Check:
    """An object whose keys are such; its values too, unless anything may stand there."""

    def check(told: Json, path: str) -> None:
        if not isinstance(told, dict):
            refuse(path, "нужен объект")
        for name, content in told.items():
            key(name, f"{path}.{name}")
            if value is not None:
                value(content, f"{path}.{name}")

    return check


words_by_language = mapping(language, text)
extensions = mapping(iri, None)


def shape(fields: Mapping[str, Check], *needed: str) -> Check:
    """An object with these properties and no others; those that are needed are there."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            refuse(path, "нужен объект")
        for name in needed:
            if name not in value:
                refuse(f"{path}.{name}", "обязательное свойство")
        for name, content in value.items():
            if name not in fields:
                refuse(f"{path}.{name}", "такого свойства здесь нет")
            if content is None:
                refuse(f"{path}.{name}", "null здесь не допускается")
            fields[name](content, f"{path}.{name}")

    return check


# Who

IDENTIFIED: dict[str, Check] = {
    "objectType": text,
    "name": text,
    "mbox": like(MBOX, "нужен адрес вида mailto:…@…"),
    "mbox_sha1sum": like(SHA1, "нужны 40 шестнадцатеричных знаков"),
    "openid": iri,
    "account": shape({"homePage": iri, "name": text}, "homePage", "name"),
}
_agent = shape(IDENTIFIED)


def _identifiers(value: Mapping[str, Json], path: str) -> int:
    count = sum(name in value for name in IDENTIFIERS)
    if count > 1:
        refuse(path, "несколько идентификаторов сразу; нужен один")
    return count


def agent(value: Json, path: str) -> None:
    """An Agent, known by exactly one identifier."""
    _agent(value, path)
    if value.get("objectType", "Agent") != "Agent":
        refuse(f"{path}.objectType", "нужно Agent")
    if not _identifiers(value, path):
        refuse(path, f"нужен один из идентификаторов: {', '.join(IDENTIFIERS)}")


_team = shape({**IDENTIFIED, "member": many(agent)}, "objectType")


def team(value: Json, path: str) -> None:
    """A Group: with an identifier of its own, or of members."""
    _team(value, path)
    if value["objectType"] != "Group":
        refuse(f"{path}.objectType", "нужно Group")
    if not _identifiers(value, path) and not value.get("member"):
        refuse(path, "группе без идентификатора нужны участники (member)")


def agent_or_team(value: Json, path: str) -> None:
    """An Agent or a Group."""
    is_team = isinstance(value, dict) and value.get("objectType") == "Group"
    (team if is_team else agent)(value, path)


# What

COMPONENTS = many(shape({"id": text, "description": words_by_language}, "id"))
COMPONENTS_OF = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
}
_definition = shape(
    {
        "name": words_by_language,
        "description": words_by_language,
        "type": iri,
        "moreInfo": iri,
        "extensions": extensions,
        "interactionType": one_of(INTERACTIONS),
        "correctResponsesPattern": many(text),
        **dict.fromkeys(("choices", "scale", "source", "target", "steps"), COMPONENTS),
    }
)


def definition(value: Json, path: str) -> None:
    """What an activity is; the parts of an interaction belong to its type."""
    _definition(value, path)
    kind = value.get("interactionType")
    parts = {name for name in ("choices", "scale", "source", "target", "steps") if name in value}
    if kind is None and (parts or "correctResponsesPattern" in value):
        refuse(f"{path}.interactionType", "обязательное свойство у задания с вариантами ответа")
    if parts - COMPONENTS_OF.get(str(kind), set()):
        refuse(path, f"у задания типа {kind} нет свойств {', '.join(sorted(parts))}")
    for name in parts:
        ids = [component["id"] for component in value[name]]
        if len(ids) != len(set(ids)):
            refuse(f"{path}.{name}", "id вариантов повторяются")


_activity = shape({"objectType": text, "id": iri, "definition": definition}, "id")
_reference = shape({"objectType": text, "id": identifier}, "objectType", "id")


def activity(value: Json, path: str) -> None:
    """An Activity."""
    _activity(value, path)
    if value.get("objectType", "Activity") != "Activity":
        refuse(f"{path}.objectType", "нужно Activity")


def reference(value: Json, path: str) -> None:
    """A StatementRef."""
    _reference(value, path)
    if value["objectType"] != "StatementRef":
        refuse(f"{path}.objectType", "нужно StatementRef")


def _activities(value: Json, path: str) -> None:
    """One activity or a list of them, as the standard lets it be written."""
    (many(activity) if isinstance(value, list) else activity)(value, path)


def _score(value: Json, path: str) -> None:
    shape(dict.fromkeys(("scaled", "raw", "min", "max"), number))(value, path)
    if not -1 <= value.get("scaled", 0) <= 1:
        refuse(f"{path}.scaled", "нужно число от −1 до 1")
    least, most = value.get("min"), value.get("max")
    if least is not None and most is not None and least >= most:
        refuse(path, "min должен быть меньше max")
    raw = value.get("raw")
    if raw is not None and ((least is not None and raw < least) or (most is not None and raw > most)):
        refuse(f"{path}.raw", "число вне границ min и max")


_result = shape(
    {
        "score": _score,
        "success": truth,
        "completion": truth,
        "response": text,
        "duration": duration,
        "extensions": extensions,
    }
)
CONTEXT: dict[str, Check] = {
    "registration": identifier,
    "instructor": agent_or_team,
    "team": team,
    "contextActivities": shape(dict.fromkeys(RELATIONS, _activities)),
    "revision": text,
    "platform": text,
    "language": language,
    "statement": reference,
    "extensions": extensions,
}


def _around(name: str, who: Check) -> Check:
    """A member of contextAgents or contextGroups (2.0)."""
    fields = {"objectType": one_of(frozenset({f"context{name}"})), name.lower(): who, "relevantTypes": many(iri)}

    def check(value: Json, path: str) -> None:
        shape(fields, "objectType", name.lower())(value, path)
        if "relevantTypes" in value and not value["relevantTypes"]:
            refuse(f"{path}.relevantTypes", "список пуст")

    return check


CONTEXT_OF = {
    ONE: shape(CONTEXT),
    TWO: shape(
        {**CONTEXT, "contextAgents": many(_around("Agent", agent)), "contextGroups": many(_around("Group", team))}
    ),
}
_attachment = shape(
    {
        "usageType": iri,
        "display": words_by_language,
        "description": words_by_language,
        "contentType": media_type,
        "length": number,
        "sha2": like(SHA2, "нужен SHA-2 шестнадцатеричными знаками"),
        "fileUrl": iri,
    },
    "usageType",
    "display",
    "contentType",
    "length",
    "sha2",
)


def _length_is_whole(value: Json, path: str) -> None:
    _attachment(value, path)
    if not isinstance(value["length"], int) or value["length"] < 0:
        refuse(f"{path}.length", "нужно целое число байт")


_verb = shape({"id": iri, "display": words_by_language}, "id")


def _target(edition: str, *, inside: bool) -> Check:
    """The object of a statement: an activity, an agent, a group, another statement or one that stands inside."""

    def check(value: Json, path: str) -> None:
        kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
        checks: dict[str, Check] = {"Activity": activity, "Agent": agent, "Group": team, "StatementRef": reference} | (
            {} if inside else {"SubStatement": _inner(edition)}
        )
        if kind not in checks:
            refuse(f"{path}.objectType", f"нужно одно из: {', '.join(checks)}")
        checks[kind](value, path)

    return check


def _fields(edition: str, *, inside: bool) -> dict[str, Check]:
    return {
        "actor": agent_or_team,
        "verb": _verb,
        "object": _target(edition, inside=inside),
        "result": _result,
        "context": CONTEXT_OF[edition],
        "timestamp": moment,
        "attachments": many(_length_is_whole),
    }


def _inner(edition: str) -> Check:
    fields = {"objectType": text, **_fields(edition, inside=True)}

    def check(value: Json, path: str) -> None:
        shape(fields, "objectType", "actor", "verb", "object")(value, path)
        _context_fits(value, path)

    return check


def _context_fits(value: Mapping[str, Json], path: str) -> None:
    """A revision and a platform belong to an activity only."""
    if value["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in value.get("context", {}):
            refuse(f"{path}.context.{name}", "это свойство бывает только у действий с Activity")


def _authority(value: Json, path: str) -> None:
    agent_or_team(value, path)
    if value.get("objectType") == "Group" and (
        len(value.get("member", ())) != 2 or any(name in value for name in IDENTIFIERS)
    ):
        refuse(path, "группа здесь — ровно два участника без своего идентификатора")


def check_statement(value: Json, edition: str) -> None:
    """See that a value is a statement of this edition.

    Raises:
        StatementRefused: naming the property that is wrong.
    """
    fields: dict[str, Check] = {
        "id": identifier,
        **_fields(edition, inside=False),
        "stored": moment,
        "authority": _authority,
        "version": like(EDITION, "нужна версия 1.0.x или 2.0.x"),
    }
    shape(fields, "actor", "verb", "object")(value, "statement")
    _context_fits(value, "statement")
    if value["verb"]["id"] == VOIDED and value["object"].get("objectType") != "StatementRef":
        refuse("statement.object", "отменяют другую запись: нужно StatementRef")


# What a statement concerns


def identity_of(who: Mapping[str, Json]) -> str:
    """The identifier of an agent or a group as one string; empty for an anonymous group."""
    for name in IDENTIFIERS:
        if name in who:
            identifier = who[name]
            return (
                f"{name}:{identifier['homePage']}|{identifier['name']}" if name == "account" else f"{name}:{identifier}"
            )
    return ""


def _people(who: Json) -> list[str]:
    if not isinstance(who, dict) or not ({*IDENTIFIERS, "member"} & who.keys()):
        return []
    return [
        identity for identity in (identity_of(who), *(identity_of(each) for each in who.get("member", ()))) if identity
    ]


def as_list(value: Json) -> Sequence[Json]:
    """A value, or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def context_activities(statement: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """The activities that a statement's context names."""
    named = statement.get("context", {}).get("contextActivities", {})
    return [activity for relation in RELATIONS if relation in named for activity in as_list(named[relation])]


def concerns(statement: Mapping[str, Json]) -> set[tuple[str, str]]:
    """What a statement can be found by: (kind, value), the kinds being the parameters of a query.

    «agent» and «activity» are those of the actor and the object; «related_…» are all that the statement names.
    """
    target, context = statement["object"], statement.get("context", {})
    kind = target.get("objectType", "Activity")
    near = [*_people(statement["actor"]), *(_people(target) if kind in ("Agent", "Group") else [])]
    far = [
        *near,
        *_people(statement.get("authority")),
        *_people(context.get("instructor")),
        *_people(context.get("team")),
    ]
    for name in ("contextAgents", "contextGroups"):
        for entry in context.get(name, ()):
            far += _people(entry.get("agent") or entry.get("group"))
    things = [target["id"]] if kind == "Activity" else []
    around = [*things, *(entry["id"] for entry in context_activities(statement))]
    pairs = {("verb", statement["verb"]["id"])}
    if kind == "SubStatement":
        inner = concerns(target)
        far += [value for name, value in inner if name == "related_agent"]
        around += [value for name, value in inner if name == "related_activity"]
    if "registration" in context:
        pairs.add(("registration", context["registration"].lower()))
    for name, values in (("agent", near), ("related_agent", far), ("activity", things), ("related_activity", around)):
        pairs |= {(name, value) for value in values}
    return pairs


def told_alike(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Whether two statements with one id say the same, apart from what a store adds to them."""
    added = {"stored", "authority", "version", "id"}
    left, right = (
        {name: value for name, value in statement.items() if name not in added} for statement in (one, other)
    )
    if "timestamp" not in one or "timestamp" not in other:
        left.pop("timestamp", None)
        right.pop("timestamp", None)
    return left == right


def minimal(value: Json) -> Json:
    """A statement with nothing but identifiers: the «ids» format."""
    if not isinstance(value, dict):
        return value
    copy = dict(value)
    for name in ("actor", "authority"):
        if name in copy:
            copy[name] = _bare(copy[name])
    if "verb" in copy:
        copy["verb"] = {"id": copy["verb"]["id"]}
    target = copy.get("object")
    if isinstance(target, dict):
        inner = target.get("objectType") == "SubStatement"
        copy["object"] = minimal(target) if inner else _bare(target)
    if "context" in copy:
        context = dict(copy["context"])
        for name in ("instructor", "team"):
            if name in context:
                context[name] = _bare(context[name])
        if "contextActivities" in context:
            context["contextActivities"] = {
                relation: [_bare(activity) for activity in as_list(activities)]
                for relation, activities in context["contextActivities"].items()
            }
        copy["context"] = context
    return copy


def _bare(one: Mapping[str, Json]) -> Json:
    fields = {name: value for name, value in one.items() if name in ("objectType", "id", *IDENTIFIERS)}
    if not (fields.keys() - {"objectType"}) and "member" in one:
        fields["member"] = [_bare(each) for each in one["member"]]
    return fields
