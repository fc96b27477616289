"""Rows that an operator decides in place of a leader: of either region a school with one leader, and what concerns their children."""

from datetime import date, timedelta

from myschool.enrolment.actions import asking, deciding
from myschool.enrolment.tests.makers import described, make_placement
from myschool.kernel.actors import Role
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post, make_profile
from myschool.schools.models import Organisation, School
from myschool.schools.tests.makers import make_organisation
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """The only head asks for a place for one child; the school that has agreed to take another waits for them to go."""
    for side in world.sides:
        _lay_out(side)


def _lay_out(side: Side) -> None:
    world, since = side.world, side.world.day - timedelta(days=30)
    region = Organisation.objects.get(pk=side.actor("operator").organisation_id or 0).region
    organisation = make_organisation(region=region)
    school = School.objects.create(organisation=organisation, time_zone="Europe/Moscow", connected_at=world.at)
    head = make_person(side.last_name, "Инна")
    make_post(head, organisation, Role.HEAD, since)
    make_profile(head, Role.GUARDIAN)
    by = make_actor(head, Role.HEAD, organisation)
    request, _ = asking.request_for_student(
        student=described(side.last_name, "Марк", birth_date=world.born),
        relation="mother",
        school=school,
        level=7,
        school_class_id=None,
        by=by,
        at=world.at,
    )
    mover = make_person(side.last_name, "Лидия", birth_date=date(world.at.year - 16, 1, 1))
    make_placement(mover, school=school, from_date=since)
    make_guardianship(head, mover, from_date=since)
    leaving = asking.request_own_place(
        school=side.school, level=7, school_class_id=side.row("class"), by=make_actor(mover, Role.STUDENT), at=world.at
    )
    deciding.approve(request=leaving, by=side.actor("head"), at=world.at)
    side.keep(left_request=request.pk, left_release=leaving.pk)
