"""Rows of a school turned into what the rules count with: classes, groups, calendar, bells, the template, lessons."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from myschool.people.models import Person
from myschool.people.rules.names import short_name
from myschool.schools.models import Holiday, School, SchoolClass, SchoolYear, Subject, Term
from myschool.schools.queries import calendar_of
from myschool.timetable.models import (
    BellRule,
    BellSlot,
    ClassRegime,
    GroupClass,
    GroupMember,
    Lesson,
    MovedDay,
    Room,
    TeachingGroup,
    TemplateLesson,
    lasting_on,
)
from myschool.timetable.rules import bells as bells_rules
from myschool.timetable.rules import groups as groups_rules
from myschool.timetable.rules import lessons, school_calendar

PHYSICAL_EDUCATION = "physical_education"
SIX_DAYS = 6


@dataclass(frozen=True)
class PlannedYear:
    """All that dated lessons follow from: a school's calendar, its bells and its classes by id."""

    calendar: school_calendar.SchoolCalendar
    bells: tuple[bells_rules.BellRule, ...]
    classes: dict[int, groups_rules.SchoolClass]


def planned_year(school: School, year: SchoolYear) -> PlannedYear:
    """A school's year as the rules know it, in eight statements whatever its size."""
    rows = list(SchoolClass.objects.filter(school=school, school_year=year))
    regimes = {row.school_class_id: row for row in ClassRegime.objects.filter(school_class__in=rows)}
    classes = {row.pk: _school_class(row, regimes.get(row.pk)) for row in rows}
    followers: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.term_scheme_id:
            followers[row.term_scheme_id].add(row.pk)
    six_day = frozenset(pk for pk, regime in regimes.items() if regime.days_a_week == SIX_DAYS)
    calendar = school_calendar.SchoolCalendar(
        schemes=_schemes(school, year, followers),
        holidays=tuple(
            school_calendar.Holiday(row.from_date, row.to_date, row.title, _up_to(row.up_to_level))
            for row in Holiday.objects.filter(school=school, school_year=year)
        ),
        moved_days=tuple(
            school_calendar.MovedDay(row.day, row.instead_of)
            for row in MovedDay.objects.filter(school=school, day__gte=year.from_date, day__lt=year.to_date)
        ),
        six_day=(groups_rules.Scope(class_ids=six_day),) if six_day else (),
        region=calendar_of(school.organisation.region_id, year.from_date),
    )
    return PlannedYear(calendar, _bell_rules(school), classes)


def _schemes(
    school: School, year: SchoolYear, followers: dict[int, set[int]]
) -> tuple[school_calendar.TermScheme, ...]:
    terms: dict[int, list[school_calendar.Term]] = defaultdict(list)
    for row in Term.objects.filter(scheme__school=school, scheme__school_year=year).select_related("scheme"):
        kind = "module" if row.scheme.kind == "other" else row.scheme.kind
        terms[row.scheme_id].append(
            school_calendar.Term(row.from_date, row.to_date, school_calendar.TermKind(kind), row.number)
        )
    return tuple(
        school_calendar.TermScheme(tuple(terms[scheme]), groups_rules.Scope(class_ids=frozenset(ids)))
        for scheme, ids in sorted(followers.items())
    )


def _up_to(level: int | None) -> groups_rules.Scope:
    return groups_rules.EVERYBODY if level is None else groups_rules.Scope(levels=frozenset(range(1, level + 1)))


def _school_class(row: SchoolClass, regime: ClassRegime | None) -> groups_rules.SchoolClass:
    regime = regime or ClassRegime()
    return groups_rules.SchoolClass(
        id=row.pk,
        level=row.level,
        letter=row.letter,
        shift=groups_rules.Shift(regime.shift),
        profile=regime.profile,
        is_compensating=regime.is_compensating,
    )


def _bell_rules(school: School) -> tuple[bells_rules.BellRule, ...]:
    slots: dict[int, list[bells_rules.BellSlot]] = defaultdict(list)
    of_school = {"schedule__school": school, "schedule__closed_at__isnull": True}
    for slot in BellSlot.objects.filter(**of_school).order_by("schedule", "number"):
        slots[slot.schedule_id].append(bells_rules.BellSlot(slot.number, slot.starts, slot.ends))
    return tuple(
        bells_rules.BellRule(
            bells_rules.BellSchedule(
                row.schedule.title, tuple(slots[row.schedule_id]), groups_rules.Shift(row.schedule.shift)
            ),
            groups_rules.Scope(
                levels=frozenset(row.levels), class_ids=frozenset({row.school_class_id} if row.school_class_id else ())
            ),
            frozenset(row.weekdays),
            frozenset({row.day} if row.day else ()),
        )
        for row in BellRule.objects.filter(**of_school).select_related("schedule").order_by("pk")
    )


