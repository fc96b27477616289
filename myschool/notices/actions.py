"""People are told; what they chose; deliveries go their way."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from myschool.kernel import chronicle, clock, live
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.errors import Refusal
from myschool.notices import facts, rules
from myschool.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings, PushSubscription
from myschool.notices.queries.receivers import Receiver, receivers, whom
from myschool.notices.register import KINDS
from myschool.notices.telling import Kind, Told
from myschool.people.actions import must_be_confirmed_for_others

State, Channel = Delivery.State, Delivery.Channel
MOST_DEVICES = 10
READ_REMEMBERED, UNREAD_REMEMBERED = timedelta(days=90), timedelta(days=366)
SENT_REMEMBERED, DEAD_REMEMBERED = timedelta(days=30), timedelta(days=90)
FORGOTTEN_AT_ONCE = 20_000


class NotAPushService(Refusal):
    """The address is of no push service that we know."""

    status = 422
    field = "endpoint"


class AddressMissing(Refusal):
    """There is no address of mail to confirm, or another one than the link is about."""

    status = 409


# What nobody was told yet is not told any more; of what has left a word remains.
UNTELL = """
DELETE FROM notices_delivery delivery USING notices_notice notice
WHERE notice.id = delivery.notice_id AND notice.thing = ANY(%s) AND delivery.state = 'waiting'
"""
UNWRITE = """
DELETE FROM notices_notice notice WHERE notice.thing = ANY(%s) AND notice.read_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM notices_delivery delivery WHERE delivery.notice_id = notice.id)
"""
WRITE = """
INSERT INTO notices_notice
    (recipient_id, school_id, student_id, kind, thing, key, title, text, path, zone, begins_at, made_at)
SELECT told.recipient_id, told.school_id, told.student_id, told.kind, told.thing, told.key,
       CASE WHEN told.again <> '' AND before.told THEN told.again ELSE told.title END,
       told.text, told.path, told.zone, told.begins_at, told.made_at
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::boolean[])
     AS told (recipient_id, school_id, student_id, kind, thing, key, title, again, text, path, zone, begins_at, made_at,
              only_again)
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM notices_notice earlier WHERE earlier.thing = told.thing
                                   AND earlier.recipient_id = told.recipient_id) AS told) before
WHERE before.told OR NOT told.only_again
ON CONFLICT (recipient_id, key) DO NOTHING
RETURNING id, recipient_id, key
"""
HAND_OVER = """
INSERT INTO notices_delivery
    (notice_id, recipient_id, channel, subscription_id, state, due_at, digest_at, tries, last_error, made_at)
SELECT handed.*, 0, '', %s
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
     AS handed
