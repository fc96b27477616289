"""A client system that signs as a real one would, a browser that visits, and the stand-in they meet."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from esia_standin import gost
from esia_standin.app import make_app
from esia_standin.personas import PASSWORD
from esia_standin.signatures import Certificate, read_certificate
from esia_standin.standin import Standin, open_store
from esia_standin.store.clients import Client

BASE = "http://127.0.0.1:8010"
RETURN = "http://127.0.0.1:8000/"
SCOPES = (
    "openid fullname birthdate gender snils inn email mobile id_doc birth_cert_doc usr_org"
    " kid_fullname kid_birthdate kid_gender kid_snils kid_birth_cert_doc"
)
ADULT, STANDARD, KID, EMPLOYEE = "1000000001", "1000000002", "1000000004", "1000000019"
BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = BEGINNING

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Visitor:
    """A browser: keeps cookies, follows nobody."""

    app: Any
    seen: list[httpx.Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(self.app)
        self._http = httpx.AsyncClient(transport=transport, base_url=BASE, trust_env=False)

    def ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        answer = asyncio.run(self._http.request(method, address, **more))
        self.seen.append(answer)
        return answer

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self.ask("GET", address, **more)

    def post(self, address: str, **fields: str) -> httpx.Response:
        """Send a form as the last page would: with its hidden fields."""
        return self.ask("POST", address, data=self.hidden() | fields)

    @property
    def cookie(self) -> str:
        return self._http.cookies["esia_standin"]

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the last page that had a form for its content."""
        pages = [page.text for page in self.seen if 'name="csrf"' in page.text]
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', pages[-1])
        return dict(pairs)

    def log_in(self, login: str, password: str = PASSWORD, asked: str = "") -> httpx.Response:
        self.get("/login", params={"request": asked, "other": "1"})
        return self.post("/login", login=login, password=password)


@dataclass(frozen=True)
class Signer:
    """A key, its certificate and both ways of signing."""

    certificate: Certificate
    raw: Callable[[bytes], bytes]
    message: Callable[[bytes], bytes]


def rsa_signer(*, days: int = 365) -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Client system")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(BEGINNING - timedelta(days=1))
        .not_valid_after(BEGINNING + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )

    def message(text: bytes) -> bytes:
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        builder = pkcs7.PKCS7SignatureBuilder(text).add_signer(certificate, key, hashes.SHA256())
        return builder.sign(serialization.Encoding.DER, options)

    return Signer(
        read_certificate(certificate.public_bytes(serialization.Encoding.DER)),
        lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
        message,
    )


def openssl_gost_signer(folder: Path, *, attributes: bool = False, curve: str = "A") -> Signer:
    """A signer of the OpenSSL gost engine."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    request = ["req", "-x509", "-newkey", "gost2012_256", "-pkeyopt", f"paramset:{curve}", "-nodes"]
    request += ["-days", "3650", "-subj", "/CN=Client system", "-keyout", str(key), "-out", str(certificate)]
    openssl(folder, *request)
    cms = ["smime", "-sign", "-binary", "-outform", "DER", "-md", "md_gost12_256"]
    cms += ["-signer", str(certificate), "-inkey", str(key)] + ([] if attributes else ["-noattr"])
    return Signer(
        read_certificate(certificate.read_bytes()),
        lambda text: openssl(folder, "dgst", "-md_gost12_256", "-sign", str(key), typed=text),
        lambda text: openssl(folder, *cms, typed=text),
    )


def python_gost_signer() -> Signer:
    """A signer of the pure Python library, raw only."""
    key = gost.new_key()
    certificate = gost.self_signed(
        key, name="Client system", from_moment=BEGINNING - timedelta(days=1), to_moment=BEGINNING + timedelta(days=365)
    )
    return Signer(read_certificate(certificate), lambda text: gost.sign(key, text), lambda text: b"")


def engine() -> Path | None:
    """Where OpenSSL's gost engine lies, if it is installed."""
    return next(Path("/usr/lib").glob("*/engines-3/gost.so"), None)


def openssl(folder: Path, *words: str, typed: bytes = b"") -> bytes:
    """Run openssl with the gost engine."""
    settings = folder / "openssl.cnf"
    settings.write_text(
        "openssl_conf = start\n[start]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\n"
        f"dynamic_path = {engine()}\ndefault_algorithms = ALL\n[req]\ndistinguished_name = name\n[name]\n"
    )
    environment = {**os.environ, "OPENSSL_CONF": str(settings)}
    return subprocess.run(["openssl", *words], input=typed, env=environment, capture_output=True, check=True).stdout


