"""What the pages of the study plan show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, Sum, Value
from django.db.models.functions import Coalesce

from myschool.kernel.actors import Actor
from myschool.kernel.numbers import plain
from myschool.people.models import Person
from myschool.people.rules.names import full_name, short_name
from myschool.schools.models import Holiday, School, SchoolClass, SchoolYear, Term, TermScheme
from myschool.schools.queries import year_classes, year_on
from myschool.schools.rules import terms as terms_rules
from myschool.schools.rules import week_hours
from myschool.timetable import access
from myschool.timetable.models import CurriculumHours, GroupMember, TeachingGroup, lasting_on
from myschool.timetable.queries.tasks import PartLink, lacking_parts

Choices = list[tuple[int, str]]
ONE_DAY = timedelta(days=1)


def day_to_plan(year: SchoolYear, today: date) -> date:
    """The day from which changes of a year's plan count: today, or in summer the first day of the year."""
    return max(today, year.from_date)


def shown_hours(hours: Decimal) -> str:
    """Hours as people write them: «5», «1,5»."""
    return plain(hours)


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """A class and how full its week is."""

    id: int
    title: str
    level: int
    subjects: int
    hours: str
    warning: str


@dataclass(frozen=True)
class SubjectLine:
    """A subject the school teaches."""

    id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """Somebody who has moved or come, and whose groups are to be checked; `parts` are those of subjects they lack."""

    id: int
    student_id: int
    student: str
    from_class: str
    to_class: str
    to_class_id: int | None
    parts: list[PartLink]


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """The year's plan, class by class, and the school's subjects."""

    title: str
    year: str
    lines: list[ClassLine]
    subjects: list[SubjectLine]
    tasks: list[TaskLine]


def plan_page(actor: Actor, school: School, day: date) -> PlanPage:
    """The classes of the current year with their hours a week."""
    year = year_on(school, day)
    zero = Value(Decimal(), output_field=DecimalField())
    classes = year_classes(school, year).annotate(
        subjects=Count("curriculumhours"), hours=Coalesce(Sum("curriculumhours__hours"), zero)
    )
    tasks = list(
        access.tasks_to_settle(actor).select_related("student", "from_class", "to_class").order_by("raised_at", "pk")
    )
    lacking = lacking_parts([(row.student_id, row.to_class_id) for row in tasks if row.to_class_id], day)
    return PlanPage(
        title="Учебный план",
        year=year.title if year else "",
        lines=[
            ClassLine(
                id=row.pk,
                title=row.title,
                level=row.level,
                subjects=row.subjects,
                hours=shown_hours(row.hours),
                warning=week_hours.week_hours_warning(row.level, row.hours) if row.subjects else "",
            )
            for row in classes
        ],
        subjects=[SubjectLine(row.pk, row.title) for row in access.subjects_to_plan(actor).order_by("title")],
        tasks=[
            TaskLine(
                id=row.pk,
                student_id=row.student_id,
                student=full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
                from_class=row.from_class.title if row.from_class else "",
                to_class=row.to_class.title if row.to_class else "",
                to_class_id=row.to_class_id,
                parts=lacking.get(row.student_id, []),
            )
            for row in tasks
        ],
    )


@dataclass(frozen=True)
class TeacherLine:
    """A teacher of a group and their hours."""

    load_id: int
    name: str
    hours: str
    from_date: date


@dataclass(frozen=True)
class GroupLine:
    """A group of a subject with its teachers."""

    id: int
    title: str
    is_part: bool
    teachers: list[TeacherLine]


@dataclass(frozen=True, kw_only=True)
class SubjectRow:
    """A subject in a class's plan; without hours only its groups are left of it."""

    subject_id: int
    title: str
    hours: str
    typed_hours: str
    groups: list[GroupLine]


@dataclass(frozen=True, kw_only=True)
class ClassPlanPage:
    """A class's plan."""

    title: str
    id: int
    hours: str
    warning: str
    rows: list[SubjectRow]


