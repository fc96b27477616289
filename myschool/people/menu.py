"""Who looked, and what is about oneself, in the menu."""

from myschool.kernel.actors import SCHOOL_LEADERS, Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(
        title="Попытки доступа",
        url="/privacy/refused/",
        icon="eye-off",
        order=180,
        roles=SCHOOL_LEADERS | {Role.OPERATOR},
    ),
    Section(title="Мои данные", url="/privacy/mine/", icon="shield-lock", order=10, is_own=True),
    Section(title="Устройства", url="/sessions/", icon="devices", order=20, is_own=True),
)
