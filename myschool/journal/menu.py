"""The journals in the menu."""

from myschool.kernel.actors import SCHOOL_STAFF
from myschool.kernel.sections import Section

SECTIONS = (Section(title="Журналы", url="/journal/", icon="notebook", order=30, roles=SCHOOL_STAFF),)
