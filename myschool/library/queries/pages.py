"""A material, what somebody goes through, what they keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from myschool.kernel.actors import Actor, Role
from myschool.kernel.numbers import whole_percent
from myschool.library import access
from myschool.library.models import (
    Accessibility,
    CatalogueEntry,
    Collection,
    Favourite,
    Kind,
    Licence,
    Material,
    MaterialVersion,
    Play,
)
from myschool.library.queries.search import levels_in_words
from myschool.library.rules.register import format_of
from myschool.library.rules.states import State
from myschool.people.models import Person
from myschool.schools.queries import items_of


@dataclass(frozen=True, kw_only=True)
class MaterialPage:
    """A material of the catalogue."""

    title: str
    id: int
    version_id: int
    annotation: str
    subject: str
    levels: str
    topic: str
    kind: str
    format: str
    licence: str
    language: str
    accessibility: list[str]
    minutes: int | None
    publisher: str
    published_at: datetime | None
    is_kept: bool
    may_teach: bool
    collections: list[tuple[int, str]]
    last_play: "PlayLine | None"


@dataclass(frozen=True, kw_only=True)
class PlayLine:
    """How somebody went through a material."""

    id: int
    material_id: int
    title: str
    begun_at: datetime
    seen_at: datetime
    finished_at: datetime | None
    is_passed: bool | None
    percent: int | None


def material_page(material: Material, actor: Actor) -> MaterialPage:
    """The published version of a material and what the reader has to do with it."""
    version = MaterialVersion.objects.select_related("material__publisher").get(
        material=material, state=State.PUBLISHED
    )
    last = access.own_plays(actor).filter(material=material).select_related("version").order_by("-seen_at").first()
    return MaterialPage(
        title=version.title,
        id=material.pk,
        version_id=version.pk,
        annotation=version.annotation,
        subject=dict(items_of("subjects")).get(version.subject, ""),
        levels=levels_in_words(version.from_level, version.to_level),
        topic=version.topic,
        kind=Kind(version.kind).label,
        format=format_of(version.format).title,
        licence=Licence(version.licence).label,
        language=version.language,
        accessibility=[Accessibility(code).label for code in version.accessibility],
        minutes=version.minutes,
        publisher=version.material.publisher.short_name,
        published_at=version.published_at,
        is_kept=Favourite.objects.filter(person=actor.person_id, material=material).exists(),
        may_teach=actor.role == Role.TEACHER,
        collections=list(access.own_collections(actor).order_by("title").values_list("pk", "title")),
        last_play=play_line(last) if last else None,
    )


def play_line(play: Play) -> PlayLine:
    """A play with its version loaded."""
    return PlayLine(
        id=play.pk,
        material_id=play.material_id,
        title=play.version.title,
        begun_at=play.begun_at,
        seen_at=play.seen_at,
        finished_at=play.finished_at,
        is_passed=play.is_passed,
        percent=percent_of(play.score),
    )


def percent_of(score: Decimal | None) -> int | None:
    """A scaled score in per cent, rounded half up; None is none."""
    return None if score is None else whole_percent(score)


@dataclass(frozen=True, kw_only=True)
class PlayPage:
    """A material on the screen."""

    title: str
    id: int
    material_id: int
    src: str
    is_judged: bool
    finished_at: datetime | None
    is_passed: bool | None
    percent: int | None
    is_outside: bool


def play_page(play: Play, src: str) -> PlayPage:
    """The frame of a play; `src` is where the content lives. The version must be loaded."""
    runs = format_of(play.version.format)
    return PlayPage(
        title=play.version.title,
        id=play.pk,
        material_id=play.material_id,
        src=src,
        is_judged=runs.is_judged,
        finished_at=play.finished_at,
        is_passed=play.is_passed,
        percent=percent_of(play.score),
        is_outside=runs.is_outside,
    )


@dataclass(frozen=True)
class ShelfLine:
    """A material on a shelf; one that is no longer in the catalogue has no page."""

    id: int
    title: str
    kind: str
    is_available: bool


@dataclass(frozen=True)
class ShelvesPage:
    """What somebody keeps at hand, has put together and has gone through."""

    title: str
    favourites: list[ShelfLine]
    collections: list[tuple[int, str, int]]
    plays: list[PlayLine]


RECENT = 20


def shelves_page(actor: Actor) -> ShelvesPage:
    """The reader's own shelves, the latest first."""
    material_ids = (
        Favourite.objects.filter(person=actor.person_id).order_by("-added_at").values_list("material", flat=True)[:200]
    )
    plays = access.own_plays(actor).select_related("version").order_by("-seen_at")[:RECENT]
    collections = access.own_collections(actor).annotate(size=Count("items")).order_by("title", "pk")
    sized = [(row.pk, row.title, row.size) for row in collections]
    return ShelvesPage("Моя полка", _shelf(list(material_ids)), sized, [play_line(play) for play in plays])


