"""Lessons of a week as people see them: a teacher's, a class's, a room's, a student's; and the day's substitutions."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from myschool.kernel.actors import Actor, Role
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, plural, weekday_name
from myschool.people.rules.names import short_name
from myschool.schools.models import School, SchoolClass
from myschool.timetable import access
from myschool.timetable.models import Lesson, LessonChange, Room
from myschool.timetable.queries import absences

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)

# One statement for every view: where the lessons come from is put in.
LESSONS = """
SELECT {person} AS student_id, lesson.id, lesson.day, lesson.number, lesson.starts, lesson.ends, lesson.state,
       lesson.teaching_group_id, taught.title AS taught, subject.title AS subject, lesson.teacher_id,
       teacher.last_name AS teacher_last, teacher.first_name AS teacher_first, teacher.patronymic AS teacher_patronymic,
       lesson.room_id, room.title AS room, lesson.planned_day, lesson.planned_starts, lesson.planned_teacher_id,
       planned.last_name AS planned_last, planned.first_name AS planned_first, planned.patronymic AS planned_patronymic,
       lesson.planned_room_id, planned_room.title AS planned_room,
       (SELECT string_agg(change.reason, '; ' ORDER BY change.pk_order) FROM (
           SELECT reason, id AS pk_order FROM timetable_lessonchange
           WHERE lesson_id = lesson.id AND withdrawn_at IS NULL AND reason <> '') change) AS reason
FROM {source}
JOIN timetable_teachinggroup taught ON taught.id = lesson.teaching_group_id
JOIN schools_subjects subject ON subject.subject_id = lesson.subject_id
LEFT JOIN people_names teacher ON teacher.person_id = lesson.teacher_id
LEFT JOIN people_names planned ON planned.person_id = lesson.planned_teacher_id
LEFT JOIN timetable_room room ON room.id = lesson.room_id
LEFT JOIN timetable_room planned_room ON planned_room.id = lesson.planned_room_id
WHERE lesson.state <> 'dropped' AND {condition}
ORDER BY lesson.day, lesson.starts, lesson.number, taught.title, lesson.id
"""


def _lessons(condition: str, *, person: str = "0", source: str = "timetable_lesson lesson") -> Statement:
    return Statement(LESSONS.format(person=person, source=source, condition=condition))


OF_STUDENTS = _lessons(
    "true",
    person="own.student_id",
    source="timetable_student_lessons(%(students)s, %(from)s, %(to)s) own"
    " JOIN timetable_lesson lesson ON lesson.id = own.lesson_id",
)
IN_DAYS = "lesson.day >= %(from)s AND lesson.day < %(to)s AND lesson.school_id = %(school)s AND "
OF_TEACHER = _lessons(IN_DAYS + "(lesson.teacher_id = %(id)s OR lesson.planned_teacher_id = %(id)s)")
IN_CLASS = """EXISTS (
    SELECT 1 FROM timetable_groupclass taken
    WHERE taken.school_class_id = %(id)s AND taken.teaching_group_id = lesson.teaching_group_id
      AND kernel_lasts(taken.from_date, taken.to_date, lesson.day))"""
OF_CLASS = _lessons(IN_DAYS + IN_CLASS)
OF_ROOM = _lessons(IN_DAYS + "lesson.room_id = %(id)s")
OF_SCHOOL = _lessons(IN_DAYS + "true")
SUBSTITUTED = _lessons(IN_DAYS + "lesson.state = 'held' AND lesson.planned_teacher_id <> lesson.teacher_id")


@dataclass(frozen=True, kw_only=True)
class LessonOnView:
    """A lesson as it is held, and in words what is other than planned; `student_id` is 0 where nobody was asked about.

    `planned_teacher` and `planned_room` are what the plan says; an added lesson has none.
    """

    student_id: int
    id: int
    day: date
    number: int
    starts: time
    ends: time
    is_cancelled: bool
    group_id: int
    taught: str
    subject: str
    teacher: str
    teacher_id: int | None
    room: str
    changes: tuple[str, ...]
    reason: str
    planned_teacher: str
    planned_teacher_id: int | None
    planned_room: str

    @property
    def hours(self) -> str:
        """«09:30–10:15»."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def place(self) -> str:
        """«каб. 305», or the room's own name: «Спортзал»."""
        return _place(self.room)


def _place(room: str) -> str:
    return f"каб. {room}" if room[:1].isdigit() else room


