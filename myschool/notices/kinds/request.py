"""Requests, applications, demands and complaints, and what is decided on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from myschool.chat.access import OWN_COMPLAINT
from myschool.chat.facts import ComplaintDecided, ComplaintFiled
from myschool.chat.models import Complaint
from myschool.enrolment.facts import (
    ApprovalUndone,
    ClarificationAsked,
    ConnectionAsked,
    ConnectionDecided,
    DeletionDecided,
    ReleaseAsked,
    RequestAnswered,
    RequestApproved,
    RequestDeclined,
    RequestExpired,
    RequestFact,
    RequestSubmitted,
)
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest
from myschool.enrolment.queries.instead import deciders
from myschool.kernel import clock
from myschool.kernel.text import MOSCOW, shortened
from myschool.library.facts import PublisherAsked, PublisherDecided
from myschool.library.models import PublisherApplication
from myschool.notices.rosters import operators_of
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Telling, Told
from myschool.people import queries as people
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


def requests_told(facts: Sequence[RequestFact], at: datetime) -> list[Told]:
    """Requests by the state they have come to: to who decides in the school, in the old school, to the requester.

    The two requests for one child lie on the desk as one thing.
    """
    day = clock.latest_day(at)
    last = {fact.request_id: fact for fact in facts}
    rows = EnrolmentRequest.objects.filter(pk__in=last).select_related("school", "from_school").order_by("pk")
    requests = list(rows)
    here, there = deciders(last, "school", day), deciders(last, "from_school", day)
    notices: list[Told] = []
    for row in requests:
        fact, state = last[row.pk], Asked(row.state)
        named: dict[str, Any] = {
            "at": fact.at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": fact.actor_id,
        }
        if state in TO_REQUESTER:
            notices.append(
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
            notices.append(
                Told(
                    **named,
                    thing=f"desk:{row.bundle}",
                    title=TO_DESK[state].format(row.pk),
                    persons=here.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
        if state == Asked.SUBMITTED and row.from_school_id:
            notices.append(
                Told(
                    **named | {"school_id": row.from_school_id},
                    thing=f"release:{row.pk}",
                    title=f"Ученика просят принять в другую школу: запрос № {row.pk}",
                    persons=there.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
        if state == Asked.RELEASE and row.from_school_id:
            notices.append(
                Told(
                    **named | {"school_id": row.from_school_id},
                    thing=f"release:{row.pk}",
                    title=f"Ученик переходит в другую школу: запрос № {row.pk}",
                    persons=there.get(row.pk, ()),
                    path=f"/desk/requests/{row.pk}/",
                )
            )
    return list({notice.thing: notice for notice in reversed(notices)}.values())[::-1]


def undone_told(facts: Sequence[ApprovalUndone], at: datetime) -> list[Told]:
    """Approvals that were undone: to who asks for the request now, since persons were parted."""
    rows = EnrolmentRequest.objects.filter(pk__in={fact.request_id for fact in facts})
    requests = rows.select_related("school", "card").in_bulk()
    notices = []
    for fact in facts:
        if (row := requests.get(fact.request_id)) is None:
            continue
        # What is about oneself is shown to an account too that Gosuslugi has not confirmed.
        is_own = row.card is not None and row.card.person_id == row.applicant_id
        notices.append(
            Told(
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
    return notices


def applications_told(facts: Sequence[ConnectionAsked | PublisherAsked], at: datetime) -> list[Told]:
    """Applications of schools and publishers, to the operators of their region."""
    asking = [fact for fact in facts if isinstance(fact, ConnectionAsked)]
    schools = ConnectionRequest.objects.filter(pk__in=[fact.connection_id for fact in asking])
    region_of = dict(schools.values_list("pk", "organisation__region"))
    publishers = PublisherApplication.objects.in_bulk(
        [fact.application_id for fact in facts if isinstance(fact, PublisherAsked)]
    )
    regions = {*region_of.values(), *(row.region_code for row in publishers.values())}
    operators = operators_of(regions, clock.latest_day(at))
    notices = []
    for fact in facts:
        if isinstance(fact, ConnectionAsked):
            pk, region, path = (fact.connection_id, region_of.get(fact.connection_id, ""), "/operator/connections/")
            thing, title = f"connect:{pk}", f"Новая заявка на подключение школы № {pk}"
        else:
            pk, path = fact.application_id, "/operator/publishers/"
            region = publishers[pk].region_code if pk in publishers else ""
            thing, title = f"supply:{pk}", f"Новая заявка поставщика контента № {pk}"
        notices.append(
            Told(
                thing=thing,
                at=fact.at,
                zone=MOSCOW.key,
                title=title,
                path=path,
                persons=operators.get(region, ()),
                not_to=fact.actor_id,
            )
        )
    return notices


def demands_told(facts: Sequence[DeletionDecided], at: datetime) -> list[Told]:
    """Demands to delete data that were decided, to who filed them."""
    last = {fact.subject_id: fact for fact in facts}
    rows = DeletionRequest.objects.filter(subject__in=last, decided_at__isnull=False).order_by("decided_at")
    decided = {row.subject_id: row for row in rows}
    return [
        Told(
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


def connections_told(facts: Sequence[ConnectionDecided], at: datetime) -> list[Told]:
    """Applications to connect a school that were decided."""
    rows = ConnectionRequest.objects.in_bulk({fact.connection_id for fact in facts})
    return [
        Told(
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


def publishers_told(facts: Sequence[PublisherDecided], at: datetime) -> list[Told]:
    """Applications to supply content that were decided."""
    rows = PublisherApplication.objects.in_bulk({fact.application_id for fact in facts})
    return [
        Told(
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


def complaints_told(facts: Sequence[ComplaintFiled | ComplaintDecided], at: datetime) -> list[Told]:
    """Complaints, to who decides on them; decisions, to who filed them."""
    ids = {fact.complaint_id for fact in facts}
    rows = Complaint.objects.filter(pk__in=ids).select_related("school")
    complaints = {row.pk: row for row in rows}
    deciders = people.deciders(rows, "school", OWN_COMPLAINT, clock.latest_day(at))
    notices = []
    for fact in facts:
        if row := complaints.get(fact.complaint_id):
            decided = isinstance(fact, ComplaintDecided)
            notices.append(
                Told(
                    thing=f"complaint:{row.pk}",
                    at=fact.at,
                    zone=row.school.time_zone,
                    school_id=row.school_id,
                    not_to=fact.actor_id,
                    title="Решение по вашей жалобе" if decided else f"Жалоба на сообщение № {row.pk}",
                    text=row.get_decision_display() if decided else row.get_reason_display(),
                    path="/chat/complaints/" if decided else f"/desk/complaints/{row.pk}/",
                    persons=(row.filed_by_id,) if decided else deciders[row.pk],
                )
            )
    return notices


KIND = Kind(
    code="request",
    title="Запросы и заявки",
    order=160,
    audience=EVERYBODY,
    mail=AT_ONCE,
    tells=(
        Telling(
            RequestSubmitted,
            ClarificationAsked,
            RequestAnswered,
            ReleaseAsked,
            RequestApproved,
            RequestDeclined,
            RequestExpired,
            words=requests_told,
        ),
        Telling(ApprovalUndone, words=undone_told),
        Telling(ConnectionAsked, PublisherAsked, words=applications_told),
        Telling(DeletionDecided, words=demands_told),
        Telling(ConnectionDecided, words=connections_told),
        Telling(PublisherDecided, words=publishers_told),
        Telling(ComplaintFiled, ComplaintDecided, words=complaints_told),
    ),
)
