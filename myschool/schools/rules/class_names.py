"""Names of classes: «5А», « 5-а », «10 физмат» read into a level and a letter, and written back."""

import re
from typing import NamedTuple

from myschool.kernel.text import in_cyrillic

TOP_LEVEL = 11
LONGEST_LETTER = 15

_WORD_CLASS = re.compile(r"\bкл(?:асс)?\b\.?", re.IGNORECASE)
_LEVEL_AND_LETTER = re.compile(r"([0-9]{1,2})(?![0-9])[\s\-‐‑‒–—./]*(.*)")
_LETTER = re.compile(r"(?:[^\W_]+(?:[ .\-/][^\W_]+)*)?")


class ClassName(NamedTuple):
    """A class's level (параллель) and letter (литера), empty where a level has only one class."""

    level: int
    letter: str


def parsed_class_name(text: str, *, top_level: int = TOP_LEVEL) -> ClassName | None:
    """The level and letter that a person meant; None if that is no name of a class.

    Spellings of one class give one result: a letter of up to three characters is an abbreviation and becomes
    capital, a longer one is a word and becomes small. Evening schools have a twelfth level.
    """
    bare = _WORD_CLASS.sub(" ", re.sub("[«»\"'“”„]", " ", text))
    parts = _LEVEL_AND_LETTER.fullmatch(" ".join(bare.split()))
    if parts is None:
        return None
    level, letter = int(parts[1]), in_cyrillic(parts[2].upper())
    if not 1 <= level <= top_level or len(letter) > LONGEST_LETTER or not _LETTER.fullmatch(letter):
        return None
    return ClassName(level, letter if len(letter) <= 3 else letter.lower())


def class_name(level: int, letter: str) -> str:
    """A class as people call it: «5А», «10 физмат», «5»."""
    gap = "" if len(letter) == 1 and letter.isalpha() else " "
    return f"{level}{gap}{letter}".strip()
