"""Plays in the store of records: what the platform tells of them, and cmi5 courses, which tell of themselves."""

import base64
import json
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from myschool.kernel.actors import nobody
from myschool.kernel.clock import now
from myschool.library import origin, persons
from myschool.library.actions import playing
from myschool.library.handlers import judge_courses
from myschool.library.models import Play
from myschool.library.rules import cmi5
from myschool.library.tests.makers import cmi5_package, html_package, publish
from myschool.people.actions import forget_person, merge_persons, undo_merge
from myschool.people.tests.makers import make_actor, make_person
from myschool.records.facts import RecordsKept
from myschool.records.models import Record, RecordDocument, RecordKey

pytestmark = pytest.mark.django_db


def make_course(**more):
    version = publish(content=cmi5_package(**more))
    assert version.format == "cmi5"
    return version


def begin(version):
    return playing.begin_play(version=version, by=make_actor(), at=now())


class Course:
    """The content's side: what a part in its frame does."""

    def __init__(self, version, play=None):
        self.client = Client(headers={"Host": f"v{version.pk}.localhost:8000"})
        self.path = "/p/" + origin.address_of(version.pk, play.pk if play else 0).partition("/p/")[2]

    def open(self, number=0):
        answer = self.client.post(self.path + "launch/", {"part": str(number)})
        assert answer.status_code == 200
        self.url = answer.json()["url"]
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}
        return self

    def fetch(self):
        answer = self.client.post(urlsplit(self.asked["fetch"]).path).json()
        self.key = answer.get("auth-token")
        return answer

    def store(self, method, where, told=None):
        return self.client.generic(
            method,
            urlsplit(self.asked["endpoint"]).path + where,
            json.dumps(told) if told else "",
            "application/json",
            headers={"Authorization": f"Basic {self.key}", "X-Experience-API-Version": "1.0.3"},
        )

    def state(self):
        params = {name: self.asked[name] for name in ("activityId", "registration")} | {"agent": self.asked["actor"]}
        return self.store("GET", "activities/state?" + urlencode({"stateId": "LMS.LaunchData", **params}))

    def bookmark(self, method, told=None):
        params = {name: self.asked[name] for name in ("activityId", "registration")}
        where = urlencode({"stateId": "bookmark", "agent": self.asked["actor"], **params})
        return self.store(method, "activities/state?" + where, told)

    def tell(self, verb, **result):
        template = self.state().json()["contextTemplate"]
        statement = {
            "actor": json.loads(self.asked["actor"]),
            "verb": {"id": verb},
            "object": {"id": self.asked["activityId"]},
            "result": result,
            "context": {
                "registration": self.asked["registration"],
                "extensions": template["extensions"],
                "contextActivities": {**template["contextActivities"], "category": [cmi5.CATEGORY, cmi5.MOVE_ON]},
            },
        }
        return self.store("POST", "statements", statement).status_code


def follow():
    """What the follower would do with all that was told so far."""
    registrations = Record.objects.values_list("statement__context__registration", flat=True).distinct()
    judge_courses(
        [
            RecordsKept(scope="", registration=registration, record_ids=[], **nobody(now()))
            for registration in registrations
            if registration
        ]
    )


def verbs():
    return [
        statement["verb"]["id"].rpartition("/")[2]
        for statement in Record.objects.order_by("pk").values_list("statement", flat=True)
    ]


def test_a_part_is_opened_with_all_that_it_needs():
    version = make_course()
    play = begin(version)
    course = Course(version, play).open()
    assert course.url.startswith(f"http://v{version.pk}.localhost:8000/p/")
    assert set(course.asked) == {"from", "endpoint", "fetch", "actor", "registration", "activityId"}
    assert UUID(course.asked["registration"]) == play.registration
    course.fetch()
    state = course.state().json()
    assert (state["moveOn"], state["masteryScore"], state["launchMode"]) == ("CompletedAndPassed", 0.7, "Normal")
    assert state["launchParameters"] == "level=5"
    assert state["contextTemplate"]["contextActivities"]["grouping"][0]["id"] == "https://example.org/course/a"
    assert course.client.get(urlsplit(state["returnURL"]).path).status_code == 200
    assert verbs() == ["launched"]


def test_a_name_leads_to_nobody_and_is_another_in_another_material():
    person = make_actor()
    agents = []
    for _ in range(2):
        version = make_course()
        course = Course(version, playing.begin_play(version=version, by=person, at=now())).open()
        agents.append(course.asked["actor"])
    assert agents[0] != agents[1]
    assert str(person.person_id) not in [json.loads(agent)["account"]["name"] for agent in agents]


def test_a_key_is_given_once():
    version = make_course()
    course = Course(version, begin(version)).open()
    assert base64.b64decode(course.fetch()["auth-token"]).count(b":") == 1
    assert course.fetch()["error-code"] == "1"
    assert RecordKey.objects.count() == 1


def test_a_course_that_is_passed_is_a_play_that_is_passed():
    version = make_course()
    play = begin(version)
    course = Course(version, play).open()
    course.fetch()
    assert course.tell(cmi5.INITIALIZED) == 200
    follow()
    play.refresh_from_db()
    assert (play.finished_at, play.is_passed) == (None, None)
    course.tell(cmi5.COMPLETED, completion=True)
    course.tell(cmi5.PASSED, success=True, score={"scaled": 0.9})
    course.tell(cmi5.TERMINATED, duration="PT90S")
    follow()
    follow()
    play.refresh_from_db()
    assert play.finished_at is not None
    assert (play.is_passed, play.score, play.seconds) == (True, Decimal("0.9"), 90)
    assert verbs().count("satisfied") == 1


