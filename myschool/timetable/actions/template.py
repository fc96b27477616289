"""The weekly template, and the dated lessons that are made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.schools.models import School, SchoolYear
from myschool.timetable import facts
from myschool.timetable.models import Lesson, Room, TeachingGroup, TemplateLesson
from myschool.timetable.queries.calendar import planned_year, template_of
from myschool.timetable.queries.publishing import FIELDS, Publishing, publishing
from myschool.timetable.questions import LessonsSettled, lessons_settled
from myschool.timetable.rules import clashes, lessons, school_calendar

ONE_DAY = timedelta(days=1)
TWO_WEEKS = timedelta(weeks=2)
MOST_WORDS = 10


class TemplateClash(Refusal):
    """The line would need a teacher, a room or students that another line has at the same time."""

    status = 409


class NothingToPublish(Refusal):
    """The template is empty, or nobody follows terms."""

    status = 409


@transaction.atomic
def add_template_lesson(
    *,
    teaching_group: TeachingGroup,
    weekday: int,
    number: int,
    teacher_id: int | None,
    room: Room | None,
    week: str,
    from_day: date,
    by: Actor,
    at: datetime,
) -> TemplateLesson:
    """A line of the weekly template from a day on; Monday is 0, `week` is «A», «B» or empty for every week.

    Raises:
        TemplateClash: a teacher, a room or a student would be needed twice, named in words.
    """
    school = (
        School.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=teaching_group.school_id)
    )
    same = TemplateLesson.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gt=from_day),
        teaching_group=teaching_group,
        weekday=weekday,
        number=number,
        week=week,
    )
    if same.exists():
        raise TemplateClash(f"{teaching_group.title}: на этом месте недели урок уже стоит.")
    line = TemplateLesson.objects.create(
        school=school,
        school_year=teaching_group.school_year,
        teaching_group=teaching_group,
        teacher_id=teacher_id,
        room=room,
        weekday=weekday,
        number=number,
        week=week,
        from_date=from_day,
    )
    if words := _clashes_of(line, school):
        raise TemplateClash(" ".join(words))
    chronicle.write(
        facts.TemplateChanged(template_lesson_id=line.pk, teaching_group_id=teaching_group.pk, **by.stamp(at))
    )
    return line


def _clashes_of(line: TemplateLesson, school: School) -> list[str]:
    """What a new line collides with in the first two weeks in which it is taught, by real time."""
    year = planned_year(school, line.school_year)
    template = template_of(school, line.school_year, year.classes, line.from_date)
    own = [planned for planned in template if planned.id == line.pk]
    day = _first_taught(own, year.calendar, line)
    if day is None:
        return []
    same_day = [planned for planned in template if planned.weekday == line.weekday]
    placed = lessons.dated_lessons(same_day, year.calendar, year.bells, day, day + TWO_WEEKS)
    marks = f"t{line.pk}-"
    bookings = clashes.Bookings(lesson for lesson in placed.lessons if not lesson.key.startswith(marks))
    words = [
        clash.words
        for lesson in placed.lessons
        if lesson.key.startswith(marks)
        for clash in bookings.clashes_of(lesson)
    ]
    words += [each.reason for each in placed.unplaced if each.key.startswith(marks)]
    return list(dict.fromkeys(words))


def _first_taught(
    own: Iterable[lessons.TemplateLesson], calendar: school_calendar.SchoolCalendar, line: TemplateLesson
) -> date | None:
    for planned in own:
        for school_class in planned.teaching_group.classes:
            days = calendar.school_days(school_class, line.from_date, line.school_year.to_date)
            for day in days:
                if planned.falls_on(day):
                    return day.day
    return None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a whole weekly template; Monday is 0."""

    teaching_group_id: int
    weekday: int
    number: int
    teacher_id: int | None
    room_id: int | None
    week: str = ""


@transaction.atomic
def set_template(
    *, school: School, year: SchoolYear, lines: Sequence[Line], from_day: date, by: Actor, at: datetime
) -> None:
    """Make these lines the whole weekly template from a day on, in place of all that hold then.

    Raises:
        TemplateClash: two of the lines need a teacher, a room or a student at once.
    """
    school = (
        School.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=school.pk)
    )
    old = TemplateLesson.objects.filter(school=school, school_year=year).exclude(to_date__lte=from_day)
    old.filter(from_date__gte=from_day, lesson__isnull=True).delete()
    old.update(to_date=from_day)
    rows = TemplateLesson.objects.bulk_create(
        TemplateLesson(
            school=school,
            school_year=year,
            teaching_group_id=line.teaching_group_id,
            teacher_id=line.teacher_id,
            room_id=line.room_id,
            weekday=line.weekday,
            number=line.number,
            week=line.week,
            from_date=from_day,
        )
        for line in lines
    )
    planned = planned_year(school, year)
    template = template_of(school, year, planned.classes, from_day)
    # Four weeks hold both of A and B, whatever holidays there are between.
    first = max(from_day, year.from_date)
    placed = lessons.dated_lessons(template, planned.calendar, planned.bells, first, first + 2 * TWO_WEEKS)
    if words := dict.fromkeys(clash.words for clash in clashes.clashes(placed.lessons)):
        raise TemplateClash(" ".join(list(words)[:MOST_WORDS]))
    chronicle.write(facts.TemplateSet(from_day=str(from_day), lines=len(rows), **by.stamp(at)))


@transaction.atomic
def end_template_lesson(*, line: TemplateLesson, day: date, by: Actor, at: datetime) -> None:
    """Teach a line of the template no longer, from a day on; one that has not begun goes away altogether."""
    if line.from_date >= day and not line.lesson_set.exists():
        line.delete()
    else:
        TemplateLesson.objects.filter(pk=line.pk).update(to_date=max(day, line.from_date + ONE_DAY))
    chronicle.write(
        facts.TemplateChanged(template_lesson_id=line.pk or 0, teaching_group_id=line.teaching_group_id, **by.stamp(at))
    )


@transaction.atomic
def publish_timetable(*, school: School, year: SchoolYear, from_day: date, by: Actor, at: datetime) -> Publishing:
    """Make the dated lessons of the template from a day to the year's end; what has no place is told, the rest kept.

    Publishing again changes only what the template says otherwise. Lessons that fell out are dropped, never deleted:
    what was written for them stays.

    Raises:
        NothingToPublish: no line of the template gives a lesson.
    """
    school = (
        School.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=school.pk)
    )
    publication = publishing(school, year, from_day)
    if not TemplateLesson.objects.filter(school=school, school_year=year).exists():
        raise NothingToPublish("Недельное расписание пустое. Сначала расставьте уроки.")
    # What falls out makes room before anything takes it; changed lessons may trade places with each other.
    leaving = [row.pk for row in (*publication.dropped, *publication.changed)]
    Lesson.objects.filter(pk__in=leaving).update(state=Lesson.State.DROPPED)
    Lesson.objects.bulk_update(publication.changed, FIELDS, batch_size=500)
    Lesson.objects.bulk_create(publication.created, batch_size=2000)
    lessons_settled.ask(LessonsSettled(at, teaching_group_ids=publication.group_ids))
    chronicle.write(
        facts.TimetablePublished(
            from_day=str(from_day),
            to_day=str(year.to_date - ONE_DAY),
            teaching_group_ids=publication.group_ids,
            **by.stamp(at),
        )
    )
    return publication
