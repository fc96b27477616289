"""What a picture or a film tells besides what it shows: place, time, device, author, a smaller picture of itself.

Nothing is encoded anew: parts that the picture is made of are kept byte for byte, all others are left out, and of what
was said only how to turn the picture stays. Where a file stops making sense, it ends.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from zlib import crc32

CHUNK = 64 * 1024
# A picture of more parts than this, or a film of more boxes, was made to be long to read.
MOST_PARTS = 500_000
# As much as is read of a part that may tell how to turn the picture.
LONGEST_TOLD = 256 * 1024
UPRIGHT = 1
ORIENTATION = 0x0112
EXIF = b"Exif\0\0"
# JPEG: of the parts that belong to programs these belong to the picture, by marker and name.
# A zero behind FF and restarts belong to a scan.
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
BARE_MARKERS = {0x01, *range(0xD0, 0xD8)}
START, END, SCAN, APP0, APP1, APP2, APP14, APP15, COMMENT = (0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE)
JPEG_NAMED = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_PARTS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"cHRM",
    b"gAMA",
    b"iCCP",
    b"sBIT",
    b"sRGB",
    b"cICP",
    b"mDCV",
    b"cLLI",
    b"bKGD",
    b"hIST",
    b"pHYs",
    b"sPLT",
    b"acTL",
    b"fcTL",
    b"fdAT",
}
WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
WEBP_TELLS = 0x08 | 0x04
WEBP_HAS_EXIF = 0x08
GIF_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
MP4_HOLDERS = {b"moov", b"trak"}
MP4_DEEPEST = 2
MP4_TELLING = {b"udta", b"meta", b"uuid"}


class Readable(Protocol):
    """What bytes are read from: an upload, or stored bytes."""

    def seek(self, offset: int, whence: int = 0, /) -> Any:
        """Go to a place."""

    def tell(self) -> int:
        """The place."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True)
class Span:
    """A stretch of the file that stays as it is."""

    start: int
    end: int


@dataclass(frozen=True)
class Blank:
    """So many zeros."""

    length: int


Piece = Span | Blank | bytes


