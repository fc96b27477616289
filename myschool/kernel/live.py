"""Telling open pages that something changed: a topic's name travels, never what changed.

`tell` rides on the caller's transaction: PostgreSQL delivers it after commit and not at all after a rollback.
`config/asgi.py` carries it to browsers.
"""

from django.db import connection

CHANNEL = "live"


def tell(topic: str) -> None:
    """Let pages that show this topic, such as «cabinet:42», fetch themselves again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
