"""Marks, attendance, works, remarks, topics and final marks; the school's rules for them; notes, locks and requests."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from myschool.files.models import StoredFile
from myschool.library.models import MaterialVersion
from myschool.people.models import Person
from myschool.schools.models import Region, School, Subject, Term
from myschool.timetable.models import Lesson, TeachingGroup

STATES = ("marked", "debt", "excused", "not_attested")
SCALES = ("five", "ten", "hundred", "pass_fail")


def _bound() -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(max_digits=5, decimal_places=2, null=True)


class JournalRules(models.Model):
    """How a school keeps its journal (правила ведения журнала); without a row the usual rules hold.

    `window_days` is how long after a lesson its cells may be changed, null for ever. `five`, `four`, `three` turn ten
    or a hundred points into five.
    """

    school = models.OneToOneField(School, models.PROTECT, primary_key=True)
    scale = models.CharField(max_length=10, default="five")
    lowest_mark = models.SmallIntegerField(default=2)
    five = _bound()
    four = _bound()
    three = _bound()
    window_days = models.SmallIntegerField(null=True, default=14)
    marks_when_absent = models.BooleanField(default=True)
    newcomers_begin_anew = models.BooleanField(default=False)
    control_works_a_day = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scale__in=SCALES), name="journal_rules_scale"),
            models.CheckConstraint(condition=Q(lowest_mark__in=(1, 2)), name="journal_rules_lowest"),
            models.CheckConstraint(
                condition=Q(window_days__isnull=True) | Q(window_days__range=(0, 366)), name="journal_rules_window"
            ),
            models.CheckConstraint(condition=Q(control_works_a_day__range=(1, 10)), name="journal_rules_control_works"),
        ]


class FinalRule(models.Model):
    """How a school proposes final marks (правило итоговых отметок), until a rule with a later day takes over."""

    school = models.ForeignKey(School, models.PROTECT)
    from_date = models.DateField()
    five = models.DecimalField(max_digits=4, decimal_places=2)
    four = models.DecimalField(max_digits=4, decimal_places=2)
    three = models.DecimalField(max_digits=4, decimal_places=2)
    two = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    year_five = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    year_four = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    year_three = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    least_marks = models.SmallIntegerField(default=1)
    control_works_needed = models.BooleanField(default=False)
    debt_blocks = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "from_date"], name="journal_final_rule_once"),
            models.CheckConstraint(
                condition=Q(five__gt=F("four"), four__gt=F("three")), name="journal_final_rule_order"
            ),
            models.CheckConstraint(condition=Q(least_marks__gte=1), name="journal_final_rule_least"),
        ]


class WorkKind(models.Model):
    """A kind of work (вид работы) with its weight; one that `is_control` counts against the day's limit.

    The default one is what a lesson has before anybody has planned a work for it. `weight` holds until the first
    `KindWeight`: the weight of a day is `journal_kind_weight` in SQL.
    """

    school = models.ForeignKey(School, models.PROTECT)
    title = models.CharField(max_length=100)
    short = models.CharField(max_length=4)
    weight = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1))
    is_control = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "title"], condition=Q(closed_at__isnull=True), name="journal_kind_once"
            ),
            models.UniqueConstraint(fields=["school"], condition=Q(is_default=True), name="journal_default_kind_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="journal_kind_weight"),
        ]


class KindWeight(models.Model):
    """Another weight of a kind of work (вес вида работы), for lessons from a day on, until the next one."""

    kind = models.ForeignKey(WorkKind, models.CASCADE, related_name="weights", db_index=False)
    from_date = models.DateField()
    weight = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "from_date"], name="journal_kind_weight_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="journal_kind_weight_positive"),
        ]


class AttendanceCode(models.Model):
    """What a region's journals write for an attendance (код посещаемости), and what it means in the whole country."""

    region = models.ForeignKey(Region, models.PROTECT)
    code = models.CharField(max_length=3)
    meaning = models.CharField(max_length=14)
    title = models.CharField(max_length=100)
    position = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="journal_code_once")]


class JournalPage(models.Model):
    """The page of one group (страница журнала): a version that every change of the page moves on, and its closed terms.

    A teacher's browser asks by the version whether its page is still the newest.
    """

    teaching_group = models.OneToOneField(TeachingGroup, models.PROTECT, primary_key=True)
    version = models.BigIntegerField(default=1)
    closed_terms = ArrayField(models.BigIntegerField(), default=list)


class GroupScale(models.Model):
    """A group marked by another scale than its school (шкала группы), such as «зачёт»."""

    teaching_group = models.OneToOneField(TeachingGroup, models.CASCADE, primary_key=True)
    scale = models.CharField(max_length=10)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(scale__in=SCALES), name="journal_group_scale")]


