"""Who studies where: placing, moving within a school, departing."""

from datetime import date, datetime

from django.db import transaction

from myschool.enrolment import facts, rules
from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, Stamp
from myschool.kernel.errors import Refusal
from myschool.people import actions as people
from myschool.people.access import guardianships_on
from myschool.people.actors import rights_changed
from myschool.people.models import Person
from myschool.people.rules.names import name_key
from myschool.schools import actions as schools
from myschool.schools.models import SchoolClass
from myschool.schools.queries import WrongClass


class AlreadyListed(Refusal):
    """The school's list holds a student of this name and birth date."""

    status = 409


class ClassNotEmpty(Refusal):
    """Students still study in the class."""

    status = 409


@transaction.atomic
def place(
    *, student_id: int, school_id: int, level: int, school_class: SchoolClass | None, day: date, stamp: Stamp
) -> None:
    """Give the student a place from that day on; a place they hold ends the day before.

    The caller has made sure that a school the student leaves agrees.

    Raises:
        WrongClass: the class was closed at this very moment.
    """
    Person.objects.select_for_update().get(pk=student_id)
    if school_class and SchoolClass.objects.select_for_update().get(pk=school_class.pk).closed_at:
        raise WrongClass("Этот класс только что закрыли. Выберите другой.")
    current = Placement.objects.select_for_update().filter(student=student_id, to_date__isnull=True).first()
    if current and (current.school_id, current.school_class) == (school_id, school_class) and school_class:
        return
    if current:
        _end(current, day)
        if current.school_id != school_id:
            left = stamp | {"school_id": current.school_id}
            chronicle.write(facts.StudentDeparted(**left, student_id=student_id, left_class_id=current.school_class_id))
    Placement.objects.create(
        student_id=student_id, school_id=school_id, level=level, school_class=school_class, from_date=day
    )
    rights_changed(*_family(student_id, day))
    chronicle.write(
        facts.StudentPlaced(
            **stamp,
            student_id=student_id,
            class_id=school_class.pk if school_class else None,
            left_class_id=current.school_class_id if current else None,
        )
    )


@transaction.atomic
def move(*, placement: Placement, school_class: SchoolClass, day: date, by: Actor, at: datetime) -> None:
    """Put a student of the school into a class, or into another one, from that day on; all else about them stays.

    Raises:
        WrongClass: the class is another school's, or was closed at this very moment.
    """
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    if school_class.school_id != placement.school_id or placement.to_date is not None:
        raise WrongClass("Ученик уже не учится в школе этого класса. Обновите страницу.")
    place(
        student_id=placement.student_id,
        school_id=placement.school_id,
        level=school_class.level,
        school_class=school_class,
        day=day,
        stamp=by.stamp(at),
    )


@transaction.atomic
def depart(*, placement: Placement, day: date, by: Actor, at: datetime) -> None:
    """End a student's place in the school from that day on; everything about them stays."""
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    if placement.to_date is None:
        _end(placement, day)
        rights_changed(*_family(placement.student_id, day))
        chronicle.write(
            facts.StudentDeparted(
                **by.stamp(at, school_id=placement.school_id),
                student_id=placement.student_id,
                left_class_id=placement.school_class_id,
            )
        )


def _end(placement: Placement, day: date) -> None:
    # A place taken and left on one day never was.
    if placement.from_date >= day:
        placement.delete()
    else:
        placement.to_date = day
        placement.save(update_fields=["to_date"])


def _family(student_id: int, day: date) -> list[int]:
    """Whose rights come with the student's place: what the guardians see and write does too."""
    guardians = guardianships_on(day).filter(student=student_id)
    return [student_id, *guardians.values_list("guardian", flat=True)]


@transaction.atomic
def add_student(
    *,
    school_class: SchoolClass,
    last_name: str,
    first_name: str,
    patronymic: str,
    birth_date: date,
    gender: str,
    snils: str,
    day: date,
    by: Actor,
    at: datetime,
) -> Person:
    """Put a student of the school's own papers on its list; they will be matched when they or their parents come.

    Raises:
        AlreadyListed: the list holds them already, unless another СНИЛС tells that it is a namesake.
    """
    SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    alike = Placement.objects.filter(
        school=school_class.school_id,
        to_date__isnull=True,
        student__birth_date=birth_date,
        student__name_key=name_key(last_name, first_name, patronymic),
    ).values_list("student__snils", flat=True)
    if any(not snils or other_snils in (None, snils) for other_snils in alike):
        raise AlreadyListed(
            "Ученик с таким именем и датой рождения уже есть в списке школы. "
            "Если это другой ученик, укажите СНИЛС обоих."
        )
    student = people.add_person(
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        birth_date=birth_date,
        gender=gender,
        snils=snils,
    )
    place(
        student_id=student.pk,
        school_id=school_class.school_id,
        level=school_class.level,
        school_class=school_class,
        day=day,
        stamp=by.stamp(at),
    )
    return student


@transaction.atomic
def rename_class(*, school_class: SchoolClass, level: int, letter: str, by: Actor, at: datetime) -> None:
    """Give a class another level or letter; its students and the requests for it go along.

    Raises:
        ClassExists: another class of the year has this name.
    """
    schools.rename_class(school_class=school_class, level=level, letter=letter, by=by, at=at)
    Placement.objects.filter(school_class=school_class).update(level=level)
    EnrolmentRequest.objects.filter(school_class=school_class, state__in=rules.LIVE).update(level=level)


@transaction.atomic
def close_class(*, school_class: SchoolClass, by: Actor, at: datetime) -> None:
    """Let a class take no more students.

    Raises:
        ClassNotEmpty: students study in it.
    """
    SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    if Placement.objects.filter(school_class=school_class, to_date__isnull=True).exists():
        raise ClassNotEmpty("В классе есть ученики. Сначала переведите их в другие классы.")
    schools.close_class(school_class=school_class, by=by, at=at)