ON CONFLICT DO NOTHING
"""


def _run(statement: str, arguments: list[Any], *, answers: bool = False) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall()) if answers else []


@transaction.atomic
def tell(*, kind: Kind, told: Sequence[Told], at: datetime) -> None:
    """Write the notices of a kind, and their deliveries; an earlier word that has not left gives way.

    What happened too long ago is no news: a follower that reads the chronicle from its beginning tells nobody.
    """
    told = [notice for notice in told if at - notice.at < rules.STALE]
    if not told:
        return
    unsay(things=[notice.thing for notice in told])
    meant = whom(told, clock.latest_day(at))
    chosen = receivers({person for person, _, _ in meant})
    rows = {
        (person, notice.key): (
            person,
            notice.school_id,
            notice.student_id,
            kind.code,
            notice.thing,
            notice.key,
            _named(name, notice.title),
            _named(name, notice.again),
            notice.text[:700],
            notice.path,
            chosen[person].zone or notice.zone,
            notice.begins_at,
            notice.at,
            notice.only_again,
        )
        for person, notice, name in meant
    }
    if not rows:
        return
    by_key = {(person, notice.key): notice for person, notice, _ in meant}
    # As it happened, and in one order, so that two who write at once do not wait for one another in a ring.
    order = sorted(rows, key=lambda row: (row[0], by_key[row].at, row[1]))
    columns = [list(column) for column in zip(*(rows[key] for key in order), strict=True)]
    written = _run(WRITE, columns, answers=True)
    handed = [
        row
        for pk, person, key in written
        for row in _handed_over(pk, person, kind, by_key[person, key], chosen[person], at)
    ]
    if handed:
        _run(HAND_OVER, [at, *(list(column) for column in zip(*handed, strict=True))])
    live.tell(*(f"notices:{person}" for person in sorted({person for _, person, _ in written})))


def _named(name: str, title: str) -> str:
    return f"{name}: {title}"[:300] if name and title else title[:300]


def _handed_over(
    notice_id: int, person: int, kind: Kind, told: Told, chosen: Receiver, at: datetime
) -> list[tuple[Any, ...]]:
    """The deliveries of a notice, by what its receiver chose."""
    zone = chosen.zone or told.zone
    settled = max(at, told.at + kind.settles)
    due = rules.due_at(
        settled, quiet_from=chosen.quiet_from, quiet_to=chosen.quiet_to, zone=zone, begins_at=told.begins_at
    )
    deliveries: list[tuple[Any, ...]] = [
        (notice_id, person, Channel.PUSH, device, State.WAITING, due, None) for device in chosen.pushed(kind)
    ]
    mail = chosen.mail(kind) if settings.SMTP_URL else rules.OFF
    digest = rules.digest_moment(settled, chosen.digest_at, zone)
    if mail == rules.IN_DIGEST and rules.may_wait(digest, told.begins_at):
        deliveries.append((notice_id, person, Channel.DIGEST, None, State.WAITING, digest, digest))
    elif mail != rules.OFF:
        deliveries.append((notice_id, person, Channel.MAIL, None, State.WAITING, due, None))
    return deliveries


@transaction.atomic
def unsay(*, things: Collection[str]) -> None:
    """Let what nobody was told yet about these things be told no more."""
    if things:
        _run(UNTELL, [list(things)])
        _run(UNWRITE, [list(things)])


@transaction.atomic
def unsay_of_guardian(*, links: Iterable[tuple[int, int]]) -> None:
    """Take from former guardians all that they were told, or were to be told, about the students."""
    pairs = sorted(set(links))
    columns = [[guardian for guardian, _ in pairs], [student for _, student in pairs]]
    gone = (
        "SELECT notice.id FROM notices_notice notice JOIN unnest(%s::bigint[], %s::bigint[]) AS link (guardian, student)"
        " ON notice.recipient_id = link.guardian AND notice.student_id = link.student"
    )
    _run(f"DELETE FROM notices_delivery WHERE notice_id IN ({gone})", columns)  # noqa: S608 - a constant
    _run(f"DELETE FROM notices_notice WHERE id IN ({gone})", columns)  # noqa: S608 - a constant
    live.tell(*(f"notices:{guardian}" for guardian, _ in pairs))


@transaction.atomic
def mark_read(*, notice: Notice, by: Actor, at: datetime) -> None:
    """The person has opened a notice; opened again it stays as it was."""
    if Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at):
        live.tell(f"notices:{by.person_id}")


@transaction.atomic
def mark_all_read(*, up_to: int, by: Actor, at: datetime) -> None:
    """The person has seen their list up to this notice; what came meanwhile stays unread."""
    Notice.objects.filter(recipient=by.person_id, read_at__isnull=True, pk__lte=up_to).update(read_at=at)
    live.tell(f"notices:{by.person_id}")


@transaction.atomic
def choose(
    *,
    zone: str,
    quiet_from: time,
    quiet_to: time,
    digest_at: time,
    with_details: bool,
    choices: Sequence[tuple[str, str, bool]],
    by: Actor,
    at: datetime,
) -> None:
    """Say how one wants to be told: the hours, and each kind's mail and push."""
    named = {
        "zone": zone,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "digest_at": digest_at,
        "with_details": with_details,
    }
    NoticeSettings.objects.update_or_create(person_id=by.person_id, defaults=named)
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(person_id=by.person_id, kind=kind, mail=mail, push=push) for kind, mail, push in choices],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["mail", "push"],
    )
    chronicle.write(facts.NoticesChosen(**by.stamp(at)))


