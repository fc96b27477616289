"""Bad input through every door that takes a form: told in Russian or taken cleanly, and never half-written."""

import re
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client

from myschool.enrolment import actions
from myschool.enrolment.tests.makers import (
    described,
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.files.received import Received
from myschool.files.tests.makers import upload
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Entry, Tally
from myschool.kernel.tests.naughty import naughty_strings
from myschool.people import actions as people
from myschool.people.models import AccessRecord, Consent, DeletionRequest, Person, Session
from myschool.people.tests.makers import log_in, make_actor, make_person, make_post, years_ago
from myschool.schools.tests.makers import make_class, make_lasting_school, make_organisation

pytestmark = pytest.mark.django_db
ENGLISH = re.compile(r"This field|Enter a|Select a|Ensure this|not valid|Invalid|must be|error", re.IGNORECASE)
BAD = [
    "\0",
    "слово\0слово",
    "9" * 5000,
    "9223372036854775808",
    "-1",
    "1e309",
    "1.5",
    "NaN",
    "١٢",
    "   ",
    "я" * 200_000,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\r\nSet-Cookie: a=b",
    "[object Object]",
    "31.02.2012",
]
# Written anew by every visit or login, or by every step.
LOGS = (Consent, Entry, AccessRecord)
DOORS = [
    "own-place", "add-student", "own-post", "invitation", "answer", "send", "withdraw", "connect", "approve-many",
    "approve", "decline", "clarify", "release", "classes", "class", "rename", "close", "depart", "staff", "dismiss",
    "withdraw-invitation", "approve-connection", "decline-connection", "grant-deletion", "refuse-deletion",
    "registration", "role", "demand", "consent",
]  # fmt: skip


class Door(NamedTuple):
    """Where a form goes, and one that is right."""

    client: Client
    url: str
    good: dict[str, Any]

    def send(self, sent):
        Tally.objects.all().delete()
        return self.client.post(self.url, sent)


def entered(actor):
    client = Client()
    log_in(client, actor, now())
    return client


def described_as_sent():
    return {
        "last_name": "Петров", "first_name": "Глеб", "patronymic": "Ильич", "gender": "M", "snils": "112-233-445 95",
        "birth_date": years_ago(10).isoformat(),
    }  # fmt: skip


def place_of(school_class):
    school = school_class.school
    return {"inn": school.organisation.inn, "school": school.pk, "level": 7, "school_class": school_class.pk}


def ask_to_connect(school, by):
    paper = Received("0" * 32, "приказ.pdf", "application/pdf", 100, "0" * 64)
    return actions.ask_connection(
        school=school, decree_number="7", decree_day=now().date(), decree=paper, by=by, at=now()
    )


def demand_deletion():
    somebody = make_actor()
    people.demand_deletion(
        subject_id=somebody.person_id, text="Прошу", due_day=now().date(), by=somebody, at=now()
    )
    return DeletionRequest.objects.latest("pk")


@pytest.fixture
def doors(admin, seventh):
    """Every door with rows of its own behind it."""
    school, at = seventh.school, now()
    keeper = entered(admin)
    student = make_student_actor(years_ago(15), last_name="Ягодкина")
    mother = make_actor(make_person("Родителева"))
    teacher = make_actor(make_person("Учителева", "Вера", ""), Role.TEACHER, make_organisation())
    newcomer = make_actor(make_person(birth_date=years_ago(30)), role=None)
    operator = make_actor(make_person(), Role.OPERATOR, make_organisation(kind="authority"))
    operators = entered(operator)
    code = actions.invite(
        school=school, role=Role.TEACHER, last_name="Учителева", first_name="Вера", patronymic="", by=admin, at=at
    )
    invitation_id = school.invitation_set.get().pk
    clarified = make_own_request(seventh, make_student_actor(years_ago(15), last_name="Спрошенная"), at)
    actions.ask_to_clarify(request=clarified, question="Где?", by=admin, at=at)
    draft, _ = make_family_requests(seventh, mother, described("Черновикова", "Ия", ""), at, send=False)
    sent = [
        make_own_request(seventh, make_student_actor(years_ago(15), last_name=name), at)
        for name in ("Одобрямова", "Отказова", "Уточнимова", "Пачкина")
    ]
    leaving = make_student_actor(years_ago(15), last_name="Уходящая")
    make_placement(Person.objects.get(pk=leaving.person_id), seventh)
    elsewhere = make_class(make_lasting_school())
    moving = make_own_request(elsewhere, leaving, at)
    actions.approve(request=moving, by=make_admin(elsewhere.school), at=at)
    placed = make_placement(make_person("Выбывшева", birth_date=years_ago(13)), seventh)
    hired = make_post(make_person(), school.organisation, Role.TEACHER)
    applied = [
        ask_to_connect(make_lasting_school(connected=False), make_actor(make_person(), Role.TEACHER, make_organisation()))
        for _ in range(2)
    ]
    unconnected = make_lasting_school(connected=False)
    demanded = [demand_deletion() for _ in range(2)]
    mothers = Person.objects.get(pk=mother.person_id)
    consent = Consent.objects.create(subject=mothers, given_by=mothers, purpose="esia", wording="", given_at=at)
    desk = "/desk/requests/{}/{}/"
    return {
        "own-place": Door(entered(student), "/cabinet/place/", place_of(seventh)),
        "add-student": Door(
            entered(mother),
            "/cabinet/children/add/",
            {**described_as_sent(), "relation": "mother", **place_of(seventh)},
        ),
        "own-post": Door(
            entered(teacher),
            "/cabinet/post/",
            {"inn": school.organisation.inn, "school": school.pk, "role": "teacher"},
        ),
        "invitation": Door(entered(teacher), "/cabinet/invitation/", {"code": code}),
        "answer": Door(
            entered(make_actor(clarified.applicant, Role.STUDENT)),
            f"/cabinet/requests/{clarified.pk}/answer/",
            {"text": "Здесь"},
        ),
        "send": Door(entered(mother), f"/cabinet/requests/{draft.pk}/send/", {}),
        "withdraw": Door(
            entered(make_actor(sent[2].applicant, Role.STUDENT)), f"/cabinet/requests/{sent[2].pk}/withdraw/", {}
        ),
        "connect": Door(
            entered(teacher),
            "/connect/",
            {
                "inn": unconnected.organisation.inn, "school": unconnected.pk, "decree_number": "7-к",
                "decree_day": "01.09.2026", "decree": upload(),
            },
        ),
        "approve-many": Door(keeper, "/desk/approve/", {"ids": sent[3].pk}),
        "approve": Door(keeper, desk.format(sent[0].pk, "approve"), {"same_as": "", "school_class": seventh.pk}),
        "decline": Door(
            keeper, desk.format(sent[1].pk, "decline"), {"reason": "other", "reason_text": "Нет в приказе о зачислении"}
        ),
        "clarify": Door(keeper, desk.format(sent[2].pk, "clarify"), {"text": "Где вы учились?"}),
        "release": Door(keeper, desk.format(moving.pk, "release"), {}),
        "classes": Door(keeper, "/desk/classes/", {"name": "8Б"}),
        "class": Door(keeper, f"/desk/classes/{seventh.pk}/", described_as_sent()),
        "rename": Door(keeper, f"/desk/classes/{seventh.pk}/rename/", {"name": "7В"}),
        "close": Door(keeper, f"/desk/classes/{make_class(school, letter='Я').pk}/close/", {}),
        "depart": Door(keeper, f"/desk/placements/{placed.pk}/depart/", {}),
        "staff": Door(
            keeper,
            "/desk/staff/",
            {"last_name": "Новикова", "first_name": "Ия", "patronymic": "", "role": "teacher"},
        ),
        "dismiss": Door(keeper, f"/desk/staff/{hired.pk}/dismiss/", {}),
        "withdraw-invitation": Door(keeper, f"/desk/invitations/{invitation_id}/withdraw/", {}),
        "approve-connection": Door(operators, f"/operator/connections/{applied[0].pk}/approve/", {}),
        "decline-connection": Door(
            operators, f"/operator/connections/{applied[1].pk}/decline/", {"text": "Приказ неразборчив"}
        ),
        "grant-deletion": Door(operators, f"/operator/demands/{demanded[0].pk}/grant/", {}),
        "refuse-deletion": Door(
            operators, f"/operator/demands/{demanded[1].pk}/refuse/", {"text": "Журнал хранят пять лет"}
        ),
        "registration": Door(entered(newcomer), "/registration/", {"role": "guardian", "terms": "on"}),
        "role": Door(entered(mother), "/role/switch/", {"role": "guardian"}),
        "demand": Door(entered(mother), f"/privacy/deletion/{mother.person_id}/", {"text": "Прошу"}),
        "consent": Door(entered(mother), f"/privacy/consents/{consent.pk}/withdraw/", {}),
    }


@pytest.fixture
def seventh():
    return make_class(make_lasting_school())


@pytest.fixture
def admin(seventh):
    return make_admin(seventh.school)


@pytest.fixture
def student(client):
    actor = make_student_actor(years_ago(15))
    log_in(client, actor, now())
    return actor


def words(response):
    return response.content.decode()


def written():
    """Every row of every table, except what any visit leaves behind."""
    return {
        model: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in (Tally, Session)
    }


def explains_or_takes(response):
    """Taken, or refused with words a person understands."""
    assert response.status_code in {200, 302, *range(400, 500)}, response
    said = re.sub(r"<[^>]*>", " ", words(response))
    assert response.status_code < 400 or re.search("[А-Яа-я]{4}", said)
    assert response.status_code < 400 or not ENGLISH.search(re.sub(r"[^\x20-\x7e]+", " ", said))
    return response.status_code < 400


def tried(door, sent):
    """Send it: what was refused has changed nothing."""
    before = written()
    if not explains_or_takes(door.send(sent)):
        assert written() == before


def test_the_table_names_every_door(doors):
    assert sorted(doors) == sorted(DOORS)


@pytest.mark.parametrize("name", DOORS)
def test_a_right_form_is_taken(doors, name):
    assert doors[name].send(doors[name].good).status_code in (200, 302)


@pytest.mark.parametrize("name", [name for name in DOORS if name != "staff"])
def test_the_same_form_sent_twice_changes_nothing_more(doors, name):
    """A double click; only an invitation may be repeated, and each has its own code."""
    door = doors[name]
    door.send(door.good)
    once = written()
    explains_or_takes(door.send(door.good))
    again = written()
    assert {model: len(rows) for model, rows in again.items() if model not in LOGS} == {
        model: len(rows) for model, rows in once.items() if model not in LOGS
    }


@pytest.mark.parametrize("name", DOORS)
def test_one_bad_field_is_explained_or_taken_cleanly(doors, name):
    door = doors[name]
    for field in door.good:
        for bad in BAD[:10]:
            tried(door, {**door.good, field: bad})


@pytest.mark.parametrize("name", DOORS)
def test_a_form_of_bad_fields_only_is_explained_or_taken_cleanly(doors, name):
    door = doors[name]
    for bad in BAD:
        tried(door, {**dict.fromkeys(door.good, bad), "x" * 300: bad})


@pytest.mark.parametrize("name", DOORS)
def test_a_missing_field_or_one_sent_twice_is_explained_or_taken_cleanly(doors, name):
    door = doors[name]
    tried(door, {})
    for field in door.good:
        tried(door, {other: value for other, value in door.good.items() if other != field})
        tried(door, {**door.good, field: ["7", "x"]})


@pytest.mark.parametrize("name", DOORS)
def test_strings_known_to_break_programs_break_nothing_here(doors, name):
    door = doors[name]
    for place, bad in enumerate(naughty_strings()[DOORS.index(name) :: 2 * len(DOORS)]):
        tried(door, {field: f"{bad}{place}" if field.endswith("name") else bad for field in door.good})
