"""Suppliers' tools by LTI 1.3: launches, choosing content, scores and classes; and what is refused.

Here the tool is a key and the messages it writes; `tests/flows/test_tools.py` runs a real one.
"""

import base64
import json
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from re import findall
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client

from myschool.enrolment.models import Placement
from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.actors import Role
from myschool.kernel.clock import latest_day, now
from myschool.library import forms, lti
from myschool.library.actions import playing, tools
from myschool.library.models import CatalogueEntry, LtiTool, MaterialVersion, ToolSubject
from myschool.library.rules import lti as rules
from myschool.library.rules.states import State
from myschool.library.tests.makers import hand_in, judge, make_expert, make_publisher
from myschool.people.tests.makers import log_in, make_actor, make_person
from myschool.schools.tests.makers import make_class, make_school

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
RETURN, LOGIN, TARGET = (
    "https://tool.example.org/launch",
    "https://tool.example.org/login",
    "https://tool.example.org/choose",
)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.LTI_KEY = str(tmp_path / "lti.pem")


def make_tool(by, **more):
    fields = {
        "title": "Тренажёр дробей",
        "login_url": LOGIN,
        "target_url": TARGET,
        "redirect_urls": [RETURN],
        "keys": lti.keys_in(PEM),
        **more,
    }
    return tools.make_tool(told=fields, by=by, at=now())


def make_resource(by, tool):
    item = rules.Item("Дроби", "https://tool.example.org/fractions", {"level": "5"})
    (draft,) = tools.take_items(tool=tool, items=[item], subject="mathematics", by=by, at=now())
    for _ in range(2):
        make_expert()
    version = hand_in(draft, by)
    assert version.state == State.IN_REVIEW, [finding.text for finding in version.findings.all()]
    return judge(version)


def browser(actor):
    client = Client()
    log_in(client, actor, now())
    return client


def launched(client, tool, play_id=None, where=None, **changes):
    """What a tool receives when somebody opens it: the message, verified by our public key; or the refusal's status."""
    sent = client.get(where or f"/library/plays/{play_id}/tool/")
    assert sent.status_code == 302, sent.content.decode()[:300]
    assert sent["Location"].startswith(LOGIN)
    query = {name: values[0] for name, values in parse_qs(urlsplit(sent["Location"]).query).items()}
    params = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "nonce": uuid4().hex,
        "client_id": query["client_id"],
        "redirect_uri": RETURN,
        "login_hint": query["login_hint"],
        "state": "s",
        "lti_message_hint": query["lti_message_hint"],
        **changes,
    }
    answer = client.get("/lti/authorize", params)
    if answer.status_code != 200:
        return answer.status_code
    page = unescape(answer.content.decode())
    assert f'action="{RETURN}"' in page
    assert "form-action 'self' https://tool.example.org" in answer["Content-Security-Policy"]
    (message,) = findall(r'name="id_token" value="([^"]+)"', page)
    keys = jwt.PyJWKSet.from_dict(Client().get("/lti/keys").json())
    claims = jwt.decode(
        message, keys[jwt.get_unverified_header(message)["kid"]].key, ["RS256"], audience=tool.client_id
    )
    assert claims["nonce"] == params["nonce"]
    return claims


def message(tool, key=KEY, **changes):
    """What a tool signs."""
    at = now()
    claims = {
        "iss": tool.client_id,
        "sub": tool.client_id,
        "aud": SITE,
        "iat": at,
        "exp": at + timedelta(minutes=5),
        "nonce": uuid4().hex,
        **changes,
    }
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, "RS256")


def token_asked(tool, scope=rules.SCORE, **changes):
    claims = {"aud": f"{SITE}/lti/token", "jti": uuid4().hex, **changes}
    return Client().post(
        "/lti/token",
        {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": message(tool, **claims),
            "scope": scope,
        },
    )


def service(tool, *scopes):
    answer = token_asked(tool, " ".join(scopes))
    assert answer.status_code == 200, answer.content.decode()
    return Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


@pytest.fixture
def by():
    return make_publisher()


@pytest.fixture
def tool(by):
    return make_tool(by)


@pytest.fixture
def resource(by, tool):
    return make_resource(by, tool)


@pytest.fixture
def student():
    person = make_person("Тихонова", "Вера")
    make_placement(person, make_class(make_school()))
    return make_actor(person, Role.STUDENT)