@transaction.atomic
def give_address(*, address: str, by: Actor, at: datetime) -> None:
    """Give one's address of mail: a letter goes there, and until its link is followed nothing else does.

    An empty one takes the address back.

    Raises:
        Unconfirmed: letters would tell of others too, and nobody has checked whose account it is.
    """
    if address:
        must_be_confirmed_for_others(by=by, at=at)
    NoticeSettings.objects.update_or_create(person_id=by.person_id, defaults={"address": address, "confirmed_at": None})
    # Whatever was on its way to the address before is not for this one.
    Delivery.objects.filter(
        notice__recipient=by.person_id,
        channel__in=(Channel.MAIL, Channel.DIGEST),
        state__in=(State.WAITING, State.SENDING),
    ).update(state=State.SKIPPED, last_error="address", ended_at=at)
    if address:
        notice = Notice.objects.create(
            recipient_id=by.person_id,
            kind=rules.ADDRESS,
            thing="address",
            key=f"address@{at.timestamp():.6f}",
            title="Подтвердите адрес почты",
            text="Мы отправили на него письмо со ссылкой.",
            path="/notices/settings/",
            zone="Europe/Moscow",
            made_at=at,
        )
        Delivery.objects.create(notice=notice, recipient_id=by.person_id, channel=Channel.MAIL, due_at=at, made_at=at)
    live.tell(f"notices:{by.person_id}")
    chronicle.write(facts.AddressGiven(is_empty=not address, **by.stamp(at)))


@transaction.atomic
def confirm_address(*, person_id: int, mark: str, at: datetime) -> None:
    """The owner of an address has followed the link that was sent to it; `mark` stands for the address there.

    Raises:
        AddressMissing: the person has given another one since, or took it back.
    """
    notice_settings = NoticeSettings.objects.select_for_update().filter(person=person_id).first()
    if notice_settings is None or not notice_settings.address or rules.mark_of(notice_settings.address) != mark:
        raise AddressMissing("Эта ссылка — для другого адреса. Откройте последнее письмо от нас.")
    if notice_settings.confirmed_at is None:
        NoticeSettings.objects.filter(pk=notice_settings.pk).update(confirmed_at=at)
        Notice.objects.filter(recipient=person_id, kind=rules.ADDRESS, read_at__isnull=True).update(read_at=at)
        live.tell(f"notices:{person_id}")
        chronicle.write(facts.AddressConfirmed(person_id=person_id, **nobody(at)))


@transaction.atomic
def stop_mail(*, person_id: int, kind: str, at: datetime) -> None:
    """Send a person no more mail of a kind; of no kind: none at all. Said twice it is the same."""
    kinds = [kind] if kind in KINDS else list(KINDS)
    chosen = {row.kind: row for row in NoticeChoice.objects.filter(person=person_id, kind__in=kinds)}
    is_off = all(code in chosen and chosen[code].mail == rules.OFF for code in kinds)
    NoticeChoice.objects.bulk_create(
        [
            NoticeChoice(
                person_id=person_id,
                kind=code,
                mail=rules.OFF,
                push=chosen[code].push if code in chosen else KINDS[code].push,
            )
            for code in kinds
        ],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["mail"],
    )
    skipped = Delivery.objects.filter(
        notice__recipient=person_id,
        notice__kind__in=kinds,
        channel__in=(Channel.MAIL, Channel.DIGEST),
        state=State.WAITING,
    ).update(state=State.SKIPPED, last_error="stopped", ended_at=at)
    if skipped or not is_off:
        chronicle.write(facts.MailStopped(person_id=person_id, notice_kind=kind, **nobody(at)))


