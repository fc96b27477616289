"""What is done to the study plan: hours, groups, parts, teachers."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import Refusal
from myschool.schools.models import SchoolClass, Subject
from myschool.timetable import facts
from myschool.timetable.access import students_of_classes, teachers_of
from myschool.timetable.actions.tasks import settle_seated
from myschool.timetable.models import CurriculumHours, GroupClass, GroupMember, TeachingGroup, TeachingLoad, lasting_on

MOST_PARTS = 4
TITLE_LENGTH = 100


class GroupExists(Refusal):
    """A group of this subject and title is taught already."""

    status = 409
    field = "title"


class GroupIsClosed(Refusal):
    """The group is taught no longer."""

    status = 409


class NotAPart(Refusal):
    """Whole classes have no list of their own; a part is not divided again."""

    status = 409


class ClassUnfit(Refusal):
    """The class is of another year than the group, or takes no students."""

    status = 422


class NotInClasses(Refusal):
    """Somebody on the list studies in none of the group's classes."""

    status = 422


class NotATeacher(Refusal):
    """The person holds no teaching post in the school."""

    status = 422
    field = "teacher"


@transaction.atomic
def set_hours(*, school_class: SchoolClass, subject: Subject, hours: Decimal, by: Actor, at: datetime) -> None:
    """Give a class so many hours a week of a subject; zero takes the subject out of its plan."""
    SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    row = CurriculumHours.objects.filter(school_class=school_class, subject=subject).first()
    if (row.hours if row else 0) == hours:
        return
    if hours:
        row = row or CurriculumHours(school_class=school_class, subject=subject)
        row.hours = hours
        row.save()
    elif row:
        row.delete()
    chronicle.write(
        facts.HoursSet(
            **by.stamp(at, school_id=school_class.school_id),
            class_id=school_class.pk,
            subject_id=subject.pk,
            hours=f"{hours}",
        )
    )


@transaction.atomic
def plan_subject(
    *,
    school_class: SchoolClass,
    subject: Subject,
    hours: Decimal,
    teacher_id: int | None,
    day: date,
    by: Actor,
    at: datetime,
) -> None:
    """Put a subject into a class's plan: its hours, the whole class as a group, and who teaches it, if that is known.

    Raises:
        GroupExists: the class is taught the subject already.
        NotATeacher: the person holds no teaching post in the school.
    """
    set_hours(school_class=school_class, subject=subject, hours=hours, by=by, at=at)
    teaching_group = make_group(
        subject=subject, title=school_class.title, classes=[school_class], is_part=False, by=by, at=at
    )
    if teacher_id is not None:
        assign_teacher(teaching_group=teaching_group, teacher_id=teacher_id, hours=hours, day=day, by=by, at=at)


@transaction.atomic
def make_group(
    *, subject: Subject, title: str, classes: Sequence[SchoolClass], is_part: bool, by: Actor, at: datetime
) -> TeachingGroup:
    """Teach a subject to whole classes together, or to a part of them whose list is made next.

    The group takes its classes' students from the first day of the year on.

    Raises:
        GroupExists: a group of this title is taught the subject.
        ClassUnfit: no class is named, or they are of different years.
    """
    years = {school_class.school_year_id: school_class.school_year for school_class in classes}
    if len(years) != 1:
        raise ClassUnfit("Выберите классы одного учебного года.")
    (year,) = years.values()
    Subject.objects.select_for_update().get(pk=subject.pk)
    if TeachingGroup.objects.filter(
        school=subject.school_id, school_year=year, subject=subject, title=title, closed_at__isnull=True
    ).exists():
        raise GroupExists(f"Группа «{title}» по этому предмету уже есть.")
    teaching_group = TeachingGroup.objects.create(
        school_id=subject.school_id, school_year=year, subject=subject, title=title, is_part=is_part
    )
    GroupClass.objects.bulk_create(
        GroupClass(teaching_group=teaching_group, school_class=school_class, from_date=year.from_date)
        for school_class in classes
    )
    chronicle.write(facts.GroupMade(**by.stamp(at, school_id=subject.school_id), teaching_group_id=teaching_group.pk))
    return teaching_group


