"""Shapes of what the pages of the study plan and the timetable send."""

from myschool.timetable.forms.plan import (
    ClassHours,
    Hours,
    LastDay,
    Load,
    NewGroup,
    NewHoliday,
    NewSubject,
    OneClass,
    Parts,
    PlannedSubject,
    Scheme,
    Ticked,
)

__all__ = [
    "ClassHours",
    "Hours",
    "LastDay",
    "Load",
    "NewGroup",
    "NewHoliday",
    "NewSubject",
    "OneClass",
    "Parts",
    "PlannedSubject",
    "Scheme",
    "Ticked",
]
