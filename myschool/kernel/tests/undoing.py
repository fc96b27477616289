"""Transactions of the tests' own, around what is tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back at the end what is written inside; whoever asks whether a transaction is open does not count this one."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] # Django's own mark of what tests open
    with block:
        yield
        transaction.set_rollback(True)
