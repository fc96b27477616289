"""The study plan: hours of a class, groups that are taught together, who teaches them."""

from datetime import date

from django.db import models
from django.db.models import Q

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
