"""What is owed to a person about the schools they asked for and the places they have."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from myschool.enrolment.actions.forgetting import CAME_TO_NOTHING
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Invitation, Placement, StudentCard
from myschool.enrolment.queries.cabinet import line_of, place_of
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.subjects import Forgotten, Joined, Kept, NotCopied, Room, deeds, keys

DECIDED = Kept(by="school_papers_kept", since="decided_at")
CARD = Kept(by="school_papers_kept", since="requests__decided_at")
KEYS = (
    *keys("EnrolmentRequest.applicant", forgotten=DECIDED, copied="Запросы"),
    *keys(
        "EnrolmentRequest.same_as",
        forgotten=Forgotten.NAMELESS,
        copied=NotCopied("the school's guess, until the request is approved: then it is the card's person"),
    ),
    # A card goes with its last request, and before the link to it.
    *keys("StudentCard.filed_by StudentCard.person", forgotten=CARD, copied="Карточки учеников в запросах"),
    *keys("Placement.student", forgotten=Kept(by="school_papers_kept", since="to_date"), copied="Места"),
    *keys("ConnectionRequest.applicant", forgotten=DECIDED, copied="Заявки на подключение"),
    *keys("Invitation.accepted_by", forgotten=Forgotten.DELETED_LAST, copied="Принятые приглашения"),
    # The database's own triggers let the names go along with their requests, places and posts.
    *keys(
        "SearchName.person_id",
        joined=Joined.BY_HAND,
        forgotten=Forgotten.NAMELESS,
        copied=NotCopied("by which names a school finds what is copied itself: a request, a place, a post"),
    ),
    *deeds("EnrolmentRequest.decided_by RequestStep.by Invitation.invited_by ConnectionRequest.decided_by"),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Make room for the places of somebody who logs in beside those of the record they turned out to be.

    Nobody studies in two places at once: what a list says of the same days gives way.
    """
    for place in Placement.objects.filter(student=merged_id):
        alike = Placement.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=place.from_date), student=kept_id)
        until = Q() if place.to_date is None else Q(from_date__lt=place.to_date)
        for listed in alike.filter(until):
            row = Placement.objects.filter(pk=listed.pk)
            if listed.from_date >= place.from_date:
                changes.delete(row)
            else:
                changes.update(row, to_date=place.from_date)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete requests that came to nothing or were never sent, and cards that no request has."""
    nothing = EnrolmentRequest.objects.filter(
        applicant__in=person_ids, state__in=[*CAME_TO_NOTHING, EnrolmentRequest.State.DRAFT]
    )
    forgotten = {"Запросы, из которых ничего не вышло"} if nothing.exists() else set()
    nothing.delete()
    StudentCard.objects.filter(requests=None, filed_by__in=person_ids).delete()
    return forgotten


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Requests, cards, places, connections and invitations."""
    requests = EnrolmentRequest.objects.filter(
        Q(applicant__in=person_ids) | Q(card__person__in=person_ids)
    ).select_related("card", "school_class", "school__organisation")
    cards = StudentCard.objects.filter(Q(filed_by__in=person_ids) | Q(person__in=person_ids)).order_by("pk")
    placements = Placement.objects.filter(student__in=person_ids).select_related("school_class", "school__organisation")
    connections = ConnectionRequest.objects.filter(applicant__in=person_ids).select_related("organisation")
    invitations = Invitation.objects.filter(accepted_by__in=person_ids).select_related("school__organisation")
    return {
        "Запросы": [
            {
                "Номер": line.id,
                "Что": line.title,
                "Куда": line.where,
                "Состояние": line.state,
                "Отправлен": line.submitted_at,
            }
            for line in map(line_of, requests.order_by("pk"))
        ],
        "Карточки учеников в запросах": [
            {
                "Кто заполнил": "вы" if row.filed_by_id in person_ids else "законный представитель",
                "Откуда": row.get_source_display(),
                **(_described(row) if _is_about(row, person_ids) else {"О ком": "о ребёнке"}),
            }
            for row in cards
        ],
        "Места": [
            {"Где": place_of(row), "С": row.from_date, "До": row.to_date} for row in placements.order_by("from_date")
        ],
        "Заявки на подключение": [
            {
                "Номер": row.pk,
                "Организация": row.organisation.full_name,
                "Приказ": row.decree_number,
                "Дата приказа": row.decree_day,
                "Состояние": row.get_state_display(),
                "Подана": row.submitted_at,
            }
            for row in connections.order_by("pk")
        ],
        "Принятые приглашения": [
            {"Куда": row.school.organisation.full_name, "Роль": row.get_role_display(), "Принято": row.accepted_at}
            for row in invitations.order_by("pk")
        ],
    }


def _is_about(card: StudentCard, person_ids: Sequence[int]) -> bool:
    """Whether it describes the person; whom it describes otherwise reads it in their own copy."""
    return card.person_id in person_ids or (card.filed_by_id in person_ids and card.source == StudentCard.Source.OWN)


def _described(card: StudentCard) -> dict[str, Any]:
    return {
        "Фамилия": card.last_name,
        "Имя": card.first_name,
        "Отчество": card.patronymic,
        "Дата рождения": card.birth_date,
        "СНИЛС": card.snils,
    }


ROOM = Room(package="enrolment", keys=KEYS, copy=copy, join=join, forget=forget, undone_whole=True)
