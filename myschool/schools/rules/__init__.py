"""What holds for schools without asking the database: numbers, names of classes, working days."""

from myschool.schools.rules.class_names import ClassName, class_name, parsed_class_name
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
from myschool.schools.rules.working_days import RegionCalendar, add_working_days, working_days_between

__all__ = [
    "ClassName",
    "NumberFault",
    "RegionCalendar",
    "add_working_days",
    "class_name",
    "inn_fault",
    "likely_inns",
    "normalised_birth_certificate",
    "normalised_number",
    "ogrn_fault",
    "parsed_class_name",
    "shown_snils",
    "valid_birth_certificate",
    "valid_inn",
    "valid_kpp",
    "valid_ogrn",
    "valid_ogrnip",
    "valid_okpo",
    "valid_oktmo",
    "valid_snils",
    "working_days_between",
]
