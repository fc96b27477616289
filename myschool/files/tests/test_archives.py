"""Archives from strangers: which are opened, and what their files may be called."""

import io
import stat
import struct
import zipfile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from myschool.files.rules import archives
from myschool.files.rules.archives import BadArchive, opened


def packed(names=("index.html",), content=b"text", **more):
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content, **more)
    return file


def paths(file):
    with opened(file) as archive:
        return list(archive.entries)


def raw(name, *, flags=0x800):
    """An archive whose entry is called just so; Python's own writer mends some names."""
    file = io.BytesIO()
    record = ZipInfo("x")
    with ZipFile(file, "w") as archive:
        archive.writestr(record, b"text")
    content = bytearray(file.getvalue())
    return _renamed(bytes(content), name, flags)


def _renamed(content, name, flags):
    local = content.index(b"PK\x03\x04")
    central = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    first = bytearray(content[local:central])
    second = bytearray(content[central:end])
    for block, flag_at, length_at, name_at in ((first, 6, 26, 30), (second, 8, 28, 46)):
        struct.pack_into("<H", block, flag_at, flags)
        struct.pack_into("<H", block, length_at, len(name))
        block[name_at : name_at + 1] = name
    last = bytearray(content[end:])
    struct.pack_into("<LL", last, 12, len(second), len(first))
    return io.BytesIO(bytes(first + second + last))


def test_files_are_told_and_folders_are_not():
    assert paths(packed(["a/", "a/b.html", "c.css"])) == ["a/b.html", "c.css"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "C:/evil",
        "a\\..\\evil",
        "a//b",
        "./a",
        "a/./b",
        "nul",
        "COM1.txt",
        "a/aux.js",
        "a.",
        "a /b",
        "a<b",
        "a|b",
        "a*b",
        "a\nb",
        "a\x00b",
        "x" * 301,
    ],
)
def test_a_path_that_leads_elsewhere_or_nowhere_is_refused(name):
    with pytest.raises(BadArchive, match="Недопустим"):
        paths(raw(name.encode()))


@pytest.mark.parametrize("names", [("a.js", "A.js"), ("й.txt", "Й.txt"), ("a", "a/b"), ("A/b", "a")])
def test_two_files_of_one_name_are_refused(names):
    with pytest.raises(BadArchive, match="дважды"):
        paths(packed(names))


def test_a_link_is_refused():
    record = ZipInfo("link")
    record.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(record, "/etc/passwd")
    with pytest.raises(BadArchive, match="ссылка"):
        paths(file)


def test_an_encrypted_archive_is_refused():
    with pytest.raises(BadArchive, match="паролем"):
        paths(raw(b"a", flags=0x801))


def test_a_bomb_is_refused():
    with pytest.raises(BadArchive, match="сотни раз"):
        paths(packed(["zeros"], b"\0" * 5_000_000))


def test_entries_that_share_their_bytes_are_refused():
    file = packed(["a", "b"])
    content = bytearray(file.getvalue())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    struct.pack_into("<L", content, second + 42, 0)
    with pytest.raises(BadArchive, match=r"накладываются|повреждён"):
        paths(io.BytesIO(bytes(content)))


def test_too_many_entries_are_refused():
    with pytest.raises(BadArchive, match="больше 10000 файлов"):
        paths(packed([f"{number}.txt" for number in range(archives.MOST_ENTRIES + 1)], b""))


def test_too_much_in_all_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 7)
    with pytest.raises(BadArchive, match="4 ГБ"):
        paths(packed(["a", "b"]))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", packed().getvalue()[:-20]])
def test_a_broken_archive_is_refused(content):
    with pytest.raises(BadArchive, match="повреждён"):
        paths(io.BytesIO(content))


def test_a_file_with_wrong_bytes_is_refused():
    file = packed(["a"], b"some text", compress_type=zipfile.ZIP_STORED)
    file.seek(0)
    content = io.BytesIO(file.getvalue().replace(b"some text", b"same text"))
    with opened(content) as archive, pytest.raises(BadArchive, match="повреждён"):
        list(archive.chunks("a"))


def test_names_from_russian_windows_are_read():
    assert paths(raw("урок.html".encode("cp866"), flags=0)) == ["урок.html"]
    assert paths(raw("урок.html".encode(), flags=0)) == ["урок.html"], "as macOS and Info-ZIP write it"
