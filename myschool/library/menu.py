"""The library in the menu: to read, to make, to judge, to let in."""

from myschool.kernel.actors import Role
from myschool.kernel.sections import ANY_ROLE, Section
from myschool.library.access import CHECKERS

MAKERS = frozenset({Role.TEACHER, Role.PUBLISHER})
OPERATORS = frozenset({Role.OPERATOR})

SECTIONS = (
    Section(title="Поставщики", url="/operator/publishers/", icon="books", order=110, roles=OPERATORS),
    Section(title="Эксперты", url="/operator/experts/", icon="users", order=120, roles=OPERATORS),
    Section(title="Библиотека", url="/library/", icon="books", order=210, roles=ANY_ROLE),
    Section(title="Мои материалы", url="/library/own/", icon="file-plus", order=220, roles=MAKERS),
    Section(title="Материалы учителей", url="/library/school/", icon="clipboard-check", order=230, roles=CHECKERS),
    Section(
        title="Экспертиза", url="/library/reviews/", icon="clipboard-check", order=240, roles=frozenset({Role.EXPERT})
    ),
)
