"""A class may read a folder or a document."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.enrolment.access import placements_on
from myschool.folders.access import shares_on
from myschool.folders.facts import ItemShared, SharingEnded
from myschool.kernel import clock
from myschool.notices.rosters import latest
from myschool.notices.rules import FAMILIES, IN_DIGEST
from myschool.notices.telling import Kind, Retraction, Telling, Told


def shares_told(facts: Sequence[ItemShared], at: datetime) -> list[Told]:
    """Folders and documents that a class may read."""
    day = clock.latest_day(at)
    rows = shares_on(day).filter(pk__in={fact.share_id for fact in facts})
    shares = {row.pk: row for row in rows.select_related("document", "folder", "school_class__school")}
    placed = placements_on(day).filter(school_class__in={row.school_class_id for row in shares.values()})
    students: dict[int, list[int]] = defaultdict(list)
    for school_class, student in placed.values_list("school_class", "student"):
        if school_class is not None:
            students[school_class].append(student)
    notices = []
    for fact in latest(facts, "share_id"):
        if row := shares.get(fact.share_id):
            kind, item = ("documents", row.document) if row.document else ("folders", row.folder)
            if item is None or item.trashed_at is not None:
                continue
            word = "Файл" if row.document else "Папка"
            notices += [
                Told(
                    thing=share_thing(row.pk),
                    at=fact.at,
                    title=f"{word} для класса",
                    text=item.name,
                    path=f"/files/{kind}/{item.pk}/",
                    zone=row.school_class.school.time_zone,
                    school_id=row.school_class.school_id,
                    student_id=student,
                    not_to=fact.actor_id,
                )
                for student in students[row.school_class_id]
            ]
    return notices


def share_things(facts: Sequence[SharingEnded]) -> list[str]:
    """What may be read no longer is not told any more."""
    return [share_thing(fact.share_id) for fact in facts]


def share_thing(share_id: int) -> str:
    """What a notice of a share is about."""
    return f"share:{share_id}"


KIND = Kind(
    code="files",
    title="Файлы для класса",
    order=90,
    audience=FAMILIES,
    mail=IN_DIGEST,
    push=False,
    settles=timedelta(minutes=5),
    tells=(Telling(ItemShared, words=shares_told),),
    retracts=(Retraction(SharingEnded, things=share_things),),
)
