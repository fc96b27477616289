"""Rows as they were before something changed them, so that it can be undone."""

from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet


class Changes:
    """Changes rows and remembers, for each, what it was before: `entries` may lie in a JSON column."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def update(self, rows: QuerySet[Any], **values: object) -> None:
        """Give the rows other values."""
        before = list(rows.values("pk", *values))
        for was in before:
            self._remember(rows.model, was.pop("pk"), was)
        rows.update(**values)

    def delete(self, rows: QuerySet[Any]) -> None:
        """Delete the rows."""
        for was in rows.values():
            self._remember(rows.model, was[rows.model._meta.pk.attname], was, is_gone=True)
        rows.delete()

    def _remember(self, model: type[Model], row: int, was: dict[str, Any], *, is_gone: bool = False) -> None:
        self.entries.append({"table": model._meta.label_lower, "row": row, "was": was, "is_gone": is_gone})


def undo(entries: list[dict[str, Any]]) -> None:
    """Put everything back as it was, the last change first."""
    for entry in reversed(entries):
        rows = apps.get_model(entry["table"])._base_manager
        if entry["is_gone"]:
            rows.create(**entry["was"])
        else:
            rows.filter(pk=entry["row"]).update(**entry["was"])
