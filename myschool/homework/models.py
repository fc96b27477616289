"""Homework, whom it is for, and what was handed in."""

from django.db import models
from django.db.models import Q

from myschool.files.models import StoredFile
from myschool.people.models import Person
from myschool.schools.models import School
from myschool.timetable.models import Lesson, TeachingGroup


class HomeworkRules(models.Model):
    """By when homework is to be posted (правила домашних заданий): on the day before it is due, up to that time."""

    school = models.OneToOneField(School, models.PROTECT, primary_key=True)
    post_until = models.TimeField()


class Homework(models.Model):
    """What is to be done at home (домашнее задание): for a group, or for some of its students.

    `lesson` is where it was given, `due_lesson` where it is asked; `due_day` is the day it is due on, always.
    `put_off_from` is the lesson it is meant for while that one is not held.
    `was_late` is judged once, when it is posted. `minutes` is the teacher's estimate.
    """

    school = models.ForeignKey(School, models.PROTECT, db_index=False)
    teaching_group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="homework", db_index=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, null=True, related_name="homework_given")
    due_lesson = models.ForeignKey(Lesson, models.PROTECT, null=True, related_name="homework_due")
    put_off_from = models.ForeignKey(Lesson, models.PROTECT, null=True, related_name="homework_put_off")
    due_day = models.DateField()
    text = models.TextField(max_length=5000)
    minutes = models.SmallIntegerField(null=True)
    needs_hand_in = models.BooleanField(default=False)
    is_for_all = models.BooleanField(default=True)
    posted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()
    was_late = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 600)), name="homework_minutes"
            )
        ]
        indexes = [
            models.Index(fields=["teaching_group", "due_day"], name="homework_by_group"),
            models.Index(fields=["school", "posted_at"], name="homework_by_school"),
        ]


class HomeworkStudent(models.Model):
    """A student an individual homework is for (кому задано)."""

    homework = models.ForeignKey(Homework, models.CASCADE, related_name="students")
    student = models.ForeignKey(Person, models.PROTECT, related_name="own_homework")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["homework", "student"], name="homework_student_once")]


class HomeworkFile(models.Model):
    """A file that goes with a homework (файл задания)."""

    homework = models.ForeignKey(Homework, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")


class HandIn(models.Model):
    """One version of what a student handed in (сдача), and what the teacher said to it."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Сдано"
        RETURNED = "returned", "На доработке"
        ACCEPTED = "accepted", "Принято"

    homework = models.ForeignKey(Homework, models.PROTECT, related_name="hand_ins")
    student = models.ForeignKey(Person, models.PROTECT, related_name="hand_ins")
    version = models.SmallIntegerField()
    text = models.TextField(max_length=10000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    handed_in_at = models.DateTimeField()
    was_late = models.BooleanField(default=False)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["homework", "student", "version"], name="homework_version_once")]


class HandInFile(models.Model):
    """A file of a hand-in (файл сдачи)."""

    hand_in = models.ForeignKey(HandIn, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")


class HomeworkTick(models.Model):
    """A student's own mark that a homework is done (сделано)."""

    homework = models.ForeignKey(Homework, models.CASCADE, related_name="ticks")
    student = models.ForeignKey(Person, models.PROTECT, related_name="homework_ticks")
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["homework", "student"], name="homework_tick_once")]
