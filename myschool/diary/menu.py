"""The diary in the menu."""

from myschool.kernel.actors import Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(title="Дневник", url="/diary/", icon="notebook", order=20, roles=frozenset({Role.STUDENT, Role.GUARDIAN})),
)
