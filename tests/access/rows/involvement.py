"""Rows that the doors between school and family are about: a trip and an evening of either school, a booked slot."""

from datetime import time

from myschool.involvement import actions
from myschool.involvement.models import Ask, MeetingSlot
from myschool.people.models import Person
from myschool.schools.models import SchoolClass
from tests.access.world import World


def lay_out(world: World) -> None:
    """What the families of the guardian's child's class are asked, and when the teacher receives them."""
    for side in world.sides:
        by = side.actor("head")
        ask = actions.ask_families(
            school=side.school,
            kind="trip",
            title="Музей",
            text=f"Едем в музей ({side.last_name})",
            attached=None,
            classes=[SchoolClass.objects.get(pk=side.row("class"))],
            closes_day=world.day,
            options=[],
            is_anonymous=False,
            by=by,
            at=world.at,
        )
        Ask.objects.filter(pk=ask.pk).update(file=side.paper("план", "head"))
        evening = actions.make_evening(
            school=side.school,
            title="Вечер",
            place="каб. 5",
            day=world.day,
            begins=time(18),
            ends=time(19),
            minutes=20,
            pause=0,
            book_until=world.day,
            teacher_ids=[side.row("teacher_person")],
            by=by,
            at=world.at,
        )
        slot, booked = MeetingSlot.objects.filter(evening=evening).order_by("starts")[:2]
        actions.book(
            slot=booked,
            student=Person.objects.get(pk=side.row("child")),
            today=world.day,
            by=side.actor("guardian"),
            at=world.at,
        )
        side.keep(ask=ask.pk, evening=evening.pk, slot=slot.pk, booked_slot=booked.pk)
