"""What a publisher, or a teacher for their school, does with materials before and after they are checked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.library import facts
from myschool.library.actions.steps import locked, move, stamp_of, take_out
from myschool.library.models import Material, MaterialVersion
from myschool.library.rules.states import EDITABLE, State

DESCRIBED = (
    "title",
    "annotation",
    "subject",
    "from_level",
    "to_level",
    "topic",
    "kind",
    "licence",
    "accessibility",
    "language",
    "minutes",
)


class Incomplete(Refusal):
    """A version without a file or an address cannot be checked."""

    status = 422


@transaction.atomic
def make_material(
    *, described: Mapping[str, Any], received: Received | None, by: Actor, at: datetime
) -> MaterialVersion:
    """Begin a material of the actor's own organisation with its first draft."""
    version = first_version(publisher_id=by.organisation_id or 0, school_id=by.school_id, by=by, at=at)
    _describe(version, described, received, by, at)
    return version


@transaction.atomic
def first_version(*, publisher_id: int, school_id: int | None, by: Actor, at: datetime) -> MaterialVersion:
    """Begin a material; its first draft is still to be filled in and saved."""
    material = Material.objects.create(
        publisher_id=publisher_id, school_id=school_id, made_by_id=by.person_id, made_at=at
    )
    chronicle.write(facts.MaterialMade(**by.stamp(at), material_id=material.pk))
    return MaterialVersion(material=material, number=1, state=State.DRAFT, made_at=at)


@transaction.atomic
def take_cartridge(
    *, materials: Sequence[tuple[Mapping[str, Any], Received]], cartridge: Received, by: Actor, at: datetime
) -> list[MaterialVersion]:
    """Begin a material of each thing that was in a cartridge; the cartridge itself is needed no more."""
    files.claim(received=[cartridge])
    return [
        make_material(described=description, received=received, by=by, at=at) for description, received in materials
    ]


@transaction.atomic
def make_version(*, material: Material, by: Actor, at: datetime) -> MaterialVersion:
    """Begin the next version from the latest one; what is published stays until this one is accepted.

    Raises:
        ChangedMeanwhile: a version is being prepared or checked already.
    """
    material = Material.objects.select_for_update().get(pk=material.pk)
    versions = MaterialVersion.objects.filter(material=material)
    if versions.filter(state__in=EDITABLE | {State.CHECKING, State.IN_REVIEW}).exists():
        raise ChangedMeanwhile("Новая версия этого материала уже готовится.")
    latest = versions.order_by("number").last()
    if latest is None:
        raise ChangedMeanwhile("У материала нет версий.")
    version = MaterialVersion(
        material=material,
        number=(versions.aggregate(top=Max("number"))["top"] or 0) + 1,
        state=State.DRAFT,
        made_at=at,
        file_id=latest.file_id,
        tool_id=latest.tool_id,
        launch=latest.launch if latest.tool_id else "",
        passport=latest.passport if latest.tool_id else {},
    )
    for name in DESCRIBED:
        setattr(version, name, getattr(latest, name))
    version.save()
    chronicle.write(facts.VersionMade(**by.stamp(at), material_id=material.pk, version_id=version.pk))
    return version


@transaction.atomic
def change_version(
    *, version: MaterialVersion, described: Mapping[str, Any], received: Received | None, by: Actor, at: datetime
) -> None:
    """Describe a draft otherwise, perhaps with another file.

    Raises:
        ChangedMeanwhile: it has been submitted.
    """
    version = locked(version)
    if version.state not in EDITABLE:
        raise ChangedMeanwhile("Версия уже на проверке, её нельзя изменить.")
    _describe(version, described, received, by, at)
    chronicle.write(facts.VersionChanged(**stamp_of(version, by, at), version_id=version.pk))


def _describe(
    version: MaterialVersion, described: Mapping[str, Any], received: Received | None, by: Actor, at: datetime
) -> None:
    for name in DESCRIBED:
        setattr(version, name, described[name])
    if received:
        version.file, version.tool = files.keep(received=received, by=by, at=at), None
        version.format = ""
    version.save()


@transaction.atomic
def submit_version(*, version: MaterialVersion, by: Actor, at: datetime) -> None:
    """Hand a draft in: programs check it first, then people.

    Raises:
        Incomplete: it has no file.
        ChangedMeanwhile: it is not a draft any more.
    """
    version = locked(version)
    if version.file_id is None and version.tool_id is None:
        raise Incomplete("Приложите файл или пакет материала.")
    version.submitted_at = version.queued_at = at
    version.taken_at, version.tries = None, 0
    version.findings.all().delete()
    move(version, State.CHECKING, stamp_of(version, by, at))


@transaction.atomic
def withdraw_material(*, material: Material, reason: str, by: Actor, at: datetime) -> None:
    """Take the published version out of the catalogue; lessons that use it can still open it.

    Raises:
        ChangedMeanwhile: nothing is published.
    """
    published = MaterialVersion.objects.filter(material=material, state=State.PUBLISHED).first()
    if published is None:
        raise ChangedMeanwhile("Материал уже снят с публикации.")
    version = locked(published)
    version.ended_at, version.end_reason = at, reason
    move(version, State.WITHDRAWN, stamp_of(version, by, at))
    take_out(material.pk)
