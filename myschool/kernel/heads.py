"""Heads: the last hash of every chain, signed, and written where the database's accounts cannot reach.

Whoever can rewrite the whole database can make its hashes anew as well; what was signed yesterday they cannot. The
follower adds a line a minute, if anything was sealed, to the month's file in MYSCHOOL_EVIDENCE_FOLDER: JSON with the
heads that have moved, the hash of the line before, and a signature over all of it (Ed25519). `check` asks whether
every head that was ever signed still lies in today's chains.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from myschool.kernel.once import made_once
from myschool.kernel.sealing import BOOKMARK

Head = tuple[str, int, int, str]
Line = dict[str, Any]
# A cluster and its timeline: both tell of a copy that was restored.
WHERE = """
SELECT system_identifier || '.' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()
"""
MOVED = """
SELECT DISTINCT ON (ledger, chain) ledger, chain, position, encode(hash, 'hex') FROM kernel_seal
WHERE id > %s AND id <= %s ORDER BY ledger, chain, position DESC
"""
# Many lines are compared by one statement.
COMPARED_AT_ONCE = 5000


class NotAKey(SystemExit):
    """A file holds no Ed25519 key; the message names it."""


def sign(*, at: datetime) -> int:
    """Write down the heads that have moved since the last line; answers how many.

    In another cluster than the last line's, or on another timeline, all heads are written: what a restored copy has
    lost is known by it.
    """
    folder = Path(settings.EVIDENCE_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        raw = _last(folder)
        last = _parsed(raw)
        where, upto, heads = _moved(last)
        if not heads and last.get("cluster", where) == where:
            return 0
        line: Line = {
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "cluster": where,
            "upto": upto,
            "heads": heads,
            "previous": sha256(raw).hexdigest(),
        }
        key = _private(settings.EVIDENCE_KEY)
        line["key"] = _name(key.public_key())
        line["signature"] = b64encode(key.sign(_said(line))).decode()
        path = folder / f"{at:%Y-%m}.jsonl"
        with path.open("ab") as file:
            # A line that was torn off by a crash ends here: ours begins on a line of its own.
            torn = file.tell() and not _ends_whole(path)
            file.write((b"\n" if torn else b"") + json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return len(heads)


def _moved(last: Line) -> tuple[str, int, list[Head]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Seals are numbered under this lock: below the last that is seen here none is still to come.
        cursor.execute(
            "SELECT follower FROM kernel_bookmark WHERE starts_with(follower, %s) ORDER BY follower FOR UPDATE",
            [BOOKMARK],
        )
        cursor.execute(WHERE)
        where = str(cursor.fetchone()[0])
        cursor.execute("SELECT coalesce(max(id), 0) FROM kernel_seal")
        upto = int(cursor.fetchone()[0])
        cursor.execute(MOVED, [last["upto"] if last.get("cluster") == where else 0, upto])
        return where, upto, cursor.fetchall()


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def _last(folder: Path) -> bytes:
    """The last line, without its end."""
    files = _files(folder)
    if not files or not files[-1].stat().st_size:
        return b""
    with files[-1].open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        return text[text.rfind(b"\n", 0, len(text) - 1) + 1 :].rstrip(b"\n")


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _parsed(raw: bytes) -> Line:
    """The line, or nothing where it is not whole."""
    try:
        line = json.loads(raw or "{}")
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _said(line: Line) -> bytes:
    return json.dumps({name: line[name] for name in sorted(line) if name != "signature"}).encode()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the signed lines say about today's chains: `losses` are what a restored copy does not have."""

    lines: int
    heads: int
    until: str
    faults: tuple[str, ...]
    losses: tuple[str, ...]