class Work(models.Model):
    """A work at a lesson (работа): a column of its own in the journal. Position 1 replaces the lesson's default one."""

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="works")
    position = models.SmallIntegerField()
    kind = models.ForeignKey(WorkKind, models.PROTECT)
    title = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=4, decimal_places=2)
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "position"], name="journal_work_once"),
            models.CheckConstraint(condition=Q(position__range=(1, 5)), name="journal_work_position"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="journal_work_weight"),
        ]


class Mark(models.Model):
    """What a student holds for one work (отметка): a mark, a debt with its day, or why there is none.

    Rows are never overwritten: a change ends the row and adds another, so the rows of a cell are its history, and
    those that have not ended are what it holds. `part` tells the two marks of one work apart («5/4»). `origin` is what
    the teacher wrote, `five` its worth in five points. The table is partitioned by `day`, the lesson's.
    """

    day = models.DateField()
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, db_index=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="marks", db_index=False)
    student = models.ForeignKey(Person, models.PROTECT, related_name="marks", db_index=False)
    position = models.SmallIntegerField(default=1)
    part = models.SmallIntegerField(default=1)
    state = models.CharField(max_length=12)
    origin = models.CharField(max_length=10, blank=True)
    five = models.SmallIntegerField(null=True)
    due = models.DateField(null=True)
    comment = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "student", "position", "part", "day"],
                condition=Q(ended_at__isnull=True),
                name="journal_mark_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="journal_mark_state"),
            models.CheckConstraint(condition=Q(state="marked") ^ Q(origin=""), name="journal_mark_has_its_value"),
            models.CheckConstraint(
                condition=Q(state="debt", due__isnull=False) | (~Q(state="debt") & Q(due__isnull=True)),
                name="journal_debt_has_its_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["teaching_group", "student", "day"],
                condition=Q(ended_at__isnull=True),
                name="journal_mark_by_seat",
            ),
            models.Index(fields=["student", "day"], name="journal_mark_by_student"),
        ]


class Attendance(models.Model):
    """How a student attended a lesson (посещаемость), where it is not simply being there; kept like marks.

    `minutes` are those of lateness (опоздание). The table is partitioned by `day`, the lesson's.
    """

    day = models.DateField()
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, db_index=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="attendances", db_index=False)
    student = models.ForeignKey(Person, models.PROTECT, related_name="attendances", db_index=False)
    code = models.ForeignKey(AttendanceCode, models.PROTECT, db_index=False)
    minutes = models.SmallIntegerField(default=0)
    note = models.ForeignKey("AbsenceNote", models.PROTECT, null=True, db_index=False)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "student", "day"], condition=Q(ended_at__isnull=True), name="journal_attendance_once"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(0, 240)), name="journal_attendance_minutes"),
        ]
        indexes = [
            models.Index(fields=["teaching_group", "day"], name="journal_attendance_by_group"),
            models.Index(fields=["student", "day"], name="journal_attendance_by_student"),
        ]


class Remark(models.Model):
    """A teacher's words to the family about a lesson (замечание, благодарность)."""

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="remarks")
    student = models.ForeignKey(Person, models.PROTECT, related_name="remarks")
    is_praise = models.BooleanField(default=False)
    text = models.CharField(max_length=500)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["student", "lesson"], name="journal_remark_by_student")]


class TopicPlan(models.Model):
    """A year's plan of topics in a subject (КТП), of a teacher; a colleague's can be copied."""

    school = models.ForeignKey(School, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    level = models.SmallIntegerField()
    title = models.CharField(max_length=200)
    author = models.ForeignKey(Person, models.PROTECT, related_name="topic_plans")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "subject"], name="journal_plan_by_subject")]


class PlannedTopic(models.Model):
    """A topic of a plan (тема КТП), in its place, with the lessons it takes."""

    plan = models.ForeignKey(TopicPlan, models.CASCADE, related_name="topics")
    position = models.SmallIntegerField()
    title = models.CharField(max_length=500)
    hours = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="journal_topic_once"),
            models.CheckConstraint(condition=Q(hours__range=(1, 40)), name="journal_topic_hours"),
        ]


class GroupTopicPlan(models.Model):
    """The plan of topics that a group is taught by."""

    teaching_group = models.OneToOneField(TeachingGroup, models.CASCADE, primary_key=True)
    plan = models.ForeignKey(TopicPlan, models.PROTECT)


