"""The cabinet in the menu."""

from myschool.kernel.sections import Section

SECTIONS = (Section(title="Кабинет", url="/", icon="home", order=10),)
