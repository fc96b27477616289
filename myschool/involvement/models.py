"""What families are asked and have answered; parents' evenings and their slots."""

from django.db import models
from django.db.models import F, Q

from myschool.files.models import StoredFile
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass


class Ask(models.Model):
    """What a school asks the families of some classes (вопрос семьям): to sign a paper, to let a child go, to choose.

    The three differ in their options alone. A new `version` asks everybody again. Of an anonymous poll nobody keeps who
    chose what: its options count, and an answer says only that there was one.
    """

    class Kind(models.TextChoices):
        PAPER = "paper", "Ознакомление с документом"
        TRIP = "trip", "Согласие на выезд"
        POLL = "poll", "Опрос"

    school = models.ForeignKey(School, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=10000)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    version = models.SmallIntegerField(default=1)
    digest = models.CharField(max_length=64)
    is_anonymous = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closes_day = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_anonymous=False) | Q(kind="poll"), name="involvement_anonymous_poll")
        ]
        indexes = [models.Index(fields=["school", "made_at"], name="involvement_ask_by_school")]


class AskClass(models.Model):
    """A class whose families are asked (класс вопроса)."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="classes")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "school_class"], name="involvement_ask_class_once")]


class AskOption(models.Model):
    """What may be answered (вариант ответа); `chosen` counts where the poll is anonymous."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="options")
    position = models.SmallIntegerField()
    text = models.CharField(max_length=200)
    chosen = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "position"], name="involvement_option_once")]


class AskAnswer(models.Model):
    """What a guardian has answered for a student (ответ семьи), on one version of what was asked.

    `digest` is the SHA-256 of what was signed. `note` is for those who go along, and is forgotten after the trip.
    """

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="answers", db_index=False)
    version = models.SmallIntegerField()
    student = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    option = models.ForeignKey(AskOption, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ask", "version", "student", "person"], name="involvement_answer_once")
        ]


class ParentsEvening(models.Model):
    """A day on which teachers receive parents (родительский вечер); families book slots until a day."""

    school = models.ForeignKey(School, models.PROTECT, db_index=False)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    day = models.DateField()
    book_until = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(book_until__lte=F("day")), name="involvement_book_before")]
        indexes = [models.Index(fields=["school", "day"], name="involvement_evening_by_school")]


class MeetingSlot(models.Model):
    """Some minutes of a teacher's at a parents' evening (время встречи), booked by a guardian for a student or free."""

    evening = models.ForeignKey(ParentsEvening, models.CASCADE, related_name="slots", db_index=False)
    teacher = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts = models.TimeField()
    ends = models.TimeField()
    student = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    guardian = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    closed = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evening", "teacher", "starts"], name="involvement_slot_once"),
            models.UniqueConstraint(
                fields=["evening", "teacher", "student"],
                condition=Q(student__isnull=False),
                name="involvement_student_once",
            ),
            models.UniqueConstraint(
                fields=["evening", "guardian", "starts"],
                condition=Q(guardian__isnull=False),
                name="involvement_guardian_once",
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="involvement_slot_lasts"),
            models.CheckConstraint(
                condition=Q(student__isnull=True, guardian__isnull=True, booked_at__isnull=True)
                | Q(student__isnull=False, guardian__isnull=False, booked_at__isnull=False, closed=""),
                name="involvement_slot_booked_whole",
            ),
        ]