@transaction.atomic
def rename_groups(*, class_id: int, old: str, new: str) -> None:
    """Let groups with the class's name in their title follow it: «7А, подгруппа 1» is «8А, подгруппа 1».

    A group whose new title another one of the subject has by now keeps its own.
    """
    named = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    for row in TeachingGroup.objects.select_for_update().filter(classes__school_class=class_id):
        title = named.sub(lambda _: new, row.title)[:TITLE_LENGTH]
        others = TeachingGroup.objects.filter(
            school=row.school_id,
            school_year=row.school_year_id,
            subject=row.subject_id,
            title=title,
            closed_at__isnull=True,
        ).exclude(pk=row.pk)
        if title != row.title and (row.closed_at is not None or not others.exists()):
            row.title = title
            row.save(update_fields=["title"])


@transaction.atomic
def split_group(
    *, teaching_group: TeachingGroup, parts: int, day: date, by: Actor, at: datetime
) -> list[TeachingGroup]:
    """Teach the group in parts from that day on: each gets its own list and teacher, the whole group is closed.

    Raises:
        GroupIsClosed: somebody has closed it meanwhile.
        NotAPart: it is a part itself.
        GroupExists: such parts are there.
    """
    teaching_group = _locked(teaching_group)
    if teaching_group.is_part:
        raise NotAPart("Это уже подгруппа: делить её ещё раз нельзя.")
    links = GroupClass.objects.filter(lasting_on(day), teaching_group=teaching_group)
    classes = [row.school_class for row in links.select_related("school_class__school_year")]
    close_group(teaching_group=teaching_group, day=day, by=by, at=at)
    return [
        make_group(
            subject=teaching_group.subject,
            title=f"{teaching_group.title}, подгруппа {number}",
            classes=classes,
            is_part=True,
            by=by,
            at=at,
        )
        for number in range(1, parts + 1)
    ]


@transaction.atomic
def close_group(*, teaching_group: TeachingGroup, day: date, by: Actor, at: datetime) -> None:
    """Teach the group no longer; its teachers' loads end that day, and what was taught stays.

    Raises:
        GroupIsClosed: somebody has closed it meanwhile.
    """
    teaching_group = _locked(teaching_group)
    for load in TeachingLoad.objects.filter(_open_on(day), teaching_group=teaching_group):
        _end(load, day)
    teaching_group.closed_at = at
    teaching_group.save(update_fields=["closed_at"])
    chronicle.write(
        facts.GroupClosed(**by.stamp(at, school_id=teaching_group.school_id), teaching_group_id=teaching_group.pk)
    )


@transaction.atomic
def add_class(*, teaching_group: TeachingGroup, school_class: SchoolClass, day: date, by: Actor, at: datetime) -> None:
    """Let the group take the students of one more class from that day on; nothing changes if it does.

    Raises:
        GroupIsClosed: somebody has closed it meanwhile.
        ClassUnfit: the class is of another year.
    """
    teaching_group = _locked(teaching_group)
    if school_class.school_year_id != teaching_group.school_year_id:
        raise ClassUnfit("Класс другого учебного года.")
    if GroupClass.objects.filter(_open_on(day), teaching_group=teaching_group, school_class=school_class).exists():
        return
    GroupClass.objects.create(teaching_group=teaching_group, school_class=school_class, from_date=day)
    chronicle.write(
        facts.ClassJoined(
            **by.stamp(at, school_id=teaching_group.school_id),
            teaching_group_id=teaching_group.pk,
            class_id=school_class.pk,
        )
    )


