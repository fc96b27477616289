"""A row of any table that names a person, and the rows of all tables as they are."""

from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKey,
    GeneratedField,
    IntegerField,
    JSONField,
    OneToOneField,
    TextField,
    TimeField,
    UUIDField,
)
from django.db.models.fields import NOT_PROVIDED

from myschool.files.models import StoredFile
from myschool.kernel.subjects import Kept, Key, Room, rooms
from myschool.people.models import Person
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import NOON

# What a merge leaves behind for good: that it was, and that pages which show it were drawn anew.
TRACES = {"kernel.entry", "people.personmerge", "journal.journalpage"}
# What the database writes anew where it follows something else: its keys say nothing, and each of its rows is there once.
WRITTEN_ANEW = {"enrolment.searchname"}
DAY = date(2026, 9, 7)
SERIAL, LESSONS = count(1), count(1)


def everything() -> dict[Any, Any]:
    """The rows of all tables by their keys, or by what they hold."""
    rows: dict[Any, Any] = {}
    for model in apps.get_models():
        if model._meta.label_lower in TRACES:
            continue
        for row in model._base_manager.values():
            key = row.pop(model._meta.pk.attname)
            name = tuple(row.values()) if model._meta.label_lower in WRITTEN_ANEW else key
            assert (model._meta.label, name) not in rows, (model._meta.label, row)
            rows[model._meta.label, name] = row
    return rows


# What a table's constraints demand beyond the kinds of its columns.
SHAPES: dict[str, Callable[[], dict[str, Any]]] = {
    "people.Account": lambda: {"level": "PR"},
    "people.Post": lambda: {"role": "teacher"},
    "people.Profile": lambda: {"role": ["guardian", "student"][next(SERIAL) % 2]},
    "people.AccessRecord": lambda: {"section": "card", "student": make_person()},
    "enrolment.EnrolmentRequest": lambda: {
        "kind": "place",
        "state": "submitted",
        "card": make("enrolment.StudentCard"),
    },
    "enrolment.Invitation": lambda: {"role": "teacher"},
    "journal.Mark": lambda: {"state": "marked", "origin": "5", "five": 5, **at_a_lesson()},
    "journal.Attendance": lambda: at_a_lesson(),
    "journal.Work": lambda: {"position": 1, "lesson": make("timetable.Lesson")},
    "journal.TermMark": lambda: {"state": "marked", "origin": "5", "five": 5},
    "journal.YearMark": lambda: {"state": "marked", "origin": "5", "five": 5},
    "journal.AbsenceNote": lambda: {"meaning": "illness", "to_date": date(2026, 9, 9)},
    "journal.WorkKind": lambda: {"is_default": False},
    "journal.LessonMaterial": lambda: {"url": "https://school.example/"},
    "journal.LessonTopic": lambda: {"lesson": make("timetable.Lesson")},
    "journal.TermClosing": lambda: {"term": make("schools.Term", scheme=make("schools.TermScheme"))},
    "involvement.MeetingSlot": lambda: {
        "student": make_person(),
        "guardian": make_person(),
        "booked_at": NOON,
        "starts": time(next(SERIAL) % 12, 0),
        "ends": time(13, 0),
    },
    "notices.NoticeChoice": lambda: {"mail": "off"},
    "notices.Delivery": lambda: {"channel": "mail", "notice": make("notices.Notice")},
    "folders.DocumentShare": lambda: {"document": make("folders.Document")},
    "folders.Folder": lambda: {"path": [], "parent": None},
    "chat.Conversation": lambda: {"kind": "named", "title": "Кружок"},
    "chat.Message": lambda: {
        "number": next(SERIAL),
        "version": 1,
        "capacity": "student",
        "conversation": make("chat.Conversation"),
    },
    "chat.Complaint": lambda: {"decision": "", "decided_at": None},
    "timetable.Lesson": lambda: {
        "number": next(SERIAL) % 15,
        "day": DAY + timedelta(days=next(LESSONS) % 100),
        "starts": time(20, 0),
        "ends": time(21, 0),
    },
    "timetable.TeachingLoad": lambda: {"hours": 2},
    "timetable.TemplateLesson": lambda: {"weekday": 1, "number": next(SERIAL) % 15},
    "timetable.TeacherAbsence": lambda: {"to_date": date(2026, 9, 9)},
    "timetable.HomeroomTeacher": lambda: {"school_class": make("schools.SchoolClass")},
    "schools.SchoolClass": lambda: {"level": 1 + next(SERIAL) % 11, "letter": f"Б{next(SERIAL)}"},
    "schools.Term": lambda: {"to_date": date(2026, 10, 9)},
    "schools.TermScheme": lambda: {"title": f"Схема {next(SERIAL)}"},
    "library.MaterialVersion": lambda: {"from_level": 5, "to_level": 7},
    "library.Review": lambda: {"verdict": ""},
    "library.PublisherApplication": lambda: {"outcome": "submitted"},
}


