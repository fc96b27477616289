"""How the database goes about the hot statements: the plan that a long-lived connection comes to."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from myschool.config.demo import copying, journals, world
from myschool.config.demo.growth import DESK_SPAN, FIRST_DESK_ID, FIRST_EMPLOYEE, FIRST_MOTHER, PERSONS
from myschool.diary.queries import feed, marks, week
from myschool.enrolment.models import EnrolmentRequest
from myschool.enrolment.queries import cabinet, desk, people
from myschool.enrolment.queries.desk import DeskFilters
from myschool.journal.queries import cells, finals, page
from myschool.kernel import clock, pages, sealing
from myschool.kernel.actors import Actor, Role
from myschool.notices.queries import pages as pages_queries
from myschool.people import actors
from myschool.schools.models import Organisation, School
from myschool.schools.queries import schools_by_inn
from myschool.timetable.models import TeachingGroup
from myschool.timetable.queries.week import lessons_of_teacher, substitutions_page
from tests.load import library
from tests.load.place import GROWN, token_of

# A table of fewer rows may well be read from end to end.
BIG = 1_000
# More rows than these are looked at by nobody who has only a page of them to show.
MOST_READ = 2_000
# What frequent words match is looked at before it is narrowed and ranked: it grows with the catalogue, and the bench says
# by how much. Read from end to end it must not be.
MATCHING, MOST_MATCHES = {"catalogue, a typing error", "catalogue, narrowed", "desk, by name"}, 300_000
LONGEST = "30s"
# PostgreSQL weighs a plan for all values against those made for each from the sixth execution on.
EXECUTIONS = 7
Parameters = Sequence[Any] | Mapping[str, Any] | None


@dataclass(frozen=True)
class Plan:
    """How a statement finds its rows, how many it looks at, and which big tables it reads from end to end."""

    read: str
    statement: str
    ways: tuple[str, ...]
    rows: int
    scanned: tuple[str, ...]

    @property
    def fault(self) -> str:
        """Why this cannot last when the country joins; empty when it can."""
        if self.scanned:
            return f"{', '.join(self.scanned)} from end to end"
        return f"{self.rows} rows" if self.rows > (MOST_MATCHES if self.read in MATCHING else MOST_READ) else ""


class BrokenOff(SystemExit):
    """A read could not be planned, most likely because it takes longer than anybody waits."""


def plans() -> list[Plan]:
    """The plans of everything that is read all day.

    Raises:
        BrokenOff: a read is so slow that its plan could not be looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{LONGEST}'")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [BIG])
        big = {name for (name,) in cursor.fetchall()}
    by_statement: dict[str, Plan] = {}
    for name, read in _hot().items():
        try:
            for statement, parameters in _statements_of(read):
                # What every page of the desk asks is shown once.
                if statement not in by_statement:
                    by_statement[statement] = _plan(name, statement, parameters, big)
        except (OperationalError, psycopg.OperationalError) as error:
            raise BrokenOff(f"{name}: {error}") from error
    return list(by_statement.values())


def _hot() -> dict[str, Callable[[], object]]:
    at = clock.now()
    school = GROWN + 1
    admin = Actor(
        person_id=GROWN + PERSONS + FIRST_EMPLOYEE, session_id=0, role=Role.SCHOOL_ADMIN, organisation_id=school
    )
    mother = Actor(person_id=GROWN + FIRST_MOTHER, session_id=0, role=Role.GUARDIAN)
    inn = Organisation.objects.values_list("inn", flat=True).get(pk=school)
    middle = EnrolmentRequest.objects.select_related("card").get(pk=2 * (FIRST_DESK_ID + DESK_SPAN + 25_000))
    after = f"{middle.submitted_at.timestamp()}_{middle.pk}"
    filters = {
        "first page": DeskFilters(),
        "page in the middle": DeskFilters(after=after),
        "one kind": DeskFilters(kind="guardian"),
        "one level": DeskFilters(level=3),
        "by name": DeskFilters(name="Иванов"),
        **{tray: DeskFilters(tray=tray) for tray in ("no_class", "waiting", "release", "done")},
    }
    desks: dict[str, Callable[[], object]] = {
        f"desk, {name}": partial(desk.desk, admin, chosen, at.date()) for name, chosen in filters.items()
    }
    return {
        **_school_day(school, at),
        **library.hot(),
        "session lookup": partial(actors.found, token_of(admin.person_id), at),
        "ИНН search": partial(schools_by_inn, inn),
        **desks,
        "people by name": partial(people.people_page, admin, "Иванов", at.date()),
        "near matches": partial(desk.matches, middle),
        "requests of a person": partial(cabinet.cabinet, mother, at.date()),
        "notices, the bell": partial(pages_queries.bell_page, mother, at),
        "notices, the list": partial(pages_queries.list_page, mother, at, kind="", student=None, before=None),
        "chronicle reading": sealing.seal_all,
    }