def test_a_supplier_connects_a_tool_and_disconnects_it(by):
    client = browser(by)
    fields = {
        "title": "Тренажёр",
        "login_url": LOGIN,
        "target_url": TARGET,
        "redirect_urls": f"{RETURN}\n{TARGET}",
        "keys": PEM,
    }
    assert client.post("/library/tools/new/", fields).status_code == 302
    lti_tool = LtiTool.objects.get()
    assert lti_tool.redirect_urls == [RETURN, TARGET]
    assert lti_tool.client_id in client.get("/library/tools/").content.decode()
    client.post(f"/library/tools/{lti_tool.pk}/end/", {"end": "1"})
    assert "отключён" in client.get("/library/tools/").content.decode()
    assert client.get(f"/library/tools/{lti_tool.pk}/choose/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keys": "ключ"}, "Ключ не читается"),
        ({"keys": "{}"}, "Ключ не читается"),
        ({"keys": "[1]"}, "Ключ не читается"),
        ({"keys": '{"keys": []}'}, "Ключ не читается"),
        ({"login_url": "javascript:alert(1)"}, "https://"),
        ({"login_url": "http://tool.example.org/"}, "https://"),
        ({"target_url": "https://a b"}, "https://"),
        ({"redirect_urls": "https://a.ru/\nftp://b.ru/"}, "https://"),
        ({"redirect_urls": "https://u:p@a.ru/"}, "https://"),
        ({"target_url": "https://a.ru:99999/"}, "https://"),
        ({"title": ""}, "Обязательное"),
    ],
)
def test_what_is_no_tool_is_not_connected(by, changes, words):
    fields = {
        "title": "Тренажёр",
        "login_url": LOGIN,
        "target_url": TARGET,
        "redirect_urls": RETURN,
        "keys": PEM,
        **changes,
    }
    answer = browser(by).post("/library/tools/new/", fields)
    assert (answer.status_code, LtiTool.objects.count()) == (422, 0)
    assert words in answer.content.decode()


JWK = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))


@pytest.mark.parametrize(
    "document",
    [
        "[" * 100_000,
        '{"keys":' * 100_000,
        "1",
        "null",
        '"keys"',
        '["keys"]',
        "[]",
        "{}",
        '{"keys": 5}',
        '{"keys": {}}',
        '{"keys": []}',
        '{"keys": [1]}',
        '{"keys": [[]]}',
        *(json.dumps({**JWK, name: odd}) for name in ("kty", "alg", "kid", "n", "e") for odd in (5, [1], {"a": 1})),
        *(json.dumps({**JWK, name: odd}) for name in ("kty", "alg", "n", "e") for odd in ("ы", "HS256")),
        json.dumps({**JWK, "d": 5}),
        json.dumps({"kty": "EC", "crv": [], "x": 1, "y": 1}),
        json.dumps({"kty": "oct", "k": "AAAA"}),
        "-----BEGIN PUBLIC KEY-----\n" + "AAAA" * 100 + "\n-----END PUBLIC KEY-----",
        "-----BEGIN ы",
    ],
)
def test_what_is_no_key_is_refused_in_words(document):
    with pytest.raises(lti.KeyRefused, match="люч"):
        lti.keys_in(document)


@pytest.mark.parametrize("deep", ["header", "payload"])
def test_a_message_that_is_nested_too_deep_is_refused_in_words(deep):
    parts = {"header": b'{"alg":"RS256"}', "payload": b"{}"} | {deep: b'{"a":' * 100_000}
    message = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts.values(), b"a"))
    with pytest.raises(lti.ToolRefused, match="не читается"):
        lti.read(message, "")


def test_a_small_key_and_another_kind_of_key_are_refused():
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505 - that is what is refused
    text = small.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(lti.ToolRefused):
        lti.keys_in(text)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    assert lti.keys_in(json.dumps({"keys": [{**jwk, "kid": "a"}]}))[0]["kid"] == "a"
    assert lti.keys_in(json.dumps(jwk))[0]["pem"] == lti.keys_in(PEM)[0]["pem"]


