"""Whether the store holds what the rows say: asked after a copy of both was restored."""

from collections.abc import Iterator
from hashlib import sha256

from myschool.files.actions import OWNERS
from myschool.files.gateways import Store


def missing(within: Store) -> Iterator[str]:
    """Keys of rows whose bytes the store does not have, or has otherwise than they were put there."""
    for model in OWNERS:
        keys = model._default_manager.order_by("key").values_list("key", flat=True).distinct()
        for key in keys.iterator():
            if _hash(within, key) != key:
                yield key


def _hash(within: Store, key: str) -> str:
    digest = sha256()
    try:
        for chunk in within.read(key):
            digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()
