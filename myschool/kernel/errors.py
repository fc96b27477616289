"""Refusals: what we foresee and explain, as against bugs, which rise."""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType


class Refusal(Exception):
    """An explainable refusal (объяснимый отказ): its message is Russian, final, and says what to do.

    `field` names the form field the message belongs beside, if one does; `details` are what a program beside the
    person needs to offer a way on, such as both values of a cell. `code` is the refusal's name for programs: that of
    its class, in small letters; `headers` are what its answer says to programs besides. `is_foreign` says that a row was asked for which is none of those that were offered: it is
    written down as a refused look.
    """

    status = 400
    is_foreign = False
    code = "refusal"
    field: str | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    def __init__(
        self, message: str, *, field: str | None = None, details: Mapping[str, str | int | bool] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}
        if field is not None:
            self.field = field


class TooOften(Refusal):
    """The same thing was asked too many times in a short while; it may be asked again after `wait`."""

    status = 429

    def __init__(self, message: str, *, wait: timedelta, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.headers = {"Retry-After": str(max(1, math.ceil(wait.total_seconds())))}


class ChangedMeanwhile(Refusal):
    """The row is no longer what the person was shown."""

    status = 409
