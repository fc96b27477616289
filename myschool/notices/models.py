"""Notices, how they are delivered, and what people chose about them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from myschool.notices import rules
from myschool.people.models import Person, Session
from myschool.schools.models import School


class Notice(models.Model):
    """Something that one person is told (уведомление), once: `key` is made of the fact that it tells.

    `thing` is what it is about: a newer word about the same thing takes the place of one that nobody was told yet.
    `student` is whom a family's notice is about; staff's notices have none. `title` may be told to anybody's screen,
    `text` holds the particulars. `begins_at` is the first lesson before which it is to be known.
    """

    recipient = models.ForeignKey(Person, models.PROTECT, related_name="notices", db_index=False)
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+", db_index=False)
    student = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    thing = models.CharField(max_length=100)
    key = models.CharField(max_length=130)
    title = models.CharField(max_length=300)
    text = models.CharField(max_length=700, blank=True)
    path = models.CharField(max_length=200)
    zone = models.CharField(max_length=40)
    begins_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notices_notice_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notices_notice_by_person"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notices_unread_by_person"),
            models.Index(fields=["thing", "recipient"], name="notices_notice_by_thing"),
            BrinIndex(fields=["made_at"], name="notices_notice_by_age"),
        ]


class NoticeSettings(models.Model):
    """How a person wants to be told (настройки уведомлений); without a row the usual holds.

    An empty `zone` is the school's. `address` counts once it is confirmed: its owner has followed a link sent to it.
    """

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True)
    zone = models.CharField(max_length=40, blank=True)
    quiet_from = models.TimeField(default=rules.QUIET_FROM)
    quiet_to = models.TimeField(default=rules.QUIET_TO)
    digest_at = models.TimeField(default=rules.DIGEST_AT)
    with_details = models.BooleanField(default=True)
    address = models.CharField(max_length=254, blank=True)
    confirmed_at = models.DateTimeField(null=True)


class NoticeChoice(models.Model):
    """What a person chose for one kind of notice (выбор по виду уведомлений)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    mail = models.CharField(max_length=10)
    push = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notices_choice_once"),
            models.CheckConstraint(
                condition=Q(mail__in=(rules.AT_ONCE, rules.IN_DIGEST, rules.OFF)), name="notices_choice_mail"
            ),
        ]


class PushSubscription(models.Model):
    """A browser that takes a person's pushes (подписка устройства), until it or its session says otherwise."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="push_subscriptions")
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="+")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(withdrawn_at__isnull=True), name="notices_subscription_once"
            )
        ]


class Delivery(models.Model):
    """A notice on its way by one channel to one address (доставка), at least once.

    Who sends it holds it until `due_at`; whoever dies on the way lets it become due again. A digest is all deliveries
    of a person with the same `digest_at`: one mail.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", "Почта"
        DIGEST = "digest", "Сводка по почте"
        PUSH = "push", "Push"

    class State(models.TextChoices):
        WAITING = "waiting", "Ждёт отправки"
        SENDING = "sending", "Отправляется"
        SENT = "sent", "Отправлено"
        DEAD = "dead", "Не доставлено"
        SKIPPED = "skipped", "Не понадобилось"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=6, choices=Channel)
    subscription = models.ForeignKey(PushSubscription, models.CASCADE, null=True, related_name="deliveries")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    digest_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "subscription"], nulls_distinct=False, name="notices_delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(channel="push") ^ Q(subscription__isnull=True), name="notices_push_has_its_device"
            ),
            models.CheckConstraint(
                condition=Q(channel="digest") ^ Q(digest_at__isnull=True), name="notices_digest_has_its_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("waiting", "sending")), name="notices_delivery_due"),
            models.Index(
                fields=["recipient", "digest_at"],
                condition=Q(channel="digest", state__in=("waiting", "sending")),
                name="notices_digest_due",
            ),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="notices_delivery_dead"),
            models.Index(
                fields=["tries"],
                condition=Q(state__in=("waiting", "sending"), tries__gt=0),
                name="notices_delivery_retrying",
            ),
            models.Index(fields=["ended_at"], name="notices_delivery_by_end"),
        ]