@transaction.atomic
def add_device(*, endpoint: str, p256dh: str, auth: str, device: str, by: Actor, at: datetime) -> PushSubscription:
    """Let a browser take one's pushes; one that took another's takes them no longer. The oldest of too many goes.

    Raises:
        NotAPushService: the endpoint is not at a push service that we know.
        Unconfirmed: pushes would tell of others too, and nobody has checked whose account it is.
    """
    must_be_confirmed_for_others(by=by, at=at)
    if not rules.is_push_endpoint(endpoint, settings.PUSH_HOSTS, at_home=not settings.PRODUCTION):
        raise NotAPushService("Этот браузер получает уведомления через службу, которую мы не знаем.")
    living = PushSubscription.objects.select_for_update().filter(withdrawn_at__isnull=True)
    existing = living.filter(endpoint=endpoint).first()
    if existing and existing.person_id == by.person_id:
        living.filter(pk=existing.pk).update(session=by.session_id, p256dh=p256dh, auth=auth, device=device)
        return existing
    if existing:
        _withdraw(Q(pk=existing.pk), at)
    subscription = PushSubscription.objects.create(
        person_id=by.person_id,
        session_id=by.session_id,
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        device=device,
        made_at=at,
    )
    many = living.filter(person=by.person_id).order_by("-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    _withdraw(Q(pk__in=list(many)), at)
    chronicle.write(facts.DeviceAdded(subscription_id=subscription.pk, **by.stamp(at)))
    return subscription


@transaction.atomic
def remove_device(*, subscription: PushSubscription, by: Actor, at: datetime) -> None:
    """Let a browser take one's pushes no longer."""
    _withdraw(Q(pk=subscription.pk), at)
    chronicle.write(facts.DeviceRemoved(subscription_id=subscription.pk, **by.stamp(at)))


@transaction.atomic
def end_sessions(*, session_ids: Collection[int], at: datetime) -> None:
    """Send nothing more to browsers whose person has logged out there."""
    _withdraw(Q(session__in=session_ids), at)


@transaction.atomic
def end_other_devices(*, person_id: int, but_session_id: int, before: datetime, at: datetime) -> None:
    """Send nothing more to the browsers that a person had let take pushes before a moment, but to the one they were at."""
    here = Q(session=but_session_id)
    _withdraw(Q(person=person_id, made_at__lte=before) & ~here, at)


def _withdraw(which: Q, at: datetime) -> None:
    gone = list(PushSubscription.objects.filter(which, withdrawn_at__isnull=True).values_list("pk", flat=True))
    if gone:
        PushSubscription.objects.filter(pk__in=gone).update(withdrawn_at=at)
        Delivery.objects.filter(subscription__in=gone, state=State.WAITING).update(
            state=State.SKIPPED, last_error="device", ended_at=at
        )


@dataclass(frozen=True)
class Claimed:
    """Deliveries that this process holds for a while: one, or a digest's all."""

    delivery_ids: tuple[int, ...]


CLAIM = """
UPDATE notices_delivery delivery SET state = 'sending', tries = delivery.tries + 1, due_at = %(until)s
FROM (SELECT id FROM notices_delivery WHERE state IN ('waiting', 'sending') AND due_at <= %(at)s AND channel <> 'digest'
      ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED) due
WHERE delivery.id = due.id RETURNING delivery.id
"""
# Two senders never hold parts of one digest: its person is locked until it is claimed.
DIGESTS = """
SELECT recipient_id, digest_at
FROM (SELECT recipient_id, digest_at FROM notices_delivery
      WHERE state IN ('waiting', 'sending') AND due_at <= %(at)s AND channel = 'digest'
      ORDER BY due_at LIMIT 60) due
GROUP BY 1, 2 HAVING pg_try_advisory_xact_lock(hashtextextended('notices digest', recipient_id))
"""
CLAIM_DIGESTS = """
UPDATE notices_delivery delivery SET state = 'sending', tries = tries + 1, due_at = %(until)s
FROM unnest(%(recipients)s::bigint[], %(digests)s::timestamptz[]) AS digest (recipient_id, digest_at)
WHERE delivery.channel = 'digest' AND delivery.state IN ('waiting', 'sending') AND delivery.due_at <= %(at)s
  AND delivery.recipient_id = digest.recipient_id AND delivery.digest_at = digest.digest_at
RETURNING delivery.recipient_id, delivery.digest_at, delivery.id
"""


@transaction.atomic
def claim(*, at: datetime) -> list[Claimed]:
    """Take what is due for a while, some of it: whoever else sends at the same time takes others.

    What is taken and never reported on becomes due again when the while is over.
    """
    params = {"at": at, "until": at + rules.LEASE}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, params)
        claims = [Claimed((pk,)) for (pk,) in sorted(cursor.fetchall())]
        cursor.execute(DIGESTS, params)
        if digests := cursor.fetchall():
            recipients, moments = (list(column) for column in zip(*digests, strict=True))
            cursor.execute(CLAIM_DIGESTS, params | {"recipients": recipients, "digests": moments})
            together: dict[tuple[int, datetime], list[int]] = defaultdict(list)
            for recipient, digest_at, pk in cursor.fetchall():
                together[recipient, digest_at].append(pk)
            claims += [Claimed(tuple(sorted(ids))) for ids in together.values()]
    return claims


