"""The list of notices, the bell, the settings, and what operators see of deliveries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q

from myschool.kernel.actors import STAFF, Actor
from myschool.kernel.clock import latest_day
from myschool.kernel.numbers import whole_percent
from myschool.kernel.text import day_month, weekday_name
from myschool.notices import access, rules
from myschool.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings
from myschool.notices.register import KINDS, title_of
from myschool.notices.telling import Kind
from myschool.people.access import guardianships_on
from myschool.people.models import Person

State = Delivery.State
SHOWN, MOST_COUNTED = 50, 100


@dataclass(frozen=True)
class BellPage:
    """How many notices nobody has opened yet; counted up to a hundred."""

    count: int
    words: str


def bell_page(actor: Actor, at: datetime) -> BellPage:
    """The bell of every page."""
    # The partial index holds what was not opened.
    unread = access.own_notices(actor, at).filter(read_at__isnull=True, is_new=True)
    count = unread[:MOST_COUNTED].count()
    return BellPage(count, f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or ""))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A notice in the list."""

    id: int
    kind: str
    title: str
    text: str
    time: str
    is_new: bool


@dataclass(frozen=True)
class DayOfNotices:
    """What was told on a day."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One's notices, the latest first."""

    title: str
    days: list[DayOfNotices]
    kinds: list[tuple[str, str]]
    students: list[tuple[int, str]]
    is_narrowed: bool
    newest: int
    unread: bool
    next: str


def list_page(actor: Actor, at: datetime, *, kind: str, student: int | None, before: int | None) -> ListPage:
    """Fifty notices before one of them, perhaps of one kind or about one child."""
    rows = access.own_notices(actor, at)
    if kind:
        rows = rows.filter(kind=kind)
    if student:
        rows = rows.filter(student=student)
    shown = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: SHOWN + 1])
    days: dict[str, list[Row]] = defaultdict(list)
    for row in shown[:SHOWN]:
        local = row.made_at.astimezone(ZoneInfo(row.zone))
        days[f"{day_month(local)}, {weekday_name(local)}"].append(
            Row(
                id=row.pk,
                kind=title_of(row.kind),
                title=row.title,
                text=row.text,
                time=f"{local:%H:%M}",
                is_new=row.is_new,
            )
        )
    params: Mapping[str, str | int] = {name: value for name, value in (("kind", kind), ("student", student)) if value}
    children = Person.objects.filter(
        pk__in=guardianships_on(latest_day(at)).filter(guardian=actor.person_id).values("student")
    )
    return ListPage(
        title="Уведомления",
        days=[DayOfNotices(title, notices) for title, notices in days.items()],
        kinds=[(option.code, option.title) for option in kinds_of(actor)],
        students=[(option.pk, option.first_name) for option in children.order_by("pk")],
        is_narrowed=bool(params) or before is not None,
        newest=shown[0].pk if shown else 0,
        unread=any(row.is_new for row in shown),
        next="?" + urlencode({**params, "before": shown[SHOWN - 1].pk}) if len(shown) > SHOWN else "",
    )


def kinds_of(actor: Actor) -> list[Kind]:
    """The kinds that concern the actor's role."""
    audience = rules.SCHOOL if actor.role in STAFF else rules.FAMILY
    return [kind for kind in KINDS.values() if audience in kind.audience]


@dataclass(frozen=True)
class Device:
    """A browser that takes pushes."""

    id: int
    title: str
    made_at: datetime
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """How one is told."""

    title: str
    devices: list[Device]
    push_key: str
    address: str
    is_confirmed: bool
    has_mail: bool


@dataclass(frozen=True)
class Chosen:
    """What the form of the settings begins with."""

    settings: NoticeSettings
    kinds: list[tuple[Kind, str, bool]]


def chosen_by(actor: Actor) -> Chosen:
    """The person's choices, or the usual ones."""
    existing = NoticeSettings.objects.filter(person=actor.person_id).first()
    choices = {row.kind: row for row in NoticeChoice.objects.filter(person=actor.person_id)}
    return Chosen(
        existing or NoticeSettings(person_id=actor.person_id),
        [
            (
                kind,
                choices[kind.code].mail if kind.code in choices else kind.mail,
                choices[kind.code].push if kind.code in choices else kind.push,
            )
            for kind in kinds_of(actor)
        ],
    )