def _shown(row: Any) -> LessonOnView:
    planned = short_name(row.planned_last, row.planned_first, row.planned_patronymic) if row.planned_last else ""
    changes = []
    if row.state == "cancelled":
        changes.append("отменён")
    elif row.planned_day is None:
        changes.append("дополнительный урок")
    else:
        if row.planned_day != row.day:
            changes.append(f"перенос с {day_month(row.planned_day)}")
        elif row.planned_starts != row.starts:
            changes.append(f"в другое время, по плану в {row.planned_starts:%H:%M}")
        if row.planned_teacher_id != row.teacher_id and row.planned_teacher_id:
            changes.append(f"замена: по плану {planned}")
        if row.planned_room_id != row.room_id and row.planned_room_id:
            changes.append(f"другой кабинет: по плану {_place(row.planned_room)}")
    return LessonOnView(
        student_id=row.student_id,
        id=row.id,
        day=row.day,
        number=row.number,
        starts=row.starts,
        ends=row.ends,
        is_cancelled=row.state == "cancelled",
        group_id=row.teaching_group_id,
        taught=row.taught,
        subject=row.subject,
        teacher=short_name(row.teacher_last, row.teacher_first, row.teacher_patronymic) if row.teacher_last else "",
        teacher_id=row.teacher_id,
        room=row.room or "",
        changes=tuple(changes),
        reason=row.reason or "",
        planned_teacher=planned,
        planned_teacher_id=row.planned_teacher_id,
        planned_room=row.planned_room or "",
    )


def _asked(statement: Statement, given: dict[str, Any]) -> list[LessonOnView]:
    return [_shown(row) for row in statement.rows(given)]


def lessons_of_students(student_ids: Sequence[int], from_day: date, to_day: date) -> list[LessonOnView]:
    """The lessons of students in the groups they are in on each day, cancelled ones too; one statement for all."""
    return _asked(OF_STUDENTS, {"students": list(student_ids), "from": from_day, "to": to_day})


def lessons_of_student(student_id: int, from_day: date, to_day: date) -> list[LessonOnView]:
    """The lessons of one student."""
    return lessons_of_students([student_id], from_day, to_day)


def lessons_of_teacher(school_id: int, person_id: int, from_day: date, to_day: date) -> list[LessonOnView]:
    """The lessons a teacher leads, and those somebody else leads for them."""
    return _asked(OF_TEACHER, {"id": person_id, "school": school_id, "from": from_day, "to": to_day})


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - ONE_DAY * day.weekday()


@dataclass(frozen=True)
class DayOnView:
    """A day of the week with its lessons."""

    title: str
    is_today: bool
    lessons: list[LessonOnView]


@dataclass(frozen=True)
class Choice:
    """Whose timetable may be looked at."""

    id: int
    title: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class TimetablePage:
    """A week of lessons of a teacher, a class or a room."""

    title: str
    asks_absence: bool
    week: str
    query: str
    previous: str
    following: str
    days: list[DayOnView]
    classes: list[Choice]
    teachers: list[Choice]
    rooms: list[Choice]


def timetable_page(
    actor: Actor,
    school: School,
    day: date,
    today: date,
    *,
    class_id: int | None,
    teacher_id: int | None,
    room_id: int | None,
) -> TimetablePage:
    """A week of the class, teacher or room asked for; by default a teacher's own, for others the first class's."""
    monday = monday_of(day)
    params = {"school": school.pk, "from": monday, "to": monday + ONE_WEEK}
    listed = SchoolClass.objects.filter(
        school=school, closed_at__isnull=True, school_year__from_date__lte=today, school_year__to_date__gt=today
    ).order_by("level", "letter")
    if actor.role != Role.TEACHER and not (class_id or teacher_id or room_id):
        class_id = next((row.pk for row in listed), None)
    classes = [Choice(row.pk, row.title, row.pk == class_id) for row in listed]
    teachers = [
        Choice(row.pk, short_name(row.last_name, row.first_name, row.patronymic), row.pk == teacher_id)
        for row in access.teachers_of(school.pk, today).order_by("sort_key", "pk")
    ]
    rooms = [
        Choice(row.pk, row.title, row.pk == room_id)
        for row in Room.objects.filter(school=school, closed_at__isnull=True).order_by("title")
    ]
    if class_id:
        lessons = _asked(OF_CLASS, {"id": class_id, **params})
    elif room_id:
        lessons = _asked(OF_ROOM, {"id": room_id, **params})
    else:
        lessons = _asked(OF_TEACHER, {"id": teacher_id or actor.person_id, **params})
    chosen = next((choice.title for choice in (*classes, *teachers, *rooms) if choice.current), "")
    return TimetablePage(
        title=f"Расписание: {chosen}" if chosen else "Моё расписание",
        asks_absence=actor.role == Role.TEACHER,
        week=f"{day_month(monday)} — {day_month(monday + 6 * ONE_DAY)}",
        query="".join(
            f"&{name}={value}"
            for name, value in (("school_class", class_id), ("teacher", teacher_id), ("room", room_id))
            if value
        ),
        previous=str(monday - ONE_WEEK),
        following=str(monday + ONE_WEEK),
        days=days_of(lessons, monday, today),
        classes=classes,
        teachers=teachers,
        rooms=rooms,
    )


