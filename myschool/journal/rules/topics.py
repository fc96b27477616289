"""A plan of topics as text: typed line by line, or pasted from a spreadsheet."""

import csv
import io
import re
from dataclasses import dataclass

LONGEST_TITLE = 500
MOST_HOURS = 40
MOST_TOPICS = 400

_HEADER = re.compile(r"№|(?:тема|название|раздел|содержание)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Topic:
    """A topic and the lessons it takes."""

    title: str
    hours: int = 1


class UnfitTopics(ValueError):
    """The text is no plan; the message names the line and what is wrong with it."""


def parsed_topics(text: str) -> list[Topic]:
    """The topics of a text, one a line: «Тема», «Тема; 2», or cells of a spreadsheet with hours in the last one.

    A number in front is taken for the row's own, a heading row and empty rows are passed over.

    Raises:
        UnfitTopics: a title is too long, hours are no number from 1 to 40, or there are no topics or too many.
    """
    topics: list[Topic] = []
    for number, cells in enumerate(_rows(text), start=1):
        words = [cell.strip() for cell in cells if cell.strip()]
        if len(words) > 1 and re.fullmatch(r"\d+[.)]?", words[0]):
            words = words[1:]
        if not words or (not topics and _is_heading(words)):
            continue
        topics.append(_topic(words, number))
    if not topics:
        raise UnfitTopics("Напишите хотя бы одну тему: каждую с новой строки.")
    if len(topics) > MOST_TOPICS:
        raise UnfitTopics(f"Тем больше {MOST_TOPICS}. Разделите план на два.")
    return topics


def _rows(text: str) -> list[list[str]]:
    if "\t" in text:
        return list(csv.reader(io.StringIO(text), delimiter="\t"))
    return [line.rsplit(";", 1) if re.search(r";\s*\d+\s*$", line) else [line] for line in text.splitlines()]


def _is_heading(words: list[str]) -> bool:
    return words[0].casefold() == "тема" or (len(words) > 1 and bool(_HEADER.match(words[0])))


def _topic(words: list[str], number: int) -> Topic:
    *titles, last = words
    hours = 1
    if titles and re.fullmatch(r"\d+", last):
        hours = int(last[:5])
    else:
        titles = words
    title = ". ".join(" ".join(part.split()) for part in titles)
    if len(title) > LONGEST_TITLE:
        raise UnfitTopics(f"Строка {number}: тема длиннее {LONGEST_TITLE} знаков.")
    if not 1 <= hours <= MOST_HOURS:
        raise UnfitTopics(f"Строка {number}: часов на тему бывает от 1 до {MOST_HOURS}.")
    return Topic(title, hours)


def written_topics(topics: list[Topic]) -> str:
    """A plan as it is edited: a topic a line, with hours where they are more than one."""
    return "\n".join(topic.title if topic.hours == 1 else f"{topic.title}; {topic.hours}" for topic in topics)
