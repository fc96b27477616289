"""The timetable, what is changed about it, and the plan in the menu."""

from myschool.kernel.actors import SCHOOL_STAFF
from myschool.kernel.sections import Section
from myschool.timetable.access import PLAN_KEEPERS

SECTIONS = (
    Section(title="Расписание", url="/timetable/", icon="calendar", order=40, roles=SCHOOL_STAFF),
    Section(title="Замены", url="/substitutions/", icon="replace", order=50, roles=PLAN_KEEPERS),
    Section(title="Учебный план", url="/plan/", icon="clipboard-list", order=60, roles=PLAN_KEEPERS),
)
