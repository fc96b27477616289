"""Rows that the doors between school and family are about: a trip and an evening of both schools, a booked slot."""

from datetime import time

from myschool.enrolment.models import Placement
from myschool.files.models import StoredFile
from myschool.involvement import actions
from myschool.involvement.models import Ask, MeetingSlot
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass
from tests.access.world import World


def lay_out(world: World) -> None:
    """What the families of the guardian's child's class are asked, and when the teacher receives them."""
    place = Placement.objects.get(student=world.rows["child"], to_date__isnull=True)
    for name, leader in (("", "head"), ("strange_", "stranger_admin")):
        by = world.actors[leader]
        school = School.objects.get(pk=by.school_id)
        classes = [place.school_class] if not name else list(SchoolClass.objects.filter(school=school)[:1])
        asked = actions.ask_families(
            school=school, kind="trip", title="Музей", text="Едем в музей", attached=None,
            classes=[one for one in classes if one], closes_day=world.day, options=[], is_anonymous=False, by=by, at=world.at,
        )  # fmt: skip
        paper = StoredFile.objects.create(
            key=f"{name}ask".ljust(32, "2"), name="план.pdf", content_type="application/pdf", size=4, owner_id=by.person_id,
            stored_at=world.at,
        )  # fmt: skip
        Ask.objects.filter(pk=asked.pk).update(file=paper)
        teacher = world.actors["teacher" if not name else leader].person_id
        evening = actions.make_evening(
            school=school, title="Вечер", place="каб. 5", day=world.day, begins=time(18), ends=time(19), minutes=20, pause=0,
            book_until=world.day, teacher_ids=[teacher], by=by, at=world.at,
        )  # fmt: skip
        slots = list(MeetingSlot.objects.filter(evening=evening).order_by("starts"))
        world.rows |= {f"{name}ask": asked.pk, f"{name}evening": evening.pk, f"{name}slot": slots[0].pk}
        world.rows[f"{name}booked_slot"] = slots[1].pk
    actions.book(
        slot=MeetingSlot.objects.get(pk=world.rows["booked_slot"]), student=Person.objects.get(pk=world.rows["child"]),
        today=world.day, by=world.actors["guardian"], at=world.at,
    )  # fmt: skip
