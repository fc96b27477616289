"""Records, the files and documents beside them, and the keys of programs."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from myschool.files.models import StoredFile
from myschool.people.models import Person
from myschool.schools.models import Organisation


class RecordKey(models.Model):
    """A program's key to the store (ключ хранилища записей); the secret itself is shown once and not kept.

    `scope` is whose records it reads and writes. A key of one play has a registration: it lasts half a day and opens
    nothing but the records of that play, and `agent` is who they are about.
    """

    name = models.CharField(max_length=43, unique=True)
    secret_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=20)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    registration = models.UUIDField(null=True)
    agent = models.JSONField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="record_keys_to_sweep")
        ]


class Record(models.Model):
    """An xAPI statement (запись о действии), never changed: what is wrong is voided by another.

    `marks` are digests of all it can be found by, those of the statement it refers to among them.
    """

    scope = models.CharField(max_length=20)
    uid = models.UUIDField()
    statement = models.JSONField()
    marks = ArrayField(models.CharField(max_length=16))
    target = models.UUIDField(null=True)
    is_voided = models.BooleanField(default=False)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "uid"], name="one_record_by_id")]
        indexes = [
            models.Index("scope", F("stored_at").desc(), F("id").desc(), name="records_newest"),
            GinIndex(fields=["marks"], name="records_by_mark"),
            models.Index(fields=["scope", "target"], condition=Q(target__isnull=False), name="records_about_records"),
        ]


class RecordFile(models.Model):
    """An attachment of a record (приложение к записи) whose bytes came with it."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="files")
    sha2 = models.CharField(max_length=128)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")


class RecordDocument(models.Model):
    """A document that content keeps (документ содержимого): a state, or a profile of an activity or of an agent.

    `folder` is the digest of whose it is and what about; `name` is its own id there.
    """

    folder = models.CharField(max_length=43)
    name = models.CharField(max_length=300)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    tag = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "name"], name="one_document_by_name")]


class RecordedActivity(models.Model):
    """What records have said of an activity (занятие в записях): the definition, put together."""

    scope = models.CharField(max_length=20)
    mark = models.CharField(max_length=16)
    iri = models.CharField(max_length=2000)
    definition = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "mark"], name="one_activity_in_scope")]