def _school_day(school: int, at: datetime) -> dict[str, Callable[[], object]]:
    """What is read about lessons and marks: of the second grown school, in its fourth week."""
    grown_school = copying.planned(2, world.start_of_world())[1]
    journal = next(journals.groups(grown_school))
    day = journals.day_of(grown_school.start, 3 * journals.DAYS)
    teacher = Actor(
        person_id=journal.teacher_id,
        session_id=0,
        role=Role.TEACHER,
        organisation_id=school,
        time_zone=grown_school.time_zone,
    )
    student = grown_school.person_id(2 * 20)
    mother = Actor(person_id=grown_school.person_id(FIRST_MOTHER + 20), session_id=0, role=Role.GUARDIAN)
    taught = TeachingGroup.objects.select_related("subject", "school_year").get(pk=journal.id)
    head = pages.found(page.page_head(teacher, journal.id, day))
    diary_head = pages.found(week.student_head(mother, student, day, at))
    return {
        "journal, who and which version": partial(page.page_head, teacher, journal.id, day),
        "journal, the page": partial(page.page_document, head, journals.first_term_id(grown_school), day),
        "journal, a cell": partial(cells.standing, teacher, journal.lesson_id(0), journal.students[1], 1, at),
        "journal, final marks": partial(
            finals.finals_page, taught, journals.first_term_id(grown_school), day, is_year=False
        ),
        "diary, the week": partial(week.week_page, diary_head, day, is_guardian=True),
        "diary, the week as JSON": partial(week.week_document, mother, student, day, at),
        "diary, the family's feed": partial(feed.feed_page, mother, at),
        "diary, marks": partial(marks.marks_page, diary_head, journals.first_term_id(grown_school)),
        "diary, changes": partial(marks.changes_page, diary_head, at),
        "timetable, a teacher's week": partial(
            lessons_of_teacher, school, teacher.person_id, day, day + timedelta(days=7)
        ),
        "timetable, the day's substitutions": partial(
            substitutions_page, replace(teacher, role=Role.DEPUTY_HEAD), School.objects.get(pk=school), day, day
        ),
    }


def _statements_of(read: Callable[[], object]) -> list[tuple[str, Parameters]]:
    """The SELECTs that a read sends; whatever it writes is taken back."""
    sent: list[tuple[str, Parameters]] = []

    def note(execute: Any, statement: str, parameters: Parameters, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's own signature
        if statement.lstrip().startswith(("SELECT", "WITH found")):
            sent.append((statement.strip(), parameters))
        return execute(statement, parameters, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        read()
        transaction.set_rollback(True)
    return sent


def _plan(read: str, statement: str, parameters: Parameters, big: set[str]) -> Plan:
    numbered, values = _numbered(statement, parameters)
    connection.ensure_connection()
    with psycopg.ClientCursor(connection.connection) as cursor:
        types = f"({', '.join(map(_type_of, values))})" if values else ""
        cursor.execute(f"PREPARE hot {types} AS {numbered}")
        arguments = f"({', '.join(['%s'] * len(values))})" if values else ""
        for _ in range(EXECUTIONS):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE hot{arguments}", values)
        (((document,),),) = cursor.fetchall()
        cursor.execute("DEALLOCATE hot")
    nodes = list(_nodes(document["Plan"]))
    return Plan(
        read=read,
        statement=statement,
        ways=tuple(dict.fromkeys(_way(node) for node in nodes)),
        rows=round(sum(_rows(node) for node in nodes)),
        scanned=tuple(
            node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] in big
        ),
    )


def _numbered(statement: str, parameters: Parameters) -> tuple[str, list[Any]]:
    """The statement with its places numbered as PREPARE wants them, and the values in that order."""
    values: list[Any] = []
    if isinstance(parameters, Mapping):
        names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
        values = [parameters[name] for name in names]
        numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
        return numbered.replace("%%", "%"), values
    values = list(parameters or ())
    places = iter(range(1, len(values) + 1))
    return re.sub(r"%s", lambda found: f"${next(places)}", statement), values


def _type_of(value: object) -> str:
    """What the driver would call a value; what it leaves to the database is left to it here too."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if abs(value) < 2**31 else "bigint"
        case datetime():
            return "timestamptz"
        case date():
            return "date"
        case [int(), *_]:
            return "bigint[]"
    return "unknown"


def _way(node: dict[str, Any]) -> str:
    # What a bitmap leads to was chosen by its index, which is a node of its own.
    of = "rows" if node["Node Type"] == "Bitmap Heap Scan" else "all"
    return str(node.get("Index Name") or f"{of} of {node['Relation Name']}")


def _rows(node: dict[str, Any]) -> float:
    """How many rows a part has looked at, over all the times it was gone through."""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read a table."""
    if "Relation Name" in plan or "Index Name" in plan:
        yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
