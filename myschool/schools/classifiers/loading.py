"""The classifiers (справочники): a file per version, `<code>.<version>.csv`, never changed once it was loaded.

A file begins with `# title:` and `# source:`, then a table with the columns `code` and `title`; further columns serve
those who read the file itself. The newest `regions` also says which regions there are and in which time zone.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from myschool.kernel.actors import nobody
from myschool.schools import actions
from myschool.schools.models import Region

FOLDER = Path(__file__).parent
REGIONS = "regions"


@dataclass(frozen=True, kw_only=True)
class ClassifierFile:
    """One version of a classifier as its file tells it."""

    code: str
    version: str
    title: str
    source: str
    digest: str
    rows: list[dict[str, str]]


def files(folder: Path = FOLDER) -> Iterator[ClassifierFile]:
    """The folder's files, older versions of a classifier before newer ones."""
    for path in sorted(folder.glob("*.csv")):
        code, version = path.stem.split(".", 1)
        # Read as text: a checkout may turn line ends, and that makes no other classifier.
        content = path.read_text("utf-8")
        title, source, *table = content.splitlines()
        yield ClassifierFile(
            code=code,
            version=version,
            title=title.removeprefix("# title: "),
            source=source.removeprefix("# source: "),
            digest=sha256(content.encode()).hexdigest(),
            rows=list(csv.DictReader(table)),
        )


@transaction.atomic
def load(*, at: datetime, folder: Path = FOLDER) -> list[ClassifierFile]:
    """Load what the database has not; answers the versions that were new.

    Raises:
        ClassifierDiffers: a file was changed after it had been loaded.
    """
    new = []
    for file in files(folder):
        items = [(row["code"], row["title"]) for row in file.rows]
        if actions.load_classifier(
            code=file.code,
            version=file.version,
            title=file.title,
            source=file.source,
            digest=file.digest,
            items=items,
            stamp=nobody(at),
        ):
            new.append(file)
            if file.code == REGIONS:
                _fill_regions(file)
    return new


def _fill_regions(file: ClassifierFile) -> None:
    Region.objects.bulk_create(
        (Region(code=row["code"], name=row["title"], time_zone=row["time_zone"]) for row in file.rows),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "time_zone"],
    )
