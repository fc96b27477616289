"""The grown schools' journals: in each class four subjects, of each a lesson on every day of eight weeks, with marks.

No two lessons want one teacher: the two classes of a level share their teachers and have the subjects in turn. Like the
rest of the grown world all follows from the school's index and is copied past the actions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from myschool.config.demo.growth import CLASSES, FIRST_EMPLOYEE, FIRST_ID, STUDENTS, Grown, class_of, spread

SUBJECTS = ("Русский язык", "Математика", "Литература", "Окружающий мир и природа")
WEEKS, DAYS = 8, 5
LESSONS = WEEKS * DAYS
MARKS, LEADERS = 6, 3
FIRST_BELL, LESSON, BREAK = 8 * 60 + 30, 45, 15
VALUES = ("5", "4", "4", "3", "5", "4", "2")
NO_TERM_ENDS_BEFORE = timedelta(days=300)
# Twice in ten lessons somebody is away.
ABSENT_EVERY = 5
Row = tuple[object, ...]


@dataclass(frozen=True)
class Taught:
    """One group: a class (by its place in the school) and a subject (by its place in SUBJECTS)."""

    school: Grown
    class_place: int
    subject: int
    students: Sequence[int]

    @property
    def place(self) -> int:
        """The group's place in the grown world."""
        return (self.school.index * CLASSES + self.class_place) * len(SUBJECTS) + self.subject

    @property
    def id(self) -> int:
        """The group's id."""
        return FIRST_ID + self.place

    @property
    def teacher_id(self) -> int:
        """Who teaches it."""
        pair = self.class_place // 2
        return self.school.person_id(FIRST_EMPLOYEE + LEADERS + pair * len(SUBJECTS) + self.subject)

    @property
    def number(self) -> int:
        """Which lesson of the day it has; the other class of the level has the subject at another time."""
        return (self.subject - self.class_place) % len(SUBJECTS) + 1

    def lesson_id(self, number: int) -> int:
        """The id of its lesson of that number, from 0 on."""
        return FIRST_ID + self.place * LESSONS + number

    def marked(self, number: int) -> list[int]:
        """The students (by id) who have a mark for its lesson of that number."""
        first = spread(self.lesson_id(number), 8, len(self.students))
        return [self.students[(first + 4 * step) % len(self.students)] for step in range(MARKS)]

    def absent(self, number: int) -> list[int]:
        """The students who were away from it."""
        if number % ABSENT_EVERY:
            return []
        return [self.students[(spread(self.lesson_id(number), 8, len(self.students)) + 1) % len(self.students)]]


def first_monday(start: date) -> date:
    """The Monday of the first whole week of a school year."""
    return start + timedelta(days=(7 - start.weekday()) % 7)


def day_of(start: date, number: int) -> date:
    """The day of every group's lesson of that number."""
    week, day = divmod(number, DAYS)
    return first_monday(start) + timedelta(weeks=week, days=day)


def first_term_id(school: Grown) -> int:
    """The id of the term that the lessons are in; the next one is the other term's."""
    return FIRST_ID + 2 * school.index


def groups(school: Grown) -> Iterator[Taught]:
    """All groups of a school."""
    of_class: dict[int, list[int]] = {place: [] for place in range(CLASSES)}
    for student in range(STUDENTS):
        of_class[class_of(student)].append(school.person_id(student))
    for class_place in range(CLASSES):
        for subject in range(len(SUBJECTS)):
            yield Taught(school, class_place, subject, of_class[class_place])


def rows(batch: Sequence[Grown], codes: Mapping[str, int]) -> Iterator[tuple[str, str, Iterator[Row]]]:
    """What is copied, in order: the model's label, the fields by name, and the rows; `codes` are a region's absence."""
    taught = [teaching_group for school in batch for teaching_group in groups(school)]
    yield "schools.Subject", "id school title", _subjects(batch)
    yield "schools.TermScheme", "id school school_year title kind", _schemes(batch)
    yield "schools.Term", "id scheme number from_date to_date", _terms(batch)
    yield "journal.JournalRules", RULES, _rules(batch)
    yield ("timetable.TeachingGroup", "id school school_year subject title is_part", map(_teaching_group, taught))
    yield "timetable.GroupClass", "teaching_group school_class from_date", map(_group_class, taught)
    yield "timetable.TeachingLoad", "teaching_group teacher hours from_date", map(_load, taught)
    yield (
        "journal.JournalPage",
        "teaching_group version closed_terms",
        ((teaching_group.id, 1, []) for teaching_group in taught),
    )
    yield "timetable.Lesson", LESSON_FIELDS, _each(taught, _lesson)
    yield "homework.Homework", HOMEWORK_FIELDS, _each(taught, _homework)
    yield "journal.Mark", MARK_FIELDS, _each(taught, _marks)
    yield (
        "journal.Attendance",
        ATTENDANCE_FIELDS,
        (
            row
            for teaching_group in taught
            for number in range(LESSONS)
            for row in _absences(teaching_group, number, codes[teaching_group.school.region])
        ),
    )


