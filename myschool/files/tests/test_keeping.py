"""The store on disk, and how a file leaves it."""

import os

import pytest
from django.http import FileResponse, StreamingHttpResponse

from myschool.files import serving
from myschool.files.gateways import CHUNK, FolderStore
from myschool.files.models import StoredFile


@pytest.fixture
def folder(tmp_path):
    return FolderStore(tmp_path / "stored")


def read(store, key):
    return b"".join(store.read(key))


def broken_off():
    yield b"the beginning"
    raise ConnectionResetError


def test_what_is_put_is_read_again_in_chunks(folder):
    content = bytes(range(256)) * 2600
    key = folder.put([content[:1000], content[1000:]]).key
    chunks = list(folder.read(key))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= CHUNK


def test_a_broken_upload_leaves_nothing_behind(folder):
    with pytest.raises(ConnectionResetError):
        folder.put(broken_off())
    assert not [path for path in folder.folder.rglob("*") if path.is_file()]


def test_nobody_else_on_the_machine_may_look_into_the_folders(folder):
    key = folder.put([b"secret"]).key
    assert (folder.folder / key[:2]).stat().st_mode & 0o077 == 0


def test_a_fresh_file_stays_and_an_old_one_is_removed_once_or_twice(folder):
    key = folder.put([b"bytes"]).key
    folder.remove(key)
    assert read(folder, key) == b"bytes"
    os.utime(folder.folder / key[:2] / key, (0, 0))
    folder.remove(key)
    folder.remove(key)
    with pytest.raises(FileNotFoundError):
        read(folder, key)


def served(settings, name, content_type="application/pdf", content=b"%PDF-1.7"):
    key = FolderStore(settings.FILES_FOLDER).put([content]).key
    return serving.serve(StoredFile(key=key, name=name, content_type=content_type, size=len(content)))


def test_a_file_leaves_as_a_download_and_never_as_a_page_of_ours(settings):
    response = served(settings, "приказ.pdf")
    assert isinstance(response, StreamingHttpResponse)
    assert not isinstance(response, FileResponse)
    assert b"".join(response) == b"%PDF-1.7"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == "8"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D0%BF")
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ['a";evil=".pdf', "a\r\nSet-Cookie: x=1", "a;b,c.pdf", "приказ\u2028.pdf"])
def test_a_name_cannot_break_the_headers(settings, name):
    disposition = served(settings, name).headers["Content-Disposition"]
    assert disposition.count(";") == 1
    assert not set(disposition) & set('"\r\n,')


def test_the_same_bytes_lie_there_once(folder):
    assert folder.put([b"one ", b"text"]) == folder.put([b"one text"])
    assert len([path for path in folder.folder.rglob("*") if path.is_file()]) == 1


def asked(settings, rf, content=b"0123456789", **headers):
    key = FolderStore(settings.FILES_FOLDER).put([content]).key
    file = StoredFile(key=key, name="a.pdf", content_type="application/pdf", size=len(content))
    return serving.serve(file, rf.get("/", headers=headers))


@pytest.mark.parametrize(
    ("asked_for", "status", "told", "content"),
    [
        ("bytes=0-3", 206, "bytes 0-3/10", b"0123"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-2", 206, "bytes 8-9/10", b"89"),
        ("bytes=5-500", 206, "bytes 5-9/10", b"56789"),
        ("bytes=-500", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=-0", 416, "bytes */10", b""),
        ("bytes=5-2", 416, "bytes */10", b""),
        ("bytes=0-1,4-5", 200, None, b"0123456789"),
        ("lines=1-2", 200, None, b"0123456789"),
        ("bytes=-", 200, None, b"0123456789"),
    ],
)
def test_a_part_of_a_file_may_be_asked_for(settings, rf, asked_for, status, told, content):
    response = asked(settings, rf, Range=asked_for)
    assert (response.status_code, response.headers.get("Content-Range")) == (status, told)
    assert b"".join(response) == content


def test_a_part_of_another_version_is_answered_with_the_whole(settings, rf):
    response = asked(settings, rf, Range="bytes=0-3", **{"If-Range": '"another"'})
    assert response.status_code == 200


def test_a_file_the_browser_has_is_not_sent_again(settings, rf):
    tag = asked(settings, rf).headers["ETag"]
    assert asked(settings, rf, **{"If-None-Match": tag}).status_code == 304
