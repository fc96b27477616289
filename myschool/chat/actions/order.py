"""Keeping order: rules of talk, complaints, looking into what was reported, deciding, handing out evidence."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db import transaction

from myschool.chat import facts
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.actions.talking import take_down
from myschool.chat.models import ChatRules, Complaint, Conversation, Membership, Message, ModeratorAccess
from myschool.chat.rules.talking import PAIRS
from myschool.kernel import chronicle, live
from myschool.kernel.actors import Actor
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.schools.models import School

Decision = Complaint.Decision
MOST_MUTED_DAYS = 90


class ReportedAlready(Refusal):
    """The person has reported this message before."""

    status = 409


class DaysMissing(Refusal):
    """For how long somebody is not to write."""

    field = "days"


@transaction.atomic
def set_rules(
    *, school: School, pairs: Collection[str], quiet_from: time | None, quiet_to: time | None, by: Actor, at: datetime
) -> None:
    """Let people of these capacities write to each other; conversations that are no longer allowed close at once."""
    chosen = [pair for pair in PAIRS if pair in pairs]
    both = quiet_from is not None and quiet_to is not None
    ChatRules.objects.update_or_create(
        school=school,
        defaults={"pairs": chosen, "quiet_from": quiet_from if both else None, "quiet_to": quiet_to if both else None},
    )
    chronicle.write(facts.ChatRulesChanged(pairs=chosen, **by.stamp(at)))
    keep_rosters(school_ids=[school.pk], at=at)


@transaction.atomic
def report(*, message: Message, reason: str, words: str, due_day: date, by: Actor, at: datetime) -> Complaint:
    """Report a message to the school's leaders; they decide by a day.

    Raises:
        ReportedAlready: by the same person.
    """
    if Complaint.objects.filter(message=message, filed_by=by.person_id).exists():
        raise ReportedAlready("Вы уже пожаловались на это сообщение. Ответ придёт в раздел «Мои жалобы».")
    school_id = Conversation.objects.values_list("school", flat=True).get(pk=message.conversation_id)
    complaint = Complaint.objects.create(
        message=message,
        school_id=school_id,
        filed_by_id=by.person_id,
        reason=reason,
        words=words,
        filed_at=at,
        due_day=due_day,
    )
    chronicle.write(
        facts.ComplaintFiled(
            complaint_id=complaint.pk, conversation_id=message.conversation_id, **by.stamp(at, school_id=school_id)
        )
    )
    return complaint


@transaction.atomic
def look_into(*, complaint: Complaint, by: Actor, at: datetime) -> None:
    """Write down that who decides opens the conversation because of a complaint; its members see it."""
    talk_id = Message.objects.values_list("conversation", flat=True).get(pk=complaint.message_id)
    ModeratorAccess.objects.create(complaint=complaint, conversation_id=talk_id, by_id=by.person_id, at=at)
    chronicle.write(
        facts.ConversationLookedInto(
            complaint_id=complaint.pk, conversation_id=talk_id, **by.stamp(at, school_id=complaint.school_id)
        )
    )


@transaction.atomic
def decide(*, complaint: Complaint, decision: str, answer: str, days: int | None, by: Actor, at: datetime) -> None:
    """Decide on a complaint: nothing was wrong, the message goes, its author is silent for some days, the chat closes.

    Raises:
        ChangedMeanwhile: another leader has decided.
        DaysMissing: it was not said for how long the author is silent.
    """
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.decided_at is not None:
        raise ChangedMeanwhile("По этой жалобе уже принято решение. Обновите страницу, чтобы увидеть его.")
    message = Message.objects.get(pk=complaint.message_id)
    if decision == Decision.MUTED:
        if not days or not 0 < days <= MOST_MUTED_DAYS:
            raise DaysMissing(f"Укажите, на сколько дней: от 1 до {MOST_MUTED_DAYS}.")
        Membership.objects.filter(
            conversation=message.conversation_id, person=message.author_id, to_at__isnull=True
        ).update(muted_until=at + timedelta(days=days))
    if decision == Decision.CLOSED:
        Conversation.objects.filter(pk=message.conversation_id, closed_at__isnull=True).update(
            closed_at=at, closed=Conversation.Closed.DECISION
        )
    if decision != Decision.NO_BREACH and message.deleted_at is None:
        take_down(message=message, by=by, at=at)
    complaint.decision, complaint.answer = decision, answer
    complaint.decided_at, complaint.decided_by_id = at, by.person_id
    complaint.save(update_fields=["decision", "answer", "decided_at", "decided_by"])
    chronicle.write(
        facts.ComplaintDecided(
            complaint_id=complaint.pk,
            conversation_id=message.conversation_id,
            decision=decision,
            filed_by_id=complaint.filed_by_id,
            **by.stamp(at, school_id=complaint.school_id),
        )
    )
    live.tell(f"chat:{message.conversation_id}", f"chats:{complaint.filed_by_id}")


@transaction.atomic
def seal_evidence(*, complaint: Complaint, evidence: bytes, by: Actor, at: datetime) -> str:
    """Write the evidence's SHA-256 into the chronicle before it is handed out; answers it."""
    digest = sha256(evidence).hexdigest()
    talk_id = Message.objects.values_list("conversation", flat=True).get(pk=complaint.message_id)
    ModeratorAccess.objects.create(
        complaint=complaint, conversation_id=talk_id, by_id=by.person_id, at=at, is_export=True
    )
    chronicle.write(
        facts.EvidenceExported(
            complaint_id=complaint.pk,
            conversation_id=talk_id,
            sha256=digest,
            **by.stamp(at, school_id=complaint.school_id),
        )
    )
    return digest
