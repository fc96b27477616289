"""What the pages of homework show, and what a student has to do."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum

from myschool.homework import access, rules
from myschool.homework.models import HandIn, HandInFile, Homework, HomeworkFile, HomeworkRules, HomeworkTick
from myschool.journal.queries.lesson import control_works_on
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, spreadsheet, weekday_name
from myschool.people.models import Person
from myschool.people.rules.names import full_name, short_name
from myschool.schools.models import School
from myschool.timetable.models import GroupClass, Lesson, TeachingGroup, lasting_on

DUE = """
SELECT due.student_id, due.homework_id AS id, due.due_day, due.due_lesson_id, due.subject, due.text, due.minutes, due.needs_hand_in,
       due.posted_at, due.was_late, due.changed_at, due.is_ticked,
       coalesce((SELECT state FROM homework_handin handed WHERE handed.homework_id = due.homework_id AND handed.student_id = due.student_id
        ORDER BY version DESC LIMIT 1), '') AS hand_in_state,
       (SELECT json_agg(json_build_array(attached.id, file.name) ORDER BY attached.id)
        FROM homework_homeworkfile attached JOIN files_stored file ON file.file_id = attached.file_id
        WHERE attached.homework_id = due.homework_id) AS files
FROM homework_due(%(students)s, %(from)s, %(to)s) due
ORDER BY due.due_day, due.subject, due.homework_id
"""


@dataclass(frozen=True, kw_only=True)
class DueHomework:
    """A homework as a student has it; `hand_in_state` is empty until something was handed in."""

    student_id: int
    id: int
    due_day: date
    due_lesson_id: int | None
    subject: str
    text: str
    minutes: int | None
    needs_hand_in: bool
    posted_at: datetime
    was_late: bool
    changed_at: datetime | None
    is_ticked: bool
    hand_in_state: str
    files: tuple[tuple[int, str], ...]


DUE_TO = Statement(DUE)


def homework_due_to(student_ids: Sequence[int], from_day: date, to_day: date) -> list[DueHomework]:
    """What students have to do over a period, in the groups they are in on the day it is due; one statement for all."""
    params = {"students": list(student_ids), "from": from_day, "to": to_day}
    return [_due_homework(row._asdict()) for row in DUE_TO.rows(params)]


def _due_homework(row: dict[str, Any]) -> DueHomework:
    row["files"] = tuple((pk, name) for pk, name in row["files"] or ())
    return DueHomework(**row)


def homework_due(student_id: int, from_day: date, to_day: date) -> list[DueHomework]:
    """What one student has to do over a period."""
    return homework_due_to([student_id], from_day, to_day)


@dataclass(frozen=True, kw_only=True)
class SetLine:
    """A homework as its teacher sees it."""

    id: int
    text: str
    due_day: date
    posted_at: datetime
    was_late: bool
    changed_at: datetime | None
    needs_hand_in: bool
    is_for_all: bool
    handed_in: int


@dataclass(frozen=True, kw_only=True)
class SetPage:
    """The homework of a group, and a new one."""

    title: str
    group_id: int
    lesson_id: int | None
    next_lesson: str
    warning: str
    lines: list[SetLine]


SHOWN = 40


def set_page(teaching_group: TeachingGroup, lesson: Lesson | None, today: date) -> SetPage:
    """What is set for a group, with a word about the load of the next lesson's day; the subject must be loaded."""
    after = max(lesson.day, today) if lesson else today
    following = access.lessons_due(teaching_group, after).first()
    rows = list(
        Homework.objects.filter(teaching_group=teaching_group, withdrawn_at__isnull=True).order_by("-due_day", "-pk")[
            :SHOWN
        ]
    )
    handed = Counter(
        HandIn.objects.filter(homework__in=rows)
        .values_list("homework", "student")
        .distinct()
        .values_list("homework", flat=True)
    )
    return SetPage(
        title=f"Домашние задания: {teaching_group.subject.title}, {teaching_group.title}",
        group_id=teaching_group.pk,
        lesson_id=lesson.pk if lesson else None,
        next_lesson=f"{weekday_name(following.day)}, {day_month(following.day)}" if following else "",
        warning=_warning(teaching_group, following.day) if following else "",
        lines=[
            SetLine(
                id=row.pk,
                text=row.text,
                due_day=row.due_day,
                posted_at=row.posted_at,
                was_late=row.was_late,
                changed_at=row.changed_at,
                needs_hand_in=row.needs_hand_in,
                is_for_all=row.is_for_all,
                handed_in=handed[row.pk],
            )
            for row in rows
        ],
    )


def _warning(teaching_group: TeachingGroup, day: date) -> str:
    classes = GroupClass.objects.filter(lasting_on(day), teaching_group=teaching_group)
    levels = list(classes.values_list("school_class__level", flat=True))
    groups = GroupClass.objects.filter(lasting_on(day), school_class__in=classes.values("school_class"))
    minutes = Homework.objects.filter(
        teaching_group__in=groups.values("teaching_group"), due_day=day, withdrawn_at__isnull=True, is_for_all=True
    ).aggregate(total=Sum("minutes"))["total"]
    return rules.load_warning(min(levels, default=11), minutes or 0, len(control_works_on(teaching_group.pk, day)))


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version that was handed in."""

    id: int
    version: int
    text: str
    at: datetime
    was_late: bool
    state: str
    is_open: bool
    comment: str
    files: list[tuple[int, str]]


@dataclass(frozen=True)
class StudentWork:
    """A student's versions, the newest first."""

    student_id: int
    name: str
    versions: list[VersionLine]


