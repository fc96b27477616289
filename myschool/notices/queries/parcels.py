"""What a claimed delivery is to carry, and why it may no longer be wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from myschool.notices import rules
from myschool.notices.access import notices_of
from myschool.notices.models import Delivery, Notice, NoticeSettings, PushSubscription
from myschool.notices.queries.talk import no_longer_awaited

Channel = Delivery.Channel


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One mail or one push: its notices, the way there, and the receiver's hours."""

    channel: str
    recipient_id: int
    delivery_ids: tuple[int, ...]
    notices: tuple[Notice, ...]
    address: str
    subscription: PushSubscription | None
    digest_at: datetime | None
    with_details: bool
    quiet: tuple[time, time, str]
    unwanted: str = ""

    @property
    def begins_at(self) -> datetime | None:
        """The earliest lesson that it is to come before."""
        return min((notice.begins_at for notice in self.notices if notice.begins_at), default=None)

    @property
    def is_question(self) -> bool:
        """It asks whether the address is the receiver's own."""
        return any(notice.kind == rules.ADDRESS for notice in self.notices)


def parcel_of(delivery_ids: Sequence[int], at: datetime) -> Parcel | None:
    """The parcel of deliveries that go together; None where nothing of them is left.

    What was read meanwhile need not be sent, nor what is about a student whom the receiver represents no longer, or of a
    conversation they have left.
    """
    rows = list(
        Delivery.objects.filter(pk__in=delivery_ids).select_related("notice", "subscription").order_by("notice_id")
    )
    if not rows:
        return None
    first = rows[0]
    existing = NoticeSettings.objects.filter(person=first.recipient_id).first()
    chosen = existing or NoticeSettings(person_id=first.recipient_id)
    visible = notices_of(first.recipient_id, at).filter(pk__in=[row.notice_id for row in rows])
    allowed = set(visible.values_list("pk", flat=True))
    unread = [row.notice for row in rows if row.notice.read_at is None or row.notice.kind == rules.ADDRESS]
    over = no_longer_awaited(first.recipient_id, [notice.thing for notice in unread], at)
    unread = [notice for notice in unread if notice.thing not in over]
    notices = tuple(notice for notice in unread if notice.pk in allowed)
    zone = chosen.zone or first.notice.zone
    parcel = Parcel(
        channel=first.channel,
        recipient_id=first.recipient_id,
        delivery_ids=tuple(row.pk for row in rows),
        notices=notices,
        address=chosen.address,
        subscription=first.subscription,
        digest_at=first.digest_at,
        with_details=chosen.with_details,
        quiet=(chosen.quiet_from, chosen.quiet_to, zone),
    )
    return _judged(parcel, has_unread=bool(unread), is_confirmed=chosen.confirmed_at is not None)


def _judged(parcel: Parcel, *, has_unread: bool, is_confirmed: bool) -> Parcel:
    if not parcel.notices:
        return replace(parcel, unwanted="no longer theirs" if has_unread else "read")
    if parcel.channel == Channel.PUSH:
        device = parcel.subscription
        living = device and device.withdrawn_at is None and device.person_id == parcel.recipient_id
        return parcel if living else replace(parcel, unwanted="device")
    wanted = parcel.address and (is_confirmed or parcel.is_question)
    return parcel if wanted else replace(parcel, unwanted="address")
