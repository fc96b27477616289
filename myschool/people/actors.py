"""Finding who acts from the session's cookie, in one statement."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from myschool.kernel import clock, live
from myschool.kernel.actors import STAFF, Actor, Role
from myschool.kernel.statements import Statement, named
from myschool.people.rules import ages, assurance, names

COOKIE = "__Host-session" if settings.SECURE_COOKIES else "session"
TOUCH_EVERY = timedelta(minutes=1)
# Without a confirmed account a person studies, and nothing else: the name of such an account is what its owner typed.
ONLY_CONFIRMED = frozenset(Role) - {Role.STUDENT}

# A post that has ended takes its role away at once: the session is joined with the post anew at every request,
# by the date where the post is.
FIND = """
SELECT session.id, session.person_id, session.role, session.ended, session.seen_at, session.expires_at,
       person.last_name, person.first_name, person.patronymic, post.organisation_id, organisation.short_name,
       coalesce(school.time_zone, region.time_zone) AS time_zone,
       session.role = 'student' AND profile.terms_version = '' AND person.birth_date <= %(grown_up)s AS must_agree,
       account.level, account.trusted
FROM people_session session
JOIN people_account account ON account.id = session.account_id
JOIN people_person person ON person.id = session.person_id
LEFT JOIN schools_organisations organisation ON organisation.organisation_id = session.organisation_id
LEFT JOIN schools_regions region ON region.region_id = organisation.region_id
LEFT JOIN schools_schools school ON school.school_id = organisation.organisation_id
LEFT JOIN people_post post ON post.person_id = session.person_id AND post.organisation_id = session.organisation_id
     AND post.role = session.role AND daterange(post.from_date, post.to_date)
     @> (%(at)s::timestamptz AT TIME ZONE coalesce(school.time_zone, region.time_zone))::date
LEFT JOIN people_profile profile ON profile.person_id = session.person_id AND profile.role = session.role
WHERE session.token_hash = %(hash)s
"""
SESSION = Statement(FIND)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a session's cookie led to: an actor, or the reason why not and whose the session was.

    Who `must_agree` has turned 14 and has only a guardian's agreement: until they give their own they act as nobody.
    """

    actor: Actor | None = None
    seconds_left: int = 0
    seconds_if_touched: int = 0
    ended: str = ""
    person_id: int | None = None
    touch: bool = False
    must_agree: bool = False


def rights_channel(person_id: int) -> str:
    """Where open streams hear that their person's rights have changed; no page can name it."""
    return f"rights:{person_id}"


def rights_changed(*person_ids: int) -> None:
    """Say, with the caller's transaction, that these persons' sessions lead to something else than before.

    Each of their open streams is asked about anew before it gives out another word.
    """
    live.tell(*(rights_channel(person_id) for person_id in person_ids))


def new_token() -> str:
    """A session's secret for the browser."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def _asking(token: str, at: datetime) -> dict[str, Any]:
    grown_up = ages.born_by(clock.latest_day(at), ages.AGE_OF_REGISTRATION)
    return {"hash": hash_of(token), "at": at, "grown_up": grown_up}


def found(token: str, at: datetime) -> Found:
    """Who the cookie's session belongs to at this moment."""
    row = SESSION.row(_asking(token, at))
    return _judged(row, at) if row else Found(ended="unknown")


def _judged(row: Any, at: datetime) -> Found:
    organisation_id = row.organisation_id
    idle_until = row.seen_at + timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    if row.ended:
        return Found(ended=row.ended, person_id=row.person_id)
    if at >= min(idle_until, row.expires_at):
        return Found(ended="idle" if idle_until < row.expires_at else "long", person_id=row.person_id)
    role = Role(row.role) if row.role else None
    is_confirmed = assurance.is_confirmed(row.level, trusted=row.trusted)
    if role in STAFF and organisation_id is None:
        role = None
    if row.must_agree:
        role = None
    if role in ONLY_CONFIRMED and not is_confirmed:
        role, organisation_id = None, None
    actor = Actor(
        person_id=row.person_id,
        session_id=row.id,
        role=role,
        organisation_id=organisation_id,
        name=names.short_name(row.last_name, row.first_name, row.patronymic),
        place_title=row.short_name if organisation_id else "",
        time_zone=row.time_zone if organisation_id else "",
        is_confirmed=is_confirmed,
    )
    touched_until = min(at + timedelta(minutes=settings.SESSION_IDLE_MINUTES), row.expires_at)
    return Found(
        actor=actor,
        seconds_left=int((min(idle_until, row.expires_at) - at).total_seconds()),
        seconds_if_touched=int((touched_until - at).total_seconds()),
        touch=at - row.seen_at >= TOUCH_EVERY,
        must_agree=bool(row.must_agree),
    )


async def found_by_stream(stream: Any, token: str, at: datetime) -> Actor | None:
    """The same for the live process, over its own connection; a stream does not prolong its session."""
    cursor = stream.cursor(row_factory=named)
    row = await (await cursor.execute(FIND, _asking(token, at))).fetchone()
    lookup = _judged(row, at) if row else Found()
    return None if lookup.must_agree else lookup.actor
