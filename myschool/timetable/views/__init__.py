"""Doors of the study plan and the timetable, by whose screen they belong to."""

from myschool.timetable.views.plan import (
    add_class,
    add_holiday,
    class_plan,
    close_group,
    close_subject,
    end_load,
    fill_part,
    give_scheme,
    make_group,
    make_scheme,
    plan,
    remove_holiday,
    set_hours,
    split_group,
    teaching_group,
    terms,
)

__all__ = [
    "add_class",
    "add_holiday",
    "class_plan",
    "close_group",
    "close_subject",
    "end_load",
    "fill_part",
    "give_scheme",
    "make_group",
    "make_scheme",
    "plan",
    "remove_holiday",
    "set_hours",
    "split_group",
    "teaching_group",
    "terms",
]
