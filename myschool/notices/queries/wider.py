"""What facts of requests, applications and the library are told as."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from myschool.enrolment.facts import ApprovalUndone, ConnectionAsked, ConnectionDecided, DeletionDecided, RequestFact
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest
from myschool.enrolment.queries.instead import deciders
from myschool.kernel.actors import Role
from myschool.kernel.text import MOSCOW, shortened
from myschool.library.facts import (
    ErrorReported,
    ExpertAppointed,
    PublisherAsked,
    PublisherDecided,
    ReportAnswered,
    VersionMoved,
)
from myschool.library.models import ErrorReport, MaterialVersion, PublisherApplication, Review
from myschool.library.rules.states import WORDS, State
from myschool.notices.queries.told import Told
from myschool.people.access import posts_on
from myschool.people.models import DeletionRequest

Asked = EnrolmentRequest.State
# To the requester: the state that a request has come to, and how that is said.
TO_REQUESTER = {
    Asked.CLARIFY: "Школа просит уточнить запрос № {}",
    Asked.RELEASE: "Запрос № {} одобрен, ждём прежнюю школу",
    Asked.APPROVED: "Запрос № {} одобрен",
    Asked.DECLINED: "Запрос № {} отклонён",
    Asked.EXPIRED: "Срок запроса № {} истёк",
}
TO_DESK = {Asked.SUBMITTED: "Новый запрос № {}", Asked.ANSWERED: "Ответ на уточнение: запрос № {}"}
# To the author of a material: states that somebody else has brought it to.
TO_AUTHOR = frozenset({State.UNFIT, State.IN_REVIEW, State.TO_FIX, State.PUBLISHED, State.REJECTED, State.WITHDRAWN})


def requests_told(facts: Sequence[RequestFact], day: date) -> list[Told]:
    """Requests by the state they have come to: to who decides in the school, in the old school, to the requester.

    The two requests for one child lie on the desk as one thing.
    """
    last = {fact.request_id: fact for fact in facts}
    rows = EnrolmentRequest.objects.filter(pk__in=last).select_related("school", "from_school").order_by("pk")
    requests = list(rows)
    here, there = deciders(last, "school", day), deciders(last, "from_school", day)
    found: list[Told] = []
    for row in requests:
        fact, state = last[row.pk], Asked(row.state)
        named: dict[str, Any] = {
            "kind": "request",
            "at": fact.at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": fact.actor_id,
        }
        if state in TO_REQUESTER:
            found.append(
                Told(
                    **named,
                    thing=f"request:{row.pk}",
                    title=TO_REQUESTER[state].format(row.pk),
                    text=shortened(row.question if state == Asked.CLARIFY else row.reason_text, 300),
                    persons=(row.applicant_id,),
                    path=f"/cabinet/requests/{row.pk}/",
                )
            )
        if state in TO_DESK:
            found.append(
                Told(
                    **named,
                    thing=f"desk:{row.bundle}",
                    title=TO_DESK[state].format(row.pk),
                    persons=here.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
        if state == Asked.SUBMITTED and row.from_school_id:
            found.append(
                Told(
                    **named | {"school_id": row.from_school_id},
                    thing=f"release:{row.pk}",
                    title=f"Ученика просят принять в другую школу: запрос № {row.pk}",
                    persons=there.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
        if state == Asked.RELEASE and row.from_school_id:
            found.append(
                Told(
                    **named | {"school_id": row.from_school_id},
                    thing=f"release:{row.pk}",
                    title=f"Ученик переходит в другую школу: запрос № {row.pk}",
                    persons=there.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
    return list({one.thing: one for one in reversed(found)}.values())[::-1]


def undone_told(facts: Sequence[ApprovalUndone]) -> list[Told]:
    """Approvals that were undone: to who asks for the request now, since persons were parted."""
    rows = EnrolmentRequest.objects.filter(pk__in={fact.request_id for fact in facts})
    requests = rows.select_related("school", "card").in_bulk()
    found = []
    for fact in facts:
        if (row := requests.get(fact.request_id)) is None:
            continue
        # What is about oneself is shown to an account too that Gosuslugi has not confirmed.
        is_own = row.card is not None and row.card.person_id == row.applicant_id
        found.append(
            Told(
                kind="request",
                thing=f"request:{row.pk}",
                at=fact.at,
                title=f"Запрос № {row.pk}: одобрение отменено",
                text="Школа отменила объединение записей. Что делать дальше, сказано в запросе.",
                student_id=row.applicant_id if is_own else None,
                persons=() if is_own else (row.applicant_id,),
                path=f"/cabinet/requests/{row.pk}/",
                zone=row.school.time_zone,
                school_id=row.school_id,
                not_to=fact.actor_id,
            )
        )
    return found


def operators_of(regions: Collection[str], day: date) -> dict[str, tuple[int, ...]]:
    """The operators of these regions."""
    found: dict[str, set[int]] = defaultdict(set)
    posts = posts_on(day).filter(role=Role.OPERATOR, organisation__region__in=regions)
    for region, person in posts.values_list("organisation__region", "person"):
        found[region].add(person)
    return {region: tuple(sorted(people)) for region, people in found.items()}


def applications_told(facts: Sequence[ConnectionAsked | PublisherAsked], day: date) -> list[Told]:
    """Applications of schools and publishers, to the operators of their region."""
    asked = [fact for fact in facts if isinstance(fact, ConnectionAsked)]
    schools = ConnectionRequest.objects.filter(pk__in=[fact.connection_id for fact in asked])
    region_of = dict(schools.values_list("pk", "organisation__region"))
    publishers = PublisherApplication.objects.in_bulk(
        [fact.application_id for fact in facts if isinstance(fact, PublisherAsked)]
    )
    regions = {*region_of.values(), *(row.region_code for row in publishers.values())}
    operators = operators_of(regions, day)
    found = []
    for fact in facts:
        if isinstance(fact, ConnectionAsked):
            pk, region, path = (fact.connection_id, region_of.get(fact.connection_id, ""), "/operator/connections/")
            thing, title = f"connect:{pk}", f"Новая заявка на подключение школы № {pk}"
        else:
            pk, path = fact.application_id, "/operator/publishers/"
            region = publishers[pk].region_code if pk in publishers else ""
            thing, title = f"supply:{pk}", f"Новая заявка поставщика контента № {pk}"
        found.append(
            Told(
                kind="request",
                thing=thing,
                at=fact.at,
                zone=MOSCOW.key,
                title=title,
                path=path,
                persons=operators.get(region, ()),
                not_to=fact.actor_id,
            )
        )
    return found


def demands_told(facts: Sequence[DeletionDecided]) -> list[Told]:
    """Demands to delete data that were decided, to who filed them."""
    last = {fact.subject_id: fact for fact in facts}
    rows = DeletionRequest.objects.filter(subject__in=last, decided_at__isnull=False).order_by("decided_at")
    decided = {row.subject_id: row for row in rows}
    return [
        Told(
            kind="request",
            thing=f"demand:{row.pk}",
            at=last[subject].at,
            zone=MOSCOW.key,
            persons=(row.filed_by_id,),
            title=f"Требование об удалении данных {'выполнено' if last[subject].is_granted else 'отклонено'}",
            text=shortened(row.answer, 300),
            path="/privacy/mine/",
            not_to=last[subject].actor_id,
        )
        for subject, row in decided.items()
    ]


def connections_told(facts: Sequence[ConnectionDecided]) -> list[Told]:
    """Applications to connect a school that were decided."""
    rows = ConnectionRequest.objects.in_bulk({fact.connection_id for fact in facts})
    return [
        Told(
            kind="request",
            thing=f"connection:{row.pk}",
            at=fact.at,
            zone=MOSCOW.key,
            persons=(row.applicant_id,),
            title=f"Заявка на подключение № {row.pk} {'одобрена' if fact.is_approved else 'отклонена'}",
            text=shortened(row.reason_text, 300),
            path=f"/connect/{row.pk}/",
            not_to=fact.actor_id,
        )
        for fact in facts
        if (row := rows.get(fact.connection_id))
    ]


def publishers_told(facts: Sequence[PublisherDecided]) -> list[Told]:
    """Applications to supply content that were decided."""
    rows = PublisherApplication.objects.in_bulk({fact.application_id for fact in facts})
    return [
        Told(
            kind="request",
            thing=f"publisher:{row.pk}",
            at=fact.at,
            zone=MOSCOW.key,
            persons=(row.applicant_id,),
            title=f"Заявка поставщика {'одобрена' if fact.is_approved else 'отклонена'}",
            text=shortened(row.reason, 300),
            path="/library/own/" if fact.is_approved else "/library/become-publisher/",
            not_to=fact.actor_id,
        )
        for fact in facts
        if (row := rows.get(fact.application_id))
    ]


def versions_told(facts: Sequence[VersionMoved]) -> list[Told]:
    """Where a material has come to, to its author."""
    last = {fact.version_id: fact for fact in facts if fact.state in TO_AUTHOR}
    rows = MaterialVersion.objects.filter(pk__in=last).select_related("material")
    return [
        Told(
            kind="material",
            thing=f"version:{row.pk}",
            at=last[row.pk].at,
            zone=MOSCOW.key,
            persons=(row.material.made_by_id,),
            title=f"{WORDS[State(last[row.pk].state)]}: {shortened(row.title, 150)}",
            text=shortened(row.end_reason, 300),
            path=f"/library/own/{row.material_id}/",
            not_to=last[row.pk].actor_id,
        )
        for row in rows
    ]


def reviews_asked(facts: Sequence[ExpertAppointed]) -> list[Told]:
    """Materials to judge, to their expert."""
    rows = Review.objects.filter(pk__in={fact.review_id for fact in facts}).select_related("version")
    at = {fact.review_id: fact.at for fact in facts}
    return [
        Told(
            kind="material",
            thing=f"judge:{row.pk}",
            at=at[row.pk],
            zone=MOSCOW.key,
            persons=(row.expert_id,),
            title=f"Материал на экспертизу: {shortened(row.version.title, 150)}",
            path=f"/library/reviews/{row.pk}/",
        )
        for row in rows
        if row.declined_at is None and row.given_at is None
    ]


def reports_told(facts: Sequence[ErrorReported | ReportAnswered]) -> list[Told]:
    """Errors found in materials, to the author; the answers, to who found them."""
    rows = ErrorReport.objects.filter(pk__in={fact.report_id for fact in facts})
    reports = {row.pk: row for row in rows.select_related("version__material")}
    found = []
    for fact in facts:
        if row := reports.get(fact.report_id):
            material, answered = row.version.material, isinstance(fact, ReportAnswered)
            found.append(
                Told(
                    kind="material",
                    thing=f"{'answer' if answered else 'report'}:{row.pk}",
                    at=fact.at,
                    zone=MOSCOW.key,
                    persons=(row.told_by_id if answered else material.made_by_id,),
                    not_to=fact.actor_id,
                    title=f"{'Ответ на сообщение об ошибке' if answered else 'Сообщили об ошибке'}: "
                    + shortened(row.version.title, 150),
                    text=shortened(row.answer if answered else row.text, 300),
                    path=f"/library/{'materials' if answered else 'own'}/{material.pk}/",
                )
            )
    return found