@transaction.atomic
def record_sent(*, claimed: Claimed, at: datetime) -> None:
    """It has left."""
    _held(claimed).update(state=State.SENT, last_error="", ended_at=at)


@transaction.atomic
def record_skipped(*, claimed: Claimed, why: str, at: datetime) -> None:
    """It need not leave any more."""
    _held(claimed).update(state=State.SKIPPED, last_error=why[:100], ended_at=at)


@transaction.atomic
def record_failed(
    *,
    claimed: Claimed,
    why: str,
    may_try_again: bool,
    asked: timedelta | None,
    quiet: tuple[time, time, str],
    begins_at: datetime | None,
    at: datetime,
) -> None:
    """It could not be sent: it is tried again later, outside the quiet hours, or lies with what is dead."""
    tries = max(_held(claimed).values_list("tries", flat=True), default=0)
    after = rules.tried_again_after(tries, asked) if may_try_again else None
    if after is None:
        _held(claimed).update(state=State.DEAD, last_error=why[:100], ended_at=at)
        return
    due = rules.due_at(at + after, quiet_from=quiet[0], quiet_to=quiet[1], zone=quiet[2], begins_at=begins_at)
    _held(claimed).update(state=State.WAITING, last_error=why[:100], due_at=due)


@transaction.atomic
def record_gone(*, claimed: Claimed, at: datetime) -> None:
    """The browser takes no pushes any more: its push service says so."""
    _held(claimed).update(state=State.SKIPPED, last_error="gone", ended_at=at)
    _withdraw(Q(deliveries__in=claimed.delivery_ids), at)


def _held(claimed: Claimed) -> Any:
    return Delivery.objects.filter(pk__in=claimed.delivery_ids, state=State.SENDING)


@transaction.atomic
def send_again(*, delivery: Delivery, by: Actor, at: datetime) -> None:
    """Let what could not be delivered be tried anew."""
    if Delivery.objects.filter(pk=delivery.pk, state=State.DEAD).update(
        state=State.WAITING, due_at=at, tries=0, ended_at=None
    ):
        chronicle.write(facts.DeliverySentAgain(delivery_id=delivery.pk, **by.stamp(at)))


@transaction.atomic
def forget_old(*, at: datetime) -> None:
    """Drop what has been read or sent long ago, some of it at a time."""
    ended = Q(state__in=(State.SENT, State.SKIPPED), ended_at__lt=at - SENT_REMEMBERED)
    dead = Q(state=State.DEAD, ended_at__lt=at - DEAD_REMEMBERED)
    old = Delivery.objects.filter(ended | dead).values("pk")[:FORGOTTEN_AT_ONCE]
    Delivery.objects.filter(pk__in=old).delete()
    read = Q(read_at__isnull=False, made_at__lt=at - READ_REMEMBERED)
    notices = Notice.objects.filter(read | Q(made_at__lt=at - UNREAD_REMEMBERED), deliveries__isnull=True)
    Notice.objects.filter(pk__in=notices.values("pk")[:FORGOTTEN_AT_ONCE]).delete()
    PushSubscription.objects.filter(withdrawn_at__lt=at - DEAD_REMEMBERED).delete()