def class_plan_page(school_class: SchoolClass, day: date) -> ClassPlanPage:
    """The class's subjects with hours, groups and teachers."""
    planned = list(CurriculumHours.objects.filter(school_class=school_class).select_related("subject"))
    taught = (
        TeachingGroup.objects.filter(closed_at__isnull=True, classes__school_class=school_class)
        .select_related("subject")
        .order_by("title", "pk")
        .distinct()
    )
    teachers = _teachers([row.pk for row in taught], day)
    groups: dict[int, list[GroupLine]] = defaultdict(list)
    for row in taught:
        groups[row.subject_id].append(GroupLine(row.pk, row.title, row.is_part, teachers[row.pk]))
    hours = {row.subject_id: row.hours for row in planned}
    titles = {row.subject_id: row.subject.title for row in taught}
    titles |= {row.subject_id: row.subject.title for row in planned}
    total = sum(hours.values(), Decimal())
    return ClassPlanPage(
        title=f"Учебный план: {school_class.title}",
        id=school_class.pk,
        hours=shown_hours(total),
        warning=week_hours.week_hours_warning(school_class.level, total) if planned else "",
        rows=[
            SubjectRow(
                subject_id=pk,
                title=title,
                hours=shown_hours(hours[pk]) if pk in hours else "",
                typed_hours=f"{hours[pk].normalize():f}" if pk in hours else "",
                groups=groups[pk],
            )
            for pk, title in sorted(titles.items(), key=lambda pair: pair[1])
        ],
    )


def _teachers(group_ids: Iterable[int], day: date) -> dict[int, list[TeacherLine]]:
    """Who teaches the groups on that day."""
    loads = access.loads_on(day).filter(teaching_group__in=list(group_ids))
    teachers: dict[int, list[TeacherLine]] = defaultdict(list)
    for row in loads.select_related("teacher").order_by("teacher__sort_key", "pk"):
        teachers[row.teaching_group_id].append(
            TeacherLine(row.pk, _short(row.teacher), shown_hours(row.hours), row.from_date)
        )
    return teachers


def _short(person: Person) -> str:
    return short_name(person.last_name, person.first_name, person.patronymic)


def subject_choices(actor: Actor) -> Choices:
    """The school's subjects, for a form."""
    return list(access.subjects_to_plan(actor).order_by("title").values_list("pk", "title"))


def teacher_choices(school_id: int, day: date) -> Choices:
    """The school's teachers on that day, for a form."""
    teachers = sorted(access.teachers_of(school_id, day), key=lambda row: row.sort_key)
    return [(row.pk, full_name(row.last_name, row.first_name, row.patronymic)) for row in teachers]


def teacher_on(teaching_group: TeachingGroup, day: date) -> int | None:
    """Who teaches a group on a day; of several the first."""
    loads = access.loads_on(day).filter(teaching_group=teaching_group).order_by("pk")
    return loads.values_list("teacher", flat=True).first()


def group_choices(actor: Actor) -> Choices:
    """Groups that are taught, to choose from."""
    rows = access.groups_to_plan(actor).select_related("subject").order_by("subject__title", "title")
    return [(row.pk, _name(row)) for row in rows]


def class_choices(school: School, year: SchoolYear) -> Choices:
    """The year's classes, for a form."""
    return [(row.pk, row.title) for row in year_classes(school, year)]


@dataclass(frozen=True)
class NewGroupPage:
    """A group about to be made for a class."""

    title: str
    class_id: int
    class_title: str


@dataclass(frozen=True, kw_only=True)
class MemberLine:
    """A student of a group's classes; `is_listed` tells whether a part has them, `elsewhere` which other part does."""

    person_id: int
    name: str
    birth_date: date | None
    class_title: str
    is_listed: bool
    elsewhere: str


@dataclass(frozen=True)
class ClassLink:
    """A class of a group."""

    id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class GroupPage:
    """A teaching group: who studies in it and who teaches it."""

    title: str
    id: int
    is_part: bool
    classes: list[ClassLink]
    members: list[MemberLine]
    listed: int
    teachers: list[TeacherLine]
    other_classes: Choices


