"""Who may come into the store of records, and with which key."""

import base64
import binascii
from datetime import datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q, QuerySet

from myschool.kernel.actors import Actor, Role
from myschool.kernel.errors import Refusal
from myschool.people.queries import posts_at
from myschool.records.models import RecordKey


class KeyNeeded(Refusal):
    """Nobody comes in without a key that is valid now."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Ключ не подходит или больше не действует. Нужен заголовок Authorization: Basic …")


class NotWithThisKey(Refusal):
    """The key is of one play, and this is about something else."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Этот ключ открывает записи только одного ученика и одного прохождения.")


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def valid_keys(at: datetime) -> QuerySet[RecordKey]:
    """Keys that open something at that moment: neither ended nor run out.

    A supplier's key opens nothing once who made it, and was shown its secret, works for the supplier no longer.
    """
    posts = posts_at(at).filter(person=OuterRef("owner"), organisation=OuterRef("organisation"), role=Role.PUBLISHER)
    return RecordKey.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at),
        Q(organisation__isnull=True) | Exists(posts),
        ended_at__isnull=True,
    )


def key_of(authorization: str, at: datetime) -> RecordKey:
    """The key that an Authorization header brings.

    Raises:
        KeyNeeded: none, or one that is not valid.
    """
    scheme, _, credentials = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise KeyNeeded from error
    key = (
        valid_keys(at).filter(name=name, secret_hash=hash_of(secret)).first()
        if scheme.lower() == "basic" and "\0" not in name
        else None
    )
    if key is None:
        raise KeyNeeded
    return key


def own_keys(actor: Actor) -> QuerySet[RecordKey]:
    """The keys of the supplier that the actor acts for."""
    if actor.role != Role.PUBLISHER or actor.organisation_id is None:
        return RecordKey.objects.none()
    return RecordKey.objects.filter(organisation=actor.organisation_id)
