"""What holds for schools without asking the database: numbers, names of classes, terms, hours, working days."""

from myschool.schools.rules.class_names import TOP_LEVEL, ClassName, class_name, parsed_class_name
from myschool.schools.rules.identifiers import (
    NumberFault,
    inn_fault,
    likely_inns,
    normalised_birth_certificate,
    normalised_number,
    ogrn_fault,
    shown_snils,
    valid_birth_certificate,
    valid_inn,
    valid_kpp,
    valid_ogrn,
    valid_ogrnip,
    valid_okpo,
    valid_oktmo,
    valid_snils,
)
from myschool.schools.rules.terms import MOST_TERMS, Span, term_title, terms_fault, within
from myschool.schools.rules.week_hours import WEEK_HOURS, week_hours_warning
from myschool.schools.rules.working_days import RegionCalendar, add_working_days, working_days_between

__all__ = [
    "MOST_TERMS",
    "TOP_LEVEL",
    "WEEK_HOURS",
    "ClassName",
    "NumberFault",
    "RegionCalendar",
    "Span",
    "add_working_days",
    "class_name",
    "inn_fault",
    "likely_inns",
    "normalised_birth_certificate",
    "normalised_number",
    "ogrn_fault",
    "parsed_class_name",
    "shown_snils",
    "term_title",
    "terms_fault",
    "valid_birth_certificate",
    "valid_inn",
    "valid_kpp",
    "valid_ogrn",
    "valid_ogrnip",
    "valid_okpo",
    "valid_oktmo",
    "valid_snils",
    "week_hours_warning",
    "within",
    "working_days_between",
]
