"""Ages: what a person may do alone depends on them."""

from datetime import date, timedelta

# From fourteen a minor registers and consents alone, before that through a legal representative.
AGE_OF_REGISTRATION = 14

# Full age (ст. 21 ГК РФ): the representative's access ends.
FULL_AGE = 18

# In criminal cases an age is reached at 0:00 of the day after the birthday (постановление Пленума ВС РФ
# от 01.02.2011 № 1, п. 5). Nothing of that kind is decided here, so the birthday itself counts.


def age_on(birth_date: date, day: date) -> int:
    """Full years on that day; someone born on 29 February is a year older on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def born_by(day: date, age: int) -> date:
    """The latest birth date of those who have reached the age on that day: a filter for rows."""
    year = day.year - age
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February: in a common year the day before March
        return date(year, 3, 1) - timedelta(days=1)


def is_of_registration_age(birth_date: date, day: date) -> bool:
    """The person registers and consents alone. `day` is the date at the school."""
    return age_on(birth_date, day) >= AGE_OF_REGISTRATION


def is_of_full_age(birth_date: date, day: date) -> bool:
    """The person answers for themselves alone. `day` is the date at the school."""
    return age_on(birth_date, day) >= FULL_AGE
