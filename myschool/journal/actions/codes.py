"""Attendance codes: what a region's journals write, until the region says otherwise the usual letters."""

import csv
from pathlib import Path

from django.db import transaction

from myschool.journal.actions.pages import bump_pages_of_school
from myschool.journal.models import AttendanceCode
from myschool.schools.models import Region, School

USUAL = Path(__file__).parents[1] / "codes.csv"


@transaction.atomic
def give_usual_codes() -> int:
    """Give every region that has no codes the usual ones; answers how many regions that were. Nobody's act, no fact."""
    lacking = list(Region.objects.filter(attendancecode__isnull=True))
    with USUAL.open(encoding="utf-8") as lines:
        usual = list(csv.DictReader(lines))
    AttendanceCode.objects.bulk_create(
        AttendanceCode(region=region, code=row["code"], meaning=row["meaning"], title=row["title"], position=position)
        for region in lacking
        for position, row in enumerate(usual)
    )
    for school_id in School.objects.filter(organisation__region__in=lacking).values_list("pk", flat=True):
        bump_pages_of_school(school_id=school_id)
    return len(lacking)
