"""What both endpoints check of a client's request: client, scope, clock, state and signature."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from esia_standin import scopes
from esia_standin.refusals import Refused
from esia_standin.signatures import BrokenSignature, StrangeSigner, decode, verify_detached
from esia_standin.standin import Standin
from esia_standin.store.clients import Client

CLOCKS_MAY_DIFFER = timedelta(minutes=5)

# v1 signs by a detached CMS; v2 (whose token endpoint is called v3) signs raw and names the certificate.
Generation = Literal["v1", "v2"]


class Parameters:
    """The parameters of a request, each wanted at most once."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(str(value))

    def optional(self, name: str) -> str:
        """The value, empty when there is none."""
        values = self._values.get(name, [""])
        if len(values) > 1:
            raise Refused("007003", f"параметр {name} повторяется")
        return values[0]

    def wanted(self, name: str) -> str:
        """The value.

        Raises:
            Refused: 007014, there is none; 007003, there are several.
        """
        value = self.optional(name)
        if not value:
            raise Refused("007014", f"нет параметра {name}")
        return value

    def first(self, name: str) -> str:
        """The value for an answer, whatever is wrong with the request."""
        return self._values.get(name, [""])[0]


def client_of(standin: Standin, asked: Parameters) -> Client:
    """The client that asks.

    Raises:
        Refused: 007014, it is not named; 007005, it is unknown or has no certificate.
    """
    mnemonic = asked.wanted("client_id")
    client = standin.store.clients.find(mnemonic)
    if client is None:
        raise Refused("007005", "система с такой мнемоникой не зарегистрирована")
    if not any(each.active for each in standin.store.clients.certificates_of(mnemonic)):
        raise Refused("007005", "у системы нет действующего сертификата")
    return client


def scope_of(client: Client, asked: Parameters) -> str:
    """The scope as it was sent.

    Raises:
        Refused: 007013, none; 007006, unknown; 007019, not registered by the client.
    """
    scope = asked.optional("scope")
    if not scope.strip():
        raise Refused("007013", "scope пуст")
    for each in [*scope.split(), *asked.optional("scope_org").split()]:
        if not scopes.is_known(each):
            raise Refused("007006", f"неизвестная область доступа {each}")
        if scopes.bare(each) not in client.scopes:
            raise Refused("007019", f"система не регистрировала область доступа {each}")
    return scope


def timestamp_of(standin: Standin, client: Client, asked: Parameters) -> str:
    """The time of the request as it was sent.

    Raises:
        Refused: 007014, none; 007003, not of the form; 007015, too far from our clock.
    """
    timestamp = asked.wanted("timestamp")
    if not re.fullmatch(r"\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d [+-]\d{4}", timestamp):
        raise Refused("007003", "timestamp не вида «гггг.ММ.дд ЧЧ:мм:сс +0300» (знак «+» нужно экранировать)")
    try:
        moment = datetime.strptime(timestamp, "%Y.%m.%d %H:%M:%S %z")
    except ValueError as impossible:
        raise Refused("007003", "в timestamp несуществующая дата") from impossible
    difference = moment - standin.client_clock(client)
    if abs(difference) > CLOCKS_MAY_DIFFER:
        raise Refused("007015", f"часы расходятся на {difference.total_seconds():.0f} с")
    return timestamp


def state_of(asked: Parameters) -> str:
    """The state.

    Raises:
        Refused: 007014, none; 007003, not a UUID.
    """
    state = asked.wanted("state")
    try:
        UUID(state)
    except ValueError as strange:
        raise Refused("007003", "state не UUID") from strange
    return state


def signed_message(
    standin: Standin, client: Client, asked: Parameters, generation: Generation, messages: Sequence[str]
) -> int:
    """Which of the messages the client has signed, by number.

    Raises:
        Refused: 007014, unsigned; 007002, another system's certificate; 007053 or, in v1, 008010, wrongly signed.
    """
    sent = asked.wanted("client_secret")
    if generation == "v1":
        return _check_message(standin, client, sent, messages)
    return _check_raw(standin, client, sent, asked.wanted("client_certificate_hash"), messages)


def _check_raw(standin: Standin, client: Client, sent: str, sent_hash: str, messages: Sequence[str]) -> int:
    if not re.fullmatch(r"[0-9A-F]{64}", sent_hash):
        raise Refused("007053", f"хэш сертификата — не 64 прописные цифры ({len(sent_hash)} знаков)")
    owners = standin.store.clients.owners_of(sent_hash)
    own = next((each for each in owners if each.mnemonic == client.mnemonic), None)
    if own is None and owners:
        raise Refused("007002", "сертификат зарегистрирован другой системой")
    if own is None:
        raise Refused("007053", "сертификата с таким хэшем нет")
    if not own.active or not own.certificate.is_in_term(standin.clock()):
        raise Refused("007053", "сертификат не действует")
    try:
        signature = decode(sent)
    except BrokenSignature as broken:
        raise Refused("007053", "client_secret — не base64") from broken
    for number, message in enumerate(messages):
        if own.certificate.signed(message.encode(), signature):
            return number
    raise Refused("007053", "подпись не соответствует строке: " + " или ".join(map(_shape, messages)))


def _check_message(standin: Standin, client: Client, sent: str, messages: Sequence[str]) -> int:
    registered = standin.store.clients.certificates_of(client.mnemonic)
    certificates = [
        each.certificate for each in registered if each.active and each.certificate.is_in_term(standin.clock())
    ]
    causes = []
    for number, message in enumerate(messages):
        try:
            verify_detached(message.encode(), decode(sent), certificates)
        except StrangeSigner as strange:
            raise Refused("007002", "подписано сертификатом, которого нет у системы") from strange
        except BrokenSignature as broken:
            causes.append(str(broken))
        else:
            return number
    raise Refused("008010", "client_secret — не та подпись CMS: " + "; ".join(causes))


def _shape(message: str) -> str:
    return f"{len(message)} знаков, SHA-256 {hashlib.sha256(message.encode()).hexdigest()[:16]}…"
