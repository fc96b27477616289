"""What xAPI requires of a store, requirement by requirement: 1.0.3 parts 2 and 3, and what 2.0 changes.

The conformance suite of the standard's keepers is not among the packages of any registry, so these are written from
the standard's text. Each is a name and a function that fails where the store does.
"""

import base64
import json
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from myschool.records.rules.statements import ONE, TWO
from myschool.records.tests.makers import ACTIVITY, AGENT, OTHER, VERB, Program, statement, voiding

Sides = dict[str, list[Any]]
REQUIREMENTS: dict[str, Any] = {}
IRIS: Sides = {
    "wrong": ["no scheme", "", 5, "a b:c", ["http://a"]],
    "right": ["https://example.org/ы", "urn:uuid:5", "tag:a,2026:b"],
}
TEXTS: Sides = {"wrong": [5, True, {}, ["a"]], "right": ["", "слова"]}
MAPS: Sides = {
    "wrong": ["слова", {"русский язык": "a"}, {"ru": 5}, ["ru"], {"a": "b"}],
    "right": [{}, {"ru": "a", "en-GB": "b", "zh-Hans": "c"}],
}
UUIDS: Sides = {"wrong": ["5", 5, "{" + str(uuid4()) + "}", uuid4().hex], "right": [str(uuid4()), str(uuid4()).upper()]}
MOMENTS: Sides = {
    "wrong": [
        "вчера",
        5,
        "2026-11-27",
        "2026-13-01T00:00:00Z",
        "2026-11-27T10:00:00-00:00",
        "2026-11-27T10:00:00-0000",
        "2026-11-27T10:00:00-00",
    ],
    "right": [
        "2026-11-27T10:00:00Z",
        "2026-11-27T10:00:00.123456Z",
        "2026-11-27T10:00:00+03:00",
        "2026-11-27T10:00:00+0300",
    ],
}
DURATIONS: Sides = {
    "wrong": ["5 минут", 5, "P", "PT", "PT5", "1H"],
    "right": ["PT5M", "P1Y2M3DT4H5M6.75S", "P2W", "PT0S"],
}
TRUTHS: Sides = {"wrong": ["true", 1, {}], "right": [True, False]}
EXTENSIONS: Sides = {
    "wrong": ["a", {"plain": 1}, [1]],
    "right": [{}, {"https://example.org/x": None}, {"https://example.org/x": {"a": [1, None]}}],
}
AGENTS: Sides = {
    "wrong": [
        {},
        "Вера",
        {"objectType": "Agent"},
        {"mbox": "a@example.org"},
        {"mbox": 5},
        {"mbox_sha1sum": "abc"},
        {"openid": "a"},
        {"account": {"name": "1"}},
        {"account": {"homePage": "https://a.ru/"}},
        {"account": {"homePage": "a", "name": "1"}},
        {"account": "1"},
        {"mbox": "mailto:a@example.org", "openid": "https://a.ru/"},
        {**AGENT, "objectType": "agent"},
        {"objectType": "Activity", "mbox": "mailto:a@example.org"},
        {"name": 5, "mbox": "mailto:a@example.org"},
        {"mbox": "mailto:a@example.org", "odd": 1},
        {"mbox": None},
        {"mbox": "mailto:a@example.org", "name": None},
    ],
    "right": [
        {"mbox": "mailto:a@example.org"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://a.ru/"},
        AGENT,
        {"objectType": "Agent", "name": "", "mbox": "mailto:a@example.org"},
    ],
}
TEAMS: Sides = {
    "wrong": [
        {"objectType": "Group"},
        {"objectType": "Group", "member": []},
        {"objectType": "Group", "member": AGENT},
        {"objectType": "Group", "member": [{"objectType": "Group", "member": [AGENT]}]},
        {"objectType": "Group", "member": [{}]},
        {"objectType": "Group", "mbox": "mailto:a@example.org", "openid": "https://a.ru/"},
    ],
    "right": [
        {"objectType": "Group", "member": [AGENT, OTHER]},
        {"objectType": "Group", "mbox": "mailto:a@example.org"},
        {"objectType": "Group", "name": "Класс", "account": AGENT["account"], "member": [OTHER]},
    ],
}
WHO: Sides = {side: AGENTS[side][: -1 if side == "wrong" else None] + TEAMS[side] for side in AGENTS}
ACTIVITIES: Sides = {
    "wrong": [
        {},
        {"id": 5},
        {"id": "a b"},
        {"id": ACTIVITY, "odd": 1},
        {"id": ACTIVITY, "definition": "a"},
        {"objectType": "activity", "id": ACTIVITY},
    ],
    "right": [{"id": ACTIVITY}, {"objectType": "Activity", "id": ACTIVITY, "definition": {}}],
}
PARTS = [{"id": "a", "description": {"ru": "А"}}, {"id": "b"}]
INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
DEFINITIONS: Sides = {
    "wrong": [
        {"interactionType": "puzzle"},
        {"choices": PARTS},
        {"interactionType": "true-false", "choices": PARTS},
        {"odd": 1},
        {"interactionType": "choice", "choices": [{"description": {"ru": "А"}}]},
        {"interactionType": "choice", "choices": [PARTS[1]] * 2},
        {"interactionType": "choice", "choices": PARTS, "correctResponsesPattern": "a"},
        {"correctResponsesPattern": ["a"]},
        {"interactionType": "matching", "steps": PARTS},
        {"interactionType": "choice", "choices": "a"},
    ],
    "right": [
        {"type": INTERACTION, "interactionType": "choice", "choices": PARTS, "correctResponsesPattern": ["a[,]b"]},
        {"interactionType": "likert", "scale": PARTS},
        {"interactionType": "matching", "source": PARTS, "target": PARTS},
        {"interactionType": "performance", "steps": PARTS},
        {"interactionType": "sequencing", "choices": PARTS},
        {"interactionType": "fill-in", "correctResponsesPattern": ["a"]},
        {"interactionType": "numeric"},
        {"interactionType": "other"},
    ],
}
SCORES: Sides = {
    "wrong": [
        {"scaled": 1.1},
        {"scaled": -1.1},
        {"scaled": "1"},
        {"raw": "5"},
        {"raw": 5, "max": 4},
        {"raw": 1, "min": 2},
        {"min": 5, "max": 5},
        {"odd": 1},
        {"scaled": True},
        5,
        {"raw": None},
    ],
    "right": [{}, {"scaled": -1}, {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, {"raw": -3.5}],
}
REFERENCES: Sides = {
    "wrong": [
        {"objectType": "StatementRef"},
        {"objectType": "StatementRef", "id": "5"},
        {"objectType": "StatementRef", "id": str(uuid4()), "odd": 1},
    ],
    "right": [{"objectType": "StatementRef", "id": str(uuid4())}],
}
INNER = {"objectType": "SubStatement", **statement()}
INNERS: Sides = {
    "wrong": [
        {"objectType": "SubStatement"},
        {**INNER, "id": str(uuid4())},
        {**INNER, "stored": "2026-11-27T10:00:00Z"},
        {**INNER, "version": ONE},
        {**INNER, "authority": AGENT},
        {**INNER, "object": INNER},
        {**INNER, "actor": {}},
        {"objectType": "Substatement", **statement()},
    ],
    "right": [
        INNER,
        {**INNER, "object": REFERENCES["right"][0]},
        {**INNER, "result": {"success": True}, "timestamp": "2026-11-27T10:00:00Z"},
    ],
}
# Where in a statement, and what may and may not stand there.
PROPERTIES: dict[str, Sides] = {
    "id": {"wrong": UUIDS["wrong"], "right": []},
    "actor": WHO,
    "verb": {"wrong": [{}, "a", {"id": VERB, "odd": 1}], "right": [{"id": VERB}]},
    "verb.id": IRIS,
    "verb.display": MAPS,
    "object": {
        side: [
            *ACTIVITIES[side],
            *({"objectType": "Agent", **one} for one in AGENTS[side][2:9]),
            *TEAMS[side],
            *REFERENCES[side],
            *INNERS[side],
        ]
        for side in ("wrong", "right")
    },
    "object.id": IRIS,
    "object.definition": DEFINITIONS,
    "object.definition.name": MAPS,
    "object.definition.description": MAPS,
    "object.definition.type": IRIS,
    "object.definition.moreInfo": IRIS,
    "object.definition.extensions": EXTENSIONS,
    "result": {"wrong": ["a", {"odd": 1}, [1]], "right": [{}]},
    "result.score": SCORES,
    "result.success": TRUTHS,
    "result.completion": TRUTHS,
    "result.response": TEXTS,
    "result.duration": DURATIONS,
    "result.extensions": EXTENSIONS,
    "context": {"wrong": ["a", {"odd": 1}, [1]], "right": [{}]},
    "context.registration": UUIDS,
    "context.instructor": WHO,
    "context.team": TEAMS,
    "context.contextActivities": {
        "wrong": [{"parents": []}, "a", {"parent": "a"}, {"parent": [{"id": 5}]}],
        "right": [{}, {"parent": {"id": ACTIVITY}}],
    },
    **{
        f"context.contextActivities.{name}": {"wrong": [{}, ["a"]], "right": [[], [{"id": ACTIVITY}], {"id": ACTIVITY}]}
        for name in ("parent", "grouping", "category", "other")
    },
    "context.revision": TEXTS,
    "context.platform": TEXTS,
    "context.language": {"wrong": [5, "русский", "r"], "right": ["ru", "en-US"]},
    "context.statement": REFERENCES,
    "context.extensions": EXTENSIONS,
    "timestamp": MOMENTS,
    "stored": MOMENTS,
    "authority": {
        "wrong": [{}, {"objectType": "Group", "member": [AGENT]}, {"objectType": "Group", "member": [AGENT] * 3}],
        "right": [AGENT],
    },
    "version": {"wrong": ["1.1", "0.9.5", 1], "right": ["1.0.0", "1.0.9"]},
    "odd": {"wrong": [1], "right": []},
    "Actor": {"wrong": [AGENT], "right": []},
    "result.score.scaled": {"wrong": [None], "right": [0]},
    "context.platform ": {"wrong": [1], "right": []},
    "attachments": {
        "wrong": [
            "a",
            [{}],
            [{"usageType": "https://a.ru/u", "display": {"ru": "а"}, "contentType": "a/b", "length": 1}],
        ],
        "right": [[]],
    },
}


def required(words):
    """A requirement of these words."""

    def added(run):
        assert words not in REQUIREMENTS, words
        REQUIREMENTS[words] = run
        return run

    return added


def _checked(path, value, status):
    def run(program):
        answer = program.ask(
            "POST", "statements", statement({path.strip(): value} if path.strip() == path else {path: value})
        )
        assert answer.status_code == status, (answer.status_code, answer.content.decode())

    return run


for _path, _sides in PROPERTIES.items():
    for _side, _status in (("wrong", 400), ("right", 200)):
        for _number, _value in zip(count(1), _sides[_side], strict=False):
            required(f"{_path} {_side} {_number}: {json.dumps(_value)[:80]}")(_checked(_path, _value, _status))
for _path in ("actor", "verb", "object", "verb.id"):
    required(f"{_path} must be there")(_checked(_path, ..., 400))
for _path in ("actor", "verb", "object", "result", "context", "timestamp", "context.team"):
    required(f"{_path} may not be null")(_checked(_path, None, 400))
for _name in ("revision", "platform"):
    required(f"context.{_name} only beside an activity")(
        lambda program, name=_name: refused(program, statement({"object": AGENT, f"context.{name}": "1"}))
    )


def refused(program, told, status=400):
    answer = program.ask("POST", "statements", told)
    assert answer.status_code == status, (answer.status_code, answer.content.decode())


def found(program, **query):
    answer = program.ask("GET", "statements", **query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["statements"]


# Statements over HTTP


@required("POST answers the ids in order")
def _(program):
    ids = [str(uuid4()), str(uuid4())]
    assert program.ask("POST", "statements", [statement(id=uid) for uid in ids]).json() == ids


@required("one statement alone is answered with a list of its id")
def _(program):
    assert len(program.ask("POST", "statements", statement()).json()) == 1


@required("a batch with one wrong statement stores none")
def _(program):
    uid = str(uuid4())
    refused(program, [statement(id=uid), statement({"actor": ...})])
    assert program.ask("GET", "statements", statementId=uid).status_code == 404


@required("a batch with one id twice is refused")
def _(program):
    uid = str(uuid4())
    assert program.ask("POST", "statements", [statement(id=uid), statement(id=uid)]).status_code in (400, 409)


@required("PUT stores under its id and answers nothing")
def _(program):
    uid = str(uuid4())
    answer = program.ask("PUT", "statements", statement(), statementId=uid)
    assert (answer.status_code, answer.content) == (204, b"")
    assert program.ask("GET", "statements", statementId=uid).json()["id"] == uid


@required("PUT needs an id")
def _(program):
    assert program.ask("PUT", "statements", statement()).status_code == 400


@required("PUT with another id inside is refused")
def _(program):
    assert program.ask("PUT", "statements", statement(id=str(uuid4())), statementId=str(uuid4())).status_code == 400


@required("PUT takes one statement")
def _(program):
    assert program.ask("PUT", "statements", [statement()], statementId=str(uuid4())).status_code == 400


for _method in ("PUT", "POST"):

    @required(f"{_method} again with the same changes nothing")
    def _(program, method=_method):
        uid = str(uuid4())
        query = {"statementId": uid} if method == "PUT" else {}
        first = program.ask(method, "statements", statement(id=uid), **query)
        before = found(program)
        assert program.ask(method, "statements", statement(id=uid), **query).status_code == first.status_code
        assert found(program) == before

    @required(f"{_method} again with another is a conflict and changes nothing")
    def _(program, method=_method):
        uid = str(uuid4())
        query = {"statementId": uid} if method == "PUT" else {}
        program.ask(method, "statements", statement(id=uid), **query)
        before = program.ask("GET", "statements", statementId=uid).json()
        other = statement({"verb.id": "https://example.org/other"}, id=uid)
        assert program.ask(method, "statements", other, **query).status_code == 409
        assert program.ask("GET", "statements", statementId=uid).json() == before


@required("the store adds id, stored, timestamp, authority and version")
def _(program):
    (uid,) = program.keep(statement())
    record = program.ask("GET", "statements", statementId=uid).json()
    assert record["id"] == str(uid)
    assert record["version"] == program.edition
    assert record["stored"] == record["timestamp"]
    assert record["stored"].endswith("Z")
    assert record["authority"]["account"]["name"] == program.secret.key.name


@required("a timestamp that came stays; stored and authority are the store's")
def _(program):
    body = statement(timestamp="2020-01-01T00:00:00Z", stored="2020-01-01T00:00:00Z", authority=OTHER)
    (uid,) = program.keep(body)
    record = program.ask("GET", "statements", statementId=uid).json()
    assert record["timestamp"] == "2020-01-01T00:00:00Z"
    assert record["stored"] != record["timestamp"]
    assert record["authority"] != OTHER


@required("a body that is no JSON is refused")
def _(program):
    for body in (b"{", b"", b"5", b'{"actor": 1, "actor": 2}', b"\xff", b"[" * 100_000, b"NaN"):
        assert program.ask("POST", "statements", body).status_code == 400, body[:20]


@required("statements come as JSON or in parts only")
def _(program):
    assert program.ask("POST", "statements", statement(), content_type="text/plain").status_code == 400


@required("unknown parameters are refused")
def _(program):
    assert program.ask("GET", "statements", odd="1").status_code == 400
    assert program.ask("GET", "statements", StatementId=str(uuid4())).status_code == 400


@required("statementId and voidedStatementId go with nothing but format and attachments")
def _(program):
    uid = program.keep(statement())[0]
    assert program.ask("GET", "statements", statementId=uid, format="ids", attachments="false").status_code == 200
    for name, value in (
        ("agent", AGENT),
        ("verb", VERB),
        ("limit", "1"),
        ("voidedStatementId", str(uid)),
        ("since", "2020-01-01T00:00:00Z"),
        ("ascending", "true"),
    ):
        assert program.ask("GET", "statements", statementId=uid, **{name: value}).status_code == 400, name


@required("a statement that is not there is not found")
def _(program):
    assert program.ask("GET", "statements", statementId=str(uuid4())).status_code == 404


@required("wrong parameters are refused")
def _(program):
    for name, value in (
        ("statementId", "5"),
        ("agent", "Вера"),
        ("agent", "{}"),
        ("verb", "a b"),
        ("activity", "a"),
        ("registration", "5"),
        ("since", "вчера"),
        ("until", "2026"),
        ("limit", "-1"),
        ("limit", "a"),
        ("format", "short"),
        ("ascending", "1"),
        ("attachments", "да"),
        ("related_agents", "5"),
        ("related_activities", "5"),
        ("more", "5"),
    ):
        assert program.ask("GET", "statements", **{name: value}).status_code == 400, (name, value)


@required("the answer names its statements and where the rest is")
def _(program):
    program.keep(statement())
    answer = program.ask("GET", "statements").json()
    assert set(answer) == {"statements", "more"}
    assert answer["more"] == ""


@required("the newest comes first; ascending turns it")
def _(program):
    ids = [program.keep(statement())[0] for _ in range(3)]
    assert program.ids() == ids[::-1]
    assert program.ids(ascending="true") == ids


@required("limit divides, more goes on to the end, each once")
def _(program):
    ids = [program.keep(statement())[0] for _ in range(5)]
    answer, got = program.ask("GET", "statements", limit=2, verb=VERB).json(), []
    while True:
        got += [entry["id"] for entry in answer["statements"]]
        assert len(answer["statements"]) <= 2
        if not answer["more"]:
            break
        answer = program.ask("GET", answer["more"].removeprefix("/xapi/")).json()
    assert got == [str(entry) for entry in reversed(ids)]


@required("limit 0 is the store's own limit")
def _(program):
    program.keep(statement(), statement())
    assert len(program.ids(limit=0)) == 2


@required("a filter by verb, activity, agent and registration")
def _(program):
    registration = str(uuid4())
    first = program.keep(statement({"verb.id": "https://example.org/v"}))[0]
    second = program.keep(statement({"object.id": "https://example.org/a"}))[0]
    third = program.keep(statement(actor=OTHER))[0]
    fourth = program.keep(statement({"context.registration": registration.upper()}))[0]
    assert program.ids(verb="https://example.org/v") == [first]
    assert program.ids(activity="https://example.org/a") == [second]
    assert program.ids(agent=OTHER) == [third]
    assert program.ids(registration=registration) == [fourth]
    assert program.ids(registration=registration, verb="https://example.org/v") == []
    assert program.ids(agent=AGENT, verb=VERB) == [fourth, second]


@required("an agent is found as object and as member")
def _(program):
    first = program.keep(statement(object=OTHER))[0]
    second = program.keep(statement(actor={"objectType": "Group", "member": [OTHER]}))[0]
    assert program.ids(agent=OTHER) == [second, first]


@required("related agents are found only when asked for")
def _(program):
    statements = [
        statement({"context.instructor": OTHER}),
        statement({"context.team": {"objectType": "Group", "member": [OTHER]}}),
        statement(object={**INNER, "actor": OTHER}),
    ]
    ids = [program.keep(entry)[0] for entry in statements]
    assert program.ids(agent=OTHER) == []
    assert program.ids(agent=OTHER, related_agents="true") == ids[::-1]


@required("related activities are found only when asked for")
def _(program):
    other = "https://example.org/other"
    statements = [
        *(
            statement({f"context.contextActivities.{name}": [{"id": other}]})
            for name in ("parent", "grouping", "category", "other")
        ),
        statement(object={**INNER, "object": {"id": other}}),
    ]
    ids = [program.keep(entry)[0] for entry in statements]
    assert program.ids(activity=other) == []
    assert program.ids(activity=other, related_activities="true") == ids[::-1]


@required("since and until go by the moment of storing")
def _(program):
    first, second = (program.keep(statement())[0] for _ in range(2))
    between = program.ask("GET", "statements", statementId=first).json()["stored"]
    assert program.ids(since=between) == [second]
    assert program.ids(until=between) == [first]


@required("what refers to a statement is found with it, whichever came first")
def _(program):
    target, chain = uuid4(), uuid4()
    about = statement(verb={"id": "https://example.org/said"}, object={"objectType": "StatementRef", "id": str(target)})
    far = statement(
        verb={"id": "https://example.org/said"}, object={"objectType": "StatementRef", "id": str(chain)}, actor=OTHER
    )
    last = program.keep(far)[0]
    program.keep({**about, "id": str(chain)})
    program.keep(statement({"object.id": "https://example.org/late"}, id=str(target)))
    later = program.keep(about)[0]
    assert set(program.ids(activity="https://example.org/late")) == {target, chain, last, later}


@required("voiding hides a statement, which is then found by its own parameter only")
def _(program):
    uid = program.keep(statement())[0]
    void = program.keep(voiding(uid))[0]
    assert program.ids() == [void]
    assert program.ask("GET", "statements", statementId=uid).status_code == 404
    assert program.ask("GET", "statements", voidedStatementId=uid).json()["id"] == str(uid)
    assert program.ask("GET", "statements", voidedStatementId=void).status_code == 404


@required("voiding may come before what it voids")
def _(program):
    uid = uuid4()
    void = program.keep(voiding(uid))[0]
    program.keep(statement(id=str(uid)))
    assert program.ids() == [void]


@required("voiding may come in one batch with what it voids")
def _(program):
    uid = uuid4()
    ids = program.keep(statement(id=str(uid)), voiding(uid))
    assert program.ids() == [ids[1]]


@required("a voiding statement may not be voided")
def _(program):
    void = program.keep(voiding(program.keep(statement())[0]))[0]
    assert program.ask("POST", "statements", voiding(void)).status_code in (400, 409)
    assert program.ask("GET", "statements", statementId=void).status_code == 200


@required("voiding needs a reference")
def _(program):
    refused(program, statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}))


@required("format ids leaves identifiers only")
def _(program):
    uid = program.keep(statement({"object.definition": {"name": {"ru": "Дроби"}}, "actor.name": "Вера"}))[0]
    record = program.ask("GET", "statements", statementId=uid, format="ids").json()
    assert record["object"] == {"id": ACTIVITY}
    assert record["verb"] == {"id": VERB}
    assert "name" not in record["actor"]


@required("format canonical chooses a language and knows the whole definition")
def _(program):
    program.keep(statement({"object.definition": {"name": {"ru": "Дроби", "en": "Fractions"}}}))
    uid = program.keep(statement({"object.definition": {"moreInfo": "https://example.org/"}}))[0]
    for wanted, words in (("en-US,en;q=0.5", {"en": "Fractions"}), ("ru", {"ru": "Дроби"})):
        record = program.ask(
            "GET", "statements", statementId=uid, format="canonical", headers={"Accept-Language": wanted}
        ).json()
        assert record["object"]["definition"] == {"name": words, "moreInfo": "https://example.org/"}


@required("format exact is what came")
def _(program):
    body = statement({"object.definition": {"name": {"ru": "Дроби", "en": "Fractions"}}, "actor.name": "Вера"})
    record = program.ask("GET", "statements", statementId=program.keep(body)[0]).json()
    assert {name: record[name] for name in body} == body


@required("answers say until when they are whole, and when they last changed")
def _(program):
    uid = program.keep(statement())[0]
    for query in ({}, {"statementId": uid}):
        answer = program.ask("GET", "statements", **query)
        assert answer.headers["X-Experience-API-Consistent-Through"]
        assert answer.headers["Last-Modified"]


@required("HEAD is GET without a body")
def _(program):
    uid = program.keep(statement())[0]
    for where, query in (
        ("statements", {}),
        ("statements", {"statementId": uid}),
        ("about", {}),
        ("activities", {"activityId": ACTIVITY}),
        ("agents", {"agent": AGENT}),
    ):
        answer = program.ask("HEAD", where, **query)
        assert (answer.status_code, answer.content) == (200, b""), where


# Editions and keys


@required("about tells the editions to everybody")
def _(program):
    answer = program.client.get("/xapi/about")
    assert answer.json()["version"] == [ONE, TWO]


@required("every answer names an edition")
def _(program):
    for answer in (
        program.ask("GET", "statements"),
        program.client.get("/xapi/about"),
        program.ask("GET", "statements", odd=1),
    ):
        assert answer.headers["X-Experience-API-Version"] in (ONE, TWO)


@required("a request without an edition, or with an unknown one, is refused")
def _(program):
    for edition in (None, "0.95", "1.1.0", "3.0.0", "", "1", "2"):
        assert program.ask("GET", "statements", headers={"X-Experience-API-Version": edition}).status_code == 400, (
            edition
        )


@required("1.0, 1.0.x, 2.0 and 2.0.x are known")
def _(program):
    for edition in ("1.0", "1.0.0", "1.0.9", "2.0", "2.0.0"):
        assert program.ask("GET", "statements", headers={"X-Experience-API-Version": edition}).status_code == 200, (
            edition
        )


@required("nobody comes in without a key")
def _(program):
    for header in (None, "", "Basic", "Basic !", "Basic bm9uZTpub25l", "Bearer x", "Basic AAA="):
        for where in ("statements", "activities", "activities/state", "activities/profile", "agents", "agents/profile"):
            assert program.ask("GET", where, headers={"Authorization": header}).status_code == 401, (header, where)


@required("contextAgents and contextGroups belong to 2.0")
def _(program):
    body = statement(
        {
            "context.contextAgents": [
                {"objectType": "contextAgent", "agent": OTHER, "relevantTypes": ["https://example.org/coach"]}
            ],
            "context.contextGroups": [
                {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [OTHER]}}
            ],
        }
    )
    refused(program, body)
    two = Program(program.secret, TWO)
    uid = two.keep(body)[0]
    assert two.ids(agent=OTHER) == []
    assert two.ids(agent=OTHER, related_agents="true") == [uid]
    for wrong in (
        [{"agent": OTHER}],
        [{"objectType": "contextAgent"}],
        [{"objectType": "contextAgent", "agent": OTHER, "relevantTypes": []}],
        [{"objectType": "contextGroup", "agent": OTHER}],
    ):
        refused(two, statement({"context.contextAgents": wrong}))


