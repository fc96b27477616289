"""XML and JSON that strangers send: the one place where they are read, and how large, deep and full they may be."""

import json
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


def json_of(content: bytes) -> Any:
    """What a document says.

    Raises:
        BadMarkup: it is broken or too large.
    """
    if len(content) > LARGEST:
        raise BadMarkup("файл JSON слишком большой")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadMarkup("в нём ошибка JSON") from error