@dataclass
class System:
    """A client system at work: it builds requests, signs them and changes whatever a test wants changed."""

    place: Place
    signer: Signer
    generation: str = "v2"
    mnemonic: str = "MYSCHOOL"
    scope: str = SCOPES

    def timestamp(self, **ahead: float) -> str:
        return f"{self.place.clock() + timedelta(**ahead):%Y.%m.%d %H:%M:%S %z}"

    def secret(self, *parts: str) -> str:
        text = "".join(parts).encode()
        signature = self.signer.message(text) if self.generation == "v1" else self.signer.raw(text)
        return base64.urlsafe_b64encode(signature).decode().rstrip("=")

    def request(self, **changed: str | None) -> dict[str, str]:
        """The parameters of a request for a code; None leaves one out, a change comes before signing."""
        params = {
            "client_id": self.mnemonic,
            "redirect_uri": RETURN,
            "scope": self.scope,
            "scope_org": "",
            "response_type": "code",
            "state": str(uuid4()),
            "timestamp": self.timestamp(),
            "access_type": "online",
        }
        params |= {name: value for name, value in changed.items() if value is not None}
        if self.generation == "v1":
            order = ["scope", "timestamp", "client_id", "state"]
        else:
            order = ["client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri"]
            params.setdefault("client_certificate_hash", self.signer.certificate.hash)
        params.setdefault("client_secret", self.secret(*(params[name] for name in order)))
        return {name: value for name, value in params.items() if changed.get(name, "") is not None}

    def exchange(self, issued: str, /, **changed: str | None) -> dict[str, str]:
        """The parameters of an exchange of a code for tokens."""
        own: dict[str, str | None] = {"grant_type": "authorization_code", "code": issued}
        return self._token_form(("redirect_uri", "code"), own | changed)

    def refresh(self, token: str, *, signed: str = "redirect_uri", **changed: str | None) -> dict[str, str]:
        """The parameters of an exchange of a refresh token, in either order of signing."""
        own: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": token}
        return self._token_form((signed,), own | changed)

    def system_token(self, scope: str) -> dict[str, str]:
        """The parameters of a request for the system's own token."""
        return self._token_form(("redirect_uri",), {"grant_type": "client_credentials", "scope": scope})

    def _token_form(self, tail: tuple[str, ...], changed: dict[str, str | None]) -> dict[str, str]:
        params = {
            "client_id": self.mnemonic,
            "scope": self.scope,
            "timestamp": self.timestamp(),
            "state": str(uuid4()),
            "redirect_uri": RETURN,
            "token_type": "Bearer",
        }
        params |= {name: value for name, value in changed.items() if value is not None}
        if self.generation == "v1":
            order: tuple[str, ...] = ("scope", "timestamp", "client_id", "state")
        else:
            order = ("client_id", "scope", "timestamp", "state", *tail)
            params.setdefault("client_certificate_hash", self.signer.certificate.hash)
        params.setdefault("client_secret", self.secret(*(params.get(name, "") for name in order)))
        return {name: value for name, value in params.items() if changed.get(name, "") is not None}

    @property
    def code_address(self) -> str:
        return "/aas/oauth2/ac" if self.generation == "v1" else "/aas/oauth2/v2/ac"

    @property
    def token_address(self) -> str:
        return "/aas/oauth2/te" if self.generation == "v1" else "/aas/oauth2/v3/te"

    def send(self, visitor: Visitor, **changed: str | None) -> httpx.Response:
        """Send the browser to ask for a code."""
        return visitor.get(self.code_address, params=self.request(**changed))

    def code(self, visitor: Visitor, oid: str = ADULT, **changed: str | None) -> str:
        """A code, after the person has logged in and granted everything."""
        return answer_of(self.answer(visitor, oid, **changed))["code"]

    def answer(self, visitor: Visitor, oid: str = ADULT, **changed: str | None) -> httpx.Response:
        """What the browser is sent back with, after login and «Предоставить»."""
        sent = self.send(visitor, **changed)
        request_id = dict(parse_qsl(urlsplit(sent.headers["location"]).query))["request"]
        visitor.get("/login", params={"request": request_id, "persona": oid})
        visitor.post("/login", login=self.place.login_of(oid), password=PASSWORD)
        if visitor.seen[-1].headers["location"].startswith("/login/code"):
            page = visitor.get("/login/code", params={"request": request_id}).text
            visitor.post("/login/code", code=re.findall(r'class="code">(\d{6})', page)[0])
        page_or_answer = visitor.get("/consent", params={"request": request_id})
        if page_or_answer.status_code == 200:
            return visitor.post("/consent", decision="grant")
        return page_or_answer

    def change(self, form: dict[str, str]) -> httpx.Response:
        """Exchange, server to server."""
        return Visitor(self.place.app).ask("POST", self.token_address, data=form)

    def tokens(self, visitor: Visitor, oid: str = ADULT, **changed: str | None) -> dict[str, Any]:
        """The tokens at the end of the whole way."""
        verifier = changed.pop("code_verifier", None)
        answer = self.change(self.exchange(self.code(visitor, oid, **changed), code_verifier=verifier))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def read(self, token: str, address: str) -> httpx.Response:
        """Ask the REST part."""
        return Visitor(self.place.app).get(address, headers={"Authorization": f"Bearer {token}"})


class Place:
    """A stand-in in a folder of its own, with its clock in our hands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = open_store(folder, self.clock())
        self.standin = Standin(store=self.store, issuer=BASE + "/", clock=self.clock)
        self.app = make_app(self.standin)

    def visitor(self) -> Visitor:
        return Visitor(self.app)

    def system(self, signer: Signer, generation: str = "v2", **settings: Any) -> System:
        """Register a client system with this signer."""
        mnemonic = settings.pop("mnemonic", "MYSCHOOL")
        options = {"redirects": (RETURN,), "scopes": tuple(SCOPES.split()), **settings}
        self.store.clients.register(Client(mnemonic=mnemonic, **options), [signer.certificate])
        return System(place=self, signer=signer, generation=generation, mnemonic=mnemonic)

    def break_for(self, system: System, **faults: Any) -> None:
        """Switch faults on, by the same door a test of the platform uses."""
        answer = self.visitor().ask("POST", "/faults", json={"mnemonic": system.mnemonic, "faults": faults})
        assert answer.status_code == 200, answer.text

    def login_of(self, oid: str) -> str:
        person = self.store.people.find(oid)
        assert person is not None
        return person.snils or person.login or person.contacts[0].value


def answer_of(response: httpx.Response) -> dict[str, str]:
    """The parameters with which the browser is sent back to the client."""
    location = response.headers["location"]
    assert location.startswith(RETURN), location
    return dict(parse_qsl(urlsplit(location).query))


def refusal_of(response: httpx.Response) -> str:
    """The six digits of the refusal the browser is sent back with."""
    return answer_of(response)["error_description"][5:11]


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, whoever has signed it."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
