"""Names (ФИО): which are possible, how they are shown, compared and put in order."""

import re
import unicodedata
from functools import lru_cache

from myschool.kernel.text import in_cyrillic

LONGEST_NAME_PART = 100
# More than a whole name with a double surname and a patronymic of two words has nobody.
SOUGHT_WORDS = 8

# Words of a Turkic patronymic that give no initial.
PATRONYMIC_WORDS = frozenset({"оглы", "оглу", "углы", "углу", "улы", "уулу", "кызы", "гызы", "кизи", "зода"})

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
_CYRILLIC = "Ѐ-ҁҊ-ԯ"
_ACCENTS = "\u0300-\u036f"
_DASHES = r"\-‐‑‒–—"
_APOSTROPHES = "'’ʼ‘`"
_LETTER = f"[{_LATIN}{_CYRILLIC}][{_ACCENTS}]{{0,2}}"
_FOREIGN_SIGN = re.compile(f"[^{_LATIN}{_CYRILLIC}{_ACCENTS}{_DASHES}{_APOSTROPHES} .]")
_NAME_PART = re.compile(rf"{_LETTER}(?:[ .{_DASHES}{_APOSTROPHES}]{{0,3}}{_LETTER})*[.{_APOSTROPHES}]?")
_DASH = re.compile(rf"\s*[{_DASHES}]\s*")

# Palochka and the letters typed for it: one sign in a key.
_PALOCHKA = str.maketrans("ilі|", "ӏӏӏӏ")

# In lists a family's first letter is followed by the rest. The alphabets of Russia's languages differ here;
# one order for all keeps every name beside the letter it grew from.
_FAMILIES = "аәӑӓӕ гғҕґ дҙ еёӗє жҗӝ зӟ иіїӣӏӥ кқҡӄ лӆ нңҥӈӊ оөӧӫ сҫ уўүұӯӱӳ хһҳ чҷӵ ыӹ эӭ"
_AFTER_ITS_FIRST = str.maketrans(
    {letter: f"{family[0]}\ue000{letter}" for family in _FAMILIES.split() for letter in family[1:]}
)


def name_part_fault(text: str) -> str | None:
    """Why this cannot be a surname, first name or patronymic; None when it can."""
    part = unicodedata.normalize("NFC", text).strip()
    if not part:
        return "Напишите хотя бы одну букву."
    if len(part) > LONGEST_NAME_PART:
        return f"Здесь помещается не больше {LONGEST_NAME_PART} знаков."
    if any(sign.isnumeric() for sign in part):
        return "В фамилии, имени и отчестве не бывает цифр."
    if _FOREIGN_SIGN.search(part):
        return "Здесь возможны только буквы кириллицы или латиницы, дефис, пробел, точка и апостроф."
    if not _NAME_PART.fullmatch(part):
        return "Дефис, точка и апостроф ставятся между буквами и не подряд."
    return None


def tidied_name_part(text: str) -> str:
    """A name part as it is kept: single spaces, a plain hyphen without spaces around it."""
    return _DASH.sub("-", " ".join(text.split()))


def full_name(last_name: str, first_name: str, patronymic: str = "") -> str:
    """«Петрова Анна Ивановна»."""
    return " ".join(filter(None, map(tidied_name_part, (last_name, first_name, patronymic))))


def short_name(last_name: str, first_name: str, patronymic: str = "") -> str:
    """«Петрова А. И.»: the surname stays whole, double names keep both initials: «Мамин-Сибиряк М.-С. А.»."""
    return " ".join(filter(None, (tidied_name_part(last_name), _initials(first_name), _initials(patronymic))))


# A school's people share some hundreds of given names, and a page says a dozen of them again and again.
@lru_cache(maxsize=4096)
def _initials(part: str) -> str:
    words = tidied_name_part(part).split()
    return " ".join(filter(None, ("-".join(filter(None, map(_initial, word.split("-")))) for word in words)))


def _initial(word: str) -> str:
    letter = re.search(rf"[^\W\d_][{_ACCENTS}]*", word)
    return f"{letter[0].upper()}." if letter and word.lower() not in PATRONYMIC_WORDS else ""


def name_part_key(part: str) -> str:
    """What stays of a name part when spelling habits are taken away; equal keys are one name."""
    words = re.split(rf"[\s{_DASHES}]+", _letters(part).replace("ё", "е"))
    return " ".join(filter(None, words))


def name_key(last_name: str, first_name: str, patronymic: str = "") -> str:
    """A person's name for comparing: blind to case, ё, hyphens, spaces, apostrophes and Latin look-alikes."""
    return "|".join(map(name_part_key, (last_name, first_name, patronymic)))


def sought_words(text: str) -> list[tuple[str, ...]]:
    """What was typed to find somebody, word by word, as keys have it: to be found a name must have a word that begins so.

    A word has several ways where its beginning fits two alphabets: «Co» begins «Сорокин» and «Coleman». The first word
    is of a surname or a first name, whichever order they come in, the others may be of a patronymic too: else «Иванов»
    would find every «Иванович». Nothing but signs is no word.
    """
    typed = re.split(rf"[\s{_DASHES}]+", re.sub(f"[{_APOSTROPHES}.|]", "", unicodedata.normalize("NFC", text)))
    ways = (dict.fromkeys(map(_word_key, _ways_to_read(word))) for word in typed[:SOUGHT_WORDS])
    return [tuple(way) for way in ways if "" not in way]


def _ways_to_read(word: str) -> tuple[str, str, str]:
    # Capitals look alike where small letters do not: «COBA».
    return name_part_key(word), name_part_key(in_cyrillic(word)), word.lower().replace("ё", "е")


def _word_key(word: str) -> str:
    return re.sub(r"[\W_]", "", word)


def sought_patterns(text: str) -> list[str]:
    """Regular expressions, in Python and in SQL, all of which a key fits whose name is sought by this; see sought_words."""
    return [
        ("(^|[ |])" if number else r"^([^|]*\|)?([^|]* )?") + f"({'|'.join(ways)})"
        for number, ways in enumerate(sought_words(text))
    ]


def sort_key(last_name: str, first_name: str, patronymic: str = "") -> str:
    """A person's place in a list, by code points: ё comes after е, hyphens and spaces do not count."""
    parts = (re.sub(r"[\W_]", "", _letters(part)) for part in (last_name, first_name, patronymic))
    return " ".join(parts).translate(_AFTER_ITS_FIRST)


def _letters(part: str) -> str:
    """The part in small letters of one script, without apostrophes and dots."""
    plain = re.sub(f"[{_APOSTROPHES}.]", "", unicodedata.normalize("NFC", part).lower())
    return " ".join(map(_in_one_script, plain.split()))


def _in_one_script(word: str) -> str:
    """A Cyrillic word cleared of Latin letters typed by mistake."""
    if re.search(f"[{_CYRILLIC}]", word):
        word = word.translate(_PALOCHKA)
    return in_cyrillic(word)
