"""What the door hands to the action that writes a file's row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Received:
    """A file whose bytes are in the store and whose row is not written yet."""

    key: str
    name: str
    content_type: str
    size: int
