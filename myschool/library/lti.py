"""Messages between us and suppliers' tools: our key, their keys, tokens for services."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core import signing

from myschool.files.rules import markup
from myschool.kernel import clock, throttle
from myschool.kernel.domains import UnfitAddress, web_on_the_wire
from myschool.kernel.errors import Refusal, TooOften
from myschool.kernel.once import made_once
from myschool.library import access
from myschool.library.models import LtiTool
from myschool.library.rules import lti as rules
from myschool.records.rules.moments import moment_of
from myschool.records.rules.statements import uuid_of

TOKEN_LASTS = 3600
ASKED_LASTS = 900
TOKEN, HINT, CHOICE = "library.lti.token", "library.lti.hint", "library.lti.choice"


class ToolRefused(Refusal):
    """A tool's message is not what LTI says, or not from that tool."""


class KeyRefused(ToolRefused):
    """What a supplier gave as a key is none that we can use."""

    status = 422


class TokenNeeded(Refusal):
    """A service is asked without a token for it."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Нужен токен с правом на эту службу: Authorization: Bearer …")


def platform() -> rules.Platform:
    """Us."""
    return rules.Platform(settings.SITE_URL, sha256(settings.SITE_URL.encode()).hexdigest()[:32])


@cache
def _private(path: str) -> tuple[Any, str]:
    """Our key and its id; made if nobody has made it yet."""
    pem = made_once(Path(path), _new_key)
    key = serialization.load_pem_private_key(pem.encode(), None)
    shown = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, sha256(shown).hexdigest()[:16]


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_keys() -> dict[str, Any]:
    """Our public key as tools fetch it."""
    key, kid = _private(settings.LTI_KEY)
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"keys": [{**jwk, "kid": kid, "alg": "RS256", "use": "sig"}]}


def signed(claims: Mapping[str, Any]) -> str:
    """A message of ours."""
    key, kid = _private(settings.LTI_KEY)
    return jwt.encode(dict(claims), key, "RS256", {"kid": kid})


def keys_in(text: str) -> list[dict[str, str]]:
    """The public keys of a PEM or of a JWKS.

    Raises:
        KeyRefused: it holds none that we can use.
    """
    try:
        if text.lstrip().startswith("-----BEGIN"):
            keys = [("", serialization.load_pem_public_key(text.strip().encode()))]
        else:
            keys = [(jwk.key_id or "", jwk.key) for jwk in jwt.PyJWKSet(_jwks(markup.json_of(text.encode()))).keys]
    except (ValueError, TypeError, jwt.PyJWTError, UnsupportedAlgorithm) as error:
        raise KeyRefused("Ключ не читается. Вставьте открытый ключ RSA (PEM) или JWKS.", field="keys") from error
    if not keys or not all(isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 for _, key in keys):
        raise KeyRefused("Нужен открытый ключ RSA от 2048 бит.", field="keys")
    return [
        {
            "kid": kid,
            "pem": key.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ).decode(),
        }
        for kid, key in keys
    ]


def _jwks(document: Any) -> list[dict[str, Any]]:
    """The keys of a JWKS, or the one that stands alone."""
    keys = document["keys"] if isinstance(document, dict) and "keys" in document else [document]
    if not isinstance(keys, list) or not all(
        isinstance(key, dict) and isinstance(key.get("kid", ""), str) for key in keys
    ):
        raise ValueError("not keys")
    return keys


def read(message: str, audience: str) -> tuple[LtiTool, dict[str, Any]]:
    """A tool's message and the tool; a message is read once.

    Raises:
        ToolRefused: not signed by the tool it names, not for us, too old, or read already.
    """
    try:
        payload = jwt.decode(message, options={"verify_signature": False})
        kid = jwt.get_unverified_header(message).get("kid", "")
    except jwt.PyJWTError as error:
        raise ToolRefused("Сообщение тренажёра не читается.") from error
    tool = access.working_tools(clock.now()).filter(client_id=str(payload.get("iss", ""))[:22]).first()
    if tool is None or tool.client_id != payload.get("iss"):
        raise ToolRefused("Такой тренажёр не подключён.")
    named = [key["pem"] for key in tool.keys if kid and key["kid"] == kid]
    claims = _verified(message, named or [key["pem"] for key in tool.keys], audience)
    once = claims.get("jti") or claims.get("nonce")
    if not isinstance(once, str) or not once:
        raise ToolRefused("В сообщении тренажёра нет nonce или jti.")
    digest = sha256(f"{tool.pk} {once}".encode()).hexdigest()
    try:
        throttle.count(f"lti {digest}", at=clock.now(), limit=1, per=rules.LASTS * 20)
    except TooOften as error:
        raise ToolRefused("Это сообщение тренажёра уже приходило.") from error
    return tool, claims


def _verified(message: str, pems: list[str], audience: str) -> dict[str, Any]:
    for pem in pems:
        try:
            return jwt.decode(
                message,
                pem,
                algorithms=["RS256"],
                audience=audience,
                leeway=30,
                options={"require": ["exp", "iat"], "verify_exp": True},
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            raise ToolRefused("Сообщение тренажёра не для нас или устарело. Проверьте часы его сервера.") from error
    raise ToolRefused("Подпись не подходит ни к одному ключу тренажёра.")


def token_for(tool: LtiTool, scopes: list[str]) -> str:
    """A token for our services."""
    return signing.dumps([tool.pk, scopes], salt=TOKEN)


def tool_with(authorization: str, *scopes: str) -> LtiTool:
    """The tool that brings a token for one of these scopes.

    Raises:
        TokenNeeded: it has none.
    """
    scheme, _, token = authorization.partition(" ")
    try:
        tool_id, token_scopes = signing.loads(token.strip(), salt=TOKEN, max_age=TOKEN_LASTS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TokenNeeded from error
    tool = access.working_tools(clock.now()).filter(pk=tool_id).first()
    if scheme.lower() != "bearer" or tool is None or not set(scopes) & set(token_scopes):
        raise TokenNeeded
    return tool


def hint(*about: int | str) -> str:
    """What comes back with the tool's question for a login: what shall be opened."""
    return signing.dumps(list(about), salt=HINT)