def settings_page(actor: Actor, chosen: Chosen, push_key: str, *, has_mail: bool) -> SettingsPage:
    """The settings, with the devices and the address."""
    devices = access.own_devices(actor).order_by("-pk")
    return SettingsPage(
        title="Настройки уведомлений",
        devices=[Device(row.pk, row.device, row.made_at, row.session_id == actor.session_id) for row in devices],
        push_key=push_key,
        address=chosen.settings.address,
        is_confirmed=chosen.settings.confirmed_at is not None,
        has_mail=has_mail,
    )


@dataclass(frozen=True)
class ConfirmPage:
    """A link from a letter, before it is followed to its end."""

    title: str
    token: str
    is_done: bool = False


@dataclass(frozen=True)
class StopPage:
    """A link from a letter that ends letters."""

    title: str
    token: str
    kind: str
    is_done: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """How a channel's deliveries stand: what ought to have left by now, and what came to its end within the hour."""

    title: str
    waiting: int
    late: int
    retrying: int
    oldest: datetime | None
    sent: int
    dead: int

    @property
    def failed_share(self) -> int:
        """Of a hundred that came to an end within the hour, how many could not be delivered."""
        return whole_percent(self.dead, self.sent + self.dead)


@dataclass(frozen=True, kw_only=True)
class DeadRow:
    """A delivery that could not be made; whom it was for is not shown."""

    id: int
    channel: str
    kind: str
    tries: int
    why: str
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WatchPage:
    """Deliveries as an operator watches them."""

    title: str
    channels: list[ChannelRow]
    reasons: list[tuple[str, int]]
    dead: list[DeadRow]
    next: str


LATE, LATELY = timedelta(minutes=5), timedelta(hours=1)
# Written out and not handed over: a plan made for all values would not know that the partial indexes hold them.
OPEN, DEAD = "notices_delivery.state IN ('waiting', 'sending')", "notices_delivery.state = 'dead'"


def watch_page(actor: Actor, at: datetime, *, before: int | None) -> WatchPage:
    """The backlog by channel and age and the last hour's failures, of the whole platform; what is dead, of the region."""
    sent = Delivery.objects.filter(ended_at__gte=at - LATELY)
    open_ = Delivery.objects.extra(where=[OPEN])  # noqa: S610 - a constant
    dead = access.deliveries_to_watch(actor).extra(where=[DEAD])  # noqa: S610 - a constant
    counted: dict[str, dict[str, Any]] = {channel.value: dict(NOTHING) for channel in Delivery.Channel}
    for rows in (
        open_.filter(due_at__lte=at)
        .values("channel")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at - LATE)), oldest=Min("due_at")),
        open_.filter(tries__gt=0).values("channel").annotate(retrying=Count("pk")),
        sent.values("channel").annotate(
            sent=Count("pk", filter=Q(state=State.SENT)), dead=Count("pk", filter=Q(state=State.DEAD))
        ),
    ):
        for row in rows:
            counted[row["channel"]] |= row
    reasons = (
        dead.filter(ended_at__gte=at - LATELY)
        .values_list("last_error")
        .annotate(count=Count("pk"))
        .order_by("-count")[:10]
    )
    listed = dead.filter(pk__lt=before) if before else dead
    shown = list(listed.select_related("notice").order_by("-pk")[: SHOWN + 1])
    return WatchPage(
        title="Доставка уведомлений",
        channels=[
            ChannelRow(title=str(channel.label), **{name: counted[channel.value][name] for name in NOTHING})
            for channel in Delivery.Channel
        ],
        reasons=list(reasons),
        dead=[
            DeadRow(
                id=row.pk,
                channel=row.get_channel_display(),
                kind=_kind_title(row.notice),
                tries=row.tries,
                why=row.last_error,
                ended_at=row.ended_at,
            )
            for row in shown[:SHOWN]
        ],
        next=f"?before={shown[SHOWN - 1].pk}" if len(shown) > SHOWN else "",
    )


NOTHING: dict[str, Any] = {"waiting": 0, "late": 0, "retrying": 0, "oldest": None, "sent": 0, "dead": 0}


def _kind_title(notice: Notice) -> str:
    return title_of(notice.kind) or "Подтверждение адреса"
