"""The store on disk, and how a file leaves it."""

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
    content = bytes(range(256)) * 600
    key = folder.put([content[:1000], content[1000:]])
    chunks = list(folder.read(key))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= CHUNK


def test_a_broken_upload_leaves_nothing_behind(folder):
    with pytest.raises(ConnectionResetError):
        folder.put(broken_off())
    assert not [path for path in folder.folder.rglob("*") if path.is_file()]


def test_nobody_else_on_the_machine_may_look_into_the_folders(folder):
    key = folder.put([b"secret"])
    assert (folder.folder / key[:2]).stat().st_mode & 0o077 == 0


def test_a_removed_file_is_gone_and_may_be_removed_again(folder):
    key = folder.put([b"bytes"])
    folder.remove(key)
    folder.remove(key)
    with pytest.raises(FileNotFoundError):
        read(folder, key)


def served(settings, name, content_type="application/pdf", content=b"%PDF-1.7"):
    key = FolderStore(settings.FILES_FOLDER).put([content])
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
    told = served(settings, name).headers["Content-Disposition"]
    assert told.count(";") == 1
    assert not set(told) & set('"\r\n,')
