"""Refusals: what we foresee and explain, as against bugs, which rise."""

import re
from collections.abc import Mapping


class Refusal(Exception):
    """An explainable refusal (объяснимый отказ): its message is Russian, final, and says what to do.

    `field` names the form field the message belongs beside, if one does; `details` are what a program beside the
    person needs to offer a way on, such as both values of a cell. `code` is the refusal's name for programs: that of
    its class, in small letters. `is_foreign` says that a row was asked for which is none of those that were offered: it is
    written down as a refused look.
    """

    status = 400
    is_foreign = False
    code = "refusal"
    field: str | None = None

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(
        self, message: str, *, field: str | None = None, details: Mapping[str, str | int | bool] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}
        if field is not None:
            self.field = field


class TooOften(Refusal):
    """The same thing was asked too many times in a short while."""

    status = 429


class ChangedMeanwhile(Refusal):
    """The row is no longer what the person was shown."""

    status = 409
