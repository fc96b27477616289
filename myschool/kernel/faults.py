"""Faults of ours that somebody must go on after: the error is logged under a number that people and pages can name."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

log = logging.getLogger("myschool.faults")
# The database is away or will not do it now, which is nobody's fault: whoever asked asks again later.
DATABASE_AWAY = (OperationalError, InterfaceError)


@dataclass
class Fault:
    """What went wrong in a block, empty where nothing did; `kind` names the error and never quotes it."""

    id: str = ""
    kind: str = ""


def fault_id() -> str:
    """A number for a fault, by which the log is searched."""
    return secrets.token_hex(4).upper()


@contextmanager
def survived(doing: str, *about: object) -> Iterator[Fault]:
    """Go on after the block whatever it raised, except that the database is away.

    `doing` and `about` say in the log whose fault it is, as a logger's message and its arguments do.
    """
    fault = Fault()
    try:
        yield fault
    except DATABASE_AWAY:
        raise
    except Exception as error:
        fault.id, fault.kind = fault_id(), type(error).__name__
        log.exception(f"fault %s: {doing}", fault.id, *about)  # noqa: G004 - the arguments come with it
