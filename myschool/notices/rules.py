"""What there is to tell, when it may leave, and when it is tried again: no database, no clock of its own."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

AT_ONCE, IN_DIGEST, OFF = "at_once", "digest", "off"
FAMILY, SCHOOL = "family", "staff"
FAMILIES, STAFF, EVERYBODY = frozenset({FAMILY}), frozenset({SCHOOL}), frozenset({FAMILY, SCHOOL})


# Not to be chosen: asks whether an address of mail is the person's own.
ADDRESS = "address"

ZONES = {
    "Europe/Kaliningrad": "Калининград (МСК−1)",
    "Europe/Moscow": "Москва",
    "Europe/Samara": "Самара (МСК+1)",
    "Asia/Yekaterinburg": "Екатеринбург (МСК+2)",
    "Asia/Omsk": "Омск (МСК+3)",
    "Asia/Krasnoyarsk": "Красноярск (МСК+4)",
    "Asia/Irkutsk": "Иркутск (МСК+5)",
    "Asia/Yakutsk": "Якутск (МСК+6)",
    "Asia/Vladivostok": "Владивосток (МСК+7)",
    "Asia/Magadan": "Магадан (МСК+8)",
    "Asia/Kamchatka": "Камчатка (МСК+9)",
}
QUIET_FROM, QUIET_TO, DIGEST_AT = time(21), time(7), time(18)
# Whoever is told so long before their first lesson can still set out otherwise.
ENOUGH = timedelta(minutes=90)
# What happened longer ago is no news.
STALE = timedelta(days=2)

LEASE = timedelta(minutes=5)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
MOST_TRIES = len(BACKOFF) + 1


def local_moment(day: date, at: time, zone: str) -> datetime:
    """The moment at which a zone's clocks show this."""
    return datetime.combine(day, at, ZoneInfo(zone))


def end_of_quiet(at: datetime, quiet_from: time, quiet_to: time, zone: str) -> datetime | None:
    """When the quiet hours end that hold this moment; None outside of them. From and to the same: there are none."""
    local = at.astimezone(ZoneInfo(zone))
    clock = local.time()
    if quiet_from <= quiet_to:
        if not quiet_from <= clock < quiet_to:
            return None
        return local_moment(local.date(), quiet_to, zone)
    if quiet_to <= clock < quiet_from:
        return None
    day = local.date() + timedelta(days=1) if clock >= quiet_from else local.date()
    return local_moment(day, quiet_to, zone)


def due_at(at: datetime, *, quiet_from: time, quiet_to: time, zone: str, begins_at: datetime | None = None) -> datetime:
    """When something may leave: at once, or after the quiet hours.

    With the moment at which one's first lesson begins it is never held until it would be too late.
    """
    end = end_of_quiet(at, quiet_from, quiet_to, zone)
    if end is None:
        return at
    if begins_at is None or begins_at <= at:
        return end
    return max(at, min(end, begins_at - ENOUGH))


def digest_moment(at: datetime, digest_at: time, zone: str) -> datetime:
    """The next time of the day's one mail."""
    local = at.astimezone(ZoneInfo(zone))
    today = local_moment(local.date(), digest_at, zone)
    return today if today > at else local_moment(local.date() + timedelta(days=1), digest_at, zone)


def may_wait(digest: datetime, begins_at: datetime | None) -> bool:
    """Whether the digest comes early enough for a lesson that begins then."""
    return begins_at is None or digest <= begins_at - ENOUGH


def tried_again_after(tries: int, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many tries, at least as long as the other side asks; None: no more."""
    if tries >= MOST_TRIES:
        return None
    return max(BACKOFF[max(tries, 1) - 1], min(asked or timedelta(0), timedelta(hours=12)))


def is_push_host(host: str, allowed: list[str]) -> bool:
    """Whether a host is one of the push services': by its name, or under one written «*.example.com»."""
    name = host.lower().rstrip(".")
    return any(
        name.endswith(pattern[1:]) and len(name) > len(pattern) - 1 if pattern.startswith("*.") else name == pattern
        for pattern in (word.lower() for word in allowed)
    )


def mark_of(address: str) -> str:
    """What stands for an address of mail in a link: links lie in logs."""
    return sha256(address.encode()).hexdigest()[:24]


def endpoint_of(address: str) -> tuple[str, str] | None:
    """Scheme and host of a push service's address; None for what is none, or holds more than such an address has."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    plain = address.isascii() and not any(sign.isspace() for sign in address) and parts.username is None
    host = parts.hostname or ""
    if not plain or parts.scheme not in ("http", "https") or not host:
        return None
    if host != "127.0.0.1" and port not in (None, 443):
        return None
    return parts.scheme, host


def is_push_endpoint(endpoint: str, hosts: list[str], *, at_home: bool) -> bool:
    """Whether a push may be sent there: by https to a push service; at home also plainly to this machine."""
    address = endpoint_of(endpoint)
    if address is None:
        return False
    scheme, host = address
    return (scheme == "https" or (at_home and host == "127.0.0.1")) and is_push_host(host, hosts)
