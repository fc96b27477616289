"""A journal for tests: a class with students, a group, its teacher and lessons."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from myschool.enrolment.tests.makers import make_placement
from myschool.journal.actions import cells, codes
from myschool.journal.models import WorkKind
from myschool.journal.queries.cells import standing
from myschool.kernel.actors import Role
from myschool.people.models import Person
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools import actions as schools
from myschool.schools.models import TermScheme
from myschool.schools.rules.terms import Span
from myschool.schools.tests.makers import FIRST_DAY, NOON, make_class, make_school
from myschool.timetable.tests.makers import assign, make_deputy, make_group, make_lesson

DAY = date(2026, 9, 10)
AT = datetime(2026, 9, 10, 10, tzinfo=UTC)
NAMES = ("Абрамов", "Белов", "Васин")


def make_journal(school=None, students=3, terms=((date(2026, 9, 1), date(2026, 11, 1)),)):
    """A class of one school in its first term, taught by `teacher`, kept by `deputy`; one lesson on `DAY`."""
    school = school or make_school()
    codes.give_usual_codes()
    deputy = make_deputy(school)
    school_class = make_class(school)
    scheme = schools.make_term_scheme(
        school=school,
        year=school_class.school_year,
        title="Четверти",
        kind=TermScheme.Kind.QUARTER,
        terms=[Span(*term) for term in terms],
        by=deputy,
        at=NOON,
    )
    schools.give_scheme(scheme=scheme, class_ids=[school_class.pk], by=deputy, at=NOON)
    school_class.refresh_from_db()
    taught = make_group(deputy, school_class, title="7А")
    teacher = make_actor(make_person("Учителева"), Role.TEACHER, school.organisation)
    assign(taught, SimpleNamespace(pk=teacher.person_id), deputy, day=FIRST_DAY)
    listed = [make_person(NAMES[number % len(NAMES)], f"Ученик{number:02}") for number in range(students)]
    for student in listed:
        make_placement(student, school_class)
    lesson = make_lesson(taught, teacher=person_of(teacher), day=DAY)
    return SimpleNamespace(
        school=school,
        deputy=deputy,
        school_class=school_class,
        scheme=scheme,
        term=scheme.terms.get(number=1),
        taught=taught,
        teacher=teacher,
        students=listed,
        lesson=lesson,
    )


def person_of(actor):
    """The row of somebody who acts."""
    return Person.objects.get(pk=actor.person_id)


def make_kind(school, title="Контрольная работа", short="КР", weight="2", is_control=True, is_default=False):
    return WorkKind.objects.create(
        school=school, title=title, short=short, weight=weight, is_control=is_control, is_default=is_default
    )


def stands(journal, student=None, lesson=None, position=1, by=None, at=AT):
    """The cell as it stands."""
    return standing(
        by or journal.teacher, (lesson or journal.lesson).pk, (student or journal.students[0]).pk, position, at
    )


def write(journal, text, student=None, lesson=None, position=1, by=None, at=AT, seen=None, **more):
    """Save a cell as its teacher would who has just looked at it."""
    cell_state = stands(journal, student, lesson, position, by, at)
    arguments = {"due": None, "comment": None, "reason": ""} | more
    return cells.save_cell(
        standing=cell_state,
        text=text,
        seen=cell_state.seen if seen is None else seen,
        by=by or journal.teacher,
        at=at,
        **arguments,
    )
