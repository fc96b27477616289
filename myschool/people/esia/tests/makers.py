"""Keys, tokens and a scripted ЕСИА, with sensible defaults."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ..settings import Algorithm, EsiaSettings
from ..signing import Signer, base64url, signer

AT = datetime(2026, 9, 1, 5, 30, tzinfo=UTC)
ISSUER = "http://esia.gosuslugi.ru/"
MNEMONIC = "MYSCHOOL"
OID = "1000299654"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
SCOPES = ("openid", "fullname", "email")
TOKEN_ALGORITHMS: Mapping[Algorithm, str] = {"RSA": "RS256", "GOST": "GOST3410_2012_256"}


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key in files."""

    algorithm: Algorithm
    certificate: Path
    key: Path


def rsa_pair(folder: Path, *, name: str = "rsa", valid_until: datetime | None = None) -> Pair:
    pair = Pair("RSA", folder / f"{name}.pem", folder / f"{name}.key")
    key = generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=365))
        .not_valid_after(valid_until or AT + timedelta(days=365))
        .sign(key, SHA256())
    )
    pair.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    pair.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return pair


def gost_pair(folder: Path, *, name: str = "gost") -> Pair:
    """Made by openssl, and valid from the day of the test."""
    pair = Pair("GOST", folder / f"{name}.pem", folder / f"{name}.key")
    openssl(
        *("req", "-engine", "gost", "-x509", "-newkey", "gost2012_256", "-pkeyopt", "paramset:A", "-nodes"),
        *("-subj", f"/CN={name}", "-days", "3650", "-keyout", str(pair.key), "-out", str(pair.certificate)),
    )
    return pair


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    """The output of openssl; a refusal fails the test."""
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def settings(own: Pair, trusted_keys: Path) -> EsiaSettings:
    return EsiaSettings(
        mnemonic=MNEMONIC,
        certificate=own.certificate,
        key=own.key,
        trusted_keys=trusted_keys,
        redirect_uri="https://school.example/esia/",
        host="https://esia.example",
        algorithm=own.algorithm,
    )


@cache
def signer_of(pair: Pair) -> Signer:
    return signer(settings(pair, pair.key.parent))


def access_claims() -> dict[str, object]:
    return {
        "iss": ISSUER,
        "client_id": MNEMONIC,
        "urn:esia:sbj_id": int(OID),
        "urn:esia:sid": "63e07a8e-5667-4dfe-a54a-3e392455b6b6",
        "scope": f"openid fullname?oid={OID} email?oid={OID}",
        **_times(),
    }


def identity_claims() -> dict[str, object]:
    return {
        "iss": ISSUER,
        "aud": MNEMONIC,
        "sub": int(OID),
        "auth_time": int(AT.timestamp()),
        "amr": "PWD",
        "urn:esia:amd": "PWD",
        "urn:esia:sid": "63e07a8e-5667-4dfe-a54a-3e392455b6b6",
        "urn:esia:sbj": {
            "urn:esia:sbj:typ": "P",
            "urn:esia:sbj:oid": int(OID),
            "urn:esia:sbj:nam": f"OID.{OID}",
            "urn:esia:sbj:is_tru": True,
            "urn:esia:sbj:lvl": "PR",
        },
        **_times(),
    }


def _times() -> dict[str, object]:
    now = int(AT.timestamp())
    return {"nbf": now, "iat": now, "exp": now + 3600}


def token(claims: object, *, by: Pair, sbt: str | None = "access", alg: str | None = None) -> str:
    """A token as ЕСИА makes it; `alg` may lie about the key."""
    header = {"ver": 1, "typ": "JWT", "alg": alg or TOKEN_ALGORITHMS[by.algorithm], "sbt": sbt}
    named = {name: value for name, value in header.items() if value is not None}
    unsigned = ".".join(base64url(json.dumps(part).encode()) for part in (named, claims))
    return f"{unsigned}.{base64url(signer_of(by).sign(unsigned.encode()))}"


def collection(*elements: object) -> dict[str, object]:
    return {"stateFacts": ["hasSize"], "size": len(elements), "eTag": "1", "elements": list(elements)}


def person_fields() -> dict[str, object]:
    return {
        "lastName": "Петрова-Сидорова",
        "firstName": "Алёна",
        "middleName": "Ивановна",
        "birthDate": "07.03.1988",
        "gender": "F",
        "trusted": True,
        "citizenship": "RUS",
        "snils": "112-233-445 95",
        "inn": "770000000082",
        "status": "REGISTERED",
        "updatedOn": 1788000000,
        "stateFacts": ["EntityRoot"],
    }


def card_fields() -> dict[str, object]:
    document = {"type": "RF_BRTH_CERT", "series": "IV-АИ", "number": "123456", "issueDate": "20.09.2015"}
    return {
        "id": "77",
        "oid": 1000299655,
        "lastName": "Петрова",
        "firstName": "Мария",
        "middleName": "Олеговна",
        "birthDate": "05.09.2015",
        "gender": "F",
        "snils": "087-654-303 00",
        "documents": collection({**document, "issuedBy": "Отдел ЗАГС"}),
    }


def role_fields() -> dict[str, object]:
    return {
        "oid": 1000000777,
        "prnOid": int(OID),
        "fullName": "Средняя школа № 7",
        "shortName": "Школа № 7",
        "ogrn": "1237700000009",
        "chief": True,
        "admin": False,
    }


def contact_fields() -> dict[str, object]:
    return {"type": "EML", "value": "alyona@school.example", "vrfStu": "VERIFIED"}


@dataclass
class Server:
    """A scripted ЕСИА; whatever it says can be replaced."""

    signs: Pair
    access: dict[str, object] = field(default_factory=access_claims)
    identity: dict[str, object] | None = field(default_factory=identity_claims)
    answer: dict[str, object] = field(default_factory=dict)
    resources: dict[str, object] = field(default_factory=dict)
    reply: httpx.Response | None = None
    requests: list[httpx.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        person = f"/rs/prns/{OID}"
        self.resources = {
            person: person_fields(),
            f"{person}/ctts": collection(contact_fields()),
            f"{person}/kids": collection(card_fields()),
            f"{person}/roles": collection(role_fields()),
            **self.resources,
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.reply:
            return self.reply
        if request.method == "GET":
            resource = self.resources.get(request.url.path)
            return httpx.Response(200, json=resource) if resource is not None else httpx.Response(404)
        sent = form(request)
        tokens = {"access_token": token(self.access, by=self.signs)}
        if self.identity is not None:
            tokens["id_token"] = token(self.identity, by=self.signs, sbt=None)
        body = {**tokens, "token_type": "Bearer", "expires_in": 3600, "state": sent["state"]}
        return httpx.Response(200, json={**body, **self.answer})

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)


def form(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True))
