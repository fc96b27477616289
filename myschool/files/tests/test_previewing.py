"""Previews: what is made of documents, by whom and how often, and what strangers' files may do meanwhile."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command

from myschool.files import access, actions, previewing, queries, sandbox, serving, uploading
from myschool.files.gateways import store
from myschool.files.models import Preview, PreviewPage, StoredFile
from myschool.files.received import Picture
from myschool.files.rules.previews import ENDINGS, kind_of
from myschool.files.tests.makers import PNG, docx_of, make_file, pdf_of
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
DOCX = next(kind for kind, ending in ENDINGS.items() if ending == "docx")
needs_programs = pytest.mark.skipif(
    bool(previewing.missing()), reason=f"this machine lacks {', '.join(previewing.missing())}"
)
needs_sandbox = pytest.mark.skipif(not sandbox.works(), reason="bubblewrap does not work on this machine")


@pytest.fixture
def owner(db):
    return make_person()


def made(file):
    assert previewing.make_next(NOON)
    return queries.shown(file)


@needs_programs
def test_a_pdf_becomes_pictures_of_its_first_pages(owner):
    file = make_file(pdf_of(52), owner=owner)
    assert queries.shown(file).state == "pending"
    shown = made(file)
    assert (shown.state, shown.pages, len(shown.numbers), shown.left_out) == ("ready", 52, 50, 2)
    first = access.pages_of(file).get(number=1)
    assert b"".join(serving.show_page(first)).startswith(PNG[:8])


@needs_programs
def test_a_document_of_an_office_is_shown_by_pages_too(owner):
    shown = made(make_file(docx_of("Здравствуйте"), "письмо.docx", DOCX, owner))
    assert (shown.state, shown.pages, shown.numbers) == ("ready", 1, (1,))


@needs_programs
@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7\n broken", "application/pdf"), (b"PK\x03\x04 broken", DOCX)])
def test_a_broken_file_says_so_in_words(owner, content, kind):
    shown = made(make_file(content, owner=owner, content_type=kind))
    assert (shown.state, shown.reason) == ("failed", previewing.BROKEN)
    assert not previewing.make_next(NOON)


@needs_programs
def test_a_file_too_big_or_too_slow_says_so(owner, monkeypatch):
    monkeypatch.setattr(previewing, "LARGEST", 100)
    assert made(make_file(pdf_of(1), owner=owner)).reason == previewing.TOO_BIG

    def slow(words, folder, *, seconds):
        raise sandbox.TooSlow(words[0])

    monkeypatch.setattr(previewing, "LARGEST", 10_000)
    monkeypatch.setattr(sandbox, "run", slow)
    assert made(make_file(pdf_of(2), owner=owner)).reason == previewing.TOO_SLOW


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/pdf", "pages"),
        (DOCX, "pages"),
        ("image/svg+xml", "picture"),
        ("video/mp4", "video"),
        ("audio/ogg", "audio"),
        ("text/plain", "text"),
        ("text/html", "none"),
        ("application/zip", "none"),
    ],
)
def test_each_type_is_shown_in_its_way(content_type, kind):
    assert kind_of(content_type) == kind


def test_what_browsers_show_themselves_waits_for_nobody(owner):
    file = make_file(b"text", content_type="text/plain", owner=owner)
    assert queries.shown(file).state == "ready"
    assert actions.take_preview(at=NOON) is None


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("Привет".encode(), "Привет"),
        ("Привет".encode("cp1251"), "Привет"),
        (("я" * 100_001).encode()[1:], None),
        (b"a" + "я".encode() * 100_000, "a" + "я" * 99_999),
    ],
)
def test_the_beginning_of_a_text_is_read_in_its_encoding(owner, content, shown):
    beginning = serving.beginning_of(make_file(content, content_type="text/plain", owner=owner))
    assert shown is None or beginning == shown
    assert len(beginning) <= 200_000


def test_the_same_bytes_are_made_once_and_by_one_worker(owner):
    make_file(pdf_of(1), owner=owner)
    make_file(pdf_of(1), owner=owner)
    preview = actions.take_preview(at=NOON)
    assert actions.take_preview(at=NOON) is None
    assert actions.take_preview(at=NOON + timedelta(minutes=6)) == preview


def test_what_kills_its_worker_thrice_is_given_up(owner):
    file = make_file(pdf_of(1), owner=owner)
    for minutes in (0, 6, 12):
        assert actions.take_preview(at=NOON + timedelta(minutes=minutes))
    assert actions.take_preview(at=NOON + timedelta(minutes=18)) is None
    assert queries.shown(file).state == "failed"


def test_the_sweep_leaves_pictures_of_pages_and_takes_them_with_their_file(owner, settings, tmp_path):
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    file = make_file(pdf_of(1), owner=owner)
    stored = store().put([PNG])
    actions.note_bytes(keys=[stored.key], at=NOON)
    picture = Picture(stored.key, stored.size, "image/png")
    preview = Preview.objects.get()
    for _ in range(2):
        actions.finish_preview(preview=preview, pages=1, pictures=[picture])
    for path in settings.FILES_FOLDER.rglob("*"):
        os.utime(path, (0, 0))
    later = NOON + timedelta(days=2)
    uploading.sweep(at=later)
    assert b"".join(store().read(stored.key)) == PNG
    actions.forget_files(file_ids=[file.pk], by=None, at=later)
    uploading.sweep(at=later + timedelta(days=2))
    assert [model.objects.count() for model in (StoredFile, Preview, PreviewPage)] == [0, 0, 0]
    for key in (file.key, stored.key):
        with pytest.raises(FileNotFoundError):
            list(store().read(key))


def test_a_file_forgotten_leaves_the_bytes_that_another_has(owner):
    first, second = make_file(owner=owner), make_file(owner=owner)
    actions.forget_files(file_ids=[first.pk], by=make_actor(), at=NOON)
    assert queries.shown(second).state == "pending"
    assert actions.take_unclaimed(at=NOON + timedelta(days=2)) == []


@needs_programs
def test_the_worker_does_what_is_there(owner):
    file = make_file(pdf_of(1), owner=owner)
    call_command("work", "--once")
    assert queries.shown(file).state == "ready"


@needs_sandbox
@pytest.mark.parametrize(
    "words",
    [
        ["cat", "/etc/passwd"],
        ["ls", __file__],
        ["touch", "/usr/bin/mine"],
        ["bash", "-c", "echo > /dev/tcp/127.0.0.1/80"],
        ["dd", "if=/dev/zero", "of={place}/big", "bs=1M", "count=600"],
        ["python3", "-c", "bytearray(5_000_000_000)"],
    ],
)
def test_a_program_sees_nothing_of_the_machine_and_takes_little(words, tmp_path):
    with pytest.raises(sandbox.ProgramFailed):
        sandbox.run(words, tmp_path, seconds=20)


@needs_sandbox
def test_a_program_writes_in_its_folder_only(tmp_path):
    assert sandbox.run(["bash", "-c", "echo $HOME; echo 1 > {place}/made"], tmp_path, seconds=20) == b"/work\n"
    assert (tmp_path / "made").read_text() == "1\n"


def test_a_program_that_hangs_is_ended(tmp_path):
    with pytest.raises(sandbox.TooSlow):
        sandbox.run(["tail", "-f", "/dev/null"], tmp_path, seconds=1)


def test_in_production_nothing_is_opened_without_a_sandbox(settings, monkeypatch, tmp_path):
    settings.PRODUCTION = True
    monkeypatch.setattr(sandbox, "works", lambda: False)
    with pytest.raises(sandbox.SandboxIsAway, match="bubblewrap"):
        sandbox.run(["true"], tmp_path, seconds=1)


def test_at_home_a_sandbox_may_be_absent(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "works", lambda: False)
    assert sandbox.run(["echo", "{place}"], tmp_path, seconds=10) == f"{tmp_path}\n".encode()
