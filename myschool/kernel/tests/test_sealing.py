"""Seals and signed heads: whatever was changed, removed, cut off or put in between is found, whoever did it."""

import json
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from myschool.kernel import clock, heads, sealing
from myschool.kernel.models import Bookmark, Cluster, Entry, Seal
from myschool.kernel.tests.test_chronicle import NOON, hear, listen, ring  # noqa: F401 - the listener registers

# A snapshot's oldest transaction is the whole server's: other tests' transactions would hold the seals back.
pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]


def seal():
    while sealing.seal_all():
        pass


def faults():
    return [fault for chain in sealing.verify() for fault in chain.faults]


@pytest.fixture
def chains():
    with transaction.atomic():
        ring(1, school=10)
        ring(2, school=11)
        ring(3, school=10)
        ring(4)
    seal()


@pytest.fixture
def folder(settings):
    return Path(settings.EVIDENCE_FOLDER)


def sign(after=timedelta()):
    return heads.sign(at=NOON + after)


def behind_the_back(*statements):
    """What even the database's administrator can do: no trigger fires."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def forged(folder):
    """Every seal made anew over what lies there now, as one who knows the code would."""
    behind_the_back("DELETE FROM kernel_seal", "DELETE FROM kernel_bookmark WHERE follower LIKE 'seal.%'")
    seal()
    assert faults() == []
    return heads.check(folder).faults


def test_each_school_has_a_whole_chain_of_its_own(chains):
    assert [(chain.chain, chain.length, chain.faults) for chain in sealing.verify()] == [
        (0, 1, ()),
        (10, 2, ()),
        (11, 1, ()),
    ]


def test_an_entry_cannot_be_changed_or_removed(chains):
    for attempt in (lambda: Entry.objects.update(kind="other"), lambda: Entry.objects.all().delete()):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            attempt()


def test_a_seal_is_as_final_as_its_entry(chains):
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Seal.objects.update(hash=b"")


TAMPERING = [
    ("UPDATE kernel_entry SET payload = '{\"number\": 9}' WHERE payload = '{\"number\": 3}'", "was changed"),
    ("UPDATE kernel_entry SET at = at + interval '1 second' WHERE payload = '{\"number\": 1}'", "was changed"),
    ("UPDATE kernel_entry SET school_id = 11 WHERE payload = '{\"number\": 1}'", "was changed"),
    ("UPDATE kernel_entry SET actor_id = 5 WHERE payload = '{\"number\": 1}'", "was changed"),
    ("DELETE FROM kernel_entry WHERE payload = '{\"number\": 1}'", "was removed"),
    ("DELETE FROM kernel_seal WHERE chain = 10 AND position = 1", "seals are missing"),
    ("UPDATE kernel_seal SET at = at - interval '5 years' WHERE chain = 10", "the seal of row"),
    ("UPDATE kernel_seal SET digest = sha256('')", "the seal of row"),
    (
        "INSERT INTO kernel_entry (xid, kind, at, payload)"  # noqa: ISC004 - one statement in two lines
        " SELECT xid - 1, kind, at, payload FROM kernel_entry ORDER BY id LIMIT 1",
        "put in behind the seals",
    ),
    (
        "INSERT INTO kernel_entry (id, xid, kind, at, payload)"  # noqa: ISC004 - one statement in two lines
        " SELECT id, xid, kind, at + interval '1 second', payload FROM kernel_entry ORDER BY id LIMIT 1",
        "put in behind the seals",
    ),
    (
        "INSERT INTO kernel_seal (ledger, chain, position, row_id, at, digest, hash)"  # noqa: ISC004
        " SELECT ledger, chain, position + 1, 0, at, digest, hash FROM kernel_seal WHERE chain = 11",
        "was removed",
    ),
]


def faults_after(statement):
    """What is found of a deed that is undone again."""
    with transaction.atomic():
        behind_the_back(statement)
        problems = faults()
        transaction.set_rollback(True)
    return problems


def test_what_was_done_behind_our_back_is_found(chains):
    assert faults() == []
    assert [
        statement
        for statement, expected in TAMPERING
        if not any(expected in fault for fault in faults_after(statement))
    ] == []
    assert faults() == []


def test_a_number_of_a_transaction_is_not_the_writers_to_choose(chains):
    entry = Entry.objects.create(xid=1, kind="test", at=NOON, payload={})
    entry.refresh_from_db()
    assert entry.xid > 1


def test_rows_that_are_read_again_are_not_sealed_again(chains):
    Bookmark.objects.filter(follower="seal.chronicle").update(xid=0, entry_id=0)
    seal()
    assert Seal.objects.count() == 4
    assert faults() == []


def test_a_bookmark_that_was_set_ahead_hides_nothing(chains):
    Bookmark.objects.filter(follower="seal.chronicle").update(xid=2**62)
    with transaction.atomic():
        ring(9, school=10)
    seal()
    assert ["put in behind the seals" in fault for fault in faults()] == [True]


def test_a_line_names_the_heads_that_have_moved_and_nothing_else(chains, folder):
    assert sign() == 3
    assert sign() == 0
    with transaction.atomic():
        ring(5, school=11)
    seal()
    assert sign(timedelta(days=30)) == 1
    assert [file.name for file in sorted(folder.glob("*.jsonl"))] == ["2026-09.jsonl", "2026-10.jsonl"]
    last = json.loads((folder / "2026-10.jsonl").read_text())
    assert [head[:3] for head in last["heads"]] == [["chronicle", 11, 2]]
    compared = heads.check(folder)
    assert (compared.lines, compared.heads, compared.faults, compared.losses) == (2, 4, (), ())


def test_a_chain_made_anew_from_the_start_is_found_by_what_was_signed(chains, folder):
    sign()
    behind_the_back("UPDATE kernel_entry SET payload = '{\"number\": 9}' WHERE payload = '{\"number\": 1}'")
    assert ["chronicle 10: not what was signed" in fault for fault in forged(folder)] == [True]


def test_what_was_forged_is_found_also_after_the_follower_has_signed_on(chains, folder):
    sign()
    behind_the_back("DELETE FROM kernel_entry WHERE payload = '{\"number\": 2}'")
    assert forged(folder)
    with transaction.atomic():
        ring(6, school=11)
    seal()
    sign(timedelta(minutes=1))
    assert any("chronicle 11: not what was signed" in fault for fault in heads.check(folder).faults)


def test_a_cut_off_end_is_found(chains, folder):
    sign()
    behind_the_back(
        "DELETE FROM kernel_entry WHERE payload = '{\"number\": 3}'",
        "DELETE FROM kernel_seal WHERE chain = 10 AND position = 2",
    )
    assert faults() == []
    assert ["chronicle 10: cut off, position 2" in fault for fault in heads.check(folder).faults] == [True]


FORGED_LINES = [
    (lambda lines: [lines[0].replace('"chronicle", 10', '"chronicle", 12'), *lines[1:]], "no signature"),
    (lambda lines: [lines[0], lines[2]], "lines before it"),
    (lambda lines: [*lines, lines[2][:50]], "no signature"),
    (lambda lines: [*lines, "[]"], "no signature"),
]


def test_signed_lines_cannot_be_changed_or_taken_out(chains, folder):
    sign()
    for number in (5, 6):
        with transaction.atomic():
            ring(number)
        seal()
        sign()
    file = folder / "2026-09.jsonl"
    lines = file.read_text().splitlines()
    for change, expected in FORGED_LINES:
        file.write_text("\n".join(change(lines)) + "\n")
        assert any(expected in fault for fault in heads.check(folder).faults)


def test_a_line_that_was_torn_off_by_a_crash_does_not_stop_the_next(chains, folder):
    sign()
    file = folder / "2026-09.jsonl"
    file.write_text(file.read_text() + '{"at": "2026-')
    assert sign() == 3
    assert heads.check(folder).faults == ("2026-09.jsonl, line 2: no signature of ours",)


def public_key(private, folder):
    """The file of its public half."""
    if isinstance(private, Path):
        private = serialization.load_pem_private_key(private.read_bytes(), None)
    path = folder / "public.pem"
    path.write_bytes(
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return path


def test_another_key_does_not_pass_for_ours(chains, folder, settings, tmp_path):
    sign()
    settings.EVIDENCE_KEY = str(tmp_path / "another.pem")
    assert heads.check(folder).faults == ("2026-09.jsonl, line 1: no signature of ours",)
    assert heads.check(folder, [public_key(tmp_path / "evidence.pem", tmp_path)]).faults == ()
    with pytest.raises(SystemExit, match="no Ed25519 key"):
        heads.check(folder, [public_key(rsa.generate_private_key(65537, 2048), tmp_path)])


def moved_to_another_cluster():
    """As after pg_dump into a fresh cluster, whose transaction numbers are small: ours become great instead."""
    behind_the_back(
        "UPDATE kernel_entry SET xid = xid + 1000000000",
        "UPDATE kernel_bookmark SET xid = xid + 1000000000",
        "UPDATE kernel_cluster SET system_identifier = '1'",
    )


def test_what_is_written_after_a_move_is_read_and_sealed():
    sealing.enter_cluster()
    with transaction.atomic():
        ring(1)
    assert listen() == [1]
    moved_to_another_cluster()
    with transaction.atomic():
        ring(2)
    assert listen() == [1]
    behind_the_back("DELETE FROM kernel_entry WHERE payload = '{\"number\": 2}'")
    sealing.enter_cluster()
    sealing.enter_cluster()
    assert Cluster.objects.count() == 2
    with transaction.atomic():
        ring(3)
    assert listen() == [1, 3]
    seal()
    assert faults() == []


def test_what_a_restored_copy_has_lost_is_told_and_is_no_forgery(chains, folder):
    sign()
    behind_the_back(
        "DELETE FROM kernel_entry WHERE payload = '{\"number\": 3}'",
        "DELETE FROM kernel_seal WHERE chain = 10 AND position = 2",
    )
    file = folder / "2026-09.jsonl"
    line = json.loads(file.read_text())
    line["cluster"] = "1.00000001"
    signed = heads._private(str(folder.parent / "evidence.pem")).sign(heads._said(line))
    line["signature"] = b64encode(signed).decode()
    file.write_text(json.dumps(line) + "\n")
    assert sign(timedelta(hours=1)) == 3
    with transaction.atomic():
        ring(7, school=10)
    seal()
    sign(timedelta(hours=2))
    compared = heads.check(folder)
    assert compared.faults == ()
    assert [loss.split(" before ")[0] for loss in compared.losses] == ["chronicle 10: the copy restored"]
    behind_the_back("UPDATE kernel_seal SET hash = sha256('') WHERE chain = 10 AND position = 1")
    assert any("cut off" in fault or "not what" in fault for fault in heads.check(folder).faults)


def test_the_command_says_that_all_is_whole_and_fails_where_it_is_not(chains, folder):
    sign()
    shown = StringIO()
    call_command("verify_chronicle", stdout=shown)
    assert "The evidence is whole." in shown.getvalue()
    call_command("verify_chronicle", against=folder / "2026-09.jsonl", stdout=shown)
    behind_the_back("DELETE FROM kernel_seal", "TRUNCATE kernel_entry")
    with pytest.raises(CommandError, match="not whole"):
        call_command("verify_chronicle", stdout=shown)
    with pytest.raises(CommandError, match="no signed heads"):
        call_command("verify_chronicle", against=folder / "nothing", stdout=shown)


def test_the_key_is_made_once_and_kept_from_others(chains, folder):
    sign()
    key = folder.parent / "evidence.pem"
    before = sha256(key.read_bytes()).digest()
    with transaction.atomic():
        ring(8)
    seal()
    heads.sign(at=clock.wall())
    assert sha256(key.read_bytes()).digest() == before
    assert key.stat().st_mode & 0o77 == 0
