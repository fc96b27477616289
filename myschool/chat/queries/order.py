"""What was reported, and the evidence of it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from myschool.chat.models import ChatRules, Complaint, Conversation, Membership, Message, MessageRevision
from myschool.chat.rules.formatting import as_html
from myschool.chat.rules.talking import PAIRS, USUAL_PAIRS, USUAL_QUIET
from myschool.people.rules.names import short_name
from myschool.schools.models import School

PAGE, AROUND = 50, 10


@dataclass(frozen=True, kw_only=True)
class ComplaintRow:
    """A complaint in a list."""

    id: int
    reason: str
    chat: str
    filed_at: datetime
    due_day: date
    is_late: bool
    decision: str
    answer: str


@dataclass(frozen=True)
class ComplaintsPage:
    """Complaints: those that wait for a decision first."""

    title: str
    zone: str
    waiting: list[ComplaintRow]
    decided: list[ComplaintRow]


def complaints_page(title: str, complaints: QuerySet[Complaint], zone: str, today: date) -> ComplaintsPage:
    """A list of complaints, fifty of each at most."""
    rows = complaints.select_related("message__conversation")
    waiting = rows.filter(decided_at__isnull=True).order_by("due_day", "pk")[:PAGE]
    decided = rows.filter(decided_at__isnull=False).order_by("-decided_at")[:PAGE]
    return ComplaintsPage(
        title,
        zone,
        [_row(complaint, today) for complaint in waiting],
        [_row(complaint, today) for complaint in decided],
    )


def _row(complaint: Complaint, today: date) -> ComplaintRow:
    talk = complaint.message.conversation
    return ComplaintRow(
        id=complaint.pk,
        reason=complaint.get_reason_display(),
        chat=talk.title or Conversation.Kind(talk.kind).label,
        filed_at=complaint.filed_at,
        due_day=complaint.due_day,
        is_late=complaint.decided_at is None and today > complaint.due_day,
        decision=complaint.get_decision_display() if complaint.decision else "",
        answer=complaint.answer,
    )


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as those who decide see it, with all it has said before."""

    number: int
    author: str
    written_at: datetime
    html: SafeString
    is_reported: bool
    is_deleted: bool
    revisions: list[tuple[datetime, SafeString]]


@dataclass(frozen=True, kw_only=True)
class ComplaintPage:
    """A reported message among its neighbours."""

    title: str
    id: int
    chat: str
    zone: str
    reason: str
    words: str
    filed_by: str
    filed_at: datetime
    due_day: date
    said: list[Said]
    decision: str
    answer: str
    decided_by: str
    decided_at: datetime | None
    looks: list[tuple[datetime, str]]
    student_ids: list[int]


def complaint_page(complaint: Complaint, zone: str) -> ComplaintPage:
    """The complaint with ten messages before and after the reported one."""
    record = Complaint.objects.select_related("message__conversation", "filed_by", "decided_by").get(pk=complaint.pk)
    talk = record.message.conversation
    looks = record.looks.select_related("by").order_by("at")
    around = _around(record.message)
    return ComplaintPage(
        title=f"Жалоба № {record.pk}",
        id=record.pk,
        chat=talk.title or Conversation.Kind(talk.kind).label,
        zone=zone,
        reason=record.get_reason_display(),
        words=record.words,
        filed_by=_name(record.filed_by),
        filed_at=record.filed_at,
        due_day=record.due_day,
        said=[_said(item, record.message_id) for item in around],
        decision=record.get_decision_display() if record.decision else "",
        answer=record.answer,
        decided_by=_name(record.decided_by) if record.decided_by else "",
        decided_at=record.decided_at,
        looks=[(item.at, _name(item.by)) for item in looks],
        student_ids=_students(around),
    )


def _students(messages: list[Message]) -> list[int]:
    return [message.author_id for message in messages if message.capacity == Membership.Capacity.STUDENT]


