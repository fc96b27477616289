"""The technical check: nobody waits for it, it ends by its limits, and a worker's death loses and doubles nothing."""

import logging
import random
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from myschool.files import sandbox
from myschool.files.gateways import ScannerIsAway, store
from myschool.files.models import StoredFile, UnclaimedBytes
from myschool.kernel import chronicle, sealing, transactions
from myschool.library import checking, facts
from myschool.library.actions import checking as checking_actions
from myschool.library.actions import making
from myschool.library.checking import check_next
from myschool.library.models import MaterialVersion
from myschool.library.rules.states import State
from myschool.library.tests.makers import PAGE, hand_in, html_package, make_expert, make_publisher, make_version, packed
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=16)


def submitted(content=None):
    """A version that waits for the programs."""
    publisher = make_publisher()
    version = make_version(publisher, content)
    making.submit_version(version=version, by=publisher, at=NOON)
    return version


def with_bytes(content):
    """A version whose file is these bytes, whatever the door would have said to them."""
    version = submitted()
    stored = store().put([content])
    StoredFile.objects.filter(pk=version.file_id).update(key=stored.key, size=stored.size)
    return version


def state(version):
    version.refresh_from_db()
    return version.state


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_while_a_package_of_6000_files_is_checked_the_chronicle_is_followed(monkeypatch, transactional_db):
    names = {f"pages/{number}.html": PAGE for number in range(6000)}
    version = submitted(packed({"index.html": PAGE, **names}))
    make_expert(), make_expert()
    while sealing.seal_all():
        pass
    lags: list[float] = []
    read: list[int] = []

    def follow_meanwhile():
        """Somebody writes a fact, and the follower must have it at once."""
        with transaction.atomic():
            chronicle.write(
                facts.MaterialMade(
                    at=NOON, school_id=None, actor_id=None, session_id=None, on_behalf_of_id=None, material_id=1
                )
            )
        read.append(sealing.seal_all())
        lags.extend(open_transaction.seconds for open_transaction in transactions.open_for(0) if open_transaction.holds)

    def apart():
        follow_meanwhile()
        connection.close()

    def in_another_process():
        thread = threading.Thread(target=apart)
        thread.start()
        thread.join()

    put = checking.content_type_of

    def sometimes(path):
        if path.endswith("00.html"):
            in_another_process()
        return put(path)

    monkeypatch.setattr(checking, "content_type_of", sometimes)
    ran = sandbox.run_own

    def before_and_after(*words, **more):
        in_another_process()
        ran(*words, **more)
        in_another_process()

    monkeypatch.setattr(sandbox, "run_own", before_and_after)
    assert check_next(NOON)
    assert state(version) == State.IN_REVIEW
    assert version.package.count() == 6001
    # Each fact was sealed at once; the first time what had gone before is read with it.
    assert len(read) >= 60
    assert all(read)
    assert not lags


def test_a_check_holds_no_transaction_while_it_works(monkeypatch):
    submitted()
    calls = []
    fetch = checking._fetch

    def watched(*words):
        transactions.demand_none()
        calls.append(words)
        fetch(*words)

    monkeypatch.setattr(checking, "_fetch", watched)
    assert check_next(NOON)
    assert len(calls) == 1


HOSTILE = b"%PDF-1.7\n" + b"1 0 obj\n<< /Kids [" + b"[" * 20_000 + b"\nendobj\n" * 40_000 + b"%%EOF\n"
LOOPING = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R] >>\nendobj\n"
    b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Prev 116 >>\nstartxref\n116\n%%EOF\n"
)


@pytest.mark.parametrize("content", [HOSTILE, LOOPING], ids=["deep", "looping"])
def test_a_hostile_pdf_is_answered_in_words(content):
    version = with_bytes(content)
    assert check_next(NOON)
    assert state(version) == State.UNFIT
    assert version.findings.get().text.endswith(".")


def test_a_check_that_takes_too_long_ends_by_its_limit_and_says_so(monkeypatch):
    # Links that begin and never end: every beginning is looked from to the end of the page.
    page = "<a " * 600_000
    noise = random.Random(1).randbytes(100_000)  # noqa: S311 - bytes that do not pack, the same each time
    version = submitted(html_package(**{"a.html": page, "noise.bin": noise}))
    monkeypatch.setattr(checking, "SECONDS", 3)
    assert check_next(NOON)
    assert state(version) == State.UNFIT
    assert "слишком сложный" in version.findings.get().text


def test_a_check_that_takes_too_much_memory_ends_by_its_limit_and_says_so(monkeypatch):
    version = submitted()
    monkeypatch.setattr(checking, "MEMORY", 30_000_000)
    assert check_next(NOON)
    assert state(version) == State.UNFIT
    assert "не справилась" in version.findings.get().text


