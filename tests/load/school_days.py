"""The doors of a school day: the journal's page, a mark saved, the diary's week."""

import random
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.test import Client

from myschool.config.demo import copying, journals, world
from myschool.config.demo.growth import CLASSES, FIRST_MOTHER, Grown, class_of
from myschool.config.demo.journals import SUBJECTS, Taught
from myschool.journal.models import Mark
from myschool.kernel import clock
from myschool.schools.models import School
from tests.load.doors import BARE, CSRF, Door, cookie_of
from tests.load.place import GROWN
from tests.load.wrk import Asked

PAGES, UNCHANGED, SAVES = 1_000, 200, 150_000
SAVE = "save"
WEEK = 3
# In the last two levels some are eighteen, and nobody represents them any more.
OF_AGE_FROM = CLASSES - 4
# Students between those who have marks: see `Taught.marked`.
FREE_SEATS = (2, 3, 5)


def doors(*, schools: int, subjects: Sequence[int]) -> list[Door]:
    """The doors, of so many of the first schools; marks are saved in these subjects."""
    grown_schools = copying.planned(schools, world.start_of_world())
    pages, weeks = list(_pages(grown_schools)), list(_weeks(grown_schools))
    read = [Asked(path, cookie) for path, cookie in pages]
    return [
        Door(name="journal", title="journal page, data", aim=0.12, requests=read, status=200, mark='"version"'),
        Door(
            name="unchanged",
            title="journal page, not modified",
            aim=0.45,
            requests=_tagged(read[:UNCHANGED]),
            status=304,
            mark="",
        ),
        Door(
            name="week",
            title="diary week, HTML",
            aim=0.06,
            requests=[Asked(path, cookie) for path, cookie in weeks],
            status=200,
            mark="Математика",
        ),
        Door(
            name="week-data",
            title="diary week, JSON",
            aim=0.2,
            requests=[Asked(path.replace("?", "week.json?"), cookie) for path, cookie in weeks],
            status=200,
            mark="Математика",
        ),
        Door(
            name=SAVE,
            title="mark save, to a bare insert",
            aim=0.25,
            requests=_saves(grown_schools, subjects),
            status=200,
            mark='"5"',
            measure=BARE,
            spent=True,
        ),
    ]


def grown_schools() -> int:
    """How many schools there are to choose from."""
    return School.objects.filter(pk__gte=GROWN).count()


def saved() -> int:
    """How many marks the bench has saved."""
    return Mark.objects.filter(pk__lt=GROWN, teaching_group__gte=GROWN).count()


def _day(known: Sequence[Grown]) -> str:
    return str(journals.day_of(known[0].start, WEEK * journals.DAYS))


def _taught(school: Grown, class_place: int, subject: int) -> Taught:
    return next(
        journal
        for journal in journals.groups(school)
        if (journal.class_place, journal.subject) == (class_place, subject)
    )


def _pages(known: Sequence[Grown]) -> Iterator[tuple[str, str]]:
    for place in range(PAGES):
        school = known[place * 7 % len(known)]
        journal = _taught(school, place % CLASSES, place % len(SUBJECTS))
        yield (
            f"/journal/groups/{journal.id}/data/?term={journals.first_term_id(school)}",
            cookie_of(journal.teacher_id),
        )


def _weeks(known: Sequence[Grown]) -> Iterator[tuple[str, str]]:
    """Mothers who did not have to ask read the week of their first child, who is not of age yet."""
    for place in range(PAGES):
        school, family = known[place * 7 % len(known)], 20 + place % 200
        student = 2 * family
        if class_of(student) < OF_AGE_FROM:
            path = f"/diary/students/{school.person_id(student)}/?week={_day(known)}"
            yield path, cookie_of(school.person_id(FIRST_MOTHER + family))


def _tagged(asked: Sequence[Asked]) -> list[Asked]:
    """The same requests of somebody who has seen the page as it is."""
    requests = []
    for request in asked:
        client = Client()
        client.cookies.load(request.cookie)
        requests.append(Asked(request.path, request.cookie, etag=client.get(request.path).headers["ETag"]))
    return requests


def _saves(known: Sequence[Grown], subjects: Sequence[int]) -> list[Asked]:
    """A mark into each of many empty cells of lessons that are over."""
    today = clock.now().date()
    numbers = [number for number in range(journals.LESSONS) if journals.day_of(known[0].start, number) < today]
    fields = urlencode({"text": "5", "seen": "", "due": "", "reason": "", "csrfmiddlewaretoken": CSRF})
    chance = random.Random(1)
    requests: list[Asked] = []
    schools = list(known)
    chance.shuffle(schools)
    for school in schools:
        for journal in journals.groups(school):
            if journal.subject not in subjects:
                continue
            cookie = cookie_of(journal.teacher_id)
            for number in numbers:
                first = journal.students.index(journal.marked(number)[0])
                for seat in FREE_SEATS:
                    student = journal.students[(first + seat) % len(journal.students)]
                    path = f"/journal/lessons/{journal.lesson_id(number)}/students/{student}/cells/1/"
                    requests.append(Asked(path, cookie, fields))
        if len(requests) >= 3 * SAVES:
            break
    chance.shuffle(requests)
    return requests[:SAVES]
