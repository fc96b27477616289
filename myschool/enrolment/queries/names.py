"""Finding by name in a school: requests, students and staff, along one index, whatever the school's size."""

from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL

from myschool.people.rules.names import sought_words

# Where what would leave a school lies there.
LEAVING = "leaving"
# Words of a patronymic stand apart.
PATRONYMIC = "-/"


def named(query: str) -> Func:
    """Whether a row is among what a query finds; see `query_of`.

    It says nothing of rights: those are the QuerySet's that it narrows.
    """
    # An array is made before anything else is read: a subquery might be asked of each row of a long desk instead.
    subject_ids = RawSQL(
        "ARRAY(SELECT subject_id FROM enrolment_searchname"
        " WHERE enrolment_found_by(organisation_id, shelf, name_key) @@ %s::tsquery)",
        [query],
    )
    return Func(F("pk"), subject_ids, template="%(expressions)s", arg_joiner=" = ANY ", output_field=BooleanField())


def query_of(school_id: int | None, shelf: str, text: str) -> str:
    """What was typed, as the names on a school's shelf are asked; nothing fits what has no letters."""
    begins = f"{school_id}/{shelf}/".replace("\\", "").replace("'", "")
    return " & ".join(
        "(" + " | ".join(f"'{begins}{part}{way}':*" for part in ("", PATRONYMIC)[: number + 1] for way in ways) + ")"
        for number, ways in enumerate(sought_words(text))
    )
