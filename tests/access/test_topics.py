"""What an open page may listen to: one's own cabinet and one's own school's desk, and nothing by naming it."""

import pytest

from myschool.config.topics import heard_by
from myschool.kernel.actors import Actor, Role


def actor(role: Role, organisation_id: int | None = None) -> Actor:
    return Actor(person_id=42, session_id=1, role=role, organisation_id=organisation_id)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_hears_their_own_cabinet(role: Role) -> None:
    assert heard_by(actor(role), "cabinet") == "cabinet:42"
    assert heard_by(actor(role), "notices") == "notices:42"


@pytest.mark.parametrize("role", [Role.HEAD, Role.SCHOOL_ADMIN])
def test_who_leads_a_school_hears_its_desk(role: Role) -> None:
    assert heard_by(actor(role, 7), "desk") == "desk:7"


@pytest.mark.parametrize(
    "role", [Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.DEPUTY_HEAD, Role.PUBLISHER, Role.OPERATOR]
)
def test_nobody_else_hears_a_desk(role: Role) -> None:
    assert heard_by(actor(role, 7), "desk") is None


@pytest.mark.parametrize("topic", ["cabinet:43", "notices:43", "desk:8", "live", ""])
def test_a_channel_is_not_heard_by_naming_it(topic: str) -> None:
    assert heard_by(actor(Role.SCHOOL_ADMIN, 7), topic) is None
