"""Photos and films lose what they tell of place, time and people, and look as they did."""

import io
import struct
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myschool.files import uploading
from myschool.files.gateways import store
from myschool.files.models import UnclaimedBytes
from myschool.files.receiving import DOCUMENTS, receive
from myschool.files.rules.metadata import CLEANERS, cleaned
from myschool.files.tests.makers import upload
from myschool.people.tests.makers import make_actor

SECRET = b"55.7558N 37.6173E Ivanova"


def tiff(orientation, order="<"):
    """EXIF's words: how to turn the picture, and where it was taken."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    turn = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    place = struct.pack(order + "HHII", 0x8825, 4, 1, 38)
    return start + struct.pack(order + "IH", 8, 2) + turn + place + bytes(4) + SECRET


def segment(marker, words):
    return bytes([0xFF, marker]) + struct.pack(">H", len(words) + 2) + words


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
PROFILE = segment(0xE2, b"ICC_PROFILE\0\1\1colours")
ADOBE = segment(0xEE, b"Adobe\0d\0\0\0\0\1")
# Restarts and zeros stand inside a scan, and a progressive picture has tables between two.
SCANS = (
    segment(0xDA, b"\1\1\0\0\x3f\0")
    + b"\x12\xff\x00\x34\xff\xd0\x56"
    + segment(0xC4, b"table")
    + (segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x78")
)
PICTURE = segment(0xDB, b"quantities") + segment(0xC0, b"\x08\0\3\0\6\1\1\x11\0") + SCANS
PLAIN_JPEG = b"\xff\xd8" + JFIF + PROFILE + ADOBE + PICTURE + b"\xff\xd9"


def jpeg(orientation=1, order="<"):
    return (
        b"\xff\xd8"
        + JFIF
        + segment(0xE1, b"Exif\0\0" + tiff(orientation, order))
        + PROFILE
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
        + segment(0xE2, b"MPF\0" + SECRET)
        + segment(0xED, b"Photoshop 3.0\0" + SECRET)
        + ADOBE
        + segment(0xE0, b"JFXX\0" + SECRET)
        + segment(0xFE, SECRET)
        + PICTURE
        + b"\xff\xd9"
        + SECRET
        + b"\xff\xd8"
        + segment(0xE1, SECRET)
    )


def chunk(name, words):
    return struct.pack(">I", len(words)) + name + words + struct.pack(">I", crc32(name + words))


HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 6, 3, 8, 6, 0, 0, 0))
BODY = chunk(b"sRGB", b"\0") + chunk(b"IDAT", b"picture") + chunk(b"IEND", b"")
PLAIN_PNG = HEAD + BODY


def png(orientation=1, order="<"):
    chunks = [
        (b"tEXt", b"Author\0"),
        (b"iTXt", b"XML:com.adobe.xmp\0"),
        (b"zTXt", b"x\0"),
        (b"tIME", b"2026"),
        (b"prVt", b""),
    ]
    more = b"".join(chunk(name, words + SECRET) for name, words in chunks)
    return HEAD + chunk(b"eXIf", tiff(orientation, order)) + more + BODY + SECRET


def riff(*parts):
    whole = b"WEBP" + b"".join(
        name + struct.pack("<I", len(words)) + words + bytes(len(words) % 2) for name, words in parts
    )
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def vp8x(flags):
    return b"VP8X", bytes([flags, 0, 0, 0, 5, 0, 0, 2, 0, 0])


PLAIN_WEBP = riff(vp8x(0x20), (b"ICCP", b"colours"), (b"VP8 ", b"picture"))


def webp(orientation=1, order="<"):
    return (
        riff(
            vp8x(0x2C),
            (b"ICCP", b"colours"),
            (b"VP8 ", b"picture"),
            (b"EXIF", tiff(orientation, order)),
            (b"XMP ", SECRET),
            (b"MINE", SECRET),
        )
        + SECRET
    )


GIF_HEAD = b"GIF89a\6\0\3\0\x80\0\0" + bytes(6)
LOOP = b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
FRAME = b"\x21\xf9\4\0\0\0\0\0" + b"\x2c" + bytes(8) + b"\x81" + bytes(12) + b"\2\3abc\0"
PLAIN_GIF = GIF_HEAD + LOOP + FRAME + FRAME + b";"


def gif():
    comment = bytes([len(SECRET)]) + SECRET + b"\0"
    return (
        GIF_HEAD + LOOP + b"\x21\xfe" + comment + FRAME + b"\x21\xff\x0bXMP DataXMP" + comment + FRAME + b";" + SECRET
    )


def box(name, *words):
    whole = b"".join(words)
    return struct.pack(">I", len(whole) + 8) + name + whole


def film(telling):
    """A film; what tells is there, or is an empty box of the same length."""

    def told(name, *words):
        return box(name, *words) if telling else box(b"free", bytes(len(b"".join(words))))

    track = box(b"trak", box(b"tkhd", b"track"), told(b"meta", SECRET), box(b"mdia", b"media"))
    return (
        box(b"ftyp", b"isom\0\0\0\0isommp42")
        + box(b"moov", box(b"mvhd", b"film"), told(b"udta", box(b"\xa9xyz", SECRET)), track)
        + told(b"uuid", SECRET)
        + box(b"mdat", b"pictures")
    )


def clean(content, kind):
    pieces = cleaned(io.BytesIO(content), kind)
    return content if pieces is None else b"".join(pieces)


MADE = [
    ("image/jpeg", jpeg(), PLAIN_JPEG),
    ("image/png", png(), PLAIN_PNG),
    ("image/webp", webp(), PLAIN_WEBP),
    ("image/gif", gif(), PLAIN_GIF),
    ("video/mp4", film(telling=True), film(telling=False)),
    ("audio/mp4", film(telling=True), film(telling=False)),
]


@pytest.mark.parametrize(("kind", "telling", "plain"), MADE, ids=[kind for kind, *_ in MADE])
def test_what_is_told_besides_is_gone_and_all_that_is_shown_stays(kind, telling, plain):
    assert SECRET in telling
    assert clean(telling, kind) == plain
    assert cleaned(io.BytesIO(plain), kind) is None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize(("kind", "make"), [("image/jpeg", jpeg), ("image/png", png), ("image/webp", webp)])
def test_a_turned_photo_stays_turned_and_says_nothing_else(kind, make, orientation, order):
    once = clean(make(orientation, order), kind)
    assert SECRET not in once
    assert struct.pack(">HHIH", 0x0112, 3, 1, orientation) in once
    assert clean(once, kind) == once


@pytest.mark.parametrize(("kind", "telling", "plain"), MADE, ids=[kind for kind, *_ in MADE])
def test_a_broken_file_says_no_more_than_a_whole_one(kind, telling, plain):
    for length in range(len(telling)):
        assert len(clean(telling[:length], kind)) <= length
    if kind.startswith("image/"):
        assert not any(SECRET in clean(telling[:length], kind) for length in range(len(telling)))


@given(content=st.binary(max_size=300), kind=st.sampled_from(sorted(CLEANERS)))
def test_no_content_breaks_the_cleaning(content, kind):
    start = {kind: plain[:40] for kind, _, plain in MADE}[kind]
    for odd in (content, start + content):
        clean(odd, kind)


def test_other_files_stay_as_they_are():
    assert cleaned(io.BytesIO(b"%PDF-1.7"), "application/pdf") is None


@pytest.mark.django_db
def test_what_families_and_teachers_send_is_stored_without_it():
    received = receive(upload(jpeg(6), "IMG_1.jpg"), DOCUMENTS, field="file")
    content = b"".join(store().read(received.key))
    assert content == clean(jpeg(6), "image/jpeg")
    assert (received.size, received.content_type) == (len(content), "image/jpeg")


@pytest.mark.django_db
def test_what_came_in_parts_is_too_and_its_first_bytes_are_swept_away(settings, tmp_path):
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    actor = make_actor()
    begun = uploading.begin(
        str(len(png())), "filename SU1HLnBuZw==", purpose="own", kinds=DOCUMENTS, left=10**9, by=actor
    )
    uploading.append(begun, 0, io.BytesIO(png()))
    begun.refresh_from_db()
    received = uploading.take(begun.token, DOCUMENTS, purpose="own", field="file", by=actor)
    assert b"".join(store().read(received.key)) == PLAIN_PNG
    assert received.size == len(PLAIN_PNG)
    assert set(UnclaimedBytes.objects.values_list("key", flat=True)) == {begun.key, received.key}
