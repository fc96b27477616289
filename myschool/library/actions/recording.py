"""Telling the store of records what is played."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from myschool.library.models import Play
from myschool.library.queries.identities import activity_of, agent_of, scope_of
from myschool.library.rules.cmi5 import ADL, COMPLETED
from myschool.library.rules.register import with_sessions
from myschool.records import actions as records
from myschool.records.models import RecordKey
from myschool.records.rules.moments import duration_of
from myschool.records.rules.statements import ONE

AUTHORITY = {"objectType": "Agent", "account": {"homePage": f"{settings.SITE_URL}/", "name": "platform"}}


def _holder(play: Play) -> RecordKey:
    """What the platform itself writes with: no row, and nobody can bring it."""
    agent = agent_of(play.material_id, play.person_id)
    return RecordKey(
        scope=scope_of(play.material_id), owner_id=play.person_id, registration=play.registration, agent=agent
    )


def keep_record(*, play: Play, statement: Mapping[str, Any], at: datetime) -> None:
    """Write the platform's own record of a play."""
    records.keep(statements=[statement], key=_holder(play), edition=ONE, authority=AUTHORITY, at=at)


def tell_play(*, play: Play, is_over: bool, at: datetime) -> None:
    """Record that a play has begun, or has come to its end; the parts of a cmi5 course tell of themselves."""
    if play.version.format in with_sessions():
        return
    what, word = (COMPLETED, "завершил") if is_over else (ADL + "attempted", "начал")
    statement: dict[str, Any] = {
        "actor": agent_of(play.material_id, play.person_id),
        "verb": {"id": what, "display": {"ru": word}},
        "object": {"id": activity_of(play.material_id), "definition": {"name": {"ru": play.version.title}}},
        "context": {"registration": str(play.registration), "platform": "Моя школа"},
    }
    if is_over:
        statement["result"] = {"completion": True, "duration": duration_of(play.seconds)}
        if play.is_passed is not None:
            statement["result"]["success"] = play.is_passed
        if play.score is not None:
            statement["result"]["score"] = {"scaled": float(play.score)}
    keep_record(play=play, statement=statement, at=at)
