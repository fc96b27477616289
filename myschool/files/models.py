"""Stored files."""

from django.db import models
from django.db.models import Q

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
    until the last byte is there. `purpose` is what the bytes were asked room for; they are used for nothing else.
    `metadata` is what its sender said of it, in the sender's own words: programs ask for it again.
    """

    token = models.CharField(max_length=43, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    metadata = models.CharField(max_length=2000, blank=True, db_default="")
    length = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)
    begun_at = models.DateTimeField(db_index=True)


class Preview(models.Model):
    """How stored bytes are shown (предпросмотр): made once for the same bytes, whoever has them.

    `taken_at` is when a worker began; one that died leaves it behind, and after a while another begins anew.
    """

    class Kind(models.TextChoices):
        PAGES = "pages", "Страницы"
        PICTURE = "picture", "Рисунок"
        VIDEO = "video", "Видео"
        AUDIO = "audio", "Звук"
        TEXT = "text", "Текст"
        NONE = "none", "Не показывается"

    class State(models.TextChoices):
        PENDING = "pending", "Готовится"
        READY = "ready", "Готов"
        FAILED = "failed", "Не получился"

    key = models.CharField(max_length=80, unique=True)
    content_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=7, choices=State)
    # How many there are in the document; pictures are kept of the first ones only.
    pages = models.IntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="files_preview_reason")
        ]
        indexes = [models.Index(fields=["asked_at", "id"], condition=Q(state="pending"), name="files_preview_pending")]


class PreviewPage(models.Model):
    """The picture of one page (изображение страницы), in the store under `key`."""

    preview = models.ForeignKey(Preview, models.CASCADE, related_name="pictures")
    number = models.SmallIntegerField()
    key = models.CharField(max_length=80, db_index=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["preview", "number"], name="files_preview_page_once")]
