"""What is handed to the actions that write rows of what is in the store."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file whose bytes are in the store and whose row is not written yet; `token` is that of the upload it came by."""

    key: str
    name: str
    content_type: str
    size: int
    token: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that was made here, whose bytes are in the store."""

    key: str
    size: int
    content_type: str
