"""The study plan, its groups and teachers; bells, the weekly template, dated lessons and what changed about them."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass, SchoolYear, Subject, no_overlap


def lasting_on(day: date) -> Q:
    """Rows whose period holds that day."""
    return Q(from_date__lte=day) & (Q(to_date__isnull=True) | Q(to_date__gt=day))


class CurriculumHours(models.Model):
    """How many lessons a week a class has in a subject (часы учебного плана)."""

    school_class = models.ForeignKey(SchoolClass, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    hours = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_class", "subject"], name="timetable_hours_once"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="timetable_hours_positive"),
        ]


class TeachingGroup(models.Model):
    """Students taught a subject together (учебная группа): whole classes, or of them a part (подгруппа) on a list."""

    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    title = models.CharField(max_length=100)
    is_part = models.BooleanField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "subject", "title"],
                condition=Q(closed_at__isnull=True),
                name="timetable_group_once",
            )
        ]


class GroupClass(models.Model):
    """A class whose students a group takes (класс группы), from and to a day."""

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="classes")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("timetable_group_class_no_overlap", "teaching_group", "school_class")]
        indexes = [models.Index(fields=["school_class"], name="timetable_group_by_class")]


class GroupMember(models.Model):
    """A student on the list of a part (место в подгруппе), from and to a day; counts while they are in its classes."""

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="members")
    student = models.ForeignKey(Person, models.PROTECT, related_name="group_places")
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("timetable_member_no_overlap", "teaching_group", "student")]


class TeachingLoad(models.Model):
    """Hours a week that a teacher gives a group (нагрузка), from and to a day."""

    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="loads")
    teacher = models.ForeignKey(Person, models.PROTECT, related_name="loads")
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [
            no_overlap("timetable_load_no_overlap", "teaching_group", "teacher"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="timetable_load_positive"),
        ]


class HomeroomTeacher(models.Model):
    """Who leads a class (классный руководитель), from and to a day."""

    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="homerooms")
    teacher = models.ForeignKey(Person, models.PROTECT, related_name="homerooms")
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("timetable_homeroom_no_overlap", "school_class")]


class ClassRegime(models.Model):
    """How a class studies (режим класса): its shift, five or six days a week, its profile; without a row the usual."""

    school_class = models.OneToOneField(SchoolClass, models.CASCADE, primary_key=True, related_name="regime")
    shift = models.SmallIntegerField(default=1)
    days_a_week = models.SmallIntegerField(default=5)
    profile = models.CharField(max_length=50, blank=True)
    is_compensating = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(shift__in=(1, 2)), name="timetable_regime_shift"),
            models.CheckConstraint(condition=Q(days_a_week__in=(5, 6)), name="timetable_regime_week"),
        ]


class Room(models.Model):
    """Where lessons are held (кабинет); in a shared one, such as a sports hall, several may go on at once."""

    school = models.ForeignKey(School, models.PROTECT)
    title = models.CharField(max_length=50)
    is_shared = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "title"], condition=Q(closed_at__isnull=True), name="timetable_room_once"
            )
        ]


class BellSchedule(models.Model):
    """The bells of one shift's day (расписание звонков)."""

    school = models.ForeignKey(School, models.PROTECT)
    title = models.CharField(max_length=100)
    shift = models.SmallIntegerField(default=1)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "title"], condition=Q(closed_at__isnull=True), name="timetable_bells_once"
            ),
            models.CheckConstraint(condition=Q(shift__in=(1, 2)), name="timetable_bells_shift"),
        ]


class BellSlot(models.Model):
    """The time of one lesson of the day, by the school's clocks."""

    schedule = models.ForeignKey(BellSchedule, models.CASCADE, related_name="slots")
    number = models.SmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "number"], name="timetable_slot_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="timetable_slot_period"),
            models.CheckConstraint(condition=Q(number__range=(0, 15)), name="timetable_slot_number"),
        ]


class BellRule(models.Model):
    """When and for whom bells ring (правило звонков); what is empty does not narrow it, the shift always does.

    `weekdays` count from Monday, which is 0; `day` is a single date.
    """

    schedule = models.ForeignKey(BellSchedule, models.CASCADE, related_name="rules")
    levels = ArrayField(models.SmallIntegerField(), default=list)
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, null=True)
    weekdays = ArrayField(models.SmallIntegerField(), default=list)
    day = models.DateField(null=True)


class MovedDay(models.Model):
    """A day on which the lessons of another one are held (перенос учебного дня)."""

    school = models.ForeignKey(School, models.PROTECT)
    day = models.DateField()
    instead_of = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "day"], name="timetable_moved_day_once"),
            models.UniqueConstraint(fields=["school", "instead_of"], name="timetable_moved_away_once"),
        ]


class TemplateLesson(models.Model):
    """A lesson of the weekly template (строка недельного расписания), every week or in week A or B."""

    class Week(models.TextChoices):
        EVERY = "", "Каждую неделю"
        A = "A", "Неделя А"
        B = "B", "Неделя Б"

    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="template")
    teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="template")
    room = models.ForeignKey(Room, models.PROTECT, null=True)
    weekday = models.SmallIntegerField()
    number = models.SmallIntegerField()
    week = models.CharField(max_length=1, choices=Week, blank=True, default=Week.EVERY)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 5)), name="timetable_template_weekday"),
            models.CheckConstraint(condition=Q(number__range=(0, 15)), name="timetable_template_number"),
            no_overlap("timetable_template_no_overlap", "teaching_group", "weekday", "number", "week"),
        ]
        indexes = [models.Index(fields=["school", "school_year"], name="timetable_template_by_school")]


