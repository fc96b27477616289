"""What strangers send takes no more memory and time than it may, however it was made."""

import io
import json
import random
import subprocess
import sys
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest

from myschool.files.rules import archives, markup
from myschool.files.rules.archives import BadArchive, is_fit_path, opened
from myschool.files.rules.markup import BadMarkup, json_of, xml_of
from myschool.kernel.text import is_seen_whole

MOST_GROWTH = 30_000_000
# A process of its own, as fresh as one that serves pages: what it grows by is what the file costs.
SNIFFING = """
import json, resource, sys, time
from myschool.files.rules.sniffing import UnfitFile, type_of
before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
with open(sys.argv[1], "rb") as file:
    try:
        told = type_of(file)
    except UnfitFile as error:
        told = str(error)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
print(json.dumps({"told": told, "grown": grown, "seconds": time.monotonic() - begun}))
"""


def sniffed(path):
    process = subprocess.run([sys.executable, "-c", SNIFFING, path], capture_output=True, check=True)
    return json.loads(process.stdout)


def zeros(archive, name, size):
    with archive.open(name, "w") as file:
        for _ in range(size // 1_000_000):
            file.write(bytes(1_000_000))


def long_mimetype(path):
    """1.9 MB of which 300 MB come out, under the name that tells the type."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        zeros(archive, "mimetype", 300_000_000)
        archive.writestr("noise", bytes(range(256)) * 6000, compress_type=ZIP_STORED)


def long_mimetype_that_is_not_packed(path):
    """An honest ratio: forty megabytes under that name, as they are."""
    with ZipFile(path, "w", ZIP_STORED) as archive:
        zeros(archive, "mimetype", 40_000_000)


def many_empty_entries(path):
    with ZipFile(path, "w", ZIP_STORED) as archive:
        for number in range(300_000):
            archive.writestr(str(number), b"")


def many_small_bombs(path):
    """320 kB of which 300 MB come out, no file of them larger than what was allowed to each."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number in range(300):
            zeros(archive, f"{number}.txt", 1_000_000)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (long_mimetype, "в сотни раз"),
        (long_mimetype_that_is_not_packed, "application/zip"),
        (many_empty_entries, "больше 10000 файлов"),
        (many_small_bombs, "в сотни раз"),
    ],
)
def test_a_bomb_is_answered_in_words_at_once_and_in_little_memory(make, words, tmp_path):
    path = tmp_path / "bomb.zip"
    make(path)
    report = sniffed(path)
    assert words in report["told"]
    assert report["grown"] < MOST_GROWTH
    assert report["seconds"] < 5


def packed(names, content=b"text", method=ZIP_DEFLATED):
    file = io.BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, content)
    return file


def refusal(file):
    with pytest.raises(BadArchive) as caught, opened(file):
        pass
    return str(caught.value)


def test_entries_are_counted_whatever_number_the_archive_names(monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 5)
    monkeypatch.setattr(archives, "_parsed", lambda file: pytest.fail("it was parsed"))
    content = bytearray(packed(map(str, range(6))).getvalue())
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = b"\x01\x00\x01\x00"
    assert "больше 5 файлов" in refusal(io.BytesIO(content))


def test_entries_of_an_archive_with_long_numbers_are_counted_too(monkeypatch):
    monkeypatch.setattr("zipfile.ZIP_FILECOUNT_LIMIT", 3)
    file = packed(map(str, range(6)))
    assert b"PK\x06\x06" in file.getvalue()
    with opened(file) as archive:
        assert len(archive.entries) == 6
    monkeypatch.setattr(archives, "MOST_ENTRIES", 5)
    monkeypatch.setattr(archives, "_parsed", lambda file: pytest.fail("it was parsed"))
    assert "больше 5 файлов" in refusal(file)


