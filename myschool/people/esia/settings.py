"""What an operator tells the client about ЕСИА and about this system."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Algorithm = Literal["RSA", "GOST"]
Generation = Literal["v1", "v2"]


@dataclass(frozen=True, kw_only=True)
class EsiaSettings:
    """One information system (ИС) registered in ЕСИА; the defaults are those of production.

    `issuer` is compared letter by letter: in production it begins with http and ends with a slash.
    `trusted_keys` is a folder of ЕСИА's certificates (PEM, or DER as published) or public keys (PEM).
    It is read again when it changes, so keys are rotated by adding and removing files.
    `algorithm` concerns our own certificate; a token's follows from the trusted key that verifies it.
    `children_scopes` and `organisation_scopes` are asked for beside `login_scopes`, and only when needed.
    `refresh_signs` says what ends the string signed for a refresh: implementations known to work differ.
    `ca_file` replaces the usual root certificates of TLS, for example by those of «НУЦ Минцифры».
    `timeout` is seconds for one whole answer, `answer_limit` bytes of it.
    """

    mnemonic: str
    certificate: Path
    key: Path = field(repr=False)
    trusted_keys: Path
    redirect_uri: str
    host: str = "https://esia.gosuslugi.ru"
    issuer: str = "http://esia.gosuslugi.ru/"
    algorithm: Algorithm = "GOST"
    generation: Generation = "v2"
    login_scopes: tuple[str, ...] = ("openid", "fullname", "birthdate", "gender", "snils", "email")
    children_scopes: tuple[str, ...] = (
        "kid_fullname",
        "kid_birthdate",
        "kid_gender",
        "kid_snils",
        "kid_birth_cert_doc",
    )
    organisation_scopes: tuple[str, ...] = ("usr_org",)
    offline: bool = False
    refresh_signs: Literal["redirect_uri", "refresh_token"] = "redirect_uri"
    ca_file: Path | None = None
    timeout: float = 10.0
    answer_limit: int = 1_000_000

    def __post_init__(self) -> None:
        address = urlsplit(self.host)
        if address.scheme != "https" and address.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("The host of ЕСИА must be reached by https.")
        if address.path or address.query or self.host.endswith("/"):
            raise ValueError("The host of ЕСИА is an address without a path and without a slash at its end.")
