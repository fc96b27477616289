"""One's files in the menu."""

from myschool.kernel.sections import ANY_ROLE, Section

SECTIONS = (Section(title="Файлы", url="/files/", icon="folder", order=250, roles=ANY_ROLE),)
