"""Who acts: the person, role and place that a request speaks for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from django.db import models
from django.http import HttpRequest

from myschool.kernel.clock import EASTERNMOST_ZONE, local_day
from myschool.kernel.text import MOSCOW


class Role(models.TextChoices):
    """What a person acts as (роль). Staff roles are held in an organisation, the others by the person alone."""

    STUDENT = "student", "Обучающийся"
    GUARDIAN = "guardian", "Законный представитель"
    TEACHER = "teacher", "Учитель"
    DEPUTY_HEAD = "deputy_head", "Заместитель директора"
    HEAD = "head", "Директор"
    SCHOOL_ADMIN = "school_admin", "Администратор школы"
    PUBLISHER = "publisher", "Поставщик контента"
    EXPERT = "expert", "Эксперт"
    OPERATOR = "operator", "Региональный оператор"


SCHOOL_STAFF = frozenset({Role.TEACHER, Role.DEPUTY_HEAD, Role.HEAD, Role.SCHOOL_ADMIN})
STAFF = SCHOOL_STAFF | {Role.PUBLISHER, Role.EXPERT, Role.OPERATOR}
SCHOOL_LEADERS = frozenset({Role.HEAD, Role.SCHOOL_ADMIN})


class Stamp(TypedDict):
    """Who did something, when and from where: the envelope of every fact."""

    at: datetime
    school_id: int | None
    actor_id: int | None
    session_id: int | None
    on_behalf_of_id: int | None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person in one of their roles, as found from the session; a visitor has none.

    `role` is None until the person has chosen a profile. `organisation_id` is set for staff roles; in a school's
    role it is the school's id too, and `time_zone` the zone of its clocks. `name` and the titles are for the page's
    header, never for a log. `is_confirmed`: Gosuslugi has checked who the session's account belongs to.
    """

    person_id: int
    session_id: int
    role: Role | None = None
    organisation_id: int | None = None
    name: str = ""
    place_title: str = ""
    time_zone: str = ""
    on_behalf_of_id: int | None = None
    is_confirmed: bool = False

    @property
    def school_id(self) -> int | None:
        """The school the actor works in; None for families, publishers and authorities."""
        return self.organisation_id if self.role in SCHOOL_STAFF else None

    def day(self, at: datetime) -> date:
        """The date at the actor's place; for those without a place the date where it is latest."""
        return local_day(self.time_zone or EASTERNMOST_ZONE, at)

    @property
    def clocks(self) -> str:
        """By whose clocks moments are shown: the place's own; to families, who may have schools in several zones, Moscow's.

        What is over or late is never judged by them, but by the clocks of the school that it belongs to.
        """
        return self.time_zone or MOSCOW.key

    @property
    def role_title(self) -> str:
        """The role in Russian, for the header."""
        return self.role.label if self.role else ""

    def stamp(self, at: datetime, *, school_id: int | None = None) -> Stamp:
        """The envelope of a fact this actor causes; `school_id` names the school it concerns, if not their own."""
        return Stamp(
            at=at,
            school_id=school_id if school_id is not None else self.school_id,
            actor_id=self.person_id,
            session_id=self.session_id,
            on_behalf_of_id=self.on_behalf_of_id,
        )


def nobody(at: datetime, *, school_id: int | None = None) -> Stamp:
    """The envelope of a fact that no person caused: a deadline, an import, a login still without a session."""
    return Stamp(at=at, school_id=school_id, actor_id=None, session_id=None, on_behalf_of_id=None)


@dataclass(frozen=True, kw_only=True)
class Look:
    """The students whose data an answer shows: in which section, and what exactly was opened."""

    section: str
    student_ids: frozenset[int]
    reason: str = ""


class VisitorRequest(HttpRequest):
    """A request of anybody; the middleware says when, who it is, and what the session's cookie led to.

    `looks` are what the door has said that its answer shows.
    """

    asked_at: datetime
    actor: Actor | None
    found: Any
    looks: list[Look]


class ActorRequest(HttpRequest):
    """A request of somebody logged in: the door is not marked `for_visitors`."""

    asked_at: datetime
    actor: Actor
    found: Any
    looks: list[Look]
