"""Calendar links: what other programs read is what the timetable holds, in every zone."""

import logging
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from myschool.exchange import actions, queries
from myschool.homework import actions as homework
from myschool.involvement import actions as involvement
from myschool.involvement.tests import makers as families_of
from myschool.journal.tests.makers import AT, DAY, make_journal, person_of
from myschool.kernel.actors import Role
from myschool.people.models import Guardianship
from myschool.people.tests.makers import make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import make_school
from myschool.timetable.actions.changes import cancel_lesson, move_lesson, substitute, withdraw_change
from myschool.timetable.tests.makers import make_teacher

pytestmark = pytest.mark.django_db
# The eleven time zones of the country, from UTC+2 to UTC+12.
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)


def events_of(person_id, at=AT):
    calendar = Calendar.from_ical(queries.calendar_of(person_id, at))
    return {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}


def lesson_of(events):
    (lesson,) = [entry for uid, entry in events.items() if uid.startswith("lesson-")]
    return lesson


def guardian_of(student):
    student.birth_date = DAY.replace(year=2014)
    student.save()
    guardian = make_actor(make_person("Родителева"), Role.GUARDIAN)
    make_guardianship(person_of(guardian), student)
    return guardian


@pytest.mark.parametrize(("offset", "zone"), list(enumerate(ZONES, 2)))
def test_a_lesson_begins_by_the_clocks_of_its_school(offset, zone):
    journal = make_journal(make_school(time_zone=zone))
    lesson = lesson_of(events_of(journal.students[0].pk))
    assert lesson.start.astimezone(UTC).time() == time((8 - offset) % 24, 30)
    assert lesson.end - lesson.start == timedelta(minutes=45)


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Volgograd", "Asia/Vladivostok"])
def test_a_zone_says_only_what_holds_on_the_days_of_the_link(zone):
    """Of several changes in one line some programs read the first alone, and showed lessons hours late."""
    journal = make_journal(make_school(time_zone=zone))
    zones = Calendar.from_ical(queries.calendar_of(journal.students[0].pk, AT)).walk("VTIMEZONE")
    (observance,) = [part for component in zones for part in component.subcomponents]
    assert "rdate" not in observance


def test_substitutions_moves_and_cancellations_arrive_as_changes_of_the_same_event():
    journal = make_journal()
    student, other = journal.students[0], make_teacher(journal.school, "Заменина")
    before = lesson_of(events_of(student.pk))
    assert (before["sequence"], str(before["status"])) == (0, "CONFIRMED")
    arguments = {"today": DAY, "by": journal.deputy}
    substitute(lesson=journal.lesson, teacher_id=other.pk, reason="болезнь", at=AT, **arguments)
    substituted = lesson_of(events_of(student.pk))
    assert "Заменина" in str(substituted["description"])
    move_lesson(
        lesson=journal.lesson,
        day=DAY + timedelta(days=1),
        number=3,
        starts=time(10, 20),
        ends=time(11, 5),
        room=None,
        reason="по просьбе класса",
        at=AT + timedelta(minutes=1),
        **arguments,
    )
    moved = lesson_of(events_of(student.pk))
    assert moved.start.date() == DAY + timedelta(days=1)
    cancel_lesson(lesson=journal.lesson, reason="карантин", at=AT + timedelta(minutes=2), **arguments)
    cancelled = lesson_of(events_of(student.pk))
    assert str(cancelled["status"]) == "CANCELLED"
    versions = (before, substituted, moved, cancelled)
    assert [entry["sequence"] for entry in versions] == [0, 1, 2, 3]
    assert len({str(entry["uid"]) for entry in versions}) == 1
    assert lesson_of(events_of(other.pk))["uid"] != before["uid"]


