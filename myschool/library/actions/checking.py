"""What the technical check writes down."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel.actors import nobody
from myschool.library import access
from myschool.library.actions.reviewing import appoint
from myschool.library.actions.steps import locked, move, start_clock
from myschool.library.models import CheckFinding, MaterialVersion, PackageFile
from myschool.library.rules.packages import Finding, Passport
from myschool.library.rules.states import State


@transaction.atomic
def queue_again(*, at: datetime) -> int | None:
    """Put the version that has waited longest at the end of the line, and answer its id; None if nobody waits.

    Should its check break off by a fault of ours, the others are not kept waiting behind it.
    """
    waiting = access.versions_to_check().select_for_update(of=("self",), skip_locked=True).first()
    if waiting is None:
        return None
    MaterialVersion.objects.filter(pk=waiting.pk).update(queued_at=at)
    return waiting.pk


@transaction.atomic
def pass_check(
    *, version: MaterialVersion, passport: Passport, package: Sequence[tuple[str, Received]], at: datetime
) -> None:
    """The version can run: keep its unpacked files and send it to people.

    Raises:
        ChangedMeanwhile: it is not being checked any more.
    """
    version = locked(version)
    version.format, version.launch = passport.format, passport.launch
    version.passport = {"title": passport.title, "parts": [asdict(part) for part in passport.parts]}
    if passport.custom:
        version.passport["custom"] = dict(passport.custom)
    _write_findings(version, passport.findings)
    version.package.all().delete()
    kept = files.keep_package(
        received=[received for _, received in package], owner_id=version.material.made_by_id, at=at
    )
    PackageFile.objects.bulk_create(
        PackageFile(version=version, path=path, file=file)
        for (path, _), file in zip(package, kept, strict=True)
    )
    start_clock(version, at)
    move(version, State.IN_REVIEW, nobody(at, school_id=version.material.school_id))
    if version.material.school_id is None:
        appoint(version, at)


@transaction.atomic
def fail_check(*, version: MaterialVersion, findings: Sequence[Finding], at: datetime) -> None:
    """The version cannot run: its maker is told why.

    Raises:
        ChangedMeanwhile: it is not being checked any more.
    """
    version = locked(version)
    _write_findings(version, findings)
    move(version, State.UNFIT, nobody(at, school_id=version.material.school_id))


def _write_findings(version: MaterialVersion, findings: Sequence[Finding]) -> None:
    version.findings.all().delete()
    CheckFinding.objects.bulk_create(
        CheckFinding(version=version, code=one.code, text=one.text[:500], is_advice=one.is_advice)
        for one in findings
    )
