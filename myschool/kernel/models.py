"""The chronicle's rows and the counters of the throttle."""

from django.db import models
from django.db.models.functions import Cast


class Entry(models.Model):
    """A fact in the chronicle (запись летописи). Written by `chronicle.write` only; the database refuses changes."""

    xid = models.BigIntegerField(
        db_default=Cast(
            Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        )
    )
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    school_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    session_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    payload = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="kernel_entry_order"),
            models.Index(fields=["actor_id", "id"], name="kernel_entry_by_actor"),
        ]


class Seal(models.Model):
    """An entry's place in its school's chain of hashes; school 0 holds what concerns no school."""

    school_id = models.BigIntegerField()
    position = models.BigIntegerField()
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school_id", "position"], name="kernel_seal_place")]


class Bookmark(models.Model):
    """How far a follower has read the chronicle (закладка)."""

    follower = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)


class Tally(models.Model):
    """How often something was asked in a span of time; lost with a crash, which harms nobody."""

    key = models.CharField(max_length=100, primary_key=True)
    since = models.DateTimeField()
    times = models.IntegerField()
