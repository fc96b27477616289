"""The doors under load: who asks what of them, and which answer is right."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from myschool.config.demo.names import SURNAMES
from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.enrolment.queries.desk import PAGE, DeskFilters
from myschool.kernel.actors import SCHOOL_LEADERS, Role
from myschool.people.actors import COOKIE
from myschool.people.models import Post, Profile
from myschool.schools.models import School, SchoolClass
from tests.load.place import DESKS, GROWN, token_of
from tests.load.wrk import Asked

EMPTY, BARE = "empty", "bare"
SUBMIT = "submit"
SUBMITTERS = 40_000
SEARCHERS = 1_000
DESK_PAGES = 10
# Fifteen times what the empty view costs.
SEARCH_AIM = 0.067
# The cookie and the form's field have only to agree.
CSRF = secrets.token_hex(16)


@dataclass(frozen=True)
class Door:
    """A door; `aim` is the ratio that we want to its measure, `mark` stands in every right answer.

    The measure is the empty view, or a bare insert for what saves. Lists that may be sent once only are `spent`.
    """

    name: str
    title: str
    aim: float
    requests: list[Asked]
    status: int
    mark: str
    measure: str = EMPTY
    spent: bool = False


class WrongAnswer(SystemExit):
    """A door answers otherwise than it should: its speed says nothing."""


def doors() -> list[Door]:
    """All doors but those of the school day; the two desks are the last."""
    return [_login(), _inn_search(), _submit(), *_searches(), *map(_desk, range(len(DESKS)))]


def statements(door: Door) -> int:
    """Ask once, within this process, and count the statements, BEGIN and COMMIT among them.

    Raises:
        WrongAnswer: not the answer that is wanted.
    """
    request = door.requests[0]
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(request.cookie)
    with CaptureQueriesContext(connection) as captured:
        headers = {"If-None-Match": request.etag} if request.etag else None
        if request.body:
            answer = client.post(request.path, request.body, content_type="application/x-www-form-urlencoded")
        else:
            answer = client.get(request.path, headers=headers)
    text = answer.headers.get("Location", "") + answer.content.decode()
    if answer.status_code != door.status or door.mark not in text:
        raise WrongAnswer(f"{door.title}: {answer.status_code}, and no “{door.mark}” in: {text}")
    return len(captured)


def lying() -> int:
    """How many requests the bench has submitted."""
    return EnrolmentRequest.objects.filter(card__source="own", card__filed_by__gte=GROWN).count()


def cookie_of(person_id: int) -> str:
    """The cookies of somebody who has logged in."""
    return f"{COOKIE}={token_of(person_id)}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def _login() -> Door:
    """Visitors are sent to Gosuslugi with a signed request."""
    sent_to = settings.ESIA["host"] + "/aas/"
    return Door(
        name="login", title="login redirect", aim=0.10, requests=[Asked("/login/?next=/")] * 2, status=302, mark=sent_to
    )


def _inn_search() -> Door:
    """Parents, each at another school."""
    connected = School.objects.filter(pk__gte=GROWN, connected_at__isnull=False)
    inns = list(connected.order_by("pk").values_list("organisation__inn", flat=True)[:SEARCHERS])
    parents = Profile.objects.filter(person__gte=GROWN, role=Role.GUARDIAN).order_by("person")
    requests = [
        Asked(f"/schools/by-inn/?inn={inns[place % len(inns)]}", cookie_of(parent))
        for place, parent in enumerate(parents.values_list("person", flat=True)[:SEARCHERS])
    ]
    return Door(name="inn", title="ИНН search", aim=0.15, requests=requests, status=200, mark=f"ИНН {inns[0]}")


def _submit() -> Door:
    """Students ask for a place in the next school, each once: so each request is a transfer."""
    schools = list(School.objects.filter(pk__gte=GROWN).order_by("pk").values_list("pk", "organisation__inn"))
    following = {school: schools[(place + 1) % len(schools)] for place, (school, _) in enumerate(schools)}
    classes = {(row.school_id, row.level): row.pk for row in SchoolClass.objects.filter(school__gte=GROWN)}
    places = list(
        Placement.objects.filter(student__profile__role=Role.STUDENT, school__gte=GROWN)
        .order_by("student")
        .values_list("student", "school", "level")
    )
    # Neighbours on the list are of one school, but people of all schools ask at once.
    random.Random(1).shuffle(places)
    requests = []
    for student, school, level in places[:SUBMITTERS]:
        wanted, inn = following[school]
        fields = {
            "inn": inn,
            "school": wanted,
            "level": level,
            "school_class": classes[wanted, level],
            "csrfmiddlewaretoken": CSRF,
        }
        requests.append(Asked("/cabinet/place/", cookie_of(student), urlencode(fields)))
    return Door(
        name=SUBMIT,
        title="request submit",
        aim=0.03,
        requests=requests,
        status=302,
        mark="/cabinet/requests/",
        spent=True,
    )


def _searches() -> Iterator[Door]:
    """Leaders look for people by name: on the desks, and among those who study or work in a school without a long one."""
    there, nobody = 'scope="row"', [f"Безымянный {letter}" for letter in "абвгд"]
    surnames = random.Random(1).sample(SURNAMES, 20)
    for place, length in enumerate(DESKS):
        title = f"desk of {length:,} requests, by name"
        yield _search(f"name-{place}", title, "/desk/search/", place, surnames, there)
        yield _search(f"nobody-{place}", f"{title}, nobody", "/desk/search/", place, nobody, "запросов нет")
    yield _search("people", "people of a school, by name", "/desk/people/", len(DESKS), surnames, there)
    yield _search("no-people", "people of a school, nobody", "/desk/people/", len(DESKS), nobody, "не нашлось")


def _search(name: str, title: str, path: str, place: int, names: list[str], mark: str) -> Door:
    leaders = Post.objects.filter(organisation=GROWN + place, role__in=SCHOOL_LEADERS)
    requests = [
        Asked(path, cookie_of(leader), urlencode({"name": query, "csrfmiddlewaretoken": CSRF}))
        for query in names
        for leader in leaders.values_list("person", flat=True)
    ]
    return Door(name=name, title=title, aim=SEARCH_AIM, requests=requests, status=200, mark=mark)


def _desk(place: int) -> Door:
    """The leaders of a school read its desk, pages from all over its length."""
    school = GROWN + place
    leaders = Post.objects.filter(organisation=school, role__in=SCHOOL_LEADERS)
    lying = list(
        EnrolmentRequest.objects.filter(school=school, tray="new")
        .order_by("submitted_at", "pk")
        .values_list("submitted_at", "pk")
    )
    ends = [lying[len(lying) * part // DESK_PAGES] for part in range(1, DESK_PAGES)]
    pages = ["/desk/", *(DeskFilters().url(after=f"{moment.timestamp()}_{last}") for moment, last in ends)]
    requests = [Asked(page, cookie_of(leader)) for page in pages for leader in leaders.values_list("person", flat=True)]
    title = f"desk of {DESKS[place]:,} requests, page of {PAGE}"
    return Door(
        name=f"desk-{place}", title=title, aim=0.05, requests=requests, status=200, mark=f'value="{lying[PAGE - 1][1]}"'
    )
