"""Rows as they were before something changed them, so that it can be undone."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, UniqueConstraint

# A statement takes no more than 65,535 values.
AT_ONCE = 10_000
LOOKUPS = {RangeOperators.EQUAL: "exact", RangeOperators.OVERLAPS: "overlap"}


class Changes:
    """Changes rows and remembers what they were before: `entries` may lie in a JSON column."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def update(self, rows: QuerySet[Any], **values: object) -> None:
        """Give the rows other values."""
        model = rows.model
        before = defaultdict(list)
        for was in rows.values("pk", *values):
            row = was.pop("pk")
            before[json.dumps(was, cls=DjangoJSONEncoder)].append(row)
        for written, ids in before.items():
            for start in range(0, len(ids), AT_ONCE):
                part = ids[start : start + AT_ONCE]
                model._base_manager.filter(pk__in=part).update(**values)
                # Where the key itself is changed, the row is found by the new one.
                self._remember(model, [values.get(_key(model), row) for row in part], json.loads(written))

    def move(self, model: type[Model], *columns: str, old: int, new: int, drops_twins: bool = False) -> None:
        """Pass rows from one owner to another; twins of what the new one has stay where they are, or are dropped."""
        for column in columns:
            alike = twins(model, column, old=old, new=new)
            if drops_twins:
                self.delete(alike)
            rows = model._base_manager.filter(**{column: old})
            self.update(rows.exclude(pk__in=alike.values("pk")), **{column: new})

    def add(self, row: Model) -> None:
        """Insert a row; undone, it is deleted, unless something depends on it by then."""
        row.save(force_insert=True)
        self._remember(type(row), [row.pk], None)

    def delete(self, rows: QuerySet[Any]) -> None:
        """Delete the rows; what the database deletes with them is not remembered."""
        for was in list(rows.values()):
            row = was[rows.model._meta.get_field(_key(rows.model)).attname]
            self._remember(rows.model, [row], was, is_gone=True)
            rows.model._base_manager.filter(pk=row).delete()

    def _remember(
        self, model: type[Model], rows: list[Any], was: dict[str, Any] | None, *, is_gone: bool = False
    ) -> None:
        self.entries.append({"table": model._meta.label_lower, "rows": rows, "was": was, "is_gone": is_gone})


def twins(model: type[Model], column: str, *, old: int, new: int) -> QuerySet[Any]:
    """Rows of one owner that cannot become another's beside what that one has: a constraint of the model forbids it."""
    rows = model._base_manager.filter(**{column: old})
    stands = Q(pk__in=[])
    for number, (others, condition) in enumerate(_forbidden(model, column)):
        there = model._base_manager.filter(condition, **{column: new})
        for position, (expression, lookup) in enumerate(others):
            name = f"side{number}_{position}"
            rows = rows.alias(**{name: expression})
            there = there.alias(**{name: expression}).filter(**{f"{name}__{lookup}": OuterRef(name)})
        stands |= condition & Q(Exists(there))
    return rows.filter(stands)


def undo(entries: list[dict[str, Any]]) -> None:
    """Put everything back as it was, the last change first."""
    for entry in reversed(entries):
        _put_back(entry, entry["rows"])


def undo_what_can_be(entries: list[dict[str, Any]]) -> None:
    """Put back as it was, the last change first, all that nothing newer stands in the way of."""
    for entry in reversed(entries):
        if not _goes_back(entry, entry["rows"]):
            for row in entry["rows"]:
                _goes_back(entry, [row])


def _goes_back(entry: dict[str, Any], rows: list[Any]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _put_back(entry, rows)
            # What a row names may be gone by now: that is to be known here, not when the transaction ends.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True


def _put_back(entry: dict[str, Any], rows: list[Any]) -> None:
    table = apps.get_model(entry["table"])._base_manager
    if entry["is_gone"]:
        table.create(**entry["was"])
    elif entry["was"] is None:
        table.filter(pk__in=rows).delete()
    else:
        table.filter(pk__in=rows).update(**entry["was"])


def _key(model: type[Model]) -> str:
    """The name of the field that is the model's key."""
    return model._meta.pk.name


def _forbidden(model: type[Model], column: str) -> Iterator[tuple[list[tuple[Any, str]], Q]]:
    """What two rows of one owner must not agree in, each with the lookup that says so, and on which condition."""
    if getattr(model._meta.get_field(column), "unique", False):
        yield [], Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and column in constraint.fields:
            others = [(F(name), "exact") for name in constraint.fields if name != column]
            yield others, constraint.condition or Q()
        elif isinstance(constraint, ExclusionConstraint):
            sides = dict(constraint.expressions)
            if sides.pop(column, None):
                yield (
                    [(F(side) if isinstance(side, str) else side, LOOKUPS[sign]) for side, sign in sides.items()],
                    constraint.condition or Q(),
                )