def test_a_comment_after_the_end_hides_nothing():
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("a", b"text")
        archive.comment = b"PK\x05\x06 said the comment" + bytes(30)
    # Where the parser reads another end than ours, it reads nothing that was not counted.
    with pytest.raises(BadArchive), opened(file):
        pass


def test_a_list_of_entries_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_DIRECTORY", 100)
    assert "оглавление" in refusal(packed(["a" * 60]))


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_method_that_takes_what_memory_it_likes_is_refused(method):
    assert "необычным способом" in refusal(packed(["a"], method=method))


@pytest.mark.parametrize(
    "name",
    ["отчёт\u202egnp.exe", "a\u200bb", "a\u2028b", "a\x85b", "a\ufeff", "/".join("a" * 21), "a" * 301],
    ids=ascii,
)
def test_a_name_that_is_not_what_it_looks_like_or_lies_too_deep_is_refused(name):
    assert not is_fit_path(name)
    assert "Недопустимое имя" in refusal(packed([name]))


@pytest.mark.parametrize(
    "name", ["Урок 1/Слайд №2 (копия).html", "семья 👨\u200d👩\u200d👧.png", "a/b/c.js"], ids=ascii
)
def test_a_usual_name_is_fine(name):
    assert is_fit_path(name)
    assert is_seen_whole(name)


def test_no_more_of_an_entry_is_unpacked_than_was_asked_for():
    noise = random.Random(1).randbytes(3_000_000)  # noqa: S311 - bytes that do not pack, the same each time
    with opened(packed(["a"], noise)) as archive:
        assert archive.head("a", 10) == noise[:10]
        assert archive.head("a", 10**9) == noise


def test_xml_is_read_up_to_a_size_a_depth_and_a_number_of_elements():
    assert xml_of(b"<a><b>text</b></a>")[0].text == "text"
    for unfit, words in (
        (b"<a>" * 200 + b"</a>" * 200, "слишком много"),
        (b"<a>" + b"<b/>" * markup.MOST_ELEMENTS + b"</a>", "слишком много"),
        (b"<a>" + b" " * markup.LARGEST + b"</a>", "слишком большой"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "ошибка XML"),
        (b"<!DOCTYPE a [<!ATTLIST a b CDATA 'long'>]><a/>", "ошибка XML"),
        (b"<a", "ошибка XML"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "ошибка XML"),
    ):
        with pytest.raises(BadMarkup, match=words):
            xml_of(unfit)


def test_json_is_read_up_to_a_size_and_a_depth():
    assert json_of(b'{"a": 1}') == {"a": 1}
    for unfit, words in (
        (b"[" * 100_000, "ошибка JSON"),
        (b" " * (markup.LARGEST + 1), "слишком большой"),
        (b"\xff\xfe\xfa", "ошибка JSON"),
        (b'{"a": "\\ud83d"}', "ошибка JSON"),
        (b'{"\\udc00": 1}', "ошибка JSON"),
        (b'["\xed\xa0\x80"]', "ошибка JSON"),
        (b'[["\\u0000"]]', "ошибка JSON"),
        (b"[1e999]", "ошибка JSON"),
        (b"-1e999", "ошибка JSON"),
        (b"[NaN, Infinity]", "ошибка JSON"),
    ):
        with pytest.raises(BadMarkup, match=words):
            json_of(unfit)


def test_what_json_allows_and_can_be_stored_is_read_as_it_is():
    assert json_of(b'["\\ud83d\\ude00", "\\\\u0000 \\\\ud83d", 1e308, -0.5, 12345678901234567890]') == [
        "\U0001f600",
        "\\u0000 \\ud83d",
        1e308,
        -0.5,
        12345678901234567890,
    ]
    assert json_of("\ufeff[1]".encode()) == [1]
    assert json_of(b'{"a": 1, "a": 2}') == {"a": 2}
    for strict in ("\ufeff[1]".encode(), b'{"a": 1, "a": 2}', "[1]".encode("utf-16")):
        with pytest.raises(BadMarkup):
            json_of(strict, names_once=True)