def days_of(lessons: Sequence[LessonOnView], monday: date, today: date) -> list[DayOnView]:
    """The week's days, Saturday and Sunday only where they have lessons."""
    by_day: dict[date, list[LessonOnView]] = defaultdict(list)
    for lesson in lessons:
        by_day[lesson.day].append(lesson)
    days = [monday + ONE_DAY * number for number in range(7)]
    return [
        DayOnView(f"{weekday_name(day)}, {day_month(day)}", day == today, by_day[day])
        for day in days
        if day.weekday() < 5 or by_day[day]
    ]


@dataclass(frozen=True)
class SubstituteChoice:
    """Somebody who is free at a lesson's time, and whether they teach its subject."""

    id: int
    name: str
    knows_subject: bool

    @property
    def title(self) -> str:
        """Their name, and that they know what to teach."""
        return f"{self.name} — ведёт предмет" if self.knows_subject else self.name


@dataclass(frozen=True)
class DayLesson:
    """A lesson of the day with who could take it; `proposed` is who of them should, where its teacher is away."""

    lesson: LessonOnView
    choices: list[SubstituteChoice]
    change_ids: list[tuple[int, str]]
    proposed: int | None

    @property
    def asked(self) -> str:
        """Which lesson somebody is sought for."""
        lesson = self.lesson
        return f"Кто заменит: урок {lesson.number}, {lesson.subject}, {lesson.taught}"


@dataclass(frozen=True, kw_only=True)
class TeacherDay:
    """A teacher's lessons of a day, how many in words, why the teacher is away, and whether any is not as planned."""

    name: str
    count: str
    away: str
    is_changed: bool
    lessons: list[DayLesson]

    @property
    def is_proposed(self) -> bool:
        """Whether somebody is proposed for any of the lessons."""
        return any(lesson.proposed is not None for lesson in self.lessons)


@dataclass(frozen=True)
class AwayTeacher:
    """Who is away that day: why, and what became of their lessons in words."""

    name: str
    why: str
    lessons: str


@dataclass(frozen=True, kw_only=True)
class SubstitutionsPage:
    """The lessons of a day by teacher, to substitute, move or cancel; those of who is away come first."""

    title: str
    day: date
    previous: str
    following: str
    is_past: bool
    away: list[AwayTeacher]
    asked: str
    teachers: list[TeacherDay]
    rooms: list[Choice]


SUBJECTS_OF_TEACHERS = Statement("""
SELECT DISTINCT load.person_id, taught.subject_id FROM timetable_loads_on(%(day)s) load
JOIN timetable_teachinggroup taught ON taught.id = load.teaching_group_id WHERE taught.school_id = %(school)s
""")


def substitutions_page(actor: Actor, school: School, day: date, today: date) -> SubstitutionsPage:
    """The day's lessons by teacher, each with those who are there and free then, the subject's teachers first."""
    lessons = _asked(OF_SCHOOL, {"school": school.pk, "from": day, "to": day + ONE_DAY})
    away = {absence.teacher_id: absence for absence in absences.away_on(school, day)}
    request_count = access.absences_to_decide(actor).count()
    return SubstitutionsPage(
        title=f"Замены: {day_month(day)}, {weekday_name(day)}",
        day=day,
        previous=str(day - ONE_DAY),
        following=str(day + ONE_DAY),
        is_past=day < today,
        away=[
            AwayTeacher(absence.name, absence.why, _covered(absence.teacher_id, lessons)) for absence in away.values()
        ],
        asked=f"{request_count} {plural(request_count, 'просьба ждёт', 'просьбы ждут', 'просьб ждут')} решения"
        if request_count
        else "",
        teachers=_teacher_days(school, day, lessons, away),
        rooms=[
            Choice(row.pk, row.title, current=False)
            for row in Room.objects.filter(school=school, closed_at__isnull=True).order_by("title")
        ],
    )


