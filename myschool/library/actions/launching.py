"""Opening the parts of a cmi5 course, and what their records come to."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from myschool.kernel import throttle
from myschool.kernel.errors import TooOften
from myschool.library.actions.playing import keep_play
from myschool.library.actions.recording import keep_record
from myschool.library.models import MaterialVersion, Play
from myschool.library.queries.identities import activity_of, agent_of, scope_of
from myschool.library.rules import cmi5
from myschool.library.rules.packages import Part
from myschool.library.rules.register import with_sessions
from myschool.records import actions as records
from myschool.records.queries import statements_of
from myschool.records.rules.moments import seconds_of
from myschool.records.rules.places import folder_of
from myschool.records.rules.statements import identity_of

SESSION_LASTS = timedelta(days=1)


def parts_of(version: MaterialVersion) -> list[Part]:
    """The parts of a version, in order."""
    return [Part(**part) for part in version.passport.get("parts", [])]


@transaction.atomic
def launch(*, version: MaterialVersion, play: Play | None, number: int, return_url: str, at: datetime) -> cmi5.Session:
    """Open a part of a course for a play, or for one who only looks at it (then nothing counts)."""
    part, session_id = parts_of(version)[number], str(uuid4())
    agent = agent_of(version.material_id, play.person_id if play else 0)
    session = cmi5.Session(
        id=session_id,
        registration=str(play.registration) if play else session_id,
        agent=agent,
        activity=activity_of(version.material_id, number),
        part=part,
        mode="Normal" if play else "Browse",
        return_url=return_url,
    )
    if play:
        _abandon(play, session, at)
    folder = folder_of(
        scope_of(version.material_id) if play else _look(version),
        "state",
        activity=session.activity,
        agent=identity_of(agent),
        registration=session.registration,
    )
    records.keep_document(
        folder=folder,
        name=cmi5.LAUNCH_STATE,
        body=json.dumps(cmi5.launch_state(session)).encode(),
        content_type="application/json",
        is_seen=None,
        is_new=False,
        must_know=False,
        merge=False,
        at=at,
    )
    if play:
        params = {"launchmode": session.mode, "launchurl": part.href, "moveon": part.move_on}
        keep_record(play=play, statement=cmi5.told_by_platform(session, cmi5.LAUNCHED, **params), at=at)
    return session


def _look(version: MaterialVersion) -> str:
    return f"look:{version.pk}"


def _abandon(play: Play, session: cmi5.Session, at: datetime) -> None:
    """Whoever opens a part again has left the earlier session, if it did not end by itself (9.3.6)."""
    for other, activity in cmi5.open_sessions(statements_of(scope_of(play.material_id), play.registration)).items():
        left = cmi5.Session(
            id=other,
            registration=session.registration,
            agent=session.agent,
            activity=activity,
            part=session.part,
            mode=session.mode,
            return_url="",
        )
        statement = cmi5.told_by_platform(left, cmi5.ABANDONED)
        keep_record(play=play, statement={**statement, "result": {"duration": "PT0S"}}, at=at)


def is_first(*, session: UUID, at: datetime) -> bool:
    """Whether a session asks for its key for the first time: a key is given once."""
    try:
        throttle.count(f"cmi5 {session}", at=at, limit=1, per=SESSION_LASTS)
    except TooOften:
        return False
    return True


def key_of_session(*, version: MaterialVersion, play: Play | None, session: UUID, at: datetime) -> records.Secret:
    """The key that a session of a part writes its records with."""
    return records.make_key_of_play(
        scope=scope_of(version.material_id) if play else _look(version),
        owner_id=play.person_id if play else version.material.made_by_id,
        registration=play.registration if play else session,
        agent=agent_of(version.material_id, play.person_id if play else 0),
        at=at,
    )


@transaction.atomic
def judge_course(*, registration: UUID, at: datetime) -> None:
    """Let a play of a course stand as its records say; any other play is left alone."""
    play = (
        Play.objects.select_related("version")
        .filter(registration=registration, version__format__in=with_sessions())
        .first()
    )
    if play is None:
        return
    statements = statements_of(scope_of(play.material_id), registration)
    parts = {activity_of(play.material_id, number): part for number, part in enumerate(parts_of(play.version))}
    seconds = {
        statement["id"]: seconds_of(statement.get("result", {}).get("duration", ""))
        for statement in statements
        if statement["verb"]["id"] == cmi5.TERMINATED
    }
    outcome = cmi5.outcome_of(parts, statements, seconds)
    if outcome.is_finished and play.finished_at is None:
        satisfied = {
            "actor": agent_of(play.material_id, play.person_id),
            "verb": cmi5.verb(cmi5.SATISFIED),
            "object": {"objectType": "Activity", "id": activity_of(play.material_id)},
            "context": {"registration": str(registration), "contextActivities": {"category": [cmi5.CATEGORY]}},
        }
        keep_record(play=play, statement=satisfied, at=at)
    keep_play(
        play=play,
        memory=None,
        is_finished=outcome.is_finished,
        is_passed=outcome.is_passed,
        seconds=outcome.seconds,
        score=None if outcome.score is None else round(Decimal(str(outcome.score)), 4),
        at=at,
    )
