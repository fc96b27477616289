"""Rows that the doors of conversations are about: of either school its announcements, its staff's and two made by the teacher."""

from uuid import uuid4

from myschool.chat.actions import order, talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Membership, Message, MessageFile
from myschool.chat.queries.order import rules_of
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """A first message in each, what was reported of the leader's, and one that waits for the morning."""
    keep_rosters(school_ids=[side.school.pk for side in world.sides], at=world.at)
    for side in world.sides:
        # The world is of this moment, and at night what is written to staff would wait.
        pairs = rules_of(side.school)["pairs"]
        order.set_rules(
            school=side.school, pairs=pairs, quiet_from=None, quiet_to=None, by=side.actor("head"), at=world.at
        )
        for kind in ("news", "staff"):
            _reported(side, kind, Conversation.objects.get(school=side.school, kind=kind))
        _of_teacher(side)
        waiting = Message.objects.create(
            conversation_id=side.row("staff"),
            author_id=side.row("teacher_person"),
            capacity="staff",
            written_at=world.at,
            due_at=world.at.replace(year=world.at.year + 1),
            text="утром",
            client_key=uuid4(),
        )
        side.keep(waiting_message=waiting.pk)
    world.words["message_key"] = str(uuid4())


def _post(side: Side, talk: Conversation, who: str, text: str) -> Message:
    by = side.actor(who)
    return talking.post(
        place=Membership.objects.get(conversation=talk, person=by.person_id),
        text=text,
        reply_to=None,
        attached=[],
        client_key=uuid4(),
        is_urgent=False,
        by=by,
        at=side.world.at,
    )


def _reported(side: Side, row: str, talk: Conversation) -> None:
    message = _post(side, talk, "head", f"Линейка в девять ({side.last_name})")
    reported = order.report(
        message=message,
        reason="other",
        words="",
        due_day=side.world.day,
        by=side.world.actors["operator"],
        at=side.world.at,
    )
    paper = side.paper(row, "head")
    side.keep(
        **{
            row: talk.pk,
            f"{row}_file": MessageFile.objects.create(message=message, file=paper).pk,
            f"{row}_complaint": reported.pk,
        }
    )


def _of_teacher(side: Side) -> None:
    """A group of the teacher with the family, in which each has written, and the teacher's letters with the guardian."""
    by, at = side.actor("teacher"), side.world.at
    guardian, student = side.row("guardian_person"), side.row("student_person")
    hike = talking.make_named(title="Поход", person_ids=[guardian, student], by=by, at=at)
    letters = talking.open_personal(school=side.school, person_id=guardian, by=by, at=at)
    for who in ("teacher", "guardian", "student"):
        _post(side, hike, who, f"Берём котелок, {who} ({side.last_name})")
    for who in ("teacher", "guardian"):
        _post(side, letters, who, f"О поведении, {who} ({side.last_name})")
    side.keep(hike=hike.pk, letters=letters.pk)