class Lesson(models.Model):
    """One lesson (урок) on one day, as it is held: the school's own date and time, so that no law about clocks moves it.

    What the plan said stays in `planned_…`; an added lesson has none of it. A dropped lesson fell out of the template
    before its day; it keeps what was already written for it, and nobody is shown it as a lesson.
    """

    class State(models.TextChoices):
        HELD = "held", "Проводится"
        CANCELLED = "cancelled", "Отменён"
        DROPPED = "dropped", "Снят с расписания"

    # Indexes that begin with these three and go on with the day are below.
    school = models.ForeignKey(School, models.PROTECT, db_index=False)
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="lessons", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT)
    template_lesson = models.ForeignKey(TemplateLesson, models.SET_NULL, null=True)
    state = models.CharField(max_length=9, choices=State, default=State.HELD)
    day = models.DateField()
    number = models.SmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="lessons", db_index=False)
    room = models.ForeignKey(Room, models.PROTECT, null=True)
    # The room's own `is_shared`, so that the database can refuse a second lesson in a room that is not.
    room_is_shared = models.BooleanField(default=False)
    planned_day = models.DateField(null=True)
    planned_number = models.SmallIntegerField(null=True)
    planned_starts = models.TimeField(null=True)
    planned_ends = models.TimeField(null=True)
    planned_teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="planned_lessons")
    planned_room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="planned_lessons")
    planned_subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="planned_lessons")

    class Meta:
        constraints = [
            # What is written for a lesson names its day as well, and follows it to another.
            models.UniqueConstraint(fields=["id", "day"], name="timetable_lesson_of_day"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="timetable_lesson_period"),
            models.UniqueConstraint(
                fields=["template_lesson", "planned_day"], name="timetable_lesson_of_template_once"
            ),
            *(
                ExclusionConstraint(
                    name=f"timetable_lesson_{name}_free",
                    expressions=[
                        (field, RangeOperators.EQUAL),
                        (
                            models.Func(
                                F("day") + F("starts"),
                                F("day") + F("ends"),
                                function="tsrange",
                                output_field=DateTimeRangeField(),
                            ),
                            RangeOperators.OVERLAPS,
                        ),
                    ],
                    condition=Q(state="held") & condition,
                )
                for name, field, condition in (
                    ("teacher", "teacher", Q(teacher__isnull=False)),
                    ("room", "room", Q(room__isnull=False, room_is_shared=False)),
                    ("group", "teaching_group", Q()),
                )
            ),
        ]
        indexes = [
            models.Index(fields=["teaching_group", "day", "number"], name="timetable_lesson_by_group"),
            models.Index(fields=["teacher", "day"], name="timetable_lesson_by_teacher"),
            models.Index(fields=["school", "day"], name="timetable_lesson_by_school"),
        ]


class LessonChange(models.Model):
    """What was changed about one lesson, and why (изменение в расписании); counts until it is withdrawn.

    What is empty stays as it was.
    """

    class Kind(models.TextChoices):
        SUBSTITUTION = "substitution", "Замена"
        MOVE = "move", "Перенос"
        CANCELLATION = "cancellation", "Отмена"
        ADDITION = "addition", "Дополнительный урок"

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind)
    teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="substitutions")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    day = models.DateField(null=True)
    number = models.SmallIntegerField(null=True)
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True)
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="lesson_changes")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lesson"], name="timetable_change_by_lesson")]


class PlanTask(models.Model):
    """Something about the plan and its groups for a keeper to look at (проверить план и группы), until it is settled."""

    school = models.ForeignKey(School, models.PROTECT)
    student = models.ForeignKey(Person, models.PROTECT)
    from_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="+")
    to_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["school"], condition=Q(settled_at__isnull=True), name="timetable_open_task_by_school")
        ]


class TeacherAbsence(models.Model):
    """A teacher's absence (отсутствие учителя), from and to a day: asked for by the teacher, decided by a keeper of the plan.

    Kind and reason are for those who keep the plan and for the teacher: an illness is nobody else's matter.
    """

    class Kind(models.TextChoices):
        ILLNESS = "illness", "Болезнь"
        LEAVE = "leave", "Отпуск"
        TRIP = "trip", "Командировка"
        COURSES = "courses", "Курсы"
        OTHER = "other", "Другая причина"

    class State(models.TextChoices):
        ASKED = "asked", "Ждёт решения"
        APPROVED = "approved", "Согласовано"
        DECLINED = "declined", "Отказано"
        WITHDRAWN = "withdrawn", "Отменено"

    school = models.ForeignKey(School, models.PROTECT, db_index=False)
    teacher = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    from_date = models.DateField()
    to_date = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="timetable_absence_period"),
            # A decision has who made it and when; only what nobody has decided yet, or was taken back, has none.
            models.CheckConstraint(
                condition=Q(state__in=("asked", "withdrawn")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="timetable_absence_decided",
            ),
            no_overlap(
                "timetable_absence_no_overlap", "school", "teacher", condition=Q(state__in=("asked", "approved"))
            ),
        ]
        indexes = [models.Index(fields=["school", "to_date"], name="timetable_absence_by_school")]
