"""Links that other programs read by."""

from django.db import models
from django.db.models import Q

from myschool.people.models import Person


class CalendarFeed(models.Model):
    """A person's calendar for other programs (календарь по ссылке); the link holds a token, this row only its hash."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="calendar_feeds")
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    # The link lasts a year from here, or from when it was made.
    renewed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at__isnull=True), name="exchange_feed_once")
        ]
