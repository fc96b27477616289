"""Refusals: what we foresee and explain, as against bugs, which rise."""


class Refusal(Exception):
    """An explainable refusal (объяснимый отказ): its message is Russian, final, and says what to do.

    `field` names the form field the message belongs beside, if one does.
    """

    status = 400
    field: str | None = None

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if field is not None:
            self.field = field


class TooOften(Refusal):
    """The same thing was asked too many times in a short while."""

    status = 429


class ChangedMeanwhile(Refusal):
    """The row is no longer what the person was shown."""

    status = 409
