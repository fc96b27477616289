"""Text: cleaning what people send, and Russian wording for what we show."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
SHORT_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

_LINE_ENDS = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Pictures that emoji are composed of, and the characters Unicode calls default-ignorable.
_PICTURE = (
    r"[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u2328\u23cf-\u23ff\u2460-\u27bf"
    r"\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI = rf"{_PICTURE}\ufe0f?(?:\u200d{_PICTURE}\ufe0f?)*|[0-9#*]\ufe0f\u20e3"
_INVISIBLE = (
    r"[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_EMOJI_OR_INVISIBLE = re.compile(f"({_EMOJI})|{_INVISIBLE}")

_NEGATIVE = re.compile(r"-[0-9]+(?:,[0-9]+)?")
_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYËaceopxykë", "АВСЕНКМОРТХУЁасеорхукё")
_LATIN_LETTER = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]")


class UnfitText(ValueError):
    """Text that cannot be kept; the message tells its author why."""


def cleaned(text: str, *, limit: int, multiline: bool = False) -> str:
    """Text as it may be stored and compared: composed letters, plain spaces, nothing invisible outside emoji.

    One line by default. In a text of several lines indentation stays: programs and verses are homework too.

    Raises:
        UnfitText: the text holds control characters or is longer than the limit.
    """
    text = _LINE_ENDS.sub("\n", text)
    if _CONTROLS.search(text):
        raise UnfitText("В тексте есть служебные символы. Вставьте его без оформления или наберите заново.")
    text = unicodedata.normalize("NFC", _EMOJI_OR_INVISIBLE.sub(r"\1", text))
    text = _tidy_lines(text) if multiline else " ".join(text.split())
    if len(text) > limit:
        signs = plural(len(text), "знак", "знака", "знаков")
        raise UnfitText(f"Текст слишком длинный: {len(text)} {signs}, а помещается не больше {limit}.")
    return text


def is_seen_whole(text: str) -> bool:
    """Whether a line holds only what is seen: no controls, and outside emoji nothing that hides or turns round."""
    one_line = len(text.splitlines()) < 2 and not _LINE_ENDS.search(text)
    return one_line and not _CONTROLS.search(text) and _EMOJI_OR_INVISIBLE.sub(r"\1", text) == text


def _tidy_lines(text: str) -> str:
    lines = (re.sub(r"[^\S\t]", " ", line).rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def in_cyrillic(text: str) -> str:
    """The text with Latin look-alikes made Cyrillic (A → А), unless a real Latin letter would remain."""
    folded = text.translate(_LOOK_ALIKES)
    return text if _LATIN_LETTER.search(folded) else folded


def digits_of(text: str) -> str:
    """The digits 0–9 of a text and nothing else."""
    return re.sub("[^0-9]", "", text)


def row_id(text: str) -> int | None:
    """A row's id as an address or a form brings it; None for what cannot be one."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def shortened(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters, cut between words and ended with an ellipsis."""
    if len(text) <= limit:
        return text
    whole = cut(text, limit - 1)
    words = re.match(r"(\S.*)\s", text[: len(whole) + 1], re.DOTALL)
    return (words[1] if words else whole).rstrip() + "…"


def cut(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters, not cut through what is drawn as one."""
    end = min(len(text), limit)
    while 0 < end < len(text) and _continues(text, end):
        end -= 1
    return text[:end]


def _continues(text: str, position: int) -> bool:
    """The character is drawn together with the one before it: an accent, a part of an emoji."""
    return (
        unicodedata.category(text[position]).startswith("M")
        or "\U0001f3fb" <= text[position] <= "\U0001f3ff"
        or "\u200d" in text[position - 1 : position + 1]
    )


def in_order_of_numbers(title: str) -> tuple[int, str]:
    """A key that puts «7А» before «10А», and what begins with no number after all that do."""
    digits = re.match(r"\d+", title)
    return (int(digits[0]) if digits else sys.maxsize, title)


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun that follows a whole number: 1 «день», 2 «дня», 5 «дней»."""
    tens, units = divmod(abs(count) % 100, 10)
    if tens == 1 or units == 0 or units > 4:
        return many
    return one if units == 1 else few


def day_month(day: date) -> str:
    """«5 сентября»."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day_month_year(day: date) -> str:
    """«5 сентября 2026»."""
    return f"{day_month(day)} {day.year}"


def date_in_words(day: date) -> str:
    """«5 сентября 2026 года»."""
    return f"{day_month_year(day)} года"


def weekday_name(day: date) -> str:
    """«суббота»."""
    return WEEKDAYS[day.weekday()]


def short_weekday_name(day: date) -> str:
    """«сб»."""
    return SHORT_WEEKDAYS[day.weekday()]


def moment_in_words(moment: datetime, zone: tzinfo) -> str:
    """«5 сентября 2026 года, 08:05» by the clocks of the zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a zone would be read in the server's own")
    local = moment.astimezone(zone)
    return f"{date_in_words(local)}, {local:%H:%M}"


def moscow_moment(moment: datetime) -> str:
    """«5 сентября 2026, 08:05 МСК»."""
    local = moment.astimezone(MOSCOW)
    return f"{day_month_year(local)}, {local:%H:%M} МСК"


def spreadsheet(rows: Iterable[Sequence[str]]) -> str:
    """Rows for a spreadsheet as Russian ones open them (semicolons, a byte order mark), with nothing that runs as a formula."""
    return "\ufeff" + "".join(";".join(map(_plain, row)) + "\r\n" for row in rows)


def _plain(cell: str) -> str:
    runs = cell[:1] in set("=+-@\t\r") and not _NEGATIVE.fullmatch(cell)
    guarded = f"'{cell}" if runs else cell
    return '"' + guarded.replace('"', '""') + '"' if set(guarded) & set(';"\n\r') else guarded
