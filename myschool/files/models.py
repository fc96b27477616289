"""Stored files."""

from django.db import models

from myschool.people.models import Person


class StoredFile(models.Model):
    """A file (файл): its bytes lie in the store under `key`; who may read it is said by the row that points here."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    owner = models.ForeignKey(Person, models.PROTECT)
    stored_at = models.DateTimeField()