@transaction.atomic
def fill_part(
    *, teaching_group: TeachingGroup, student_ids: Collection[int], day: date, by: Actor, at: datetime
) -> None:
    """Make these students, and no others, the list of a part from that day on; the first list holds from the year's start.

    Raises:
        GroupIsClosed: somebody has closed it meanwhile.
        NotAPart: the group is whole classes.
        NotInClasses: a student is in none of the group's classes that day.
    """
    teaching_group = _locked(teaching_group)
    if not teaching_group.is_part:
        raise NotAPart("В группе учится весь класс: список нужен только подгруппе.")
    wanted = set(student_ids)
    possible = set(students_of_classes(teaching_group, day).values_list("pk", flat=True))
    if not wanted <= possible:
        raise NotInClasses("Кто-то из отмеченных уже не учится в этих классах. Обновите страницу.")
    listed = {row.student_id: row for row in teaching_group.members.filter(_open_on(day))}
    first_day = day if teaching_group.members.exists() else min(day, teaching_group.school_year.from_date)
    joined, left = wanted - set(listed), set(listed) - wanted
    if not joined and not left:
        return
    for student_id in left:
        _end(listed[student_id], day)
    GroupMember.objects.bulk_create(
        GroupMember(teaching_group=teaching_group, student_id=student_id, from_date=first_day)
        for student_id in sorted(joined)
    )
    chronicle.write(
        facts.PartFilled(
            **by.stamp(at, school_id=teaching_group.school_id),
            teaching_group_id=teaching_group.pk,
            joined=len(joined),
            left=len(left),
        )
    )
    settle_seated(student_ids=joined, day=day, by=by, at=at)


@transaction.atomic
def assign_teacher(
    *, teaching_group: TeachingGroup, teacher_id: int, hours: Decimal, day: date, by: Actor, at: datetime
) -> None:
    """Let a teacher teach the group so many hours a week from that day on, instead of the hours they had in it.

    Raises:
        GroupIsClosed: somebody has closed it meanwhile.
        NotATeacher: the person holds no teaching post in the school.
    """
    teaching_group = _locked(teaching_group)
    if not teachers_of(teaching_group.school_id, day).filter(pk=teacher_id).exists():
        raise NotATeacher("В школе нет учителя с такой должностью. Проверьте список сотрудников.")
    loads = TeachingLoad.objects.filter(_open_on(day), teaching_group=teaching_group, teacher=teacher_id)
    if loads.filter(hours=hours).exists():
        return
    for load in loads:
        _end(load, day)
    TeachingLoad.objects.create(teaching_group=teaching_group, teacher_id=teacher_id, hours=hours, from_date=day)
    chronicle.write(
        facts.TeacherAssigned(
            **by.stamp(at, school_id=teaching_group.school_id),
            teaching_group_id=teaching_group.pk,
            teacher_id=teacher_id,
            hours=f"{hours}",
        )
    )


@transaction.atomic
def end_load(*, load: TeachingLoad, day: date, by: Actor, at: datetime) -> None:
    """Let the teacher teach the group no longer from that day on."""
    teaching_group = TeachingGroup.objects.select_for_update().get(pk=load.teaching_group_id)
    open_load = TeachingLoad.objects.filter(_open_on(day), pk=load.pk).first()
    if open_load is not None:
        _end(open_load, day)
        chronicle.write(
            facts.LoadEnded(
                **by.stamp(at, school_id=teaching_group.school_id),
                teaching_group_id=teaching_group.pk,
                teacher_id=load.teacher_id,
            )
        )


def _locked(teaching_group: TeachingGroup) -> TeachingGroup:
    rows = TeachingGroup.objects.select_for_update(of=("self",)).select_related("subject", "school_year")
    row = rows.get(pk=teaching_group.pk)
    if row.closed_at is not None:
        raise GroupIsClosed("Эту группу уже закрыли. Обновите страницу.")
    return row


def _open_on(day: date) -> Q:
    """Rows that hold on the day or begin later."""
    return Q(to_date__isnull=True) | Q(to_date__gt=day)


def _end(row: GroupMember | TeachingLoad, day: date) -> None:
    # What begins and ends on one day never was.
    if row.from_date >= day:
        row.delete()
    else:
        row.to_date = day
        row.save(update_fields=["to_date"])