def test_our_key_is_made_once_and_kept_from_others(settings):
    key_set = lti.public_keys()
    lti._private.cache_clear()
    assert lti.public_keys() == key_set
    assert Path(settings.LTI_KEY).stat().st_mode & 0o77 == 0
    assert "d" not in key_set["keys"][0]


def test_a_student_opens_a_resource_as_a_number(tool, resource, student):
    play = playing.begin_play(version=resource, by=student, at=now())
    client = browser(student)
    assert "Открыть тренажёр" in client.get(f"/library/plays/{play.pk}/").content.decode()
    claims = launched(client, tool, play.pk)
    assert claims[rules.CLAIM + "message_type"] == "LtiResourceLinkRequest"
    assert claims[rules.CLAIM + "target_link_uri"] == "https://tool.example.org/fractions"
    assert claims[rules.CLAIM + "custom"] == {"level": "5"}
    assert claims[rules.CLAIM + "roles"] == [rules.MEMBERSHIP + "Learner"]
    assert claims[rules.CLAIM + "deployment_id"] == tool.client_id
    assert claims["sub"] == str(ToolSubject.objects.get().name)
    assert "Тихонова" not in json.dumps(claims, ensure_ascii=False)
    assert claims[rules.CLAIM + "context"]["title"]
    # The number stays the same here and is another at another tool.
    assert launched(client, tool, play.pk)["sub"] == claims["sub"]


def test_a_launch_is_not_for_others(by, tool, resource, student):
    play = playing.begin_play(version=resource, by=student, at=now())
    client, other = browser(student), make_actor()
    assert browser(other).get(f"/library/plays/{play.pk}/tool/").status_code == 404
    for changes in (
        {"redirect_uri": "https://evil.example.org/"},
        {"login_hint": str(uuid4())},
        {"lti_message_hint": "x"},
    ):
        assert launched(client, tool, play.pk, **changes) == 400
    for changes in (
        {"response_type": "code"},
        {"response_mode": "query"},
        {"scope": "email"},
        {"nonce": ""},
        {"client_id": ""},
    ):
        assert launched(client, tool, play.pk, **changes) == 422
    assert launched(client, tool, play.pk, client_id="x" * 22) == 404
    # Somebody else's launch, brought to one's own session.
    mine = make_tool(by)
    assert launched(client, tool, play.pk, client_id=mine.client_id) == 400
    assert Client().get("/lti/authorize").status_code == 401
    tools.end_tool(tool=tool, by=by, at=now())
    assert client.get(f"/library/plays/{play.pk}/tool/").status_code == 404


def test_a_hint_of_yesterday_is_too_old(tool, resource, student, monkeypatch):
    play = playing.begin_play(version=resource, by=student, at=now())
    monkeypatch.setattr(lti, "ASKED_LASTS", -1)
    assert launched(browser(student), tool, play.pk) == 400


def test_a_supplier_chooses_content_in_the_tool(by, tool):
    client = browser(by)
    claims = launched(client, tool, where=f"/library/tools/{tool.pk}/choose/")
    linking_settings = claims[rules.LINKING + "deep_linking_settings"]
    assert claims[rules.CLAIM + "roles"] == [rules.MEMBERSHIP + "ContentDeveloper"]
    token = chosen(
        tool, [{"type": "ltiResourceLink", "title": "Дроби", "url": "https://tool.example.org/1", "custom": {"a": "1"}}]
    )
    answer = Client().post(urlsplit(linking_settings["deep_link_return_url"]).path, {"JWT": token})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "Дроби" in page.content.decode()
    sent = parse_qs(urlsplit(answer["Location"]).query)["items"][0]
    assert client.post("/library/tools/items/", {"items": sent}).status_code == 302
    draft = MaterialVersion.objects.get()
    assert (draft.title, draft.launch, draft.tool, draft.state) == (
        "Дроби",
        "https://tool.example.org/1",
        tool,
        State.DRAFT,
    )
    assert draft.passport == {"custom": {"a": "1"}}
    assert browser(make_publisher()).get(answer["Location"]).status_code == 404


def chosen(tool, items, **changes):
    claims = {
        rules.CLAIM + "message_type": "LtiDeepLinkingResponse",
        rules.CLAIM + "version": "1.3.0",
        rules.CLAIM + "deployment_id": tool.client_id,
        rules.LINKING + "content_items": items,
    }
    key = changes.pop("key", KEY)
    return message(tool, key, **{**claims, **changes})


OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LINK = {"type": "ltiResourceLink", "title": "Дроби", "url": "https://tool.example.org/1"}


@pytest.mark.parametrize(
    ("items", "changes", "words"),
    [
        ([LINK], {"key": OTHER_KEY}, "Подпись"),
        ([LINK], {"aud": "https://other.example.org"}, "не для нас"),
        ([LINK], {"exp": now() - timedelta(hours=1)}, "устарело"),
        ([LINK], {"exp": None}, "не для нас"),
        ([LINK], {"nonce": None}, "nonce"),
        ([LINK], {"iss": "x"}, "не подключён"),
        ([LINK], {rules.CLAIM + "version": "1.1"}, "не то"),
        ([LINK], {rules.CLAIM + "deployment_id": "1"}, "deployment_id"),
        ([{"type": "html"}], {}, "ltiResourceLink"),
        ("x", {}, "список"),
        ([LINK] * 21, {}, "список"),
        ([{**LINK, "url": "javascript:alert(1)"}], {}, "адресом"),
        ([{**LINK, "url": 5}], {}, "не читаются"),
        ([{**LINK, "custom": {"a": 1}}], {}, "custom"),
        ([5], {}, "ltiResourceLink"),
        ([{**LINK, "title": "a\0"}], {}, "не читаются"),
    ],
)
def test_what_a_tool_may_not_send(tool, items, changes, words):
    answer = Client().post("/lti/items", {"JWT": chosen(tool, items, **changes)})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_message_is_read_once_and_junk_never(tool):
    token = chosen(tool, [LINK])
    assert Client().post("/lti/items", {"JWT": token}).status_code == 302
    assert "уже приходило" in Client().post("/lti/items", {"JWT": token}).content.decode()
    for junk in ("", "a.b.c", "x" * 1000, jwt.encode({"iss": tool.client_id}, "secret" * 8, "HS256")):
        assert Client().post("/lti/items", {"JWT": junk}).status_code == 400
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, {"iss": tool.client_id})
    )
    unsigned = f"{head}.{body}."
    assert Client().post("/lti/items", {"JWT": unsigned}).status_code == 400


def test_an_open_choice_is_signed(by):
    client = browser(by)
    for token in ("", "x", signing.dumps([1, []], salt="other")):
        assert client.get("/library/tools/items/", {"items": token}).status_code == 400


def test_a_resource_goes_the_way_of_every_material(resource):
    entry = CatalogueEntry.objects.get()
    assert (entry.version, entry.format) == (resource, "lti")


def test_a_resource_of_a_tool_that_is_gone_is_returned(by, tool):
    (draft,) = tools.take_items(tool=tool, items=[rules.Item("Дроби", "", {})], subject="mathematics", by=by, at=now())
    tools.end_tool(tool=tool, by=by, at=now())
    assert hand_in(draft, by).state == State.UNFIT


def test_a_score_comes_back_to_the_play(tool, resource, student):
    play = playing.begin_play(version=resource, by=student, at=now())
    claims = launched(browser(student), tool, play.pk)
    address = urlsplit(claims[rules.GRADES + "claim/endpoint"]["lineitem"]).path
    program = service(tool, rules.SCORE, rules.READ_RESULTS, rules.READ_ITEMS)
    score = {
        "userId": claims["sub"],
        "scoreGiven": 3,
        "scoreMaximum": 4,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": now().isoformat(),
    }
    sent = program.post(f"{address}/scores", score, content_type="application/vnd.ims.lis.v1.score+json")
    assert sent.status_code == 204, sent.content.decode()
    play.refresh_from_db()
    assert play.finished_at is not None
    assert play.score == Decimal("0.75")
    (result,) = program.get(f"{address}/results", {"user_id": claims["sub"]}).json()
    assert (result["userId"], result["resultScore"], result["resultMaximum"]) == (claims["sub"], 75, 100)
    assert program.get(f"{address}/results", {"user_id": str(uuid4())}).json() == []
    assert program.get(f"{address}/results", {"user_id": "x"}).status_code == 400
    item = program.get(address).json()
    assert item in program.get("/lti/lineitems").json()
    assert program.get("/lti/lineitems", {"resource_link_id": "0"}).json() == []
    earlier = {**score, "scoreGiven": 4, "timestamp": (now() - timedelta(hours=1)).isoformat()}
    assert program.post(f"{address}/scores", earlier, content_type="application/json").status_code == 409
    for changes in (
        {"userId": "x"},
        {"userId": None},
        {"scoreMaximum": 0},
        {"scoreGiven": -1},
        {"scoreGiven": "3"},
        {"scoreGiven": True},
        {"timestamp": "вчера"},
        {"timestamp": None},
        {"activityProgress": "Done"},
        {"gradingProgress": ""},
    ):
        wrong = program.post(f"{address}/scores", {**score, **changes}, content_type="application/json")
        assert wrong.status_code == 400, changes
    for body in (b"", b"[1]", b"{"):
        assert program.post(f"{address}/scores", body, content_type="application/json").status_code == 400
    assert (
        program.post(
            f"{address}/scores", {**score, "userId": str(uuid4())}, content_type="application/json"
        ).status_code
        == 404
    )


