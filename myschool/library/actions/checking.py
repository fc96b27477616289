"""What the technical check writes down."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel.actors import nobody
from myschool.library import access
from myschool.library.actions.reviewing import appoint
from myschool.library.actions.steps import move, start_clock
from myschool.library.models import CheckFinding, MaterialVersion, PackageFile
from myschool.library.rules.packages import Finding, Passport
from myschool.library.rules.register import FORMATS
from myschool.library.rules.states import State

# A worker renews its hold every minute; whoever is silent for longer has died.
HELD_FOR = timedelta(minutes=15)
MOST_TRIES = 3


@transaction.atomic
def take_version(*, at: datetime) -> MaterialVersion | None:
    """Take the version that has waited longest, or None; one whose worker has died is taken again.

    Which taking it was is known by `queued_at` and `tries`: what is found counts only while nobody has taken it anew.
    """
    free = Q(taken_at__isnull=True) | Q(taken_at__lt=at - HELD_FOR)
    waiting = access.versions_to_check().filter(free).select_for_update(of=("self",), skip_locked=True)
    version = waiting.select_related("file", "material", "tool").first()
    if version is not None:
        version.taken_at, version.tries = at, version.tries + 1
        version.save(update_fields=["taken_at", "tries"])
    return version


def hold_version(*, version: MaterialVersion, at: datetime) -> bool:
    """Go on with a version that was taken; answers whether nobody else has it meanwhile."""
    return bool(_taken(version).update(taken_at=at))


def put_back(*, version: MaterialVersion) -> None:
    """Leave a version that could not be checked by a fault of ours: it is tried again, and that try did not count."""
    _taken(version).update(tries=F("tries") - 1)


def _taken(version: MaterialVersion) -> QuerySet[MaterialVersion]:
    return MaterialVersion.objects.filter(
        pk=version.pk, state=State.CHECKING, queued_at=version.queued_at, tries=version.tries
    )


def _still_taken(version: MaterialVersion) -> MaterialVersion | None:
    rows = _taken(version).select_for_update(of=("self",)).select_related("material")
    return rows.first()


@transaction.atomic
def pass_check(
    *, version: MaterialVersion, passport: Passport, package: Sequence[tuple[str, Received]], at: datetime
) -> None:
    """The version can run: keep its unpacked files and send it to people; nothing, if another worker has it now."""
    own_version = _still_taken(version)
    if own_version is None:
        return
    version = own_version
    version.format, version.launch = FORMATS[passport.format].code, passport.launch
    version.passport = {"title": passport.title, "parts": [asdict(part) for part in passport.parts]}
    if passport.custom:
        version.passport["custom"] = dict(passport.custom)
    _write_findings(version, passport.findings)
    version.package.all().delete()
    stored_files = files.keep_package(
        received=[received for _, received in package], owner_id=version.material.made_by_id, at=at
    )
    PackageFile.objects.bulk_create(
        PackageFile(version=version, path=path, file=file)
        for (path, _), file in zip(package, stored_files, strict=True)
    )
    start_clock(version, at)
    move(version, State.IN_REVIEW, nobody(at, school_id=version.material.school_id))
    if version.material.school_id is None:
        appoint(version, at)


@transaction.atomic
def fail_check(*, version: MaterialVersion, findings: Sequence[Finding], at: datetime) -> None:
    """The version cannot run: its maker is told why; nothing, if another worker has it now."""
    own_version = _still_taken(version)
    if own_version is None:
        return
    version = own_version
    _write_findings(version, findings)
    move(version, State.UNFIT, nobody(at, school_id=version.material.school_id))


def _write_findings(version: MaterialVersion, findings: Sequence[Finding]) -> None:
    version.findings.all().delete()
    CheckFinding.objects.bulk_create(
        CheckFinding(version=version, code=finding.code, text=finding.text[:500], is_advice=finding.is_advice)
        for finding in findings
    )