def _covered(teacher_id: int, lessons: Sequence[LessonOnView]) -> str:
    """«3 урока, без замены 1»; of lessons that are held and planned for the teacher, or are still theirs."""
    own = [
        lesson
        for lesson in lessons
        if not lesson.is_cancelled and teacher_id in (lesson.teacher_id, lesson.planned_teacher_id)
    ]
    left = sum(lesson.teacher_id == teacher_id for lesson in own)
    if not own:
        return "уроков нет"
    words = f"{len(own)} {plural(len(own), 'урок', 'урока', 'уроков')}"
    return f"{words}, без замены {left}" if left else f"{words}, все заменены"


def _teacher_days(
    school: School, day: date, lessons: Sequence[LessonOnView], away: Mapping[int, absences.AwayLine]
) -> list[TeacherDay]:
    changes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for change in LessonChange.objects.filter(
        lesson__in=[lesson.id for lesson in lessons], withdrawn_at__isnull=True
    ).order_by("pk"):
        changes[change.lesson_id].append((change.pk, change.get_kind_display()))
    choices = _substitutes(school, day, lessons, away)
    proposed = _proposed([lesson for lesson in lessons if lesson.teacher_id in away], choices)
    by_teacher: dict[tuple[bool, bool, str, int], list[DayLesson]] = defaultdict(list)
    for lesson in lessons:
        # Who is away comes first; lessons that have no teacher come last.
        order = (lesson.teacher_id not in away, not lesson.teacher, lesson.teacher, lesson.teacher_id or 0)
        by_teacher[order].append(DayLesson(lesson, choices[lesson.id], changes[lesson.id], proposed.get(lesson.id)))
    return [
        TeacherDay(
            name=name or "Без учителя",
            count=f"{len(own)} {plural(len(own), 'урок', 'урока', 'уроков')}",
            away=away[teacher].why if teacher in away else "",
            is_changed=any(lesson.change_ids for lesson in own),
            lessons=own,
        )
        for (_, _, name, teacher), own in sorted(by_teacher.items(), key=lambda entry: entry[0])
    ]


def _substitutes(
    school: School, day: date, lessons: Sequence[LessonOnView], away: Collection[int]
) -> dict[int, list[SubstituteChoice]]:
    """By lesson the teachers who are there and free at its time, those of its subject first."""
    subject_of = dict(Lesson.objects.filter(pk__in=[lesson.id for lesson in lessons]).values_list("pk", "subject"))
    skills = set(SUBJECTS_OF_TEACHERS.rows({"day": day, "school": school.pk}))
    teachers = [
        (row.pk, short_name(row.last_name, row.first_name, row.patronymic))
        for row in access.teachers_of(school.pk, day).order_by("sort_key", "pk")
        if row.pk not in away
    ]
    substitutes = {}
    for lesson in lessons:
        busy = {other.teacher_id for other in lessons if not other.is_cancelled and _at_once(lesson, other)}
        choices = [
            SubstituteChoice(pk, name, (pk, subject_of.get(lesson.id)) in skills)
            for pk, name in teachers
            if pk not in busy
        ]
        substitutes[lesson.id] = sorted(choices, key=lambda choice: not choice.knows_subject)
    return substitutes


def _at_once(one: LessonOnView, other: LessonOnView) -> bool:
    return other.starts < one.ends and one.starts < other.ends


def _proposed(uncovered: Sequence[LessonOnView], choices: Mapping[int, Sequence[SubstituteChoice]]) -> dict[int, int]:
    """By lesson a free teacher of its subject, nobody for two lessons at one time."""
    proposals: dict[int, int] = {}
    for lesson in uncovered:
        if lesson.is_cancelled:
            continue
        busy_ids = {proposals[other.id] for other in uncovered if other.id in proposals and _at_once(lesson, other)}
        fit = (choice.id for choice in choices[lesson.id] if choice.knows_subject and choice.id not in busy_ids)
        if (first := next(fit, None)) is not None:
            proposals[lesson.id] = first
    return proposals


@dataclass(frozen=True, kw_only=True)
class SubstitutedPage:
    """The journal of substituted lessons (журнал замещённых уроков) of a period, with hours by teacher."""

    title: str
    from_day: date
    last_day: date
    lines: list[LessonOnView]
    hours: list[tuple[str, int]]


def substituted_page(school: School, from_day: date, to_day: date) -> SubstitutedPage:
    """Lessons led by somebody else than planned, held ones only."""
    lines = _asked(SUBSTITUTED, {"school": school.pk, "from": from_day, "to": to_day})
    hours: dict[str, int] = defaultdict(int)
    for line in lines:
        hours[line.teacher] += 1
    return SubstitutedPage(
        title="Журнал замещённых уроков",
        from_day=from_day,
        last_day=to_day - ONE_DAY,
        lines=lines,
        hours=sorted(hours.items()),
    )