def test_a_course_of_two_parts_is_done_when_both_are():
    version = make_course(parts=("a", "b"), move_on="CompletedOrPassed")
    play = begin(version)
    for number, (verb, score) in enumerate(((cmi5.PASSED, 1), (cmi5.FAILED, 0.2))):
        course = Course(version, play).open(number)
        course.fetch()
        course.tell(cmi5.INITIALIZED)
        course.tell(verb, score={"scaled": score})
        course.tell(cmi5.TERMINATED, duration="PT10S")
        follow()
    play.refresh_from_db()
    assert (play.finished_at, play.is_passed, play.score) == (None, None, None)
    course.tell(cmi5.COMPLETED, completion=True)
    follow()
    play.refresh_from_db()
    assert play.finished_at is not None
    assert (play.is_passed, play.score) == (False, Decimal("0.6"))


@pytest.mark.parametrize(
    ("move_on", "verbs_told", "finished"),
    [
        ("Passed", [cmi5.COMPLETED], False),
        ("Passed", [cmi5.PASSED], True),
        ("Completed", [cmi5.PASSED], False),
        ("Completed", [cmi5.COMPLETED], True),
        ("CompletedAndPassed", [cmi5.PASSED], False),
        ("NotApplicable", [cmi5.INITIALIZED], True),
        ("NotApplicable", [], False),
    ],
)
def test_when_a_part_counts_as_done(move_on, verbs_told, finished):
    version = make_course(move_on=move_on)
    play = begin(version)
    course = Course(version, play).open()
    course.fetch()
    for verb in verbs_told:
        assert course.tell(verb) == 200
    follow()
    play.refresh_from_db()
    assert bool(play.finished_at) is finished


def test_a_session_that_was_left_is_told_to_be():
    version = make_course()
    play = begin(version)
    course = Course(version, play).open()
    course.fetch()
    course.tell(cmi5.INITIALIZED)
    course.open()
    course.open()
    assert verbs() == ["launched", "initialized", "abandoned", "launched", "launched"]


def test_who_only_looks_leaves_no_result():
    version = make_course()
    course = Course(version).open()
    course.fetch()
    assert course.state().json()["launchMode"] == "Browse"
    assert course.tell(cmi5.PASSED, success=True) == 200
    follow()
    assert Play.objects.count() == 0


@pytest.mark.parametrize("part", ["", "x", "-1", "1", "9" * 30, "²"])
def test_a_part_that_is_not_there(part):
    version = make_course()
    course = Course(version, begin(version))
    assert course.client.post(course.path + "launch/", {"part": part}).status_code == 404


def test_what_is_no_course_is_not_opened_as_one():
    version = publish(content=html_package())
    course = Course(version, begin(version))
    assert course.client.post(course.path + "launch/", {"part": "0"}).status_code == 404
    session = "0" * 8 + "-0000-0000-0000-" + "0" * 12
    assert course.client.post(f"{course.path}fetch/{session}/").status_code == 404
    assert course.client.post(f"{course.path}fetch/other/").status_code == 404


def test_the_platform_tells_of_every_other_play():
    version = publish(content=html_package())
    play = begin(version)
    begin_again = playing.begin_play(version=version, by=make_actor(), at=now())
    playing.keep_play(
        play=play, memory=None, is_finished=True, is_passed=True, score=Decimal("0.8"), seconds=30, at=now()
    )
    assert begin_again.registration != play.registration
    assert verbs() == ["attempted", "attempted", "completed"]
    statement = Record.objects.latest("pk").statement
    assert statement["result"] == {"completion": True, "success": True, "duration": "PT30S", "score": {"scaled": 0.8}}
    assert statement["context"]["registration"] == str(play.registration)
    assert statement["object"]["definition"]["name"] == {"ru": version.title}


def test_whoever_turns_out_to_be_another_goes_on_where_they_were():
    version = make_course()
    play = begin(version)
    course = Course(version, play).open()
    course.fetch()
    assert course.bookmark("PUT", {"page": 7}).status_code == 204
    merge = merge_persons(kept_id=make_person().pk, merged_id=play.person_id, by=make_actor(), at=now())
    again = Course(version, Play.objects.get(pk=play.pk)).open()
    again.fetch()
    assert json.loads(again.asked["actor"]) != json.loads(course.asked["actor"])
    assert again.bookmark("GET").json() == {"page": 7}
    undo_merge(merge=merge, by=make_actor(), at=now())
    back = Course(version, Play.objects.get(pk=play.pk)).open()
    back.fetch()
    assert back.bookmark("GET").json() == {"page": 7}


def test_of_whoever_is_forgotten_the_store_keeps_nothing_and_of_others_all():
    version = make_course()
    going, staying = begin(version), begin(version)
    for play in (going, staying):
        course = Course(version, play).open()
        course.fetch()
        course.bookmark("PUT", {"page": 7})
        course.tell(cmi5.COMPLETED)
    (copied,) = persons.copy([going.person_id])["Материалы библиотеки"]
    assert {record["context"]["registration"] for record in copied["Записи о действиях"]} == {str(going.registration)}
    expected_count = Record.objects.exclude(statement__context__registration=str(going.registration)).count()
    documents = RecordDocument.objects.count()
    assert "Материалы библиотеки" in forget_person(person_id=going.person_id, by=make_actor(), at=now()).deleted
    assert Record.objects.count() == expected_count > 0
    assert RecordDocument.objects.count() * 2 == documents
    assert set(RecordKey.objects.values_list("registration", flat=True)) == {staying.registration}
