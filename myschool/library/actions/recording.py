"""Telling the store of records what is played."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from myschool.library.models import Format, Play
from myschool.library.rules.cmi5 import ADL, COMPLETED
from myschool.records import actions as records
from myschool.records.models import RecordKey
from myschool.records.rules.moments import duration_of
from myschool.records.rules.statements import ONE

AUTHORITY = {"objectType": "Agent", "account": {"homePage": f"{settings.SITE_URL}/", "name": "platform"}}


def agent_of(material_id: int, person_id: int) -> dict[str, Any]:
    """A person as a material knows them: a name of its own for each material, which leads to nobody outside."""
    name = salted_hmac("library.agent", f"{material_id}:{person_id}").hexdigest()[:32]
    return {"objectType": "Agent", "account": {"homePage": f"{settings.SITE_URL}/", "name": name}}


def activity_of(material_id: int, part: int | None = None) -> str:
    """The activity that a material, or a part of it, is in records."""
    whole = f"{settings.SITE_URL}/library/materials/{material_id}/"
    return whole if part is None else f"{whole}parts/{part}"


def scope_of(material_id: int) -> str:
    """Whose records a material's are: its own, whoever plays it."""
    return f"material:{material_id}"


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
    if play.version.format == Format.CMI5:
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