@required("a request of 1.0 may come as a form")
def _(program):
    uid = str(uuid4())
    name = {"Authorization": _basic(program), "X-Experience-API-Version": ONE, "Content-Type": "application/json"}
    body = urlencode({**name, "statementId": uid, "content": json.dumps(statement())})
    answer = program.client.post("/xapi/statements?method=PUT", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 204, answer.content.decode()
    answer = program.client.post(
        "/xapi/statements?method=GET",
        urlencode({**name, "statementId": uid}),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.json()["id"] == uid


@required("programs of other origins may ask and read")
def _(program):
    answer = program.client.generic("OPTIONS", "/xapi/statements")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def _basic(program):
    return "Basic " + base64.b64encode(f"{program.secret.key.name}:{program.secret.secret}".encode()).decode()


# Activities and agents


@required("an activity is known by all that was said of it")
def _(program):
    program.keep(statement({"object.definition": {"name": {"ru": "Дроби"}, "type": "https://example.org/t"}}))
    program.keep(
        statement({"context.contextActivities.parent": [{"id": ACTIVITY, "definition": {"name": {"en": "Fractions"}}}]})
    )
    activity = program.ask("GET", "activities", activityId=ACTIVITY).json()
    assert activity["id"] == ACTIVITY
    assert activity["definition"] == {"name": {"ru": "Дроби", "en": "Fractions"}, "type": "https://example.org/t"}


@required("an activity of which nothing was said is answered by its id")
def _(program):
    assert (
        program.ask("GET", "activities", activityId="https://example.org/new").json()["id"] == "https://example.org/new"
    )
    assert program.ask("GET", "activities").status_code == 400


@required("an agent is answered as a person with lists")
def _(program):
    person = program.ask("GET", "agents", agent={**AGENT, "name": "Вера"}).json()
    assert person == {"objectType": "Person", "account": [AGENT["account"]], "name": ["Вера"]}
    assert program.ask("GET", "agents").status_code == 400


# Documents

SHELVES = {
    "activities/state": ("stateId", {"activityId": ACTIVITY, "agent": AGENT}),
    "activities/profile": ("profileId", {"activityId": ACTIVITY}),
    "agents/profile": ("profileId", {"agent": AGENT}),
}
for _where, (_name, _needed) in SHELVES.items():

    def asks(program, method, told=None, where=_where, needed=_needed, **how):
        query = {name: value for name, value in {**needed, **how}.items() if name not in ("headers", "content_type")}
        return program.ask(
            method, where, told, **{name: how[name] for name in ("headers", "content_type") if name in how}, **query
        )

    @required(f"{_where}: what is put is read as it came")
    def _(program, asks=asks, name=_name):
        body = bytes(range(256))
        assert asks(program, "PUT", body, content_type="application/x-odd", **{name: "a"}).status_code == 204
        response = asks(program, "GET", **{name: "a"})
        assert (response.content, response.headers["Content-Type"]) == (body, "application/x-odd")
        assert response.headers["ETag"].strip('"')
        assert response.headers["Last-Modified"]

    @required(f"{_where}: what is not there is not found")
    def _(program, asks=asks, name=_name):
        assert asks(program, "GET", **{name: "a"}).status_code == 404

    @required(f"{_where}: names are listed, since a moment too")
    def _(program, asks=asks, name=_name):
        asks(program, "PUT", {"a": 1}, **{name: "a"})
        moment = asks(program, "GET", **{name: "a"}).headers["Last-Modified"]
        asks(program, "PUT", {"a": 1}, **{name: "b"})
        assert asks(program, "GET").json() == ["a", "b"]
        assert asks(program, "GET", since=moment).json() == ["b"]

    @required(f"{_where}: POST puts properties together")
    def _(program, asks=asks, name=_name):
        asks(program, "POST", {"a": 1, "b": 1}, **{name: "a"})
        asks(program, "POST", {"b": 2, "c": 2}, **{name: "a"})
        assert asks(program, "GET", **{name: "a"}).json() == {"a": 1, "b": 2, "c": 2}

    @required(f"{_where}: POST puts nothing into what is no JSON object")
    def _(program, asks=asks, name=_name):
        asks(program, "PUT", b"text", content_type="text/plain", **{name: "a"})
        assert asks(program, "POST", {"a": 1}, **{name: "a"}).status_code == 400
        asks(program, "PUT", {"a": 1}, **{name: "b"})
        for body, kind in ((b"text", "text/plain"), (b"[1]", "application/json"), (b"{", "application/json")):
            assert asks(program, "POST", body, content_type=kind, **{name: "b"}).status_code == 400
        assert asks(program, "GET", **{name: "b"}).json() == {"a": 1}

    @required(f"{_where}: DELETE removes")
    def _(program, asks=asks, name=_name):
        asks(program, "PUT", {"a": 1}, **{name: "a"})
        assert asks(program, "DELETE", **{name: "a"}).status_code == 204
        assert asks(program, "GET", **{name: "a"}).status_code == 404

    @required(f"{_where}: If-Match and If-None-Match")
    def _(program, asks=asks, name=_name):
        assert asks(program, "PUT", {"a": 1}, headers={"If-Match": '"x"'}, **{name: "a"}).status_code == 412
        assert asks(program, "PUT", {"a": 1}, headers={"If-None-Match": "*"}, **{name: "a"}).status_code == 204
        assert asks(program, "PUT", {"a": 2}, headers={"If-None-Match": "*"}, **{name: "a"}).status_code == 412
        tag = asks(program, "GET", **{name: "a"}).headers["ETag"]
        assert asks(program, "PUT", {"a": 2}, headers={"If-Match": '"x"'}, **{name: "a"}).status_code == 412
        assert asks(program, "DELETE", headers={"If-Match": '"x"'}, **{name: "a"}).status_code == 412
        assert asks(program, "GET", **{name: "a"}).json() == {"a": 1}
        assert asks(program, "PUT", {"a": 3}, headers={"If-Match": tag}, **{name: "a"}).status_code == 204
        assert asks(program, "GET", **{name: "a"}).headers["ETag"] != tag

    @required(f"{_where}: parameters are needed, and no others")
    def _(program, where=_where, name=_name, needed=_needed):
        for lacking in needed:
            query = {key: value for key, value in needed.items() if key != lacking}
            for method in ("GET", "PUT", "POST", "DELETE"):
                assert program.ask(method, where, {"a": 1}, **query, **{name: "a"}).status_code == 400, (
                    method,
                    lacking,
                )
        assert program.ask("PUT", where, {"a": 1}, **needed).status_code == 400
        assert program.ask("GET", where, **needed, odd="1").status_code == 400
        wrongs: list[dict[str, Any]] = [{"agent": "Вера"}, {"agent": {}}, {"activityId": "a b"}]
        for wrong in wrongs:
            if wrong.keys() & needed.keys():
                assert program.ask("GET", where, **{**needed, **wrong}, **{name: "a"}).status_code == 400, wrong

    @required(f"{_where}: agents, activities and suppliers are kept apart")
    def _(program, asks=asks, name=_name, needed=_needed):
        asks(program, "PUT", {"a": 1}, **{name: "a"})
        other = {"agent": OTHER} if "agent" in needed else {"activityId": "https://example.org/other"}
        assert asks(program, "GET", **{name: "a"}, **other).status_code == 404
        assert asks(Program(), "GET", **{name: "a"}).status_code == 404

    @required(f"{_where}: PUT over what one has not seen is a conflict" + (" in 2.0" if "state" in _where else ""))
    def _(program, asks=asks, name=_name, is_state="state" in _where):
        asks(program, "PUT", {"a": 1}, **{name: "a"})
        assert asks(program, "PUT", {"a": 2}, **{name: "a"}).status_code == (204 if is_state else 409)
        assert asks(Program(program.secret, TWO), "PUT", {"a": 2}, **{name: "a"}).status_code == 409


@required("states: registrations are kept apart, and all of one go at once")
def _(program):
    needed = {"activityId": ACTIVITY, "agent": AGENT}
    registration = str(uuid4())
    for name in ("a", "b"):
        program.ask("PUT", "activities/state", {"a": 1}, stateId=name, registration=registration, **needed)
    program.ask("PUT", "activities/state", {"a": 2}, stateId="a", **needed)
    assert program.ask("GET", "activities/state", stateId="a", registration=registration, **needed).json() == {"a": 1}
    assert program.ask("DELETE", "activities/state", registration=registration, **needed).status_code == 204
    assert program.ask("GET", "activities/state", registration=registration, **needed).json() == []
    assert program.ask("GET", "activities/state", **needed).json() == ["a"]
    assert program.ask("GET", "activities/state", stateId="a", registration="5", **needed).status_code == 400


# Attachments

BYTES = b"\x00\r\n--x\r\n\xff work"
USAGE = "https://example.org/attachments/work"


def attachment(body=BYTES, **more):
    return {
        "usageType": USAGE,
        "display": {"ru": "Работа"},
        "contentType": "application/octet-stream",
        "length": len(body),
        "sha2": sha256(body).hexdigest(),
        **more,
    }


def in_parts(told, *parts, headers=None, boundary=b"abc"):
    pieces = [b"Content-Type: application/json\r\n\r\n" + json.dumps(told).encode()]
    for body in parts:
        head = {
            "Content-Type": "application/octet-stream",
            "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": sha256(body).hexdigest(),
            **(headers or {}),
        }
        pieces.append(
            "".join(f"{name}: {value}\r\n" for name, value in head.items() if value).encode() + b"\r\n" + body
        )
    return b"".join(b"--" + boundary + b"\r\n" + piece + b"\r\n" for piece in pieces) + b"--" + boundary + b"--\r\n"


def sends(program, body, kind="multipart/mixed; boundary=abc"):
    return program.ask("POST", "statements", body, content_type=kind)


for _path in ("usageType", "display", "contentType", "length", "sha2"):

    @required(f"attachments: {_path} must be there and right")
    def _(program, name=_path):
        whole = attachment(fileUrl="https://example.org/work")
        refused(program, statement(attachments=[{key: value for key, value in whole.items() if key != name}]))
        refused(program, statement(attachments=[{**whole, name: "не то, что нужно"}]))


@required("attachments: one with an address may come without bytes, one without may not")
def _(program):
    program.keep(statement(attachments=[attachment(fileUrl="https://example.org/work")]))
    refused(program, statement(attachments=[attachment()]))


@required("attachments: bytes come in parts and go out in parts")
def _(program):
    answer = sends(program, in_parts(statement(attachments=[attachment()]), BYTES))
    assert answer.status_code == 200, answer.content.decode()
    (uid,) = answer.json()
    for query in ({"statementId": uid}, {}):
        answer = program.ask("GET", "statements", attachments="true", **query)
        assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
        assert BYTES in answer.content
        assert f"X-Experience-API-Hash: {sha256(BYTES).hexdigest()}".encode() in answer.content
        plain = program.ask("GET", "statements", **query)
        assert plain.headers["Content-Type"].startswith("application/json")


@required("attachments: quoted boundaries, other parameters and a quiet order of headers")
def _(program):
    body = in_parts(statement(attachments=[attachment()]), BYTES)
    assert sends(program, body, 'multipart/mixed; charset=utf-8; boundary="abc"').status_code == 200


@required("attachments: a part that no statement names, or of another hash, is refused")
def _(program):
    for body in (
        in_parts(statement(), BYTES),
        in_parts(statement(attachments=[attachment()]), BYTES, b"more"),
        in_parts(statement(attachments=[attachment()]), BYTES, headers={"X-Experience-API-Hash": "a" * 64}),
        in_parts(statement(attachments=[attachment()]), BYTES, headers={"X-Experience-API-Hash": None}),
        in_parts(statement(attachments=[attachment()]), BYTES, headers={"Content-Transfer-Encoding": None}),
        in_parts(statement(attachments=[attachment()])),
        b"--abc\r\n",
        b"",
        in_parts(statement(), boundary=b"other"),
        BYTES.join([b"--abc\r\nContent-Type: text/plain\r\n\r\n", b"\r\n--abc--\r\n"]),
    ):
        assert sends(program, body).status_code == 400, body[:60]
    assert sends(program, in_parts(statement()), "multipart/mixed").status_code == 400


@required("attachments: statements without any may come in parts too")
def _(program):
    assert sends(program, in_parts([statement(), statement()])).status_code == 200


@required("attachments: one in a statement inside is one too")
def _(program):
    body = statement(object={**INNER, "attachments": [attachment()]})
    assert sends(program, in_parts(body, BYTES)).status_code == 200
    refused(program, body)