def _around(message: Message) -> list[Message]:
    number = message.number or 0
    return list(
        Message.objects.filter(conversation=message.conversation_id, number__range=(number - AROUND, number + AROUND))
        .select_related("author")
        .prefetch_related("revisions")
        .order_by("number")
    )


def _said(message: Message, reported_id: int) -> Said:
    revisions = sorted(message.revisions.all(), key=lambda one: one.pk)
    return Said(
        number=message.number or 0,
        author=_name(message.author),
        written_at=message.written_at,
        html=_html(message.text),
        is_reported=message.pk == reported_id,
        is_deleted=message.deleted_at is not None,
        revisions=[(revision.ended_at, _html(revision.text)) for revision in revisions],
    )


def _html(text: str) -> SafeString:
    return mark_safe(as_html(text, {}))  # noqa: S308 - escaped there


def _name(person: Any) -> str:
    return short_name(person.last_name, person.first_name, person.patronymic)


@dataclass(frozen=True)
class Evidence:
    """What was said, as a document, and whose words of students are in it."""

    document: bytes
    student_ids: list[int]


def evidence_of(complaint: Complaint, at: datetime) -> Evidence:
    """All that was said around a reported message, each of its revisions and files, as JSON for a court or the police."""
    record = Complaint.objects.select_related("message").get(pk=complaint.pk)
    files = {
        message.pk: [
            {"name": file.file.name, "size": file.file.size, "key": file.file.key}
            for file in message.files.select_related("file")
        ]
        for message in [record.message]
    }
    around = _around(record.message)
    lines = [
        {
            "number": message.number,
            "author_id": message.author_id,
            "author": _name(message.author),
            "capacity": message.capacity,
            "written_at": message.written_at,
            "text": message.text,
            "edited_at": message.edited_at,
            "deleted_at": message.deleted_at,
            "deleted_by_id": message.deleted_by_id,
            "is_reported": message.pk == record.message_id,
            "files": files.get(message.pk, []),
            "revisions": [
                _revision(revision) for revision in sorted(message.revisions.all(), key=lambda revision: revision.pk)
            ],
        }
        for message in around
    ]
    document = {
        "complaint": record.pk,
        "conversation": record.message.conversation_id,
        "school": record.school_id,
        "reason": record.reason,
        "words": record.words,
        "filed_by_id": record.filed_by_id,
        "filed_at": record.filed_at,
        "decision": record.decision,
        "answer": record.answer,
        "decided_at": record.decided_at,
        "made_at": at,
        "messages": lines,
    }
    written = json.dumps(document, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())
    return Evidence(written.encode(), _students(around))


def author_reported(complaint_id: int) -> int | None:
    """The student whose message was reported, if it was a student's."""
    reported = Complaint.objects.filter(pk=complaint_id, message__capacity=Membership.Capacity.STUDENT)
    return reported.values_list("message__author", flat=True).first()


def _revision(kept: MessageRevision) -> dict[str, Any]:
    return {
        "text": kept.text,
        "file_ids": kept.file_ids,
        "is_deletion": kept.is_deletion,
        "ended_at": kept.ended_at,
        "ended_by_id": kept.ended_by_id,
    }


@dataclass(frozen=True)
class RulesPage:
    """Rules of talk of a school."""

    title: str
    waiting: int


def rules_page(school: School) -> RulesPage:
    """The page of rules, with the number of complaints that wait."""
    return RulesPage("Правила переписки", Complaint.objects.filter(school=school, decided_at__isnull=True).count())


def rules_of(school: School) -> dict[str, Any]:
    """A school's rules as its form shows them."""
    rules = ChatRules.objects.filter(school=school).first()
    if rules is None:
        return {"pairs": list(USUAL_PAIRS), "quiet_from": USUAL_QUIET[0], "quiet_to": USUAL_QUIET[1]}
    return {
        "pairs": [pair for pair in PAIRS if pair in rules.pairs],
        "quiet_from": rules.quiet_from,
        "quiet_to": rules.quiet_to,
    }