def _shelf(material_ids: Sequence[int]) -> list[ShelfLine]:
    """The latest title of each material, in the order given."""
    shown = Q(state=State.PUBLISHED) | Q(state=State.WITHDRAWN)
    rows = MaterialVersion.objects.filter(shown, material__in=material_ids).order_by("material", "number")
    latest = {row.material_id: row for row in rows}
    return [
        ShelfLine(pk, latest[pk].title, Kind(latest[pk].kind).label, latest[pk].state == State.PUBLISHED)
        for pk in material_ids
        if pk in latest
    ]


def titles_of(material_ids: Sequence[int]) -> list[str]:
    """The latest title of each material, in the order given; of those that nobody is shown any more, a word for it."""
    titles = {line.id: line.title for line in _shelf(material_ids)}
    return [titles.get(pk, "материал, которого больше нет в каталоге") for pk in material_ids]


@dataclass(frozen=True)
class CollectionPage:
    """A collection."""

    title: str
    id: int
    lines: list[ShelfLine]


def collection_page(collection: Collection) -> CollectionPage:
    """A collection's materials, in the order they were put there."""
    ids = list(collection.items.order_by("pk").values_list("material", flat=True))
    return CollectionPage(collection.title, collection.pk, _shelf(ids))


def versions_to_export(collection: Collection, entries: QuerySet[CatalogueEntry]) -> list[MaterialVersion]:
    """The versions of a collection that are among these entries, in its order, with their packages."""
    ids = list(collection.items.order_by("pk").values_list("material", flat=True))
    shown = entries.filter(material__in=ids).values("version")
    rows = MaterialVersion.objects.filter(pk__in=shown).prefetch_related("package__file")
    by_material = {row.material_id: row for row in rows}
    return [by_material[pk] for pk in ids if pk in by_material]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a student has done with a material at best."""

    student_id: int
    begun: bool
    is_finished: bool
    is_passed: bool | None
    percent: int | None
    seconds: int


def outcomes(material_id: int, students: Sequence[Person] | Sequence[int], since: datetime) -> Mapping[int, Outcome]:
    """The best of what students have done with a material since a moment, by student; for the journal's lesson."""
    best: dict[int, Outcome] = {}
    plays = Play.objects.filter(material=material_id, person__in=students, seen_at__gte=since).order_by("pk")
    for play in plays:
        former = best.get(play.person_id)
        percent = percent_of(play.score)
        best[play.person_id] = Outcome(
            student_id=play.person_id,
            begun=True,
            is_finished=bool(play.finished_at) or bool(former and former.is_finished),
            is_passed=_best([play.is_passed, former.is_passed if former else None]),
            percent=max(
                (value for value in (percent, former.percent if former else None) if value is not None), default=None
            ),
            seconds=play.seconds + (former.seconds if former else 0),
        )
    return best


def _best(told: Sequence[bool | None]) -> bool | None:
    judged = [word for word in told if word is not None]
    return any(judged) if judged else None
