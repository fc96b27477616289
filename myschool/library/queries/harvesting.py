"""The catalogue for harvesters: what is published to all, and what is no longer, in the order of change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from myschool.library.models import Kind, Licence, MaterialVersion
from myschool.library.rules.harvesting import Faulty, Wanted
from myschool.library.rules.metadata import Described
from myschool.library.rules.register import format_of
from myschool.library.rules.states import State
from myschool.schools.queries import items_of

PAGE = 100
SALT = "library.oai"


@dataclass(frozen=True)
class Harvested:
    """A material for a harvester; one that is withdrawn has no description."""

    identifier: str
    changed_at: datetime
    subject: str
    described: Described | None


@dataclass(frozen=True)
class Batch:
    """Some of a list, and the token for the rest (empty: this was all)."""

    records: list[Harvested]
    token: str


def identifier_of(material_id: int) -> str:
    """«oai:example.ru:5»."""
    return f"oai:{urlsplit(settings.SITE_URL).hostname}:{material_id}"


def _told() -> "QuerySet[Any]":
    """Of every material that is or was open to all, the version that speaks for it."""
    published = MaterialVersion.objects.filter(material=OuterRef("material"), state=State.PUBLISHED)
    later = MaterialVersion.objects.filter(
        material=OuterRef("material"), state=State.WITHDRAWN, number__gt=OuterRef("number")
    )
    gone = Q(state=State.WITHDRAWN) & ~Exists(published) & ~Exists(later)
    return (
        MaterialVersion.objects.filter(Q(state=State.PUBLISHED) | gone, material__school__isnull=True)
        .annotate(changed_at=Coalesce("ended_at", "published_at"))
        .select_related("material__publisher")
    )


def one(identifier: str) -> Harvested | None:
    """A material by its identifier."""
    number = identifier.rpartition(":")[2]
    if not number.isascii() or not number.isdecimal() or len(number) > 18 or identifier != identifier_of(int(number)):
        return None
    row = _told().filter(material=int(number)).first()
    return _harvested([row])[0] if row else None


def batch(wanted: Wanted, after: tuple[datetime, int] | None = None) -> Batch:
    """The next hundred."""
    records = _told()
    if wanted.since:
        records = records.filter(changed_at__gte=wanted.since)
    if wanted.until:
        records = records.filter(changed_at__lte=wanted.until)
    if wanted.subject:
        records = records.filter(subject=wanted.subject)
    if after:
        records = records.filter(
            Q(changed_at__gt=after[0]) | Q(changed_at=after[0], pk__gt=after[1]), changed_at__gte=after[0]
        )
    rows = list(records.order_by("changed_at", "pk")[: PAGE + 1])
    token = _token(wanted, rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Batch(_harvested(rows[:PAGE]), token)


def _token(wanted: Wanted, last: Any) -> str:
    moments = [moment.isoformat() if moment else "" for moment in (wanted.since, wanted.until)]
    changed_at: datetime = last.changed_at
    return signing.dumps([wanted.prefix, *moments, wanted.subject, changed_at.isoformat(), last.pk], salt=SALT)


def going_on(token: str) -> tuple[Wanted, tuple[datetime, int]]:
    """What an earlier list asked for and where it ended.

    Raises:
        Faulty: the token is none of ours.
    """
    try:
        prefix, since, until, subject, last_at, last = signing.loads(token, salt=SALT, max_age=86_400)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Faulty("badResumptionToken", "Продолжение не читается или устарело: начните список заново.") from error
    moments = [datetime.fromisoformat(moment) if moment else None for moment in (since, until)]
    return Wanted(prefix, moments[0], moments[1], subject), (datetime.fromisoformat(last_at), last)


def earliest() -> datetime | None:
    """When the first material was published."""
    row = _told().order_by("changed_at").first()
    return row.changed_at if row else None


def subjects() -> Sequence[tuple[str, str]]:
    """Codes and titles of the subjects, which are the sets."""
    return items_of("subjects")


def _harvested(rows: Sequence[Any]) -> list[Harvested]:
    titles = dict(items_of("subjects"))
    return [
        Harvested(
            identifier_of(row.material_id),
            row.changed_at,
            row.subject,
            described(row, titles.get(row.subject, "")) if row.state == State.PUBLISHED else None,
        )
        for row in rows
    ]


def described(version: MaterialVersion, subject: str) -> Described:
    """A version as other catalogues need it; its material and publisher must be loaded."""
    return Described(
        address=f"{settings.SITE_URL}/library/materials/{version.material_id}/",
        title=version.title,
        annotation=version.annotation,
        subject=subject,
        topic=version.topic,
        from_level=version.from_level,
        to_level=version.to_level,
        kind=version.kind,
        kind_title=Kind(version.kind).label,
        media=format_of(version.format).media,
        dcmi=format_of(version.format).dcmi,
        licence=version.licence,
        licence_title=Licence(version.licence).label,
        language=version.language,
        minutes=version.minutes,
        publisher=version.material.publisher.short_name,
        published_at=version.published_at or version.made_at,
    )