def check(path: Path, keys: Sequence[Path] = ()) -> Comparison:
    """Compare a file of signed lines, or a folder of them, with today's chains; `keys` are whose signatures count.

    Raises:
        NotAKey: a file of `keys` holds something else.
    """
    ours = map(_public, keys) if keys else [_private(settings.EVIDENCE_KEY).public_key()]
    public = {_name(key): key for key in ours}
    faults: list[str] = []
    restored: list[tuple[int, Line]] = []
    number, last, raw_last = 0, Line(), b""
    for number, (place, raw) in enumerate(_lines(path), start=1):
        line = _parsed(raw)
        if not _is_signed(line, public):
            faults.append(f"{place}: no signature of ours")
        elif last and line["previous"] != sha256(raw_last).hexdigest():
            faults.append(f"{place}: lines before it were changed or removed")
        if last and line.get("cluster") != last.get("cluster"):
            restored.append((number, line))
        last, raw_last = line, raw
    compared = _compared(path, public, restored)
    return Comparison(
        lines=number,
        heads=compared.heads,
        until=str(last.get("at", "")),
        faults=(*faults, *compared.faults),
        losses=compared.losses,
    )


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in _files(path):
        with file.open("rb") as text:
            for number, raw in enumerate(text, start=1):
                yield f"{file.name}, line {number}", raw.rstrip(b"\n")


def _compared(path: Path, public: dict[str, Ed25519PublicKey], restored: list[tuple[int, Line]]) -> Comparison:
    faults: dict[tuple[str, int], str] = {}
    losses: dict[tuple[str, int, str], int] = {}
    heads = 0
    for number, at, (ledger, chain, position, link), today in _with_todays(_signed_heads(path, public)):
        heads += 1
        if today == link:
            continue
        if copy := _restored_without(restored, number, ledger, chain, position):
            losses[ledger, chain, copy] = max(losses.get((ledger, chain, copy), 0), position)
        elif today is None:
            faults.setdefault((ledger, chain), f"{ledger} {chain}: cut off, position {position} was signed on {at}")
        else:
            faults.setdefault(
                (ledger, chain), f"{ledger} {chain}: not what was signed on {at} up to position {position}"
            )
    messages = (
        f"{ledger} {chain}: the copy restored before {copy} ends short of position {position}"
        for (ledger, chain, copy), position in losses.items()
    )
    return Comparison(lines=0, heads=heads, until="", faults=tuple(faults.values()), losses=tuple(messages))


def _restored_without(
    restored: Iterable[tuple[int, Line]], number: int, ledger: str, chain: int, position: int
) -> str | None:
    """When the first later copy began that ends before the position, if one does."""
    for began, line in restored:
        lengths = {(head[0], head[1]): head[2] for head in line["heads"]} if began > number else {}
        if began > number and lengths.get((ledger, chain), 0) < position:
            return str(line["at"])
    return None


def _signed_heads(path: Path, public: dict[str, Ed25519PublicKey]) -> Iterator[tuple[int, str, Head]]:
    for number, (_place, raw) in enumerate(_lines(path), start=1):
        line = _parsed(raw)
        if _is_signed(line, public):
            for ledger, chain, position, link in line["heads"]:
                yield number, line["at"], (ledger, chain, position, link)


def _with_todays(signed: Iterator[tuple[int, str, Head]]) -> Iterator[tuple[int, str, Head, str | None]]:
    """Each signed head beside the hash that lies at its position today."""
    while some := [entry for entry, _ in zip(signed, range(COMPARED_AT_ONCE), strict=False)]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT encode(seal.hash, 'hex') FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY"
                " AS signed (ledger, chain, position, place) LEFT JOIN kernel_seal seal USING (ledger, chain, position)"
                " ORDER BY place",
                [[head[part] for _, _, head in some] for part in range(3)],
            )
            for (number, at, head), (today,) in zip(some, cursor.fetchall(), strict=True):
                yield number, at, head, today


def _is_signed(line: Line, public: dict[str, Ed25519PublicKey]) -> bool:
    key = public.get(str(line.get("key")))
    if key is None:
        return False
    try:
        key.verify(b64decode(str(line.get("signature"))), _said(line))
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(path: str) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(made_once(Path(path), _new_key).encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey(f"{path} holds no Ed25519 key.")
    return key


def _new_key() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def _public(path: Path) -> Ed25519PublicKey:
    """The public key of a file."""
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey(f"{path} holds no Ed25519 key.")
    return key


def _name(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]
