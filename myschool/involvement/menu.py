"""The school and the family in the menu."""

from myschool.kernel.actors import SCHOOL_STAFF, Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(
        title="Школа и семья",
        url="/involvement/",
        icon="heart-handshake",
        order=200,
        roles=SCHOOL_STAFF | {Role.GUARDIAN},
    ),
)
