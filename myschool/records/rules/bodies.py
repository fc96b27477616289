"""The bodies of requests and answers: JSON, or JSON and attachments in parts (multipart/mixed)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha224, sha256, sha384, sha512
from typing import Any

from myschool.files.rules import markup
from myschool.records.rules.statements import StatementRefused

BOUNDARY = "records-of-my-school-4Yb2vTq9"
DIGESTS = {56: sha224, 64: sha256, 96: sha384, 128: sha512}
HEADER = re.compile(r"([!-9;-~]+):[ \t]*([^\r\n]*)")


@dataclass(frozen=True)
class Part:
    """Bytes that came with statements; `sha2` is the hash they say they have, in small letters."""

    sha2: str
    content_type: str
    body: bytes


def parameter(content_type: str, name: str) -> str:
    """A parameter of a Content-Type, such as its boundary; empty if it has none."""
    message = EmailMessage()
    message["Content-Type"] = content_type
    return str(message.get_param(name, "") or "")


def json_of(body: bytes) -> Any:
    """What a body says.

    Raises:
        StatementRefused: it is no JSON, has a name twice, nests without end, or says what cannot be stored.
    """
    try:
        # How long a body may be is known where it is read.
        return markup.json_of(body, largest=len(body), names_once=True)
    except markup.BadMarkup as error:
        raise StatementRefused("Тело запроса не читается как JSON.") from error


def parts_of(body: bytes, content_type: str) -> tuple[bytes, list[Part]]:
    """The JSON and the attachments of a body in parts.

    Raises:
        StatementRefused: the body is not put together as the standard says.
    """
    boundary = parameter(content_type, "boundary").encode()
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not boundary or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise StatementRefused("Части запроса не разделены так, как сказано в Content-Type.")
    first, *rest = (_part(piece) for piece in pieces[1:-1])
    if not first[0].get("content-type", "").startswith("application/json"):
        raise StatementRefused("Первая часть запроса — JSON с записями.")
    return first[1], [_attached(headers, content) for headers, content in rest]


def _part(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, gap, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        raise StatementRefused("У части запроса нет заголовков.")
    return {name.lower(): value.strip() for name, value in HEADER.findall(head.decode("latin-1"))}, body


def _attached(headers: Mapping[str, str], held: bytes) -> Part:
    sha2 = headers.get("x-experience-api-hash", "").lower()
    if headers.get("content-transfer-encoding") != "binary":
        raise StatementRefused("У приложения нужен заголовок Content-Transfer-Encoding: binary.")
    if len(sha2) not in DIGESTS or DIGESTS[len(sha2)](held).hexdigest() != sha2:
        raise StatementRefused("Приложение не совпадает со своим X-Experience-API-Hash.")
    return Part(sha2, headers.get("content-type", "application/octet-stream"), held)


def in_parts(document: bytes, parts: Iterable[Part]) -> bytes:
    """JSON and attachments as one body, divided by `BOUNDARY`."""
    pieces = [_written({"Content-Type": "application/json"}, document)]
    for part in parts:
        headers = {
            "Content-Type": part.content_type,
            "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": part.sha2,
        }
        pieces.append(_written(headers, part.body))
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def _written(headers: Mapping[str, str], held: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"--{BOUNDARY}\r\n{head}\r\n".encode("latin-1", "replace") + held + b"\r\n"
