"""A student as somebody describes them: what forms bring and actions take."""

from dataclasses import dataclass
from datetime import date

from myschool.enrolment.models import StudentCard


@dataclass(frozen=True, kw_only=True)
class Student:
    """A student as a guardian describes them."""

    last_name: str
    first_name: str
    patronymic: str
    birth_date: date
    gender: str = ""
    snils: str = ""
    esia_oid: str = ""
    source: StudentCard.Source = StudentCard.Source.TYPED
