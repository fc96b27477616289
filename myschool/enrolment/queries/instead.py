"""Who decides on requests: the leaders of a school, or the region's operator in their place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from myschool.enrolment import access
from myschool.enrolment.models import EnrolmentRequest
from myschool.enrolment.queries.desk import ROW, DeskRow, row_of
from myschool.kernel.actors import Actor
from myschool.people import queries as people

SHOWN = 200
NAME = "organisation__short_name"


@dataclass(frozen=True)
class LeftRow:
    """A request that is left to the operator, and the school in whose place they decide."""

    school: str
    row: DeskRow


@dataclass(frozen=True)
class LeftPage:
    """What the operator decides in place of leaders."""

    title: str
    rows: list[LeftRow]
    is_cut: bool


def left_page(actor: Actor, today: date) -> LeftPage:
    """Undecided requests on which no leader of their school may decide, those that wait longest first."""
    pending = access.requests_to_decide(actor, today).filter(tray__in=["new", "waiting"])
    leaving = access.requests_to_release(actor, today)
    requests = EnrolmentRequest.objects.filter(Q(pk__in=pending.values("pk")) | Q(pk__in=leaving.values("pk")))
    rows = list(requests.order_by("due_day", "pk").values(*ROW, f"school__{NAME}", f"from_school__{NAME}")[: SHOWN + 1])
    return LeftPage(
        "Решения вместо руководителя",
        [
            LeftRow(row[f"from_school__{NAME}" if row["tray"] == "release" else f"school__{NAME}"], row_of(row, today))
            for row in rows[:SHOWN]
        ],
        len(rows) > SHOWN,
    )


def deciders(request_ids: Collection[int], school: str, day: date) -> dict[int, tuple[int, ...]]:
    """Who decides on these requests for the school in this column, by request."""
    requests = EnrolmentRequest.objects.filter(pk__in=request_ids)
    return people.deciders(requests, school, access.OWN_REQUEST, day)
