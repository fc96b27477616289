"""Rows that the doors of notices are about: the guardian's own, a stranger's, and deliveries of the home school."""

from myschool.notices import letters
from myschool.notices.models import Delivery, Notice, NoticeSettings, PushSubscription
from myschool.notices.rules import mark_of
from tests.access.world import World


def lay_out(world: World) -> None:
    """Notices, a device, deliveries, and links as letters hold them."""
    guardian, stranger = world.rows["guardian_person"], world.rows["stranger_person"]

    def make(key: str, recipient: int, student: int | None) -> Notice:
        return Notice.objects.create(
            recipient_id=recipient, school_id=world.rows["home_school"], student_id=student, kind="mark", thing=key, key=key,
            title="Отметка: География", path="/diary/", zone="Europe/Moscow", made_at=world.at,
        )  # fmt: skip

    notice = make("own", guardian, world.rows["child"])
    device = PushSubscription.objects.create(
        person_id=guardian, session_id=world.rows["guardian_session"], endpoint="https://fcm.googleapis.com/1",
        p256dh="k", auth="a", device="Chrome, Linux", made_at=world.at,
    )  # fmt: skip
    named = {
        "notice": notice,
        "recipient_id": guardian,
        "due_at": world.at,
        "made_at": world.at,
        "ended_at": world.at,
    }
    dead = Delivery.objects.create(channel="mail", state="dead", tries=6, last_error="SMTP 550", **named)
    sent = Delivery.objects.create(channel="push", subscription=device, state="sent", **named)
    NoticeSettings.objects.create(person_id=guardian, address="home@example.com")
    world.rows |= {
        "notice": notice.pk,
        "notice_of_former_child": make("former", guardian, world.rows["former_child"]).pk,
        "strange_notice": make("strange", stranger, None).pk,
        "device": device.pk,
        "dead_delivery": dead.pk,
        "sent_delivery": sent.pk,
    }
    world.words["confirming"] = letters.token(letters.CONFIRM, guardian, mark_of("home@example.com"))
    world.words["stopping"] = letters.token(letters.STOP, guardian, "mark")
