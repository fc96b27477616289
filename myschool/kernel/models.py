"""The chronicle's rows, what seals them, and the counters of the throttle."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Cast


class AppendOnly(models.Model):
    """Rows that are written once: the application's account may read and add them, and nothing else."""

    class Meta:
        abstract = True


class Ledger(AppendOnly):
    """Evidence (журнал, который нельзя переписать): its rows are sealed into chains of hashes (`kernel.sealing`).

    `ledger` is its name there, `chain` the column by whose value the rows are parted into chains, `term` the SQL of the
    interval after which a row may be deleted; without one it never may. The database itself says `xid`. A column
    added later is nullable and without a default, so that the hashes of older rows hold.
    """

    ledger: ClassVar[str]
    chain: ClassVar[str]
    term: ClassVar[str | None] = None

    xid = models.BigIntegerField(
        db_default=Cast(Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField())
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Entry(Ledger):
    """A fact in the chronicle (запись летописи). Written by `chronicle.write` only; the database refuses changes."""

    ledger, chain = "chronicle", "school_id"

    kind = models.CharField(max_length=60)
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


class Seal(AppendOnly):
    """The place of a ledger's row in its chain of hashes (печать).

    `digest` is the row's own hash, `hash` that of the chain up to here: it covers the seal before, the row's number,
    its time and its digest, so a chain can be recomputed where the term of a row is over and the row is gone.
    """

    ledger = models.CharField(max_length=20)
    chain = models.BigIntegerField()
    position = models.BigIntegerField()
    row_id = models.BigIntegerField()
    at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "chain", "position"], name="kernel_seal_place"),
            models.UniqueConstraint(fields=["ledger", "row_id"], name="kernel_seal_once"),
        ]


class Cluster(AppendOnly):
    """A database cluster that the data have lived in (кластер); the latest is this one.

    Transaction numbers begin anew in a fresh cluster. `ahead` is added to them there, so that whatever is written
    after a move comes after everything that was written before.
    """

    system_identifier = models.CharField(max_length=20)
    ahead = models.BigIntegerField()
    entered_at = models.DateTimeField()


class Bookmark(models.Model):
    """How far a follower has read the chronicle (закладка)."""

    follower = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)


class SetAside(models.Model):
    """An entry that a follower failed on and went past (отложенная запись); it stays, followed at last or not.

    `error` is the name of the error's kind and `error_id` its number in the log: what an error says may quote a row.
    `again_at` is when an operator wanted it tried again, while that has not been done.
    """

    follower = models.CharField(max_length=60)
    entry_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    error = models.CharField(max_length=100)
    error_id = models.CharField(max_length=8)
    tries = models.PositiveSmallIntegerField(default=1)
    set_aside_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "entry_id"], name="kernel_set_aside_once")]


class Tally(models.Model):
    """How often something was asked in a span of time; lost with a crash, which harms nobody."""

    key = models.CharField(max_length=100, primary_key=True)
    since = models.DateTimeField()
    times = models.IntegerField()


class Sending(models.Model):
    """A form that was sent (отправка формы), and the address that it led to; empty while it is worked on."""

    key = models.BinaryField(primary_key=True)
    at = models.DateTimeField()
    location = models.CharField(max_length=2000, default="")

    class Meta:
        indexes = [models.Index(fields=["at"], name="kernel_sending_by_time")]