def at_a_lesson() -> dict[str, Any]:
    """A lesson of its own, and its day."""
    lesson = make("timetable.Lesson")
    return {"lesson": lesson, "day": lesson.day}


def make(label: str, **given: Any) -> Any:
    """A row of the model; what it leans on is there already or is made, each person somebody new."""
    model = apps.get_model(label)
    values = SHAPES.get(label, dict)() | given
    for field in model._meta.concrete_fields:
        if field.name not in values and needs_value(field):
            values[field.name] = value_for(field)
    return model._base_manager.create(**values)


def needs_value(field: Any) -> bool:
    """Whether nobody else gives the column one."""
    is_left = field.null or field.blank or field.has_default() or field.db_default is not NOT_PROVIDED
    by_itself = isinstance(field, GeneratedField) or (field.primary_key and not field.is_relation)
    return not (is_left or by_itself)


def value_for(field: Any) -> Any:
    """Something that fits the column."""
    number = next(SERIAL)
    if isinstance(field, ForeignKey):
        related = field.related_model
        if related is Person:
            return make_person(f"Иной{number}")
        is_own = isinstance(field, OneToOneField) or field.unique or related is StoredFile
        return (None if is_own else related._base_manager.order_by("pk").first()) or make(related._meta.label)
    if field.choices:
        return next(choice for choice, _ in field.flatchoices if choice)
    for kind, value in (
        (UUIDField, uuid4()),
        (BinaryField, number.to_bytes(32)),
        (ArrayField, []),
        (JSONField, {}),
        (BooleanField, False),
        (DateTimeField, NOON),
        (DateField, DAY),
        (TimeField, time(8, 0)),
        (DecimalField, 1),
        (IntegerField, 1 + number % 11),
    ):
        if isinstance(field, kind):
            return value
    assert isinstance(field, CharField | TextField), field
    return f"{number}"[-(field.max_length or 10) :]


def name(room: Room, key: Key, person: Person, elder: Person) -> None:
    """Make a row in which the column names the person, where a foreign key leads there; `elder` has a lesser number."""
    model = room.model(key)
    if model._meta.get_field(key.name).related_model is not Person:
        return
    fields: dict[str, Any] = {key.name: person}
    match key.column:
        case "Conversation.lower":
            fields |= {"kind": "personal", "title": "", "upper": make_person()}
        case "Conversation.upper":
            fields |= {"kind": "personal", "title": "", "lower": elder}
        case "Delivery.recipient":
            fields |= {"notice": make("notices.Notice", recipient=person)}
        case "Person.merged_into":
            make_person(merged_into=person)
            return
    row = make(model._meta.label, **fields)
    match model._meta.label:
        case "enrolment.StudentCard":
            make("enrolment.EnrolmentRequest", card=row, state="approved", decided_at=NOON)
        case "chat.Message":
            make("chat.Complaint", message=row)
        case "folders.Document":
            make("folders.DocumentVersion", document=row)


def name_everywhere(person: Person, elder: Person, *, kept: bool = True) -> None:
    """A row for every key to a person; without those that the law keeps, if not `kept`."""
    for room in rooms():
        for key in room.keys:
            if kept or not isinstance(key.forgotten, Kept):
                name(room, key, person, elder)
