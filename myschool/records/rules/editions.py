"""The editions of xAPI that the store speaks."""

from myschool.records.rules.statements import ONE, TWO

EDITIONS = (ONE, TWO)


def edition_of(told: str) -> str | None:
    """The edition of an X-Experience-API-Version header; None if it names none that we know."""
    if told == "1.0" or told.startswith("1.0."):
        return ONE
    return TWO if told == "2.0" or told.startswith("2.0.") else None