def test_a_class_is_told_by_numbers_to_a_tool_that_it_uses(tool, resource, student):
    play = playing.begin_play(version=resource, by=student, at=now())
    claims = launched(browser(student), tool, play.pk)
    address = urlsplit(claims[rules.NAMES + "claim/namesroleservice"]["context_memberships_url"]).path
    roster = service(tool, rules.READ_NAMES).get(address).json()
    assert [member["user_id"] for member in roster["members"]] == [claims["sub"]]
    assert "Вера" not in json.dumps(roster, ensure_ascii=False)
    assert service(make_tool(make_publisher()), rules.READ_NAMES).get(address).status_code == 404


def test_a_tool_is_told_the_class_of_today(tool, resource, student):
    """Who comes later or has gone is nobody a supplier hears of; whose last day is known is there until then."""
    play = playing.begin_play(version=resource, by=student, at=now())
    claims = launched(browser(student), tool, play.pk)
    address = urlsplit(claims[rules.NAMES + "claim/namesroleservice"]["context_memberships_url"]).path
    own = Placement.objects.get(student=student.person_id)
    today = latest_day(now())
    for from_day, to_day in ((9, None), (-9, 0), (-9, 9)):
        make_placement(
            make_person(),
            own.school_class,
            from_date=today + timedelta(days=from_day),
            to_date=None if to_day is None else today + timedelta(days=to_day),
        )
    assert len(service(tool, rules.READ_NAMES).get(address).json()["members"]) == 2
    own.to_date = today
    own.save()
    assert rules.CLAIM + "context" not in launched(browser(student), tool, play.pk)


def test_services_need_a_token_for_them(by, tool, resource):
    address = f"/lti/lineitems/{resource.material_id}"
    for program in (
        Client(),
        Client(headers={"Authorization": "Bearer x"}),
        Client(headers={"Authorization": "Basic x"}),
        service(tool, rules.SCORE),
    ):
        assert program.get(address).status_code == 401
    assert service(make_tool(by), rules.READ_ITEMS).get(address).status_code == 404
    program = service(tool, rules.READ_ITEMS)
    assert program.get(address).status_code == 200
    tools.end_tool(tool=tool, by=by, at=now())
    assert program.get(address).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": SITE},
        {"key": OTHER_KEY},
        {"sub": "x"},
        {"exp": now() - timedelta(hours=1)},
        {"scope": "openid"},
        {"scope": ""},
    ],
)
def test_a_token_is_for_a_tool_that_proves_itself(tool, changes):
    changes = dict(changes)
    scope = changes.pop("scope", rules.SCORE)
    assert token_asked(tool, scope, **changes).status_code == 400
    assert Client().post("/lti/token", {"grant_type": "password"}).status_code == 400


def test_addresses_in_a_national_domain_are_the_same_however_they_are_written():
    wire = "https://xn--80atdl2c.xn--p1ai/launch"
    for typed in ("https://школа.рф/launch", "https://ШКОЛА.РФ/launch", wire):
        assert forms.Address().clean(typed) == lti.address_in(typed) == wire
        assert forms.Addresses().clean(f"{typed}\n") == [wire]
        item = {"type": "ltiResourceLink", "title": "Дроби", "url": typed}
        assert rules._item(item).url == wire
    with pytest.raises(ValidationError):
        forms.Address().clean("https://☺.рф/")
