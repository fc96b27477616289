"""Rows that the doors of notices are about: a guardian's own of either side, and deliveries of either region."""

from myschool.notices import letters
from myschool.notices.models import Delivery, Notice, NoticeSettings, PushSubscription
from myschool.notices.rules import mark_of
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """Notices, a device, deliveries, and links as letters hold them."""
    for side in world.sides:
        _of(side, world.rows["home_school" if side.is_home else "far_school"])


def _of(side: Side, watched_school: int) -> None:
    world, guardian = side.world, side.row("guardian_person")

    def make(key: str, student: int | None, school: int) -> Notice:
        return Notice.objects.create(
            recipient_id=guardian,
            school_id=school,
            student_id=student,
            kind="mark",
            thing=key,
            key=key,
            title="Отметка: География",
            path="/diary/",
            zone="Europe/Moscow",
            made_at=world.at,
        )

    school = side.school.pk
    notice = make("own", side.row("child"), school)
    device = PushSubscription.objects.create(
        person_id=guardian,
        session_id=side.row("guardian_session"),
        endpoint=f"https://fcm.googleapis.com/{side.rows}1",
        p256dh="k",
        auth="a",
        device="Chrome, Linux",
        made_at=world.at,
    )
    named = {
        "notice": make("watched", None, watched_school),
        "recipient_id": guardian,
        "due_at": world.at,
        "made_at": world.at,
        "ended_at": world.at,
    }
    dead = Delivery.objects.create(channel="mail", state="dead", tries=6, last_error="SMTP 550", **named)
    sent = Delivery.objects.create(channel="push", subscription=device, state="sent", **named)
    address = f"{side.rows}home@example.com"
    NoticeSettings.objects.create(person_id=guardian, address=address)
    side.keep(
        notice=notice.pk,
        notice_of_former_child=make("former", side.row("former_child"), school).pk,
        device=device.pk,
        dead_delivery=dead.pk,
        sent_delivery=sent.pk,
    )
    side.say(
        confirming=letters.token(letters.CONFIRM, guardian, mark_of(address)),
        stopping=letters.token(letters.STOP, guardian, "mark"),
    )
