"""Signed statements: a JWS in an attachment whose payload says the same as the statement (xAPI part 2, 2.6)."""

import base64
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate

from myschool.files.rules import markup
from myschool.records.rules.statements import StatementRefused, told_alike

USAGE = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE = "application/octet-stream"
ALGORITHMS = ["RS256", "RS384", "RS512"]
PLACE = "statement.attachments"


def check_signature(statement: Mapping[str, Any], signature: bytes, content_type: str) -> None:
    """See that a signature is one and is of this statement; the certificate that it brings must have made it.

    Raises:
        StatementRefused: it is not.
    """
    if content_type != CONTENT_TYPE:
        raise StatementRefused(f"{PLACE}: у подписи тип содержимого {CONTENT_TYPE}.")
    try:
        header = jwt.get_unverified_header(signature)
        if header.get("alg") not in ALGORITHMS:
            raise StatementRefused(f"{PLACE}: подпись по алгоритму RS256, RS384 или RS512.")
        chain = header.get("x5c") or []
        key: Any = load_der_x509_certificate(base64.b64decode(chain[0])).public_key() if chain else ""
        signed = jwt.PyJWS().decode(signature, key, algorithms=ALGORITHMS, options={"verify_signature": bool(chain)})
        payload = markup.json_of(signed, largest=len(signed))
    except (jwt.PyJWTError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StatementRefused(f"{PLACE}: подпись не читается или не подходит к сертификату.") from error
    without = {name: value for name, value in statement.items() if name != "attachments"}
    if not isinstance(payload, dict):
        raise StatementRefused(f"{PLACE}: подписана не запись.")
    payload.pop("attachments", None)
    if not told_alike(payload, without):
        raise StatementRefused(f"{PLACE}: подписана другая запись.")