def hinted(text: str) -> list[Any]:
    """What a hint says.

    Raises:
        ToolRefused: it is none of ours, or too old.
    """
    try:
        values = signing.loads(text, salt=HINT, max_age=ASKED_LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise ToolRefused("Запуск устарел. Откройте материал заново.") from error
    return list(values)


def chosen(tool: LtiTool, items: list[rules.Item]) -> str:
    """What a supplier has chosen, to be confirmed on a page of ours."""
    return signing.dumps([tool.pk, [[item.title, item.url, item.custom] for item in items]], salt=CHOICE, compress=True)


def choice(text: str) -> tuple[int, list[rules.Item]]:
    """The tool and the chosen items.

    Raises:
        ToolRefused: it is none of ours, or too old.
    """
    try:
        tool_id, items = signing.loads(text, salt=CHOICE, max_age=ASKED_LASTS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ToolRefused("Выбор устарел. Выберите содержание заново.") from error
    return tool_id, [rules.Item(*fields) for fields in items]


def items_in(tool: LtiTool, claims: Mapping[str, Any]) -> list[rules.Item]:
    """What a tool says was chosen in it; every address is one that a tool may have.

    Raises:
        ToolRefused: it cannot be opened.
    """
    try:
        items = rules.items_of(claims, tool.client_id)
    except rules.WrongMessage as error:
        raise ToolRefused(f"Тренажёр прислал не то: {error}.") from error
    if not all(not item.url or rules.address_fits(item.url, may_be_plain=not settings.PRODUCTION) for item in items):
        raise ToolRefused("Тренажёр прислал содержание с адресом, который мы не откроем.")
    return items


def address_in(asked: str) -> str:
    """The address that a tool names, as it was agreed on.

    Raises:
        ToolRefused: it is none.
    """
    try:
        return web_on_the_wire(asked)
    except UnfitAddress as error:
        raise ToolRefused("Тренажёр назвал адрес, которого не может быть.") from error


def score_in(told: Any) -> rules.Score:
    """A score that a tool posts.

    Raises:
        ToolRefused: naming what is wrong.
    """
    try:
        score = rules.score_of(told, moment_of)
    except rules.WrongMessage as error:
        raise ToolRefused(f"Результат не принят: {error}.") from error
    return rules.Score(subject_in(score.subject), score.scaled, score.is_done, score.at)


def subject_in(text: str) -> str:
    """A student's number, or nothing.

    Raises:
        ToolRefused: it is no number of ours.
    """
    if text and uuid_of(text) is None:
        raise ToolRefused("Номер ученика — UUID, который тренажёр получил от нас.")
    return text
