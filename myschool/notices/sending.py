"""The worker's part: takes what is due, sends it outside any transaction, and writes down what became of it.

At least once: a process that dies between the sending and the writing down leaves its deliveries to the next, which
sends them again under the same Message-ID or topic, by which doubles are known.
"""

import base64
from datetime import datetime
from hashlib import blake2b

from django.conf import settings

from myschool.kernel import clock
from myschool.notices import actions, gateways, rules
from myschool.notices.actions import Claimed
from myschool.notices.gateways import MOST_SECONDS_TO_LIVE, MailSender, Outcome, PushSender, Verdict
from myschool.notices.letters import letter
from myschool.notices.queries.parcels import Parcel, parcel_of


def send_next(at: datetime) -> bool:
    """Send some of what is due; answers whether there was any."""
    claimed = actions.claim(at=at)
    if not claimed:
        return False
    mail, push = gateways.Smtp(settings.SMTP_URL), gateways.WebPush()
    try:
        for batch in claimed:
            deliver(batch, mail, push, at)
    finally:
        mail.close()
        push.close()
    return True


def deliver(claimed: Claimed, mail: MailSender, push: PushSender, at: datetime) -> None:
    """Send what was claimed, if it is still wanted, and write down what became of it."""
    parcel = parcel_of(claimed.delivery_ids, at)
    if parcel is None:
        return
    if parcel.unwanted:
        actions.record_skipped(claimed=claimed, why=parcel.unwanted, at=at)
        return
    outcome = _pushed(parcel, push, at) if parcel.subscription else mail.send(letter(parcel))
    if outcome.verdict == Verdict.SENT:
        actions.record_sent(claimed=claimed, at=at)
    elif outcome.verdict == Verdict.GONE:
        actions.record_gone(claimed=claimed, at=at)
    else:
        actions.record_failed(
            claimed=claimed,
            why=outcome.why,
            may_try_again=outcome.verdict == Verdict.AGAIN,
            asked=outcome.after,
            quiet=parcel.quiet,
            begins_at=parcel.begins_at,
            at=at,
        )


def _pushed(parcel: Parcel, push: PushSender, at: datetime) -> Outcome:
    device, notice = parcel.subscription, parcel.notices[0]
    if device is None or not rules.is_push_endpoint(
        device.endpoint, settings.PUSH_HOSTS, at_home=not settings.PRODUCTION
    ):
        return Outcome(Verdict.NEVER, "not a push service")
    seconds = MOST_SECONDS_TO_LIVE
    if notice.begins_at and notice.begins_at > at:
        seconds = min(seconds, int((notice.begins_at - at).total_seconds()))
    topic = base64.urlsafe_b64encode(blake2b(notice.thing.encode(), digest_size=18).digest()).decode()
    return push.send(
        endpoint=device.endpoint,
        p256dh=device.p256dh,
        auth=device.auth,
        body=gateways.payload(
            title=notice.title,
            text=notice.text[:300] if parcel.with_details else "",
            path=f"/notices/{notice.pk}/",
            notice_id=notice.pk,
        ),
        headers={"TTL": str(seconds), "Urgency": "high" if notice.begins_at else "normal", "Topic": topic},
        at=clock.wall(),
    )