class Killed(BaseException):
    """The worker is gone in the middle of its work."""


def test_a_worker_killed_in_the_middle_leaves_its_work_to_the_next_which_does_it_once(monkeypatch):
    version = submitted()
    with monkeypatch.context() as dying:
        dying.setattr(checking, "_found", lambda folder: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            check_next(NOON)
    assert state(version) == State.CHECKING
    # Whoever comes soon finds it taken; when the hold has run out it is taken again.
    assert not check_next(NOON + timedelta(minutes=1))
    assert check_next(LATER)
    assert state(version) == State.IN_REVIEW
    assert not check_next(LATER)


def test_who_was_only_slow_writes_nothing_over_the_next(monkeypatch):
    version = submitted()
    slow, quick = checking_actions.take_version(at=NOON), checking_actions.take_version(at=LATER)
    assert slow is not None
    assert quick is not None
    assert slow.pk == quick.pk == version.pk
    assert not checking_actions.hold_version(version=slow, at=LATER)
    checking_actions.fail_check(version=slow, findings=[], at=LATER)
    assert state(version) == State.CHECKING
    passport, package = checking.examined(version.file.key, version.file.size, LATER)
    checking_actions.pass_check(version=quick, passport=passport, package=package, at=LATER)
    checking_actions.pass_check(version=slow, passport=passport, package=package, at=LATER)
    assert state(version) == State.IN_REVIEW
    assert version.package.count() == 1


def test_what_kills_its_workers_is_given_up_in_words():
    version = submitted()
    for minutes in (0, 16, 32):
        assert checking_actions.take_version(at=NOON + timedelta(minutes=minutes))
    assert check_next(NOON + timedelta(minutes=48))
    assert state(version) == State.UNFIT
    assert "несколько раз прервалась" in version.findings.get().text


def test_a_scanner_that_is_away_costs_a_version_nothing(monkeypatch, caplog):
    class Away:
        def found_in(self, chunks):
            raise ScannerIsAway("no answer")

    version = submitted()
    monkeypatch.setattr(checking, "scanner", Away)
    for minutes in (0, 16, 32, 48, 64):
        with caplog.at_level(logging.WARNING):
            assert check_next(NOON + timedelta(minutes=minutes))
    assert state(version) == State.CHECKING
    monkeypatch.undo()
    assert check_next(NOON + timedelta(minutes=80))
    assert state(version) == State.IN_REVIEW


def test_what_the_examiner_wrote_is_judged_like_a_strangers(monkeypatch):
    for told in (
        "[]",
        "{",
        '{"a":' * 100_000,
        '{"passport": {"format": "html", "launch": "a", "title": "\\u0000", "parts": [], "findings": []}, "paths": [], "kind": ""}',
        '{"passport": {}, "paths": [], "kind": ""}',
        '{"passport": 5, "paths": 5, "kind": 5}',
        '{"passport": {"format": "html", "launch": "a", "title": "", "parts": [], "findings": []}, "paths": ["../a"], "kind": ""}',
        '{"passport": {"format": "html", "launch": "a", "title": "", "parts": [], "findings": []}, "paths": ["a"], "kind": ""}',
        '{"passport": {"format": "no", "launch": "a", "title": "", "parts": [], "findings": []}, "paths": [], "kind": "a/b"}',
    ):
        version = submitted()
        monkeypatch.setattr(
            sandbox,
            "run_own",
            lambda *words, folder, told=told, **more: (folder / "unpacked" / "found.json").write_text(told),
        )
        assert check_next(NOON)
        assert state(version) == State.UNFIT, told
        assert "не справилась" in version.findings.get().text


def test_of_a_check_that_breaks_off_every_byte_is_noted_to_be_swept(monkeypatch):
    submitted(html_package(**{f"{number}.css": str(number) for number in range(250)}))
    monkeypatch.setattr(
        checking, "content_type_of", lambda path: (_ for _ in ()).throw(Killed) if path == "249.css" else "a/b"
    )
    with pytest.raises(Killed):
        check_next(NOON)
    # The package as it was sent, and what had been unpacked by then.
    assert UnclaimedBytes.objects.count() >= 250


def test_the_worker_checks_what_waits():
    version = submitted()
    call_command("work", "--once")
    assert state(version) == State.IN_REVIEW


def test_a_version_that_is_handed_in_again_is_tried_anew():
    publisher = make_publisher()
    version = make_version(publisher, packed({"index.html": "<a"}))
    MaterialVersion.objects.filter(pk=version.pk).update(tries=4, taken_at=NOON)
    version.refresh_from_db()
    assert hand_in(version, publisher).state == State.IN_REVIEW
