"""The school's desk and the operator's in the menu."""

from myschool.kernel.actors import SCHOOL_LEADERS, Role
from myschool.kernel.sections import Section

OPERATORS = frozenset({Role.OPERATOR})

SECTIONS = (
    Section(title="Запросы", url="/desk/", icon="inbox", order=70, roles=SCHOOL_LEADERS),
    Section(title="Классы", url="/desk/classes/", icon="school", order=80, roles=SCHOOL_LEADERS),
    Section(title="Сотрудники", url="/desk/staff/", icon="users", order=90, roles=SCHOOL_LEADERS),
    Section(title="Подключение школ", url="/operator/connections/", icon="building", order=100, roles=OPERATORS),
    Section(
        title="Решения вместо руководителя",
        url="/operator/decisions/",
        icon="clipboard-check",
        order=130,
        roles=OPERATORS,
    ),
    Section(title="Удаление данных", url="/operator/demands/", icon="trash", order=140, roles=OPERATORS),
)
