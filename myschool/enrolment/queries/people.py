"""Finding people of a school: who studies and who works in it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from myschool.enrolment import access
from myschool.enrolment.queries.cabinet import class_title
from myschool.enrolment.queries.names import named, query_of
from myschool.kernel.actors import Actor, Role
from myschool.kernel.prepared import Prepared
from myschool.kernel.text import day_month_year
from myschool.people.rules.names import full_name, sought_words

# Who searches looks for one: if so many do not hold it, more letters do.
FOUND_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """Somebody who was found: where they study, or as whom they work."""

    id: int
    name: str
    birth_date: str
    place: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """People of the school whose names fit; `is_asked` is false where nothing has been typed yet."""

    title: str
    name: str
    is_asked: bool
    students: list[PersonLine]
    staff: list[PersonLine]
    is_cut: bool


def people_page(actor: Actor, name: str, day: date) -> PeoplePage:
    """Students and staff of the actor's school whose names fit, each in alphabetical order."""
    if not sought_words(name):
        return PeoplePage(title="Поиск людей", name=name, is_asked=bool(name), students=[], staff=[], is_cut=False)
    asking = {"person": actor.person_id, "organisation": actor.organisation_id, "day": day}
    students = _students(actor.role).rows(**asking, query=query_of(actor.school_id, "student", name))
    staff = _staff(actor.role).rows(**asking, query=query_of(actor.school_id, "staff", name))
    return PeoplePage(
        title="Поиск людей",
        name=name,
        is_asked=True,
        students=[
            PersonLine(
                id=row.student,
                name=full_name(row.student__last_name, row.student__first_name, row.student__patronymic),
                birth_date=day_month_year(row.student__birth_date) if row.student__birth_date else "",
                place=class_title(row.level, row.school_class__letter),
                url=f"/desk/classes/{row.school_class}/" if row.school_class else "/desk/classes/",
            )
            for row in students[:FOUND_PAGE]
        ],
        staff=[
            PersonLine(
                id=row.person,
                name=full_name(row.person__last_name, row.person__first_name, row.person__patronymic),
                birth_date="",
                place=Role(row.role).label,
                url="/desk/staff/",
            )
            for row in staff[:FOUND_PAGE]
        ],
        is_cut=max(len(students), len(staff)) > FOUND_PAGE,
    )


@lru_cache(maxsize=len(Role) + 1)
def _students(role: Role | None) -> Prepared:
    def build(person: int, organisation: int, day: date, query: str) -> QuerySet[Any, Any]:
        placements = access.placements_to_keep(_actor(role, person, organisation)).filter(named(query))
        names = ("student__last_name", "student__first_name", "student__patronymic")
        place = ("level", "school_class__letter", "school_class")
        rows = placements.order_by("student__sort_key", "student", "pk")
        return rows.values_list("student", *names, "student__birth_date", *place)[: FOUND_PAGE + 1]

    return Prepared(build, person=int, organisation=int, day=date, query=str)


@lru_cache(maxsize=len(Role) + 1)
def _staff(role: Role | None) -> Prepared:
    def build(person: int, organisation: int, day: date, query: str) -> QuerySet[Any, Any]:
        posts = access.posts_to_keep(_actor(role, person, organisation), day).filter(named(query))
        names = ("person__last_name", "person__first_name", "person__patronymic")
        return posts.order_by("person__sort_key", "person", "pk").values_list("person", *names, "role")[
            : FOUND_PAGE + 1
        ]

    return Prepared(build, person=int, organisation=int, day=date, query=str)


def _actor(role: Role | None, person: int, organisation: int) -> Actor:
    return Actor(person_id=person, session_id=0, role=role, organisation_id=organisation)
