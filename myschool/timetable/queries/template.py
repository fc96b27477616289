"""What the pages of bells, rooms and the weekly template show."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from myschool.kernel.numbers import plain
from myschool.kernel.text import day_month, short_weekday_name
from myschool.people.rules.names import short_name
from myschool.schools.models import School, SchoolClass
from myschool.schools.queries import year_classes, year_on
from myschool.timetable import access
from myschool.timetable.models import (
    BellRule,
    BellSchedule,
    ClassRegime,
    CurriculumHours,
    Lesson,
    MovedDay,
    Room,
    TeachingGroup,
    TemplateLesson,
)
from myschool.timetable.queries.calendar import planned_year, template_of
from myschool.timetable.queries.plan import shown_hours
from myschool.timetable.queries.publishing import Publishing
from myschool.timetable.rules import lessons as lessons_rules
from myschool.timetable.rules import sanitary

TWO_WEEKS = timedelta(weeks=2)
MONDAY = date(2024, 1, 1)
MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class BellsCard:
    """Bells: their lessons, and for whom they ring."""

    id: int
    title: str
    shift: int
    slots: list[tuple[int, str]]
    rule: str


@dataclass(frozen=True)
class RoomLine:
    """A room."""

    id: int
    title: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """A class with its regime and who leads it."""

    id: int
    title: str
    shift: int
    days_a_week: int
    profile: str
    homeroom_id: int | None


@dataclass(frozen=True)
class MovedLine:
    """A moved day."""

    id: int
    day: date
    instead_of: date


@dataclass(frozen=True, kw_only=True)
class BellsPage:
    """Bells, rooms, classes' regimes and moved days of a school."""

    title: str
    bells: list[BellsCard]
    rooms: list[RoomLine]
    classes: list[ClassLine]
    teachers: list[tuple[int, str]]
    moved: list[MovedLine]


def bells_page(school: School, day: date) -> BellsPage:
    """All that lessons need besides the plan, in a handful of statements."""
    rules_of = defaultdict(list)
    for row in BellRule.objects.filter(schedule__school=school, schedule__closed_at__isnull=True):
        rules_of[row.schedule_id].append(row)
    schedules = BellSchedule.objects.filter(school=school, closed_at__isnull=True).prefetch_related("slots")
    regimes = {row.school_class_id: row for row in ClassRegime.objects.filter(school_class__school=school)}
    leading = dict(access.homerooms_on(day).filter(school_class__school=school).values_list("school_class", "teacher"))
    classes = [
        ClassLine(
            id=row.pk,
            title=row.title,
            shift=regimes[row.pk].shift if row.pk in regimes else 1,
            days_a_week=regimes[row.pk].days_a_week if row.pk in regimes else 5,
            profile=regimes[row.pk].profile if row.pk in regimes else "",
            homeroom_id=leading.get(row.pk),
        )
        for row in year_classes(school, year_on(school, day))
    ]
    return BellsPage(
        title="Звонки, кабинеты и режим",
        bells=[
            BellsCard(
                id=row.pk,
                title=row.title,
                shift=row.shift,
                slots=[
                    (slot.number, f"{slot.starts:%H:%M}–{slot.ends:%H:%M}")
                    for slot in sorted(row.slots.all(), key=lambda one: one.number)
                ],
                rule="; ".join(_for_whom(rule) for rule in rules_of[row.pk]),
            )
            for row in schedules.order_by("shift", "title")
        ],
        rooms=[
            RoomLine(row.pk, row.title, row.is_shared)
            for row in Room.objects.filter(school=school, closed_at__isnull=True).order_by("title")
        ],
        classes=classes,
        teachers=[
            (row.pk, short_name(row.last_name, row.first_name, row.patronymic))
            for row in access.teachers_of(school.pk, day).order_by("sort_key", "pk")
        ],
        moved=[
            MovedLine(row.pk, row.day, row.instead_of)
            for row in MovedDay.objects.filter(school=school, day__gte=day).order_by("day")
        ],
    )


def _for_whom(rule: BellRule) -> str:
    words = []
    if rule.levels:
        words.append("классы " + ", ".join(map(str, rule.levels)))
    if rule.weekdays:
        words.append(", ".join(short_weekday_name(MONDAY + timedelta(days=day)) for day in rule.weekdays))
    if rule.day:
        words.append(f"только {day_month(rule.day)}")
    return ", ".join(words) or "для всех, каждый день"


@dataclass(frozen=True, kw_only=True)
class TemplateCell:
    """A line of the template as the grid shows it."""

    id: int
    subject: str
    taught: str
    teacher: str
    room: str
    week: str


@dataclass(frozen=True)
class TemplateRow:
    """A lesson number and what each weekday holds."""

    number: int
    cells: list[list[TemplateCell]]


