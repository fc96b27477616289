"""Sealing: the rows of every ledger form chains of hashes, so that what is changed or removed later is found.

A ledger is a model that inherits `models.Ledger`: the chronicle here, the records of access in `people`. Its rows are
sealed by the follower, so that two teachers of one school never wait for each other's commit. Chain 0 holds the rows
that concern no school. The heads of the chains are signed and kept outside the database by `kernel.heads`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from myschool.kernel.chronicle import BATCH, batch
from myschool.kernel.models import Ledger

BOOKMARK = "seal."
NO_CHAIN = 0
START = b"\0" * 32


def ledgers() -> list[type[Ledger]]:
    """Every model whose rows are sealed."""
    return [model for model in apps.get_models() if issubclass(model, Ledger)]


def seal_all() -> int:
    """Seal the next rows of every ledger; answers how many that were."""
    return sum(seal(ledger) for ledger in ledgers())


def seal(ledger: type[Ledger], *, limit: int = BATCH) -> int:
    """Seal the next rows of a ledger; answers how many were read."""
    with batch(f"{BOOKMARK}{ledger.ledger}", f"{_selection(ledger)} entry", limit=limit) as rows:
        _seal(ledger, rows)
        return len(rows)


def _selection(ledger: type[Ledger]) -> str:
    """What is sealed of a row: every column as the database itself writes it."""
    columns = ", ".join(f"entry.{name}::text" for name in _columns(ledger))
    return (
        f"SELECT entry.xid, entry.id, entry.at, coalesce(entry.{ledger.chain}, {NO_CHAIN}), ARRAY[{columns}]"  # noqa: S608 - made of constants
        f" FROM {ledger._meta.db_table}"
    )


def _columns(ledger: type[Ledger]) -> list[str]:
    return sorted(str(field.column) for field in ledger._meta.concrete_fields)


def _seal(ledger: type[Ledger], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        # Whoever sets a bookmark back lets the rows be read again, not sealed again.
        cursor.execute(
            "SELECT row_id FROM kernel_seal WHERE ledger = %s AND row_id = ANY(%s)",
            [ledger.ledger, [row[1] for row in rows]],
        )
        sealed = {row_id for (row_id,) in cursor.fetchall()}
        heads = _heads(ledger, sorted({row[3] for row in rows}))
        seals = []
        for _xid, row_id, at, chain, values in rows:
            if row_id not in sealed:
                position, previous = heads.get(chain, (0, START))
                digest = _digest(ledger, values)
                link = _link(previous, ledger, chain, position + 1, row_id, at, digest)
                heads[chain] = position + 1, link
                seals.append((ledger.ledger, chain, position + 1, row_id, at, digest, link))
        cursor.executemany(
            "INSERT INTO kernel_seal (ledger, chain, position, row_id, at, digest, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            seals,
        )


def _heads(ledger: type[Ledger], chains: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            # One step into the index for each chain; DISTINCT ON would read them whole at every batch.
            "SELECT head.chain, head.position, head.hash FROM unnest(%s::bigint[]) AS wanted (chain)"
            " CROSS JOIN LATERAL (SELECT * FROM kernel_seal WHERE ledger = %s AND kernel_seal.chain = wanted.chain"
            " ORDER BY position DESC LIMIT 1) head",
            [list(chains), ledger.ledger],
        )
        return {chain: (position, bytes(link)) for chain, position, link in cursor.fetchall()}


def _digest(ledger: type[Ledger], values: Sequence[str | None]) -> bytes:
    fields = {name: value for name, value in zip(_columns(ledger), values, strict=True) if value is not None}
    return sha256(json.dumps(fields, ensure_ascii=False).encode()).digest()


def _link(
    previous: bytes, ledger: type[Ledger], chain: int, position: int, row_id: int, at: datetime, digest: bytes
) -> bytes:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [ledger.ledger, chain, position, row_id, moment, digest.hex()]
    return sha256(previous + json.dumps(parts).encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What `verify` found of one chain of a ledger; `head` is the last hash."""

    ledger: str
    chain: int
    length: int
    head: str
    faults: tuple[str, ...]


def verify() -> Iterator[Chain]:
    """Recompute every chain and tell what was changed, removed or put in between."""
    with transaction.atomic():
        for ledger in ledgers():
            with connection.cursor() as cursor:
                cursor.execute("SELECT DISTINCT chain FROM kernel_seal WHERE ledger = %s ORDER BY 1", [ledger.ledger])
                chains = [chain for (chain,) in cursor.fetchall()]
            for chain in chains:
                yield _verify(ledger, chain)
            yield from _unsealed(ledger)


def _verify(ledger: type[Ledger], chain: int) -> Chain:
    faults: list[str] = []
    previous, length = START, 0
    over = f"seal.at < now() - {ledger.term}" if ledger.term else "false"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT seal.position, seal.row_id, seal.at, seal.digest, seal.hash, {over}, item.*"  # noqa: S608 - made of constants
            f" FROM kernel_seal seal LEFT JOIN ({_selection(ledger)} entry) AS item (xid, id, at, chain, told)"
            " ON item.id = seal.row_id WHERE seal.ledger = %s AND seal.chain = %s ORDER BY seal.position",
            [ledger.ledger, chain],
        )
        for position, row_id, at, digest, link, is_over, _xid, id_, _at, belongs_to, values in cursor:
            length += 1
            if position != length:
                faults.append(f"seals are missing or doubled before position {position}")
                length = position
            if _link(previous, ledger, chain, position, row_id, at, bytes(digest)) != bytes(link):
                faults.append(f"the seal of row {row_id} was changed, or one before it")
            if id_ is None:
                if not is_over:
                    faults.append(f"row {row_id} was removed")
            elif belongs_to != chain or _digest(ledger, values) != bytes(digest):
                faults.append(f"row {row_id} was changed")
            previous = bytes(link)
    return Chain(ledger=ledger.ledger, chain=chain, length=length, head=previous.hex(), faults=tuple(faults))


def _unsealed(ledger: type[Ledger]) -> Iterator[Chain]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce({ledger.chain}, {NO_CHAIN}), item.id"  # noqa: S608 - a model's own names
            f" FROM {ledger._meta.db_table} item"
            " LEFT JOIN kernel_seal seal ON seal.ledger = %s AND seal.row_id = item.id AND seal.at = item.at"
            " JOIN kernel_bookmark mark ON mark.follower = %s"
            " WHERE seal.row_id IS NULL AND (item.xid, item.id) <= (mark.xid, mark.entry_id) ORDER BY 1, 2",
            [ledger.ledger, f"{BOOKMARK}{ledger.ledger}"],
        )
        for chain, row_id in cursor.fetchall():
            fault = f"row {row_id} was put in behind the seals"
            yield Chain(ledger=ledger.ledger, chain=chain, length=0, head="", faults=(fault,))


def enter_cluster() -> None:
    """Notice that the data were moved to another cluster: what is written from now on comes after what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_enter_cluster()")
