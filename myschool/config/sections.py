"""The sections of the menu, as each package names its own."""

from functools import cache

import myschool
from myschool.kernel.actors import Role
from myschool.kernel.growth import gather_rooms
from myschool.kernel.sections import Section


@cache
def sections_of(role: Role | None) -> tuple[Section, ...]:
    """The sections for a role: the day's work, the school's affairs, people, materials."""
    return tuple(section for section in _sections() if not section.is_own and section.is_for(role))


@cache
def own_sections() -> tuple[Section, ...]:
    """What is about oneself, whatever the role."""
    return tuple(section for section in _sections() if section.is_own)


def _sections() -> list[Section]:
    rooms = gather_rooms(myschool, "menu", "SECTIONS", tuple)
    return sorted((section for room in rooms for section in room), key=lambda one: one.order)