def cleaned(file: Readable, kind: str) -> Iterator[bytes] | None:
    """The file without what it tells besides, a piece at a time; None if nothing has to be left out."""
    cleaner = CLEANERS.get(kind)
    if cleaner is None:
        return None
    file.seek(0, 2)
    size = file.tell()
    pieces = list(_joined(cleaner(file, size)))
    return None if pieces == [Span(0, size)] else _read(file, pieces)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces, with stretches that touch made one."""
    last: Piece = b""
    for piece in pieces:
        if isinstance(piece, Span) and isinstance(last, Span) and last.end == piece.start:
            last = Span(last.start, piece.end)
            continue
        if last:
            yield last
        last = piece
    yield last


def _read(file: Readable, pieces: list[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
        elif isinstance(piece, Blank):
            yield from (bytes(min(CHUNK, piece.length - offset)) for offset in range(0, piece.length, CHUNK))
        else:
            for place in range(piece.start, piece.end, CHUNK):
                yield _at(file, place, min(CHUNK, piece.end - place))


def _at(file: Readable, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _jpeg(file: Readable, size: int) -> Iterator[Piece]:
    """Segments up to the end of the picture; behind it phones put more pictures, films and words."""
    parts = list(islice(_segments(file, size), MOST_PARTS))
    payloads = [
        _at(file, start + 4, min(LONGEST_TOLD, end - start - 4)) for marker, start, end in parts if marker == APP1
    ]
    turned = next((turn for words in payloads if (turn := _orientation(words.removeprefix(EXIF))) != UPRIGHT), UPRIGHT)
    head = 2 if len(parts) > 1 and parts[1][0] == APP0 else 1
    for number, (marker, start, end) in enumerate(parts):
        if number == head and turned != UPRIGHT:
            words = EXIF + _turn(turned)
            yield b"\xff\xe1" + struct.pack(">H", len(words) + 2) + words
        named = JPEG_NAMED.get(marker, b"")
        if (named and _at(file, start + 4, len(named)) == named) or not (APP0 <= marker <= APP15 or marker == COMMENT):
            yield Span(start, end)


def _segments(file: Readable, size: int) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each part; a scan goes on to the next marker."""
    place = 0
    while place < size:
        head = _at(file, place, 4)
        if len(head) < 2 or head[0] != 0xFF or head[1] == 0:
            return
        marker = head[1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in (START, END) or marker in BARE_MARKERS:
            end = place + 2
        elif len(head) < 4 or int.from_bytes(head[2:]) < 2:
            return
        else:
            end = min(size, place + 2 + int.from_bytes(head[2:]))
        if marker == SCAN:
            end = _next_marker(file, end, size)
        yield marker, place, end
        if marker == END:
            return
        place = end


def _next_marker(file: Readable, place: int, size: int) -> int:
    """Where the scan that begins here ends."""
    while len(chunk := _at(file, place, CHUNK)) > 1:
        if match := MARKER.search(chunk):
            return place + match.start()
        # The last byte is looked at again, with what follows it.
        place += len(chunk) - 1
    return size


def _png(file: Readable, size: int) -> Iterator[Piece]:
    yield Span(0, min(size, len(PNG_HEAD)))
    parts = list(islice(_png_chunks(file, size), MOST_PARTS))
    payloads = (
        _at(file, start + 8, min(LONGEST_TOLD, end - start - 12)) for name, start, end in parts if name == b"eXIf"
    )
    turned = next((_orientation(words) for words in payloads), UPRIGHT)
    for name, start, end in parts:
        if name in PNG_PARTS:
            yield Span(start, end)
        if name == b"IHDR" and turned != UPRIGHT:
            words = b"eXIf" + _turn(turned)
            yield struct.pack(">I", len(words) - 4) + words + struct.pack(">I", crc32(words))


def _png_chunks(file: Readable, size: int) -> Iterator[tuple[bytes, int, int]]:
    place = len(PNG_HEAD)
    while len(head := _at(file, place, 8)) == 8:
        end = min(size, place + 12 + int.from_bytes(head[:4]))
        yield head[4:], place, end
        if head[4:] == b"IEND":
            return
        place = end


def _webp(file: Readable, size: int) -> Iterator[Piece]:
    """Chunks of the RIFF; its length and the flags of what it has are written anew if anything is left out."""
    end = min(size, 8 + int.from_bytes(_at(file, 4, 4), "little"))
    parts = list(islice(_riff(file, 12, end), MOST_PARTS))
    payloads = (
        _at(file, start + 8, min(LONGEST_TOLD, stop - start - 8)) for name, start, stop in parts if name == b"EXIF"
    )
    turned = next((_orientation(words.removeprefix(EXIF)) for words in payloads), UPRIGHT)
    chunks = [part for part in parts if part[0] in WEBP_PARTS]
    if chunks == parts and end == size:
        yield Span(0, size)
        return
    words = _turn(turned) if turned != UPRIGHT and chunks and chunks[0][0] == b"VP8X" else b""
    exif = b"EXIF" + struct.pack("<I", len(words)) + words + b"\0" * (len(words) % 2) if words else b""
    length = 4 + sum(stop - start for _, start, stop in chunks) + len(exif)
    yield b"RIFF" + struct.pack("<I", length) + b"WEBP"
    for name, start, stop in chunks:
        if name == b"VP8X":
            head = bytearray(_at(file, start, 9))
            head[8] = head[8] & ~WEBP_TELLS | (WEBP_HAS_EXIF if exif else 0)
            yield bytes(head)
            start += len(head)
        yield Span(start, stop)
    yield exif


def _riff(file: Readable, place: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    while place + 8 <= size and len(head := _at(file, place, 8)) == 8:
        length = int.from_bytes(head[4:], "little")
        end = min(size, place + 8 + length + length % 2)
        if head[:4] == b"VP8X" and end - place < 9:
            return
        yield head[:4], place, end
        place = end


def _gif(file: Readable, size: int) -> Iterator[Piece]:
    """Pictures, how long each stays, and how often all are shown; no comments and no other programs' words."""
    head = _at(file, 0, 13)
    place = 13 + _colours(head[10]) if len(head) == 13 else size
    yield Span(0, min(size, place))
    steps = iter(range(MOST_PARTS))
    while place < size and next(steps, None) is not None:
        block = _at(file, place, 14)
        match block[0]:
            case 0x2C if len(block) > 9:
                end = _sub_blocks(file, place + 10 + _colours(block[9]) + 1, size, steps)
            case 0x21 if len(block) > 2:
                end = _sub_blocks(file, place + 2, size, steps)
            case 0x3B:
                yield Span(place, place + 1)
                return
            case _:
                return
        if block[0] == 0x2C or block[1] == 0xF9 or (block[1] == 0xFF and block[3:14] in GIF_LOOPS):
            yield Span(place, end)
        place = end


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(file: Readable, place: int, size: int, steps: Iterator[int]) -> int:
    while place < size and next(steps, None) is not None:
        length = _at(file, place, 1)[0]
        place += 1 + length
        if length == 0:
            break
    return min(place, size)


def _mp4(file: Readable, size: int) -> Iterator[Piece]:
    """Boxes of a film that tell become empty ones of the same length: all places in the file stay what they were."""
    place = 0
    for box in _telling(file, Span(0, size), 0, iter(range(MOST_PARTS))):
        yield Span(place, box.start)
        yield struct.pack(">I", box.end - box.start) + b"free"
        yield Blank(box.end - box.start - 8)
        place = box.end
    yield Span(place, size)


def _telling(file: Readable, within: Span, depth: int, steps: Iterator[int]) -> Iterator[Span]:
    place = within.start
    while place + 8 <= within.end and next(steps, None) is not None:
        head = _at(file, place, 16)
        length, name = int.from_bytes(head[:4]), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16])
        end = within.end if length == 0 else place + length
        if end < place + 8 or end > within.end:
            return
        if name in MP4_HOLDERS and depth < MP4_DEEPEST:
            yield from _telling(file, Span(place + 8, end), depth + 1, steps)
        elif name in MP4_TELLING:
            yield Span(place, end)
        place = end


def _orientation(words: bytes) -> int:
    """How to turn the picture, of what is said in TIFF's way; upright if it says nothing that can be read."""
    order = {b"II": "<", b"MM": ">"}.get(words[:2])
    if order is None or len(words) < 8:
        return UPRIGHT
    (place,) = struct.unpack_from(order + "I", words, 4)
    if place + 2 > len(words):
        return UPRIGHT
    (count,) = struct.unpack_from(order + "H", words, place)
    for start in range(place + 2, min(place + 2 + 12 * count, len(words) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", words, start)
        if tag == ORIENTATION and kind == 3 and 1 <= value <= 8:
            return int(value)
    return UPRIGHT


def _turn(orientation: int) -> bytes:
    """TIFF's words that say how to turn the picture and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


CLEANERS: dict[str, Callable[[Readable, int], Iterator[Piece]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/gif": _gif,
    "video/mp4": _mp4,
    "audio/mp4": _mp4,
}
