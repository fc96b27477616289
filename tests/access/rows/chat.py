"""Rows that the doors of conversations are about: the class's, a personal one, the staff's; what was reported; strangers' too."""

from uuid import uuid4

from myschool.chat.actions import order, talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Membership, Message, MessageFile
from myschool.files.models import StoredFile
from tests.access.world import World


def lay_out(world: World) -> None:
    """The announcements of both schools, with a message of the leader's; what the family has reported."""
    keep_rosters(
        school_ids=[world.actors[one].school_id or 0 for one in ("head", "stranger_admin")], at=world.at
    )
    for name, leader in (("", "head"), ("strange_", "stranger_admin")):
        by = world.actors[leader]
        for kind in ("news", "staff"):
            talk = Conversation.objects.get(school=by.school_id, kind=kind)
            place = Membership.objects.get(conversation=talk, person=by.person_id)
            message = talking.post(
                place=place, text="Линейка в девять", reply_to=None, attached=[], client_key=uuid4(), is_urgent=False, by=by,
                at=world.at,
            )  # fmt: skip
            world.rows[f"{name}{kind}"] = talk.pk
            paper = StoredFile.objects.create(
                key=f"{name}{kind}".ljust(32, "1"), name="план.pdf", content_type="application/pdf", size=4, owner_id=by.person_id,
                stored_at=world.at,
            )  # fmt: skip
            world.rows[f"{name}{kind}_file"] = MessageFile.objects.create(message=message, file=paper).pk
            reported = order.report(
                message=message,
                reason="other",
                words="",
                due_day=world.day,
                by=world.actors["operator"],
                at=world.at,
            )
            world.rows[f"{name}{kind}_complaint"] = reported.pk
    waiting = Message.objects.create(
        conversation_id=world.rows["staff"], author_id=world.actors["teacher"].person_id, capacity="staff", written_at=world.at,
        due_at=world.at.replace(year=world.at.year + 1), text="утром", client_key=uuid4(),
    )  # fmt: skip
    world.rows["waiting_message"] = waiting.pk
    world.rows["head_person"] = world.actors["head"].person_id
    world.rows["home_school"] = world.actors["head"].school_id or 0
    world.words["message_key"] = str(uuid4())
