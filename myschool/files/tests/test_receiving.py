"""Files that people send: what is taken, what is not, and what becomes of their names."""

from hashlib import sha256

import pytest

from myschool.files import actions
from myschool.files.gateways import store
from myschool.files.models import StoredFile
from myschool.files.receiving import MEGABYTE, PAPERS, FileRefused, Kinds, receive
from myschool.files.tests.makers import HTML, JPEG, PDF, PNG, PROGRAM, SVG, ZIP, upload
from myschool.kernel.models import Entry
from myschool.people.tests.makers import make_actor
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db


def take(*given, **more):
    return receive(upload(*given, **more), PAPERS, field="decree")


def bytes_of(key):
    return b"".join(store().read(key))


@pytest.mark.parametrize(("content", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")])
def test_a_paper_is_taken_whatever_it_calls_itself(content, kind):
    received = take(content, "scan.exe", "text/html")
    assert (received.content_type, received.size) == (kind, len(content))
    assert received.key == sha256(content).hexdigest()
    assert bytes_of(received.key) == content


@pytest.mark.parametrize("content", [HTML, PROGRAM, b"just words", b"\0" * 100, b"%PD", b" " + PDF])
def test_a_disguised_file_is_refused_and_nothing_is_kept(content, settings):
    with pytest.raises(FileRefused, match="Приложите PDF, JPEG или PNG до 10 МБ") as refused:
        take(content, "приказ.pdf", "application/pdf")
    assert (refused.value.field, refused.value.status) == ("decree", 422)
    assert not settings.FILES_FOLDER.exists()


@pytest.mark.parametrize(("content", "words"), [(SVG, "есть программа"), (ZIP, "повреждён")])
def test_a_harmful_or_broken_file_is_refused_with_its_reason(content, words, settings):
    with pytest.raises(FileRefused, match=words):
        take(content, "приказ.pdf", "application/pdf")
    assert not settings.FILES_FOLDER.exists()


def test_an_empty_file_is_refused():
    with pytest.raises(FileRefused, match="пустой"):
        take(b"")


def test_a_file_of_just_the_limit_is_taken_and_one_byte_more_is_not():
    small = Kinds(PAPERS.types, len(PDF), "PDF до 60 байт")
    assert receive(upload(PDF), small, field="decree").size == len(PDF)
    with pytest.raises(FileRefused, match=r"слишком большой\. Подойдёт PDF до 60 байт"):
        receive(upload(PDF + b" "), small, field="decree")


def test_papers_may_have_ten_megabytes():
    assert PAPERS.limit == 10 * MEGABYTE


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("приказ № 7.pdf", "приказ № 7.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Анна\\приказ.pdf", "приказ.pdf"),
        ("/абсолютный/путь.pdf", "путь.pdf"),
        ("при\u202eфdp.exe", "прифdp.exe"),
        ("a\x01b.pdf", "ab.pdf"),
        ("я" * 300 + ".pdf", "я" * 196 + ".pdf"),
        ("  ", "файл"),
        ("..", "файл"),
        (".htaccess", "файл.htaccess"),
    ],
)
def test_a_name_keeps_no_folders_and_no_tricks(told, kept):
    sent = upload()
    # Django cleans the names of uploads too; what reached us uncleaned must be harmless as well.
    sent._name = told
    assert receive(sent, PAPERS, field="decree").name == kept


def test_a_name_never_says_where_bytes_lie():
    first, two = take(name="../приказ.pdf"), take(name="другой.pdf")
    assert first.key == two.key == sha256(PDF).hexdigest()


def test_a_kept_file_has_a_row_and_a_fact_without_its_name():
    actor = make_actor()
    file = actions.keep(received=take(name="приказ Петровой.pdf"), by=actor, at=NOON)
    assert StoredFile.objects.get() == file
    assert (file.owner_id, file.name) == (actor.person_id, "приказ Петровой.pdf")
    assert Entry.objects.get(kind="files.stored").payload == {"file_ids": [file.pk]}
