"""Stored files."""

from django.db import models

from myschool.people.models import Person


class StoredFile(models.Model):
    """A file (файл): its bytes lie in the store under `key`, once however many rows have them.

    Who may read it is said by the row that points here.
    """

    key = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    owner = models.ForeignKey(Person, models.PROTECT)
    stored_at = models.DateTimeField()


class UnclaimedBytes(models.Model):
    """Bytes that were received and have no row yet (ещё ничьи байты); housekeeping removes what stays unclaimed."""

    key = models.CharField(max_length=80)
    received_at = models.DateTimeField(db_index=True)


class Upload(models.Model):
    """A big file on its way (загрузка файла), in parts and with pauses; tus 1.0.0 calls it an upload resource.

    The bytes lie in the folder of uploads under `token`; what has arrived is the length of that file. `key` is empty
    until the last byte is there.
    """

    token = models.CharField(max_length=43, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    length = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)
    begun_at = models.DateTimeField(db_index=True)