@dataclass(frozen=True, kw_only=True)
class PlacedHours:
    """A group of the class: how many lessons a week stand in the template, of how many planned."""

    group_id: int
    title: str
    placed: str
    planned: str
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class TemplatePage:
    """A class's weekly template."""

    title: str
    class_id: int | None
    classes: list[tuple[int, str]]
    rows: list[TemplateRow]
    groups: list[PlacedHours]
    rooms: list[tuple[int, str]]
    warnings: list[str]
    next_weekday: int
    next_number: int

    @property
    def group_choices(self) -> list[tuple[int, str]]:
        """The groups, with the hours that they have of those they should."""
        return [(line.group_id, f"{line.title} — {line.placed} из {line.planned}") for line in self.groups]


def template_page(school: School, class_id: int | None, day: date) -> TemplatePage:
    """The weekly template of a class, by default the first, with sanitary warnings; the next free slot is told."""
    year = year_on(school, day)
    rows = list(year_classes(school, year))
    chosen = next((row for row in rows if row.pk == class_id), rows[0] if rows else None)
    if chosen is None or year is None:
        return TemplatePage(
            title="Недельное расписание",
            class_id=None,
            classes=[],
            rows=[],
            groups=[],
            rooms=[],
            warnings=[],
            next_weekday=0,
            next_number=1,
        )
    groups = list(
        TeachingGroup.objects.filter(
            closed_at__isnull=True, classes__school_class=chosen, classes__to_date__isnull=True
        )
        .select_related("subject")
        .order_by("subject__title", "title")
    )
    lines = list(
        TemplateLesson.objects.filter(teaching_group__in=groups)
        .exclude(to_date__lte=max(day, year.from_date))
        .select_related("teaching_group__subject", "teacher", "room")
        .order_by("weekday", "number", "pk")
    )
    cells: dict[tuple[int, int], list[TemplateCell]] = defaultdict(list)
    placed: Counter[int] = Counter()
    for line in lines:
        cells[line.number, line.weekday].append(_cell(line))
        # Week A and week B are half an hour of each week.
        placed[line.teaching_group_id] += 1 if line.week else 2
    hours = dict(CurriculumHours.objects.filter(school_class=chosen).values_list("subject", "hours"))
    last = max([line.number for line in lines] or [0])
    weekday, number = next(((day, hour) for day in range(5) for hour in range(1, 8) if not cells[hour, day]), (0, 1))
    return TemplatePage(
        title=f"Недельное расписание: {chosen.title}",
        class_id=chosen.pk,
        classes=[(row.pk, row.title) for row in rows],
        rows=[
            TemplateRow(number, [cells[number, weekday] for weekday in range(6)])
            for number in range(min([line.number for line in lines] or [1]), max(last, 7) + 1)
        ],
        groups=[
            PlacedHours(
                group_id=row.pk,
                title=f"{row.subject.title}: {row.title}",
                placed=plain(Fraction(placed[row.pk], 2)),
                planned=shown_hours(hours[row.subject_id]) if row.subject_id in hours else "—",
                is_complete=row.subject_id in hours and placed[row.pk] == 2 * hours[row.subject_id],
            )
            for row in groups
        ],
        rooms=[
            (row.pk, row.title) for row in Room.objects.filter(school=school, closed_at__isnull=True).order_by("title")
        ],
        warnings=_warnings(school, chosen, max(day, year.from_date)),
        next_weekday=weekday,
        next_number=number,
    )


def _cell(line: TemplateLesson) -> TemplateCell:
    teacher = line.teacher
    return TemplateCell(
        id=line.pk,
        subject=line.teaching_group.subject.title,
        taught=line.teaching_group.title,
        teacher=short_name(teacher.last_name, teacher.first_name, teacher.patronymic) if teacher else "",
        room=line.room.title if line.room else "",
        week=line.week,
    )


def _warnings(school: School, chosen: SchoolClass, day: date) -> list[str]:
    """What the sanitary norms say of the class's next two weeks of lessons."""
    year = planned_year(school, chosen.school_year)
    school_class = year.classes[chosen.pk]
    template = template_of(school, chosen.school_year, year.classes, day)
    own = [line for line in template if chosen.pk in line.teaching_group.class_ids]
    lessons = lessons_rules.dated_lessons(own, year.calendar, year.bells, day, day + TWO_WEEKS).lessons
    warnings = sanitary.sanitary_warnings(school_class, lessons, days_a_week=year.calendar.days_a_week(school_class))
    return [f"{warning.words} {warning.act}." for warning in warnings][:MOST_SHOWN]


@dataclass(frozen=True, kw_only=True)
class PublishPage:
    """What publishing would change."""

    title: str
    from_day: date
    created: int
    changed: int
    dropped: int
    written: int
    unplaced: list[str]
    first_time: bool


def publish_page(school: School, from_day: date, publishing: Publishing) -> PublishPage:
    """The counts and the reasons of what has no place."""
    words = dict.fromkeys(
        f"{lesson.teaching_group.title}, урок {lesson.number}: {lesson.reason}" for lesson in publishing.unplaced
    )
    return PublishPage(
        title="Публикация расписания",
        from_day=from_day,
        created=len(publishing.created),
        changed=len(publishing.changed),
        dropped=len(publishing.dropped),
        written=publishing.written,
        unplaced=list(words)[:MOST_SHOWN],
        first_time=not Lesson.objects.filter(school=school).exists(),
    )
