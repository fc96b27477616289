"""Letters as they are written: plain text, links back, and a way to end them that works without a login (RFC 8058)."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b

from django.conf import settings
from django.core import signing
from django.utils import timezone

from myschool.kernel.domains import mail_on_the_wire
from myschool.notices import rules
from myschool.notices.queries.parcels import Parcel
from myschool.notices.register import title_of

CONFIRM, STOP = "notices.confirm", "notices.stop"
CONFIRMED_WITHIN = 3 * 24 * 3600


@dataclass(frozen=True)
class Named:
    """What a signed link names: a person, and the mark of an address or a kind of notice."""

    person_id: int
    about: str


def token(purpose: str, person_id: int, about: str) -> str:
    """A signed name for a link in a letter."""
    return signing.dumps([person_id, about], salt=purpose)


def named(purpose: str, given: str, *, within: int | None = None) -> Named | None:
    """Whom and what a link names; None for what we did not sign for this purpose, or too long ago."""
    try:
        person_id, about = signing.loads(given, salt=purpose, max_age=within)
    except signing.BadSignature:
        return None
    return Named(person_id, about)


def letter(parcel: Parcel) -> EmailMessage:
    """The letter of a parcel. What is sent twice by mischance has one Message-ID, so that mailboxes keep one."""
    host = settings.SITE_URL.split("//")[-1].split(":")[0]
    message = EmailMessage()
    message["From"] = f"Моя школа <{mail_on_the_wire(settings.MAIL_FROM)}>"
    message["To"] = mail_on_the_wire(parcel.address)
    message["Date"] = format_datetime(timezone.now())
    named_by = f"{parcel.recipient_id} {parcel.digest_at or parcel.delivery_ids[0]} {parcel.channel}"
    message["Message-ID"] = f"<{blake2b(named_by.encode(), digest_size=16).hexdigest()}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if parcel.is_question:
        message["Subject"] = "Моя школа: подтвердите адрес почты"
        link = (
            f"{settings.SITE_URL}/notices/confirm/{token(CONFIRM, parcel.recipient_id, rules.mark_of(parcel.address))}/"
        )
        message.set_content(
            "Этот адрес указали для уведомлений «Моей школы».\n\n"
            f"Если это были вы, подтвердите адрес:\n{link}\n\n"
            "Ссылка действует три дня. Если это были не вы, ничего делать не нужно: писем больше не будет.\n"
        )
        return message
    kind = "" if parcel.digest_at else parcel.notices[0].kind
    stop = f"{settings.SITE_URL}/notices/stop/{token(STOP, parcel.recipient_id, kind)}/"
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    first = parcel.notices[0]
    message["Subject"] = (
        f"Моя школа: что нового ({len(parcel.notices)})" if parcel.digest_at else f"Моя школа: {first.title}"
    )
    body = "\n\n".join(
        "\n".join(
            filter(
                None,
                (notice.title, notice.text if parcel.with_details else "", f"{settings.SITE_URL}/notices/{notice.pk}/"),
            )
        )
        for notice in parcel.notices
    )
    what = f"«{title_of(kind)}»" if kind else "со сводкой"
    message.set_content(
        f"{body}\n\n—\nНастройки уведомлений: {settings.SITE_URL}/notices/settings/\n"
        f"Больше не присылать письма {what}: {stop}\n"
    )
    return message
