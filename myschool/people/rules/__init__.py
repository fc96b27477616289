"""What holds for people without asking the database: ages, names, and how alike two records are."""

from myschool.people.rules.ages import (
    AGE_OF_REGISTRATION,
    FULL_AGE,
    age_on,
    born_by,
    is_of_full_age,
    is_of_registration_age,
)
from myschool.people.rules.assurance import is_confirmed, is_vouched_for
from myschool.people.rules.devices import device_title
from myschool.people.rules.likeness import Closeness, Identity, Likeness, Rank, closeness
from myschool.people.rules.names import (
    full_name,
    name_key,
    name_part_fault,
    name_part_key,
    short_name,
    sort_key,
    sought_patterns,
    sought_words,
    tidied_name_part,
)
from myschool.people.rules.refusals import is_written_down

__all__ = [
    "AGE_OF_REGISTRATION",
    "FULL_AGE",
    "Closeness",
    "Identity",
    "Likeness",
    "Rank",
    "age_on",
    "born_by",
    "closeness",
    "device_title",
    "full_name",
    "is_confirmed",
    "is_of_full_age",
    "is_of_registration_age",
    "is_vouched_for",
    "is_written_down",
    "name_key",
    "name_part_fault",
    "name_part_key",
    "short_name",
    "sort_key",
    "sought_patterns",
    "sought_words",
    "tidied_name_part",
]