class LessonTopic(models.Model):
    """What a lesson was about (тема урока), as its teacher wrote it."""

    lesson = models.OneToOneField(Lesson, models.PROTECT, primary_key=True, related_name="topic")
    text = models.CharField(max_length=500)
    planned_topic = models.ForeignKey(PlannedTopic, models.SET_NULL, null=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class LessonMaterial(models.Model):
    """A link, a file or a material of the library for a lesson (материал урока), shown to its students.

    The version is the one the teacher chose: a newer one, or its withdrawal, does not change the lesson.
    """

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="materials")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True)
    version = models.ForeignKey(MaterialVersion, models.PROTECT, null=True, related_name="+")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(url="", file__isnull=False, version__isnull=True)
                | (~Q(url="") & Q(file__isnull=True, version__isnull=True))
                | Q(url="", file__isnull=True, version__isnull=False),
                name="journal_material_is_one_thing",
            )
        ]


class TermMark(models.Model):
    """A student's final mark for a term (итоговая за период), kept like marks.

    `proposed` is what the school's rule gave at that moment; `reason` is said where the mark departs from it.
    """

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT)
    student = models.ForeignKey(Person, models.PROTECT, related_name="term_marks")
    term = models.ForeignKey(Term, models.PROTECT)
    state = models.CharField(max_length=12)
    origin = models.CharField(max_length=10, blank=True)
    five = models.SmallIntegerField(null=True)
    proposed = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["teaching_group", "term", "student"],
                condition=Q(ended_at__isnull=True),
                name="journal_term_mark_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("marked", "excused", "not_attested")), name="journal_term_mark_state"
            ),
            models.CheckConstraint(condition=Q(state="marked") ^ Q(origin=""), name="journal_term_mark_has_its_value"),
        ]
        indexes = [models.Index(fields=["student", "term"], name="journal_term_mark_by_student")]


class YearMark(models.Model):
    """A student's final mark for the year (итоговая за год), kept like term marks."""

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT)
    student = models.ForeignKey(Person, models.PROTECT, related_name="year_marks")
    state = models.CharField(max_length=12)
    origin = models.CharField(max_length=10, blank=True)
    five = models.SmallIntegerField(null=True)
    proposed = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["teaching_group", "student"], condition=Q(ended_at__isnull=True), name="journal_year_mark_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("marked", "excused", "not_attested")), name="journal_year_mark_state"
            ),
            models.CheckConstraint(condition=Q(state="marked") ^ Q(origin=""), name="journal_year_mark_has_its_value"),
        ]
        indexes = [models.Index(fields=["student"], name="journal_year_mark_by_student")]


class TermClosing(models.Model):
    """A group's term that was closed (закрытие периода), and perhaps opened again with a reason."""

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT)
    term = models.ForeignKey(Term, models.PROTECT)
    closed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    reopened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["teaching_group", "term"], condition=Q(reopened_at__isnull=True), name="journal_closing_once"
            )
        ]


class UnlockRequest(models.Model):
    """A teacher's request to change a lesson whose window is over (запрос на изменение).

    Granted, it opens the lesson's cells up to `to_date`, that day excluded.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "На рассмотрении"
        GRANTED = "granted", "Разрешено"
        DECLINED = "declined", "Отказано"

    school = models.ForeignKey(School, models.PROTECT)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="unlock_requests")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "asked_by"], condition=Q(state="submitted"), name="journal_unlock_asked_once"
            )
        ]
        indexes = [
            models.Index(fields=["school"], condition=Q(state="submitted"), name="journal_unlock_open_by_school"),
            models.Index(fields=["lesson"], name="journal_unlock_by_lesson"),
        ]


class AbsenceNote(models.Model):
    """A guardian's paper about an absence (справка, объяснение): accepted by the homeroom teacher, it changes codes."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "На рассмотрении"
        ACCEPTED = "accepted", "Принята"
        DECLINED = "declined", "Не принята"
        WITHDRAWN = "withdrawn", "Отозвана"

    school = models.ForeignKey(School, models.PROTECT)
    student = models.ForeignKey(Person, models.PROTECT, related_name="absence_notes")
    from_date = models.DateField()
    to_date = models.DateField()
    meaning = models.CharField(max_length=14)
    text = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True)
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="journal_note_period"),
            models.CheckConstraint(condition=Q(meaning__in=("illness", "excused")), name="journal_note_meaning"),
        ]
        indexes = [
            models.Index(fields=["student", "from_date"], name="journal_note_by_student"),
            models.Index(fields=["school"], condition=Q(state="submitted"), name="journal_note_open_by_school"),
        ]


class Acknowledgement(models.Model):
    """That a guardian has seen a student's week (ознакомлен), named by its Monday; it never expires."""

    guardian = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements")
    student = models.ForeignKey(Person, models.PROTECT, related_name="acknowledged")
    monday = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "monday", "guardian"], name="journal_acknowledged_once")
        ]
