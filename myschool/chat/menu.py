"""Conversations and complaints in the menu."""

from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(title="Жалобы", url="/desk/complaints/", icon="flag", order=150, roles=SCHOOL_LEADERS | {Role.OPERATOR}),
    Section(
        title="Чаты",
        url="/chat/",
        icon="messages",
        order=190,
        roles=SCHOOL_STAFF | {Role.STUDENT, Role.GUARDIAN},
        counter="/chat/unread/",
    ),
)
