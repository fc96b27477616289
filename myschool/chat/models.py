"""Conversations, their members and messages, and what is reported of them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from myschool.files.models import StoredFile
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass
from myschool.timetable.models import TeachingGroup


class ChatRules(models.Model):
    """Who may talk with whom in a school (правила переписки), and when its staff is left in peace.

    `pairs` are the capacities that may write to each other in personal conversations, such as «guardian-staff».
    """

    school = models.OneToOneField(School, models.PROTECT, primary_key=True)
    pairs = ArrayField(models.CharField(max_length=20))
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="chat_quiet_both",
            )
        ]


class RosterDay(models.Model):
    """The day on which a school's conversations were last compared with its rosters (сверка состава)."""

    school = models.OneToOneField(School, models.CASCADE, primary_key=True)
    day = models.DateField()


class Conversation(models.Model):
    """A conversation (чат) of people of one school.

    `version` grows with every change of it and stamps the message that changed; `last_number` is its latest message's.
    Those that follow a roster name its class or group; a personal one names its two persons, the lower id first.
    """

    class Kind(models.TextChoices):
        STUDENTS = "students", "Класс: ученики и учителя"
        GUARDIANS = "guardians", "Класс: родители и классный руководитель"
        SUBJECT = "subject", "Предмет"
        STAFF = "staff", "Учительская"
        ANNOUNCEMENTS = "news", "Объявления школы"
        NAMED = "named", "Группа"
        PERSONAL = "personal", "Личная переписка"

    class Closed(models.TextChoices):
        RULES = "rules", "Школа закрыла такую переписку."
        ROSTER = "roster", "Общих классов и групп больше нет."
        OVER = "over", "Класс или группа закончили учиться."
        DECISION = "decision", "Школа закрыла этот чат."
        UNKEPT = "unkept", "Сотрудника, который вёл этот чат, в школе больше нет."

    school = models.ForeignKey(School, models.PROTECT)
    kind = models.CharField(max_length=9, choices=Kind)
    title = models.CharField(max_length=150)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="+")
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, null=True, related_name="+")
    lower = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    upper = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)
    last_number = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed = models.CharField(max_length=8, choices=Closed, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "kind"], condition=Q(school_class__isnull=False), name="chat_of_class_once"
            ),
            models.UniqueConstraint(
                fields=["teaching_group"], condition=Q(teaching_group__isnull=False), name="chat_of_group_once"
            ),
            models.UniqueConstraint(
                fields=["school", "kind"], condition=Q(kind__in=["staff", "news"]), name="chat_of_school_once"
            ),
            models.UniqueConstraint(
                fields=["lower", "upper", "school"], condition=Q(kind="personal"), name="chat_of_two_once"
            ),
            models.CheckConstraint(condition=~Q(kind="personal") | Q(lower__lt=F("upper")), name="chat_two_in_order"),
        ]


class Membership(models.Model):
    """A person's place in a conversation (участник чата), from a moment to a moment.

    It holds while the person's capacity does: `chat.access.places_at`. A guardian is there for students, `student_ids`.
    Messages up to `sees_after` are not theirs to read; `read_number` is the last they have read. Who is `muted_until`
    a moment does not write before it.
    """

    class Capacity(models.TextChoices):
        STUDENT = "student", "Ученик"
        GUARDIAN = "guardian", "Родитель"
        STAFF = "staff", "Сотрудник школы"

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="members", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    capacity = models.CharField(max_length=8, choices=Capacity)
    student_ids = ArrayField(models.BigIntegerField(), default=list)
    may_write = models.BooleanField()
    keeps_order = models.BooleanField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    sees_after = models.BigIntegerField(default=0)
    read_number = models.BigIntegerField(default=0)
    muted_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "person"], condition=Q(to_at__isnull=True), name="chat_member_once"
            )
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(to_at__isnull=True), name="chat_of_person"),
            models.Index(fields=["conversation", "person", "to_at"], name="chat_member_ever"),
        ]


class Message(models.Model):
    """A message (сообщение); `number` counts within its conversation without a gap.

    `client_key` is what the sender's page calls it: sent again after a lost connection, it is the same message. One
    that waits for staff's quiet hours to end has `due_at` and no number yet: only its author sees it.
    """

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages", db_index=False)
    number = models.BigIntegerField(null=True)
    version = models.BigIntegerField(null=True)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=8, choices=Membership.Capacity)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    text = models.TextField(max_length=4000, blank=True)
    words = models.GeneratedField(
        expression=SearchVector("text", config="russian"), output_field=SearchVectorField(), db_persist=True
    )
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    client_key = models.UUIDField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    pinned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="chat_message_number"),
            models.UniqueConstraint(fields=["conversation", "author", "client_key"], name="chat_message_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=False, version__isnull=False)
                | Q(number__isnull=True, version__isnull=True, due_at__isnull=False),
                name="chat_message_numbered",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "version"], name="chat_message_changed"),
            models.Index(
                fields=["conversation", "pinned_at"], condition=Q(pinned_at__isnull=False), name="chat_message_pinned"
            ),
            models.Index(fields=["due_at"], condition=Q(number__isnull=True), name="chat_message_due"),
            GinIndex(fields=["words"], name="chat_message_words"),
        ]


class MessageRevision(models.Model):
    """What a message said before it was edited or deleted (редакция сообщения); read only with a complaint."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="revisions")
    text = models.TextField(max_length=4000, blank=True)
    file_ids = ArrayField(models.BigIntegerField(), default=list)
    is_deletion = models.BooleanField()
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)


class MessageFile(models.Model):
    """A file of a message (файл сообщения)."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")


class Mention(models.Model):
    """Somebody named in a message (упоминание)."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="chat_mention_once")]


class Reaction(models.Model):
    """What somebody says to a message by one sign (реакция)."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="reactions", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sign = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person", "sign"], name="chat_reaction_once")]


class Complaint(models.Model):
    """A message reported to those who keep order in the school (жалоба), with the day by which they decide."""

    class Reason(models.TextChoices):
        INSULT = "insult", "Оскорбления или травля"
        DANGER = "danger", "Опасно для жизни или здоровья"
        PRIVATE = "private", "Чужие личные сведения"
        SPAM = "spam", "Реклама или спам"
        OTHER = "other", "Другое"

    class Decision(models.TextChoices):
        NO_BREACH = "no_breach", "Нарушения нет"
        DELETED = "deleted", "Сообщение удалено"
        MUTED = "muted", "Автору запрещено писать"
        CLOSED = "closed", "Чат закрыт"

    message = models.ForeignKey(Message, models.PROTECT, related_name="complaints")
    school = models.ForeignKey(School, models.PROTECT, related_name="+", db_index=False)
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.CharField(max_length=1000, blank=True)
    filed_at = models.DateTimeField()
    due_day = models.DateField()
    decision = models.CharField(max_length=9, choices=Decision, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "filed_by"], name="chat_complaint_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="chat_complaint_decided",
            ),
        ]
        indexes = [models.Index(fields=["school", "decided_at", "due_day"], name="chat_complaint_queue")]


class ModeratorAccess(models.Model):
    """A leader has looked into a conversation because of a complaint (просмотр модератором); its members are told."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="looks")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="looks")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_export = models.BooleanField(default=False)
