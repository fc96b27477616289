"""The registry of client systems (ИС), their certificates and the faults switched on for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from esia_standin.faults import Faults
from esia_standin.signatures import Certificate, read_certificate
from esia_standin.store.file import File


@dataclass(frozen=True, kw_only=True)
class Client:
    """A registered client system: who it is and what it may ask."""

    mnemonic: str
    redirects: tuple[str, ...]
    scopes: tuple[str, ...]
    level: str = "any"
    token_alg: str = "RS256"  # noqa: S105 — an algorithm, not a secret
    otp_scopes: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)

    def may_return_to(self, address: str) -> bool:
        """Whether the address lies at or below one of the registered ones."""
        wanted = urlsplit(address)
        return ".." not in wanted.path and any(
            (wanted.scheme, wanted.netloc) == (each.scheme, each.netloc)
            and (wanted.path + "/").startswith(each.path.rstrip("/") + "/")
            for each in map(urlsplit, self.redirects)
        )


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate and the client that brought it; an inactive one is known but not accepted."""

    mnemonic: str
    certificate: Certificate
    active: bool


class Clients:
    """Who may ask."""

    def __init__(self, file: File) -> None:
        self._file = file

    def register(self, client: Client, certificates: Sequence[Certificate]) -> None:
        """Add a client or replace what was known of it; its former certificates become inactive."""
        with self._file.transaction():
            self._file.write(
                "INSERT INTO client (mnemonic, level, token_alg, scopes, otp_scopes, redirects)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mnemonic) DO UPDATE SET level = excluded.level,"
                " token_alg = excluded.token_alg, scopes = excluded.scopes,"
                " otp_scopes = excluded.otp_scopes, redirects = excluded.redirects",
                client.mnemonic,
                client.level,
                client.token_alg,
                " ".join(client.scopes),
                " ".join(client.otp_scopes),
                "\n".join(client.redirects),
            )
            self._file.write("UPDATE client_certificate SET active = 0 WHERE mnemonic = ?", client.mnemonic)
            self._file.write_many(
                "INSERT OR REPLACE INTO client_certificate VALUES (?, ?, ?, 1)",
                [(each.hash, client.mnemonic, each.octets) for each in certificates],
            )

    def find(self, mnemonic: str) -> Client | None:
        """The client with this mnemonic."""
        row = self._file.one("SELECT * FROM client WHERE mnemonic = ?", mnemonic)
        return _client(row) if row else None

    def all(self) -> list[Client]:
        """Every client, by mnemonic."""
        return [_client(row) for row in self._file.all("SELECT * FROM client ORDER BY mnemonic")]

    def certificates_of(self, mnemonic: str) -> list[ClientCertificate]:
        """The client's certificates, inactive ones too."""
        rows = self._file.all("SELECT * FROM client_certificate WHERE mnemonic = ?", mnemonic)
        return [_certificate(row) for row in rows]

    def owners_of(self, certificate_hash: str) -> list[ClientCertificate]:
        """Every registration of the certificate with this hash."""
        rows = self._file.all("SELECT * FROM client_certificate WHERE hash = ?", certificate_hash)
        return [_certificate(row) for row in rows]

    def set_faults(self, mnemonic: str, faults: Faults) -> None:
        """Replace the faults shown to the client."""
        self._file.write("UPDATE client SET faults = ? WHERE mnemonic = ?", msgspec.json.encode(faults), mnemonic)


def _client(row: sqlite3.Row) -> Client:
    return Client(
        mnemonic=row["mnemonic"],
        redirects=tuple(row["redirects"].split("\n")),
        scopes=tuple(row["scopes"].split()),
        level=row["level"],
        token_alg=row["token_alg"],
        otp_scopes=tuple(row["otp_scopes"].split()),
        faults=msgspec.json.decode(row["faults"], type=Faults),
    )


def _certificate(row: sqlite3.Row) -> ClientCertificate:
    return ClientCertificate(row["mnemonic"], read_certificate(row["octets"]), bool(row["active"]))
