"""How deliveries go, in the operator's menu."""

from myschool.kernel.actors import Role
from myschool.kernel.sections import Section

SECTIONS = (
    Section(
        title="Доставка уведомлений",
        url="/operator/deliveries/",
        icon="send",
        order=160,
        roles=frozenset({Role.OPERATOR}),
    ),
)