RULES = "school scale lowest_mark window_days marks_when_absent newcomers_begin_anew control_works_a_day"
LESSON_FIELDS = (
    "id school teaching_group subject state day number starts ends teacher room_is_shared planned_day planned_number"
    " planned_starts planned_ends planned_teacher planned_subject"
)
HOMEWORK_FIELDS = (
    "school teaching_group lesson due_day text minutes needs_hand_in is_for_all posted_by posted_at was_late"
)
MARK_FIELDS = "id day teaching_group lesson student position part state origin five given_by given_at"
ATTENDANCE_FIELDS = "id day teaching_group lesson student code minutes given_by given_at"


def _each(taught: Sequence[Taught], make: Callable[[Taught, int], Iterator[Row]]) -> Iterator[Row]:
    for teaching_group in taught:
        for number in range(LESSONS):
            yield from make(teaching_group, number)


def _subjects(batch: Sequence[Grown]) -> Iterator[Row]:
    for school in batch:
        for place, title in enumerate(SUBJECTS):
            yield _subject_id(school, place), school.id, title


def _subject_id(school: Grown, place: int) -> int:
    return FIRST_ID + school.index * len(SUBJECTS) + place


def _schemes(batch: Sequence[Grown]) -> Iterator[Row]:
    for school in batch:
        yield school.id, school.id, school.year_id, "Полугодия", "half_year"


def _terms(batch: Sequence[Grown]) -> Iterator[Row]:
    for school in batch:
        middle = day_of(school.start, LESSONS - 1) + timedelta(days=3)
        yield first_term_id(school), school.id, 1, school.start, middle
        yield first_term_id(school) + 1, school.id, 2, middle, school.start + NO_TERM_ENDS_BEFORE


def _rules(batch: Sequence[Grown]) -> Iterator[Row]:
    """A journal that may be changed all the year: the bench marks lessons of any week."""
    for school in batch:
        yield school.id, "five", 2, None, True, False, 1


def _teaching_group(one: Taught) -> Row:
    school = one.school
    return (one.id, school.id, school.year_id, _subject_id(school, one.subject), str(one.class_place), False)


def _group_class(one: Taught) -> Row:
    return one.id, one.school.class_id(one.class_place), one.school.start


def _load(one: Taught) -> Row:
    return one.id, one.teacher_id, Decimal(DAYS), one.school.start


def _bell(minutes: int) -> time:
    return time(*divmod(minutes, 60))


def _lesson(one: Taught, number: int) -> Iterator[Row]:
    begins = FIRST_BELL + (one.number - 1) * (LESSON + BREAK)
    starts, ends, day = _bell(begins), _bell(begins + LESSON), day_of(one.school.start, number)
    subject = _subject_id(one.school, one.subject)
    yield (
        one.lesson_id(number),
        one.school.id,
        one.id,
        subject,
        "held",
        day,
        one.number,
        starts,
        ends,
        one.teacher_id,
        False,
        day,
        one.number,
        starts,
        ends,
        one.teacher_id,
        subject,
    )


def _after(one: Taught, number: int) -> datetime:
    return datetime.combine(day_of(one.school.start, number), time(12), UTC)


def _homework(one: Taught, number: int) -> Iterator[Row]:
    if number % DAYS == 0:
        yield (
            one.school.id,
            one.id,
            one.lesson_id(number),
            day_of(one.school.start, number + 1),
            "Упражнения 112 и 114",
            20,
            False,
            True,
            one.teacher_id,
            _after(one, number),
            False,
        )


def _marks(one: Taught, number: int) -> Iterator[Row]:
    lesson_id, day, at = one.lesson_id(number), day_of(one.school.start, number), _after(one, number)
    for place, student in enumerate(one.marked(number)):
        value = VALUES[(lesson_id + place) % len(VALUES)]
        yield (
            FIRST_ID + (one.place * LESSONS + number) * MARKS + place,
            day,
            one.id,
            lesson_id,
            student,
            1,
            1,
            "marked",
            value,
            int(value),
            one.teacher_id,
            at,
        )


def _absences(one: Taught, number: int, code: int) -> Iterator[Row]:
    for student in one.absent(number):
        yield (
            one.lesson_id(number),
            day_of(one.school.start, number),
            one.id,
            one.lesson_id(number),
            student,
            code,
            0,
            one.teacher_id,
            _after(one, number),
        )
