"""Folders, documents, their versions, and whom they are shared with."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from myschool.files.models import StoredFile
from myschool.people.models import Person
from myschool.schools.models import SchoolClass

NOT_TRASHED = Q(trashed_at__isnull=True)


class Folder(models.Model):
    """A person's folder (папка); without a parent it lies at the top.

    `path` holds the ids from the topmost folder down to itself. What is trashed takes its moment to all that lies in
    it, so that one column tells what is there.
    """

    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="folders")
    name = models.CharField(max_length=200)
    path = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "parent", "name"],
                condition=NOT_TRASHED,
                nulls_distinct=False,
                name="folders_folder_name_once",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "parent"], name="folders_folder_by_owner"),
            GinIndex(fields=["path"], name="folders_folder_by_path"),
            models.Index(fields=["trashed_at"], condition=~NOT_TRASHED, name="folders_folder_trash"),
        ]


class Document(models.Model):
    """A person's document (документ) in a folder, or at the top; what is in it is its last version."""

    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="documents")
    name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "folder", "name"],
                condition=NOT_TRASHED,
                nulls_distinct=False,
                name="folders_document_name_once",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "folder"], name="folders_document_by_owner"),
            models.Index(fields=["trashed_at"], condition=~NOT_TRASHED, name="folders_document_trash"),
        ]


class DocumentVersion(models.Model):
    """One version of a document (версия документа)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.SmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="folders_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="folders_version_number"),
        ]


class DocumentShare(models.Model):
    """That a class may read a document, or all in a folder (доступ класса), until a day; it never may more."""

    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="shares")
    folder = models.ForeignKey(Folder, models.CASCADE, null=True, related_name="shares")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    to_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "school_class"], name="folders_document_shared_once"),
            models.UniqueConstraint(fields=["folder", "school_class"], name="folders_folder_shared_once"),
            models.CheckConstraint(
                condition=Q(document__isnull=True, folder__isnull=False)
                | Q(document__isnull=False, folder__isnull=True),
                name="folders_share_of_one",
            ),
        ]
