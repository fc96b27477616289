"""The platform's own affairs in the operator's menu."""

from myschool.kernel.actors import Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(
        title="Обработка событий",
        url="/operator/followers/",
        icon="refresh",
        order=170,
        roles=frozenset({Role.OPERATOR}),
    ),
)
