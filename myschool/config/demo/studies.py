"""What a demo school teaches: subjects and hours, groups, teachers, terms and holidays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from myschool.config.demo.lessons import hold_lessons
from myschool.kernel.actors import Actor
from myschool.schools import actions as schools
from myschool.schools.models import School, SchoolClass, SchoolYear, Subject, TermScheme
from myschool.schools.queries import items_of
from myschool.schools.rules.terms import Span
from myschool.timetable.access import students_of_classes
from myschool.timetable.actions import bells
from myschool.timetable.actions import plan as plan_actions

# Hours a week by the code of the federal list, for the levels they hold at.
HOURS: Sequence[tuple[range, Mapping[str, int]]] = (
    (
        range(1, 2),
        {
            "russian": 5,
            "literary_reading": 4,
            "mathematics": 4,
            "world_around": 2,
            "fine_arts": 1,
            "music": 1,
            "technology": 1,
            "physical_education": 2,
        },
    ),
    (
        range(2, 5),
        {
            "russian": 5,
            "literary_reading": 4,
            "english": 2,
            "mathematics": 4,
            "world_around": 2,
            "fine_arts": 1,
            "music": 1,
            "technology": 1,
            "physical_education": 3,
        },
    ),
    (
        range(5, 7),
        {
            "russian": 5,
            "literature": 3,
            "english": 3,
            "mathematics": 5,
            "history": 3,
            "geography": 2,
            "biology": 2,
            "fine_arts": 1,
            "music": 1,
            "technology": 2,
            "physical_education": 3,
        },
    ),
    (
        range(7, 10),
        {
            "russian": 4,
            "literature": 2,
            "english": 3,
            "algebra": 3,
            "geometry": 2,
            "probability": 1,
            "informatics": 1,
            "history": 2,
            "social_studies": 1,
            "geography": 2,
            "physics": 3,
            "chemistry": 2,
            "biology": 2,
            "technology": 2,
            "physical_education": 3,
        },
    ),
    (
        range(10, 12),
        {
            "russian": 2,
            "literature": 3,
            "english": 3,
            "algebra_and_analysis": 4,
            "geometry": 3,
            "probability": 1,
            "informatics": 1,
            "history": 3,
            "social_studies": 2,
            "geography": 1,
            "physics": 5,
            "chemistry": 1,
            "biology": 1,
            "physical_education": 3,
            "safety": 1,
        },
    ),
)
# Who teaches what above the fourth class, in the order of the teachers; the others teach the primary classes.
SPECIALITIES = (
    {"mathematics", "algebra", "algebra_and_analysis", "geometry", "probability"},
    {"russian", "literature"},
    {"english"},
    {"history", "social_studies", "geography"},
    {"physics", "chemistry", "biology", "informatics"},
    {"physical_education", "technology", "fine_arts", "music"},
)
PRIMARY = range(1, 5)
FIRST_MARKED = 2
MOST_HOURS = 24
SPLIT, TOGETHER = ("english", 7, "А"), ("individual_project", 10)


class Studies:
    """The plan of one school, made by who keeps it."""

    def __init__(self, school: School, year: SchoolYear, by: Actor, at: datetime) -> None:
        self.school, self.year, self.by, self.at = school, year, by, at
        self.subjects: dict[str, Subject] = {}
        self.given: Counter[int] = Counter()
        self.classes: Sequence[SchoolClass] = ()
        self.specialists = 0

    def plan(self, classes: Sequence[SchoolClass], teacher_ids: Sequence[int]) -> None:
        """Subjects, then every class's hours and teachers, then groups that are no class, then the calendar."""
        titles = dict(items_of("subjects"))
        taught = {code for _, hours in HOURS for code in hours} | {TOGETHER[0]}
        for code in sorted(taught, key=list(titles).index):
            self.subjects[code] = schools.add_subject(
                school=self.school, title=titles[code], code=code, by=self.by, at=self.at
            )
        self.classes = classes
        self.specialists = len(SPECIALITIES) if classes[-1].level not in PRIMARY else 0
        for school_class in classes:
            self.plan_class(school_class, teacher_ids)
        if together := [row for row in classes if row.level == TOGETHER[1]]:
            self.teach_together(together)
        self.divide_year(classes)
        for school_class, teacher in zip(reversed(classes[: len(teacher_ids) * 2]), teacher_ids, strict=False):
            bells.give_homeroom(
                school_class=school_class, teacher_id=teacher, day=self.year.from_date, by=self.by, at=self.at
            )
        hold_lessons(self.school, self.year, self.by, self.at)

    def plan_class(self, school_class: SchoolClass, teacher_ids: Sequence[int]) -> None:
        """A class's subjects, each with a teacher while teachers have hours left; one subject is taught in two parts."""
        for levels, hours in HOURS:
            for code, number in hours.items() if school_class.level in levels else ():
                in_parts = (code, school_class.level, school_class.letter) == SPLIT
                teacher = None if in_parts else self.teacher_of(code, school_class, number, teacher_ids)
                plan_actions.plan_subject(
                    school_class=school_class,
                    subject=self.subjects[code],
                    hours=Decimal(number),
                    teacher_id=teacher,
                    day=self.year.from_date,
                    by=self.by,
                    at=self.at,
                )
                if in_parts:
                    self.split(school_class, code, number, teacher_ids)

    def teacher_of(self, code: str, school_class: SchoolClass, number: int, teacher_ids: Sequence[int]) -> int | None:
        """Who takes the hours; None when nobody of that speciality has so many left."""
        able = [teacher for teacher, codes in zip(teacher_ids, SPECIALITIES, strict=False) if code in codes]
        if school_class.level in PRIMARY:
            own = teacher_ids[self.specialists :]
            # A teacher to each class; the first of them has the 2А, since the first classes get no marks.
            able = [own[(self.classes.index(school_class) - FIRST_MARKED) % len(own)]]
        for teacher in able:
            if self.given[teacher] + number <= MOST_HOURS:
                self.given[teacher] += number
                return teacher
        return None

    def split(self, school_class: SchoolClass, code: str, number: int, teacher_ids: Sequence[int]) -> None:
        """Two parts of a class, each with half of its students and a teacher."""
        whole = self.subjects[code].teachinggroup_set.get(title=school_class.title)
        parts = plan_actions.split_group(teaching_group=whole, parts=2, day=self.year.from_date, by=self.by, at=self.at)
        students = list(students_of_classes(whole, self.year.from_date).order_by("sort_key", "pk"))
        middle = len(students) // 2
        for part, half in zip(parts, (students[:middle], students[middle:]), strict=True):
            plan_actions.fill_part(
                teaching_group=part,
                student_ids=[student.pk for student in half],
                day=self.year.from_date,
                by=self.by,
                at=self.at,
            )
            if teacher := self.teacher_of(code, school_class, number, teacher_ids):
                plan_actions.assign_teacher(
                    teaching_group=part,
                    teacher_id=teacher,
                    hours=Decimal(number),
                    day=self.year.from_date,
                    by=self.by,
                    at=self.at,
                )

    def teach_together(self, classes: Sequence[SchoolClass]) -> None:
        """One group of two classes."""
        subject = self.subjects[TOGETHER[0]]
        for school_class in classes:
            plan_actions.set_hours(school_class=school_class, subject=subject, hours=Decimal(1), by=self.by, at=self.at)
        plan_actions.make_group(
            subject=subject,
            title=" и ".join(row.title for row in classes),
            classes=classes,
            is_part=False,
            by=self.by,
            at=self.at,
        )

    def divide_year(self, classes: Sequence[SchoolClass]) -> None:
        """Quarters up to the ninth class, half-years above; holidays for all, and more of them for the first classes."""
        first, second = self.year.from_date.year, self.year.from_date.year + 1
        quarters = (
            Span(self.year.from_date, date(first, 10, 25)),
            Span(date(first, 11, 2), date(first, 12, 30)),
            Span(date(second, 1, 11), date(second, 3, 28)),
            Span(date(second, 4, 5), date(second, 5, 27)),
        )
        halves = (Span(quarters[0].from_date, quarters[1].to_date), Span(quarters[2].from_date, quarters[3].to_date))
        for title, kind, terms, levels in (
            ("Четверти, 1–9 классы", TermScheme.Kind.QUARTER, quarters, range(1, 10)),
            ("Полугодия, 10–11 классы", TermScheme.Kind.HALF_YEAR, halves, range(10, 12)),
        ):
            scheme = schools.make_term_scheme(
                school=self.school, year=self.year, title=title, kind=kind, terms=terms, by=self.by, at=self.at
            )
            followers = [row.pk for row in classes if row.level in levels]
            schools.give_scheme(scheme=scheme, class_ids=followers, by=self.by, at=self.at)
        for title, days, up_to_level in (
            ("Осенние каникулы", Span(quarters[0].to_date, quarters[1].from_date), None),
            ("Зимние каникулы", Span(quarters[1].to_date, quarters[2].from_date), None),
            ("Дополнительные каникулы", Span(date(second, 2, 15), date(second, 2, 22)), 1),
            ("Весенние каникулы", Span(quarters[2].to_date, quarters[3].from_date), None),
            ("Летние каникулы", Span(quarters[3].to_date, self.year.to_date), None),
        ):
            schools.add_holiday(
                school=self.school,
                year=self.year,
                title=title,
                from_date=days.from_date,
                to_date=days.to_date,
                up_to_level=up_to_level,
                by=self.by,
                at=self.at,
            )