def groups_as_taught(
    group_ids: Iterable[int], classes: dict[int, groups_rules.SchoolClass], day: date
) -> dict[int, groups_rules.TeachingGroup]:
    """Groups with their classes and, of parts, their students on a day; a group of no class is left out."""
    ids = set(group_ids)
    group_classes: dict[int, list[groups_rules.SchoolClass]] = defaultdict(list)
    for row in GroupClass.objects.filter(lasting_on(day), teaching_group__in=ids).order_by("school_class"):
        if row.school_class_id in classes:
            group_classes[row.teaching_group_id].append(classes[row.school_class_id])
    listed: dict[int, set[int]] = defaultdict(set)
    for member in GroupMember.objects.filter(lasting_on(day), teaching_group__in=ids):
        listed[member.teaching_group_id].add(member.student_id)
    return {
        row.pk: groups_rules.TeachingGroup(
            row.pk, row.title, tuple(group_classes[row.pk]), frozenset(listed[row.pk]) if row.is_part else None
        )
        for row in TeachingGroup.objects.filter(pk__in=ids)
        if group_classes[row.pk]
    }


def as_subject(row: Subject) -> lessons.Subject:
    """A subject as the rules know it."""
    return lessons.Subject(row.pk, row.title, row.code == PHYSICAL_EDUCATION)


def as_teacher(row: Person | None) -> lessons.Teacher | None:
    """A teacher as the rules know them, with the name that words about a clash use."""
    return lessons.Teacher(row.pk, short_name(row.last_name, row.first_name, row.patronymic)) if row else None


def as_room(row: Room | None) -> lessons.Room | None:
    """A room as the rules know it."""
    return lessons.Room(row.pk, row.title, row.is_shared) if row else None


def template_of(
    school: School, year: SchoolYear, classes: dict[int, groups_rules.SchoolClass], day: date
) -> list[lessons.TemplateLesson]:
    """The lines of the weekly template that hold on a day or later."""
    rows = list(
        TemplateLesson.objects.filter(school=school, school_year=year)
        .exclude(to_date__lte=day)
        .select_related("teaching_group__subject", "teacher", "room")
        .order_by("weekday", "number", "pk")
    )
    groups = groups_as_taught({row.teaching_group_id for row in rows}, classes, max(day, year.from_date))
    return [
        lessons.TemplateLesson(
            id=row.pk,
            weekday=row.weekday,
            number=row.number,
            teaching_group=groups[row.teaching_group_id],
            subject=as_subject(row.teaching_group.subject),
            teacher=as_teacher(row.teacher),
            room=as_room(row.room),
            week=school_calendar.Week(row.week) if row.week else None,
            from_date=row.from_date,
            to_date=row.to_date,
        )
        for row in rows
        if row.teaching_group_id in groups
    ]


def as_lesson(row: Lesson, groups: dict[int, groups_rules.TeachingGroup]) -> lessons.Lesson:
    """A dated lesson as it is held; its subject, teacher and room must be loaded."""
    return lessons.Lesson(
        key=str(row.pk),
        day=row.day,
        slot=bells_rules.BellSlot(row.number, row.starts, row.ends),
        teaching_group=groups[row.teaching_group_id],
        subject=as_subject(row.subject),
        teacher=as_teacher(row.teacher),
        room=as_room(row.room),
    )


def lessons_held(school: School, day: date, classes: dict[int, groups_rules.SchoolClass]) -> list[lessons.Lesson]:
    """All lessons of a school's day as they are held."""
    rows = list(
        Lesson.objects.filter(school=school, day=day, state=Lesson.State.HELD).select_related(
            "subject", "teacher", "room"
        )
    )
    groups = groups_as_taught({row.teaching_group_id for row in rows}, classes, day)
    return [as_lesson(row, groups) for row in rows if row.teaching_group_id in groups]