def group_page(teaching_group: TeachingGroup, day: date) -> GroupPage:
    """The group's students in alphabetical order: of a part all who could be on its list."""
    links = teaching_group.classes.filter(lasting_on(day)).select_related("school_class")
    classes = {row.school_class_id: row.school_class.title for row in links}
    placed = access.places_in(teaching_group, day)
    listed: set[int] = set()
    elsewhere: dict[int, str] = {}
    if teaching_group.is_part:
        listed = set(access.members_on(teaching_group, day).values_list("pk", flat=True))
        elsewhere = _in_other_parts(teaching_group, day)
    members = [
        MemberLine(
            person_id=row.student_id,
            name=full_name(row.student.last_name, row.student.first_name, row.student.patronymic),
            birth_date=row.student.birth_date,
            class_title=classes[row.school_class_id or 0],
            is_listed=row.student_id in listed,
            elsewhere=elsewhere.get(row.student_id, ""),
        )
        for row in sorted(placed.select_related("student"), key=lambda row: row.student.sort_key)
    ]
    others = year_classes(teaching_group.school, teaching_group.school_year)
    return GroupPage(
        title=f"{teaching_group.subject.title}: {teaching_group.title}",
        id=teaching_group.pk,
        is_part=teaching_group.is_part,
        classes=[ClassLink(pk, title) for pk, title in classes.items()],
        members=members,
        listed=len(listed) if teaching_group.is_part else len(members),
        teachers=_teachers([teaching_group.pk], day)[teaching_group.pk],
        other_classes=[(row.pk, row.title) for row in others if row.pk not in classes],
    )


def _in_other_parts(teaching_group: TeachingGroup, day: date) -> dict[int, str]:
    """Students who are on the list of another part of the same subject."""
    rows = GroupMember.objects.filter(
        lasting_on(day),
        teaching_group__subject=teaching_group.subject_id,
        teaching_group__school_year=teaching_group.school_year_id,
        teaching_group__closed_at__isnull=True,
    ).exclude(teaching_group=teaching_group)
    return dict(rows.values_list("student", "teaching_group__title"))


@dataclass(frozen=True)
class TermLine:
    """A term, its last day included."""

    title: str
    from_date: date
    last_day: date


@dataclass(frozen=True)
class ClassTick:
    """A class that follows a scheme or could."""

    id: int
    title: str
    follows: bool


@dataclass(frozen=True, kw_only=True)
class SchemeCard:
    """A scheme with its terms and the classes that follow it."""

    id: int
    title: str
    terms: list[TermLine]
    classes: list[ClassTick]
    followed: str


@dataclass(frozen=True, kw_only=True)
class HolidayLine:
    """Days without lessons, the last one included."""

    id: int
    title: str
    from_date: date
    last_day: date
    whose: str


@dataclass(frozen=True, kw_only=True)
class TermsPage:
    """How the year is divided, and when there are no lessons."""

    title: str
    year: str
    schemes: list[SchemeCard]
    without: str
    holidays: list[HolidayLine]


def terms_page(school: School, day: date) -> TermsPage:
    """The current year's schemes and holidays."""
    year = year_on(school, day)
    classes = list(year_classes(school, year))
    schemes = TermScheme.objects.filter(school=school, school_year=year).order_by("title")
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in Term.objects.filter(scheme__in=schemes).order_by("number"):
        terms[term.scheme_id].append(term)
    holidays = Holiday.objects.filter(school=school, school_year=year).order_by("from_date", "pk")
    return TermsPage(
        title="Учебные периоды и каникулы",
        year=year.title if year else "",
        schemes=[_scheme_card(scheme, terms[scheme.pk], classes) for scheme in schemes],
        without=_titles(row for row in classes if row.term_scheme_id is None),
        holidays=[
            HolidayLine(
                id=row.pk, title=row.title, from_date=row.from_date, last_day=row.to_date - ONE_DAY, whose=_whose(row)
            )
            for row in holidays
        ],
    )


def _scheme_card(scheme: TermScheme, terms: list[Term], classes: list[SchoolClass]) -> SchemeCard:
    return SchemeCard(
        id=scheme.pk,
        title=scheme.title,
        terms=[
            TermLine(terms_rules.term_title(scheme.kind, term.number), term.from_date, term.to_date - ONE_DAY)
            for term in terms
        ],
        classes=[ClassTick(row.pk, row.title, row.term_scheme_id == scheme.pk) for row in classes],
        followed=_titles(row for row in classes if row.term_scheme_id == scheme.pk),
    )


def _whose(holiday: Holiday) -> str:
    if holiday.up_to_level is None:
        return "все классы"
    return "1-е классы" if holiday.up_to_level == 1 else f"1–{holiday.up_to_level} классы"


def _titles(classes: Iterable[SchoolClass]) -> str:
    return ", ".join(row.title for row in classes)


@dataclass(frozen=True)
class FormPage:
    """A page that is one form."""

    title: str


def _name(teaching_group: TeachingGroup) -> str:
    return f"{teaching_group.subject.title}: {teaching_group.title}"
