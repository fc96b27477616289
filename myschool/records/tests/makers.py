"""Statements and programs for tests."""

import base64
import copy
import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.test import Client

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.tests.makers import make_actor
from myschool.records import actions
from myschool.records.rules.statements import ONE
from myschool.schools.tests.makers import make_organisation

ACTIVITY, VERB = "https://example.org/activities/fractions", "http://adlnet.gov/expapi/verbs/completed"
AGENT = {"objectType": "Agent", "account": {"homePage": "https://example.org/", "name": "17"}}
OTHER = {"objectType": "Agent", "account": {"homePage": "https://example.org/", "name": "18"}}


def statement(changes=None, **more):
    """A plain statement; `changes` sets or (`...`) takes away what stands at a path such as «result.score.raw»."""
    body = {
        "actor": copy.deepcopy(AGENT),
        "verb": {"id": VERB, "display": {"ru": "завершил"}},
        "object": {"id": ACTIVITY},
    }
    body |= copy.deepcopy(more)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        place: Any = body
        for step in way:
            place = place.setdefault(step, {})
        if value is ...:
            place.pop(last, None)
        else:
            place[last] = value
    return body


def voiding(uid, **more):
    reference = {"objectType": "StatementRef", "id": str(uid)}
    return statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=reference, **more)


def make_supplier():
    return make_actor(role=Role.PUBLISHER, organisation=make_organisation("publisher"))


def make_key(by=None):
    return actions.make_key(title="Тренажёр", by=by or make_supplier(), at=now())


def make_play_key(by=None, registration=None, agent=None, scope="material:1"):
    by = by or make_supplier()
    return actions.make_key_of_play(
        scope=scope, owner_id=by.person_id, registration=registration or uuid4(), agent=agent or AGENT, at=now()
    )


class Program:
    """A program with a key: asks as xAPI says."""

    def __init__(self, secret=None, edition=ONE):
        self.secret = secret or make_key()
        self.edition = edition
        self.client = Client()

    def ask(self, method, where, told=None, *, headers=None, content_type="application/json", **query):
        name = f"{self.secret.key.name}:{self.secret.secret}".encode()
        sent = {
            "Authorization": "Basic " + base64.b64encode(name).decode(),
            "X-Experience-API-Version": self.edition,
            **(headers or {}),
        }
        body = told if isinstance(told, bytes) else b"" if told is None else json.dumps(told).encode()
        address = "/xapi/" + where
        if query:
            address += "?" + urlencode(
                {name: json.dumps(value) if isinstance(value, dict) else value for name, value in query.items()}
            )
        return self.client.generic(
            method,
            address,
            body,
            content_type,
            headers={name: value for name, value in sent.items() if value is not None},
        )

    def keep(self, *statements, **how):
        """Store them; answers their ids."""
        answer = self.ask("POST", "statements", list(statements), **how)
        assert answer.status_code == 200, answer.content.decode()
        return [UUID(uid) for uid in answer.json()]

    def ids(self, **query):
        """The ids of what a query finds."""
        answer = self.ask("GET", "statements", **query)
        assert answer.status_code == 200, answer.content.decode()
        return [UUID(entry["id"]) for entry in answer.json()["statements"]]