@dataclass(frozen=True, kw_only=True)
class HomeworkPage:
    """A homework: for a student with their own versions, for a teacher with everybody's."""

    title: str
    id: int
    group_id: int
    text: str
    due_day: date
    minutes: int | None
    needs_hand_in: bool
    posted_at: datetime
    was_late: bool
    changed_at: datetime | None
    files: list[tuple[int, str]]
    works: list[StudentWork]
    missing: list[str]
    lesson_id: int | None
    is_accepted: bool = False


def homework_page(homework: Homework, students: Sequence[Person]) -> HomeworkPage:
    """A homework with the versions of these students; its group and subject must be loaded."""
    versions: dict[int, list[VersionLine]] = defaultdict(list)
    rows = HandIn.objects.filter(homework=homework, student__in=students).prefetch_related("files__file")
    for row in rows.order_by("-version"):
        newest = not versions[row.student_id]
        versions[row.student_id].append(
            VersionLine(
                id=row.pk,
                version=row.version,
                text=row.text,
                at=row.handed_in_at,
                was_late=row.was_late,
                state=row.get_state_display(),
                is_open=newest and row.state == HandIn.State.SUBMITTED,
                comment=row.comment,
                files=[(attachment.pk, attachment.file.name) for attachment in row.files.all()],
            )
        )
    names = {row.pk: full_name(row.last_name, row.first_name, row.patronymic) for row in students}
    attached = HomeworkFile.objects.filter(homework=homework).select_related("file").order_by("pk")
    return HomeworkPage(
        title=f"{homework.teaching_group.subject.title}: задание на {day_month(homework.due_day)}",
        id=homework.pk,
        group_id=homework.teaching_group_id,
        text=homework.text,
        due_day=homework.due_day,
        minutes=homework.minutes,
        needs_hand_in=homework.needs_hand_in,
        posted_at=homework.posted_at,
        was_late=homework.was_late,
        changed_at=homework.changed_at,
        files=[(row.pk, row.file.name) for row in attached],
        works=[StudentWork(pk, names[pk], versions[pk]) for pk in names if versions[pk]],
        missing=[name for pk, name in names.items() if not versions[pk]],
        lesson_id=homework.due_lesson_id or homework.lesson_id,
        is_accepted=any(line.state == HandIn.State.ACCEPTED.label for lines in versions.values() for line in lines),
    )


def students_due(homework: Homework) -> list[Person]:
    """Whom a homework is for."""
    members = access.students_to_set(homework.teaching_group, homework.due_day)
    if not homework.is_for_all:
        members = members.filter(own_homework__homework=homework)
    return list(members.order_by("sort_key", "pk"))


@dataclass(frozen=True)
class ReportLine:
    """A teacher's homework over a period."""

    teacher: str
    count: int
    late: int
    median_hour: str


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """How homework is posted in a school."""

    title: str
    from_day: date
    last_day: date
    post_until: time | None
    lines: list[ReportLine]


def report_page(school: School, from_day: date, to_day: date) -> ReportPage:
    """By teacher: how much was set, how much of it late, and at what hour usually."""
    zone = ZoneInfo(school.time_zone)
    start = datetime.combine(from_day, time(), zone)
    end = datetime.combine(to_day, time(), zone)
    hours: dict[str, list[float]] = defaultdict(list)
    late: Counter[str] = Counter()
    for row in Homework.objects.filter(school=school, posted_at__gte=start, posted_at__lt=end).select_related(
        "posted_by"
    ):
        name = short_name(row.posted_by.last_name, row.posted_by.first_name, row.posted_by.patronymic)
        local = row.posted_at.astimezone(zone)
        hours[name].append(local.hour * 60 + local.minute)
        late[name] += row.was_late
    declared = HomeworkRules.objects.filter(school=school).first()
    return ReportPage(
        title="Когда задают домашние задания",
        from_day=from_day,
        last_day=to_day - timedelta(days=1),
        post_until=declared.post_until if declared else None,
        lines=[
            ReportLine(
                name, len(minutes), late[name], f"{int(median(minutes)) // 60:02}:{int(median(minutes)) % 60:02}"
            )
            for name, minutes in sorted(hours.items())
        ],
    )


def report_as_csv(page: ReportPage) -> str:
    """The report for a spreadsheet, with nothing in it that runs as a formula."""
    rows = [("Учитель", "Задано", "Поздно", "Обычное время")]
    rows += [(line.teacher, str(line.count), str(line.late), line.median_hour) for line in page.lines]
    return spreadsheet(rows)


@dataclass(frozen=True, kw_only=True)
class OwnHomework:
    """A homework as its student sees it."""

    work: HomeworkPage
    student_id: int
    student: str
    zone: str
    is_ticked: bool

    @property
    def title(self) -> str:
        """The homework's own."""
        return self.work.title


def own_page(homework: Homework, student: Person) -> OwnHomework:
    """A student's homework by the clocks of its school."""
    ticked = HomeworkTick.objects.filter(homework=homework, student=student).exists()
    work = homework_page(homework, [student])
    name = f"{student.last_name} {student.first_name}"
    return OwnHomework(work=work, student_id=student.pk, student=name, zone=homework.school.time_zone, is_ticked=ticked)


@dataclass(frozen=True)
class FormPage:
    """A page that is a form about a homework."""

    title: str
    id: int


def student_of_version(version_id: int) -> int | None:
    """Whose work it is."""
    return HandIn.objects.filter(pk=version_id).values_list("student", flat=True).first()


def student_of_handed_file(file_id: int) -> int | None:
    """Who has handed the file in."""
    return HandInFile.objects.filter(pk=file_id).values_list("hand_in__student", flat=True).first()
