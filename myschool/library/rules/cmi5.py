"""cmi5: what a platform tells a part of a course when it opens it, and what the part's records mean.

The numbers in comments are sections of the cmi5 specification (Quartz, 1st edition).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myschool.library.rules.packages import Part

ADL, W3ID = "http://adlnet.gov/expapi/verbs/", "https://w3id.org/xapi/adl/verbs/"
LAUNCHED, INITIALIZED, TERMINATED = ADL + "launched", ADL + "initialized", ADL + "terminated"
COMPLETED, PASSED, FAILED = ADL + "completed", ADL + "passed", ADL + "failed"
SATISFIED, ABANDONED = W3ID + "satisfied", W3ID + "abandoned"
DISPLAY = {
    LAUNCHED: "launched",
    INITIALIZED: "initialized",
    TERMINATED: "terminated",
    COMPLETED: "completed",
    PASSED: "passed",
    FAILED: "failed",
    SATISFIED: "satisfied",
    ABANDONED: "abandoned",
}
EXTENSIONS = "https://w3id.org/xapi/cmi5/context/extensions/"
CATEGORY = {"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}
MOVE_ON = {"id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}
LAUNCH_STATE = "LMS.LaunchData"
# 13.1.4: which of its records let a part count as done.
NEEDED: dict[str, Callable[[bool, bool], bool]] = {
    "Passed": lambda completed, passed: passed,
    "Completed": lambda completed, passed: completed,
    "CompletedAndPassed": lambda completed, passed: completed and passed,
    "CompletedOrPassed": lambda completed, passed: completed or passed,
    "NotApplicable": lambda completed, passed: True,
}


@dataclass(frozen=True, kw_only=True)
class Session:
    """One opening of a part: whose registration, which part, and where it goes back to."""

    id: str
    registration: str
    agent: Mapping[str, Any]
    activity: str
    part: Part
    mode: str
    return_url: str


@dataclass(frozen=True)
class Outcome:
    """What a course's records come to; `score` from 0 to 1, `seconds` as the parts themselves say."""

    is_finished: bool
    is_passed: bool | None
    score: float | None
    seconds: int


def verb(iri: str) -> dict[str, Any]:
    """A verb with its name."""
    return {"id": iri, "display": {"en": DISPLAY[iri]}}


def context_template(session: Session) -> dict[str, Any]:
    """What every record of the session carries (10.2.1)."""
    return {
        "contextActivities": {"grouping": [{"objectType": "Activity", "id": session.part.id}]},
        "extensions": {EXTENSIONS + "sessionid": session.id},
    }


def launch_state(session: Session) -> dict[str, Any]:
    """The document that the part reads first (10.2)."""
    state: dict[str, Any] = {
        "contextTemplate": context_template(session),
        "launchMode": session.mode,
        "moveOn": session.part.move_on,
        "returnURL": session.return_url,
    }
    if session.part.passing is not None:
        state["masteryScore"] = session.part.passing
    if session.part.parameters:
        state["launchParameters"] = session.part.parameters
    return state


def told_by_platform(session: Session, what: str, **extensions: Any) -> dict[str, Any]:
    """A record of the platform's own about a session: «launched» or «abandoned» (9.3)."""
    template = context_template(session)
    named = {EXTENSIONS + name: value for name, value in extensions.items()}
    return {
        "actor": dict(session.agent),
        "verb": verb(what),
        "object": {"objectType": "Activity", "id": session.activity},
        "context": {
            "registration": session.registration,
            "contextActivities": {**template["contextActivities"], "category": [CATEGORY]},
            "extensions": {**template["extensions"], **named},
        },
    }


def outcome_of(
    parts: Mapping[str, Part], statements: Sequence[Mapping[str, Any]], seconds: Mapping[str, int]
) -> Outcome:
    """What the records of a registration say of the course; `parts` by activity, `seconds` by a record's id."""
    verbs: dict[str, set[str]] = {activity: set() for activity in parts}
    scores: dict[str, float] = {}
    for statement in statements:
        activity, what = statement["object"].get("id", ""), statement["verb"]["id"]
        category = statement.get("context", {}).get("contextActivities", {}).get("category", [])
        ids = {entry.get("id") for entry in (category if isinstance(category, list) else [category])}
        if activity not in parts or CATEGORY["id"] not in ids:
            continue
        verbs[activity].add(what)
        scaled = statement.get("result", {}).get("score", {}).get("scaled")
        if what in (PASSED, FAILED) and scaled is not None:
            scores[activity] = max(scores.get(activity, 0.0), min(1.0, max(0.0, scaled)))
    satisfied = [
        NEEDED.get(part.move_on, NEEDED["NotApplicable"])(COMPLETED in verbs[activity], PASSED in verbs[activity])
        and (part.move_on != "NotApplicable" or INITIALIZED in verbs[activity])
        for activity, part in parts.items()
    ]
    judged = [activity for activity in parts if {PASSED, FAILED} & verbs[activity]]
    passed = all(PASSED in verbs[activity] for activity in judged) if judged else None
    mean = sum(scores.values()) / len(scores) if scores else None
    spent = sum(seconds.values())
    # Until every part is done, half a course would be judged.
    return Outcome(True, passed, mean, spent) if all(satisfied) else Outcome(False, None, None, spent)


def open_sessions(statements: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Sessions that began and have not ended: the activity of each."""
    begun: dict[str, str] = {}
    for statement in statements:
        session = statement.get("context", {}).get("extensions", {}).get(EXTENSIONS + "sessionid")
        if not isinstance(session, str):
            continue
        if statement["verb"]["id"] == INITIALIZED:
            begun[session] = statement["object"].get("id", "")
        elif statement["verb"]["id"] in (TERMINATED, ABANDONED):
            begun.pop(session, None)
    return begun
