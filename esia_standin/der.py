"""Reading and writing DER: just enough for certificates and signed messages with Russian algorithms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
UTF8_STRING = 0x0C
UTC_TIME = 0x17
SEQUENCE = 0x30
SET = 0x31


class BrokenDer(ValueError):
    """The octets are not well-formed DER."""


@dataclass(frozen=True)
class Element:
    """One tag-length-value: its tag, its content and itself whole, as it was written."""

    tag: int
    content: bytes
    whole: bytes

    def __iter__(self) -> Iterator[Element]:
        rest = self.content
        while rest:
            element = _first(rest)
            yield element
            rest = rest[len(element.whole) :]

    @property
    def parts(self) -> list[Element]:
        """The elements it is made of."""
        return list(self)

    @property
    def oid(self) -> str:
        """The dotted form of an object identifier."""
        if self.tag != OBJECT_IDENTIFIER or not self.content:
            raise BrokenDer("an object identifier was expected")
        arcs, arc = [], 0
        for octet in self.content:
            arc = arc << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(arc)
                arc = 0
        top = min(arcs[0] // 40, 2)
        return ".".join(map(str, [top, arcs[0] - 40 * top, *arcs[1:]]))


def _first(octets: bytes) -> Element:
    if len(octets) < 2:
        raise BrokenDer("the end came too early")
    tag, length, start = octets[0], octets[1], 2
    if length & 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(octets[2:start], "big")
    if start + length > len(octets):
        raise BrokenDer("the end came too early")
    return Element(tag, octets[start : start + length], octets[: start + length])


def read(octets: bytes) -> Element:
    """The one element the octets hold.

    Raises:
        BrokenDer: they are cut short or something follows.
    """
    element = _first(octets)
    if len(element.whole) != len(octets):
        raise BrokenDer("something follows the end")
    return element


def write(tag: int, *contents: bytes) -> bytes:
    """An element of this tag around its contents."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def write_oid(dotted: str) -> bytes:
    """An object identifier from its dotted form."""
    top, second, *others = map(int, dotted.split("."))
    content = b""
    for arc in [40 * top + second, *others]:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.insert(0, arc & 0x7F | 0x80)
        content += bytes(groups)
    return write(OBJECT_IDENTIFIER, content)


def write_integer(number: int) -> bytes:
    """A non-negative integer."""
    return write(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))