def test_a_substituted_lesson_leaves_the_hour_of_who_is_away_free():
    journal = make_journal()
    away, other = journal.teacher.person_id, make_teacher(journal.school, "Заменина")
    change = substitute(lesson=journal.lesson, teacher_id=other.pk, reason="курсы", today=DAY, by=journal.deputy, at=AT)
    free, led = lesson_of(events_of(away)), lesson_of(events_of(other.pk))
    assert (str(free["status"]), str(free["transp"])) == ("CANCELLED", "TRANSPARENT")
    assert str(free["summary"]) == "Алгебра, 7А (замена: Заменина А. И.)"
    assert "курсы" in str(free["description"])
    assert (str(led["status"]), str(led["summary"]), led.get("transp")) == ("CONFIRMED", "Алгебра, 7А", None)
    withdraw_change(change=change, today=DAY, by=journal.deputy, at=AT + timedelta(minutes=5))
    back = lesson_of(events_of(away))
    assert (str(back["status"]), str(back["summary"])) == ("CONFIRMED", "Алгебра, 7А")
    # A program takes the newer of two: taking back is a change too.
    assert (back["sequence"], back["dtstamp"].dt) == (2, AT + timedelta(minutes=5))
    assert (lesson_of(events_of(journal.students[0].pk)).get("transp")) is None


def test_a_guardian_reads_of_their_children_until_the_guardianship_ends():
    journal = make_journal()
    student = journal.students[0]
    guardian = guardian_of(student)
    homework.set_homework(
        teaching_group=journal.taught,
        lesson=None,
        due_day=DAY + timedelta(days=1),
        text="Параграф 5",
        minutes=20,
        needs_hand_in=False,
        student_ids=[],
        attached=[],
        today=DAY,
        by=journal.teacher,
        at=AT,
    )
    events = events_of(guardian.person_id)
    assert str(lesson_of(events)["summary"]) == f"{student.first_name}: Алгебра"
    (due,) = [entry for uid, entry in events.items() if uid.startswith("homework-")]
    assert (due.start, str(due["description"])) == (DAY + timedelta(days=1), "Параграф 5")
    Guardianship.objects.filter(student=student).update(to_date=DAY)
    assert events_of(guardian.person_id) == {}


def test_a_teacher_reads_their_own_lessons():
    journal = make_journal()
    assert str(lesson_of(events_of(journal.teacher.person_id))["summary"]) == "Алгебра, 7А"


def read(token, **headers):
    return Client().get(f"/calendar/feed/{token}.ics", headers=headers)


def test_a_link_leads_somewhere_until_it_is_renewed_or_revoked():
    guardian, at = guardian_of(make_person()), datetime.now(UTC)
    first = actions.make_feed(by=guardian, at=at)
    answer = read(first)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert read(first, if_none_match=answer["ETag"]).status_code == 304
    second = actions.make_feed(by=guardian, at=at)
    assert [read(token).status_code for token in (first, second, "x" * 43)] == [404, 200, 404]
    actions.revoke_feed(by=guardian, at=at)
    assert read(second).status_code == 404


def test_the_log_names_the_route_and_never_the_link(caplog):
    with caplog.at_level(logging.WARNING, "django"):
        read("secret-token")
        Client(enforce_csrf_checks=True).post("/calendar/feed/secret-token.ics")
        read("Тайна")
    text = caplog.text
    assert len(caplog.records) == 3
    assert "Тайна".encode("unicode_escape").decode() not in text
    assert "calendar/feed/<str:token>.ics" in text
    assert "secret-token" not in text


def test_a_booked_meeting_stands_in_both_calendars_till_it_is_taken_back():
    families = families_of.make_families()
    day = families_of.AT.date()
    evening = involvement.make_evening(
        school=families.school,
        title="Вечер",
        place="каб. 5",
        day=day,
        begins=time(18),
        ends=time(19),
        minutes=20,
        pause=0,
        book_until=day,
        teacher_ids=[families.teacher.person_id],
        by=families.head,
        at=families_of.AT,
    )
    slot = evening.slots.order_by("starts")[0]
    mother, student = families.mothers[0], families.students[0]
    involvement.book(slot=slot, student=person_of(student), today=day, by=mother, at=families_of.AT)
    (meeting,) = [
        entry for uid, entry in events_of(mother.person_id, families_of.AT).items() if uid.startswith("meeting")
    ]
    assert meeting.start.astimezone(UTC).time() == time(15)
    assert meeting.end - meeting.start == timedelta(minutes=20)
    assert (str(meeting["summary"]), str(meeting["location"])) == ("Вечер: Классная А. И.", "каб. 5")
    (other,) = events_of(families.teacher.person_id, families_of.AT).values()
    assert str(other["summary"]) == "Вечер: Ученика А. И."
    involvement.free(slot=slot, by=mother, at=families_of.AT)
    assert events_of(mother.person_id, families_of.AT) == {}
