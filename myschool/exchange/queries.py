"""A person's lessons, homework and meetings as a calendar for other programs (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max
from django.db.models.functions import Greatest
from icalendar import Calendar, Event

from myschool.exchange import access, rules
from myschool.homework.queries import DueHomework, homework_due_to
from myschool.involvement.queries import Meeting, meetings_of
from myschool.kernel import clock, text
from myschool.kernel.actors import Actor, Role
from myschool.people.access import guardianships_on, posts_on
from myschool.people.models import Person
from myschool.schools.models import SchoolYear
from myschool.timetable.models import Lesson
from myschool.timetable.queries.week import LessonOnView, lessons_of_students, lessons_of_teacher

ONE_DAY = timedelta(days=1)
PAST = timedelta(days=30)
MAKER = "-//Моя школа//Расписание//RU"


@dataclass(frozen=True)
class Placed:
    """Where and since when a lesson stands: the school's zone, how often it was changed, and when last."""

    zone: str
    changes: int
    changed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """The page of one's calendar link; the address is shown for some minutes after it was made.

    `has_ended` says that there was a link, which leads nowhere now although its person has not revoked it.
    """

    title: str
    address: str
    made_at: datetime | None = None
    ends_at: datetime | None = None
    has_ended: bool = False


def feed_page(actor: Actor, token: str, at: datetime) -> FeedPage:
    """The page of the actor's link, with its address if this is its token."""
    title = "Календарь в телефоне"
    feed = access.own_feeds(actor, at).first()
    if feed is None:
        return FeedPage(title=title, address="", has_ended=access.ended_feeds(actor, at).exists())
    is_shown = bytes(feed.token_hash) == rules.hash_of(token)
    address = f"{settings.SITE_URL}/calendar/feed/{token}.ics" if is_shown else ""
    return FeedPage(
        title=title, address=address, made_at=feed.made_at, ends_at=rules.ends_at(feed.made_at, feed.renewed_at)
    )


def until_words(actor: Actor, at: datetime) -> str:
    """What is said to whoever has renewed their link."""
    feed = access.own_feeds(actor, at).first()
    if feed is None:
        return "Продлевать нечего: ссылка уже не работает."
    until = rules.ends_at(feed.made_at, feed.renewed_at)
    return f"Ссылка действует до {text.day_month_year(until.astimezone(text.MOSCOW))}."


def calendar_of(person_id: int, at: datetime) -> bytes:
    """Every lesson of the person, of the children they represent and of their posts, as an entry of its own.

    No recurrence is used: a cancelled or moved lesson is simply what it is. From 30 days ago to the end of the school
    year; a guardianship or a post that has ended shows nothing any more.
    """
    day = clock.latest_day(at)
    from_day, to_day = day - PAST, _end_of_year(day)
    students = [
        person_id,
        *guardianships_on(day).filter(guardian=person_id).order_by("student").values_list("student", flat=True),
    ]
    lessons = lessons_of_students(students, from_day, to_day)
    posts = list(posts_on(day).filter(person=person_id).order_by("pk").values_list("organisation", "role"))
    for school_id, role in posts:
        if role == Role.TEACHER:
            lessons += lessons_of_teacher(school_id, person_id, from_day, to_day)
    placed = _placed([lesson.id for lesson in lessons])
    names = dict(Person.objects.filter(pk__in=students[1:]).values_list("pk", "first_name"))
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Моя школа")
    for lesson in lessons:
        calendar.add_component(_lesson(lesson, placed[lesson.id], names.get(lesson.student_id, ""), person_id))
    for due in homework_due_to(students, from_day, to_day):
        calendar.add_component(_homework(due, names.get(due.student_id, "")))
    for meeting in meetings_of(person_id, students, [school_id for school_id, _ in posts], from_day, to_day):
        calendar.add_component(_meeting(meeting))
    # Only the days of the link: some programs believe the first line of each change alone, and would be hours late.
    calendar.add_missing_timezones(first_date=from_day - ONE_DAY, last_date=to_day + ONE_DAY)
    return bytes(calendar.to_ical())


def _end_of_year(day: date) -> date:
    years = SchoolYear.objects.filter(from_date__lte=day + timedelta(days=60), to_date__gt=day)
    year_end = years.aggregate(last=Max("to_date"))["last"]
    return year_end or day + timedelta(days=365)


def _placed(lesson_ids: Iterable[int]) -> dict[int, Placed]:
    # A change that is taken back is one more change of the event.
    rows = Lesson.objects.filter(pk__in=list(lesson_ids)).annotate(
        count=Count("changes") + Count("changes__withdrawn_at"),
        last=Greatest(Max("changes__made_at"), Max("changes__withdrawn_at")),
    )
    return {
        pk: Placed(zone, count, last)
        for pk, zone, count, last in rows.values_list("pk", "school__time_zone", "count", "last")
    }


def _lesson(one: LessonOnView, placed: Placed, first_name: str, person_id: int) -> Event:
    zone = ZoneInfo(placed.zone)
    # Whoever is away has the hour free; a student's lesson goes on with another teacher.
    is_substituted = not one.student_id and one.teacher_id != person_id
    instead = f" ({': '.join(filter(None, ('замена', one.teacher)))})" if is_substituted else ""
    entry = Event()
    entry.add("uid", f"lesson-{one.id}-{one.student_id or person_id}@moyashkola")
    entry.add("dtstamp", placed.changed_at or datetime.combine(one.day, datetime.min.time(), UTC))
    entry.add("sequence", placed.changes)
    entry.add("dtstart", datetime.combine(one.day, one.starts, zone))
    entry.add("dtend", datetime.combine(one.day, one.ends, zone))
    entry.add(
        "summary",
        ": ".join(filter(None, (first_name, one.subject))) + ("" if one.student_id else f", {one.taught}") + instead,
    )
    if one.place:
        entry.add("location", one.place)
    about = "\n".join(filter(None, (one.teacher, *one.changes, one.reason)))
    if about:
        entry.add("description", about)
    is_free = one.is_cancelled or is_substituted
    entry.add("status", "CANCELLED" if is_free else "CONFIRMED")
    if is_free:
        entry.add("transp", "TRANSPARENT")
    return entry


def _homework(due: DueHomework, first_name: str) -> Event:
    entry = Event()
    entry.add("uid", f"homework-{due.id}-{due.student_id}@moyashkola")
    entry.add("dtstamp", due.changed_at or due.posted_at)
    entry.add("dtstart", due.due_day)
    entry.add("summary", ": ".join(filter(None, (first_name, f"задано, {due.subject}"))))
    entry.add("description", due.text)
    entry.add("transp", "TRANSPARENT")
    return entry


def _meeting(one: Meeting) -> Event:
    entry = Event()
    entry.add("uid", f"meeting-{one.slot_id}@moyashkola")
    entry.add("dtstamp", one.booked_at)
    entry.add("dtstart", one.starts_at)
    entry.add("dtend", one.ends_at)
    entry.add("summary", f"{one.title}: {one.other}")
    if one.place:
        entry.add("location", one.place)
    return entry
