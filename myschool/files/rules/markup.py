"""XML and JSON that strangers send: the one place where they are read, and how large, deep and full they may be."""

import json
import math
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

LARGEST = 2_000_000
MOST_ELEMENTS, DEEPEST = 50_000, 100


class BadMarkup(ValueError):
    """It cannot be read; the message says of what kind it is."""


class _Counting(TreeBuilder):
    """Builds a tree no larger than it may be: an element of four bytes takes a hundred in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.depth = MOST_ELEMENTS, 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        """Another element."""
        self.left -= 1
        self.depth += 1
        if self.left < 0 or self.depth > DEEPEST:
            raise BadMarkup("в XML слишком много элементов")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        """Its end."""
        self.depth -= 1
        return super().end(tag)


def xml_of(content: bytes) -> Element:
    """The root of a document without a DTD, and so without entities and default attributes.

    Raises:
        BadMarkup: it is broken or too large.
    """
    if len(content) > LARGEST:
        raise BadMarkup("файл XML слишком большой")
    parser = XMLParser(target=_Counting(), forbid_dtd=True)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise error if isinstance(error, BadMarkup) else BadMarkup("в нём ошибка XML") from error
    return root


def json_of(content: bytes, *, largest: int = LARGEST, names_once: bool = False) -> Any:
    """What a document says, and nothing that nobody can store: no half of a sign, zero byte, NaN or number without end.

    With `names_once` it is as a program must send it (RFC 7493): in UTF-8 without a mark before it, each name of an
    object once.

    Raises:
        BadMarkup: it is broken or too large.
    """
    if len(content) > largest:
        raise BadMarkup("файл JSON слишком большой")
    try:
        # What json does by itself lets halves of signs through that stand in the bytes.
        text = content.decode("utf-8" if names_once else json.detect_encoding(content))
        value = json.loads(
            text, object_pairs_hook=_once if names_once else None, parse_constant=_none_such, parse_float=_finite
        )
        _can_be_stored(value)
    except (ValueError, RecursionError) as error:
        raise BadMarkup("в нём ошибка JSON") from error
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name twice")
    return members


def _none_such(word: str) -> Any:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number without end")
    return number


def _can_be_stored(told: Any) -> None:
    if isinstance(told, str):
        told.encode()
        if "\0" in told:
            raise ValueError("a zero byte")
    elif isinstance(told, dict):
        for name, item in told.items():
            _can_be_stored(name)
            _can_be_stored(item)
    elif isinstance(told, list):
        for item in told:
            _can_be_stored(item)
