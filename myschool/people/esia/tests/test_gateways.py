import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from ..answers import BirthCertificate, Contact, ContactKind, EsiaFamilyCard, EsiaOrganisation, EsiaPerson, Grant, Level
from ..failures import CODES, Cause, EsiaRefused
from ..gateways import Esia, FakeEsia, HttpEsia
from ..settings import EsiaSettings
from ..signing import base64url
from . import makers
from .conftest import both_algorithms
from .makers import AT, OID, SCOPES, VERIFIER, Pair, Server, collection, form

PERSON = f"/rs/prns/{OID}"


class Line(httpx.BaseTransport):
    """Connects one client to the server of the present test: a client takes long to make."""

    server: Server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self.server(request)


@pytest.fixture(scope="session")
def line() -> Line:
    return Line()


@pytest.fixture(scope="session")
def esia(rsa: Pair, line: Line, tmp_path_factory: pytest.TempPathFactory) -> HttpEsia:
    trusted = tmp_path_factory.mktemp("trusted")
    (trusted / "esia.pem").write_bytes(rsa.certificate.read_bytes())
    return HttpEsia(makers.settings(rsa, trusted), transport=line)


@pytest.fixture(autouse=True)
def server(rsa: Pair, line: Line) -> Server:
    line.server = Server(rsa)
    return line.server


def signed_in(esia: Esia, code: str = "a-code") -> Grant:
    return esia.exchange(code=code, scopes=SCOPES, at=AT, verifier=VERIFIER)


def query(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def refusal(of: object, *arguments: object) -> str:
    assert callable(of)
    with pytest.raises(EsiaRefused) as refused:
        of(*arguments)
    return refused.value.code


# What is sent


def test_authorisation_of_the_second_generation(esia: HttpEsia, rsa: Pair) -> None:
    url = esia.authorisation_url(state="a-state", scopes=SCOPES, at=AT, verifier=VERIFIER)
    sent = query(url)
    secret = sent.pop("client_secret")
    assert url.startswith("https://esia.example/aas/oauth2/v2/ac?client_id=MYSCHOOL&")
    assert "+" not in url
    assert "=" not in secret
    assert sent == {
        "client_id": "MYSCHOOL",
        "client_certificate_hash": makers.signer_of(rsa).certificate_hash,
        "scope": "openid fullname email",
        "scope_org": "",
        "timestamp": "2026.09.01 05:30:00 +0000",
        "state": "a-state",
        "redirect_uri": "https://school.example/esia/",
        "response_type": "code",
        "access_type": "online",
        "code_challenge": base64url(sha256(VERIFIER.encode()).digest()),
        "code_challenge_method": "S256",
    }
    message = "MYSCHOOLopenid fullname email2026.09.01 05:30:00 +0000a-statehttps://school.example/esia/"
    assert secret == base64url(makers.signer_of(rsa).sign(message.encode()))


def test_authorisation_of_the_first_generation(configured: EsiaSettings) -> None:
    esia = HttpEsia(replace(configured, generation="v1", offline=True))
    url = esia.authorisation_url(state="a-state", scopes=SCOPES, at=AT, verifier=VERIFIER)
    assert url.startswith("https://esia.example/aas/oauth2/ac?")
    assert query(url).keys() == {
        *("client_id", "scope", "timestamp", "state", "redirect_uri"),
        *("response_type", "access_type", "client_secret"),
    }
    assert query(url)["access_type"] == "offline"


def test_a_scope_asked_for_twice_is_sent_once(esia: HttpEsia) -> None:
    url = esia.authorisation_url(state="s", scopes=(*SCOPES, "openid"), at=AT, verifier=VERIFIER)
    assert query(url)["scope"] == "openid fullname email"


def test_exchange_of_the_second_generation(esia: HttpEsia, server: Server, rsa: Pair) -> None:
    signed_in(esia)
    (request,) = server.requests
    sent = form(request)
    assert (request.method, str(request.url)) == ("POST", "https://esia.example/aas/oauth2/v3/te")
    signed = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri", "code")
    message = "".join(sent[name] for name in signed)
    assert sent.pop("client_secret") == base64url(makers.signer_of(rsa).sign(message.encode()))
    assert sent.pop("state").count("-") == 4
    assert sent == {
        "client_id": "MYSCHOOL",
        "client_certificate_hash": makers.signer_of(rsa).certificate_hash,
        "scope": "openid fullname email",
        "scope_org": "",
        "timestamp": "2026.09.01 05:30:00 +0000",
        "redirect_uri": "https://school.example/esia/",
        "grant_type": "authorization_code",
        "code": "a-code",
        "code_verifier": VERIFIER,
        "token_type": "Bearer",
    }


def test_exchange_of_the_first_generation(configured: EsiaSettings, server: Server) -> None:
    signed_in(HttpEsia(replace(configured, generation="v1"), transport=server.transport))
    (request,) = server.requests
    assert request.url.path == "/aas/oauth2/te"
    assert form(request).keys() == {
        *("client_id", "scope", "timestamp", "state", "redirect_uri", "client_secret"),
        *("grant_type", "code", "token_type"),
    }


def test_every_exchange_has_its_own_state(esia: HttpEsia, server: Server) -> None:
    signed_in(esia)
    signed_in(esia)
    assert len({form(request)["state"] for request in server.requests}) == 2


@pytest.mark.parametrize("ending", ["redirect_uri", "refresh_token"])
def test_refresh_signs_in_the_configured_order(
    configured: EsiaSettings, server: Server, rsa: Pair, ending: str
) -> None:
    server.identity = None
    own = replace(configured, refresh_signs="refresh_token" if ending == "refresh_token" else "redirect_uri")
    grant = HttpEsia(own, transport=server.transport).refresh(refresh_token="r", scopes=SCOPES, at=AT)
    sent = form(server.requests[0])
    message = sent["client_id"] + sent["scope"] + sent["timestamp"] + sent["state"] + sent[ending]
    assert sent["client_secret"] == base64url(makers.signer_of(rsa).sign(message.encode()))
    assert (sent["grant_type"], sent["refresh_token"], grant.oid) == ("refresh_token", "r", OID)


def test_logout_calls_its_address_redirect_url(esia: HttpEsia) -> None:
    url = esia.logout_url(redirect_url="https://school.example/?a=1&b=2")
    assert url.startswith("https://esia.example/idp/ext/Logout?client_id=MYSCHOOL&redirect_url=https%3A")
    assert query(url)["redirect_url"] == "https://school.example/?a=1&b=2"


# What is understood


@both_algorithms
def test_a_grant(pair: Pair, trusted: Path) -> None:
    (trusted / "esia.pem").write_bytes(pair.certificate.read_bytes())
    server = Server(pair, answer={"refresh_token": "refresh"})
    grant = signed_in(HttpEsia(makers.settings(pair, trusted), transport=server.transport))
    assert grant == Grant(
        access_token=makers.token(server.access, by=pair) if pair.algorithm == "RSA" else grant.access_token,
        oid=OID,
        level=Level.CONFIRMED,
        trusted=True,
        session="63e07a8e-5667-4dfe-a54a-3e392455b6b6",
        scopes=("openid", "fullname", "email"),
        methods=("PWD",),
        authenticated_at=AT,
        expires_at=AT + timedelta(hours=1),
        refresh_token="refresh",
    )


@pytest.mark.parametrize(
    ("level", "read"),
    [("KD", Level.UNDER_14), ("P", Level.UNCONFIRMED), ("PR", Level.CONFIRMED), ("XX", None), ([], None)],
)
def test_levels(esia: HttpEsia, server: Server, level: object, read: Level | None) -> None:
    server.identity = {**makers.identity_claims(), "urn:esia:sbj": {"urn:esia:sbj:lvl": level}}
    assert signed_in(esia).level is read


def test_without_an_identity_token_the_access_token_is_enough(esia: HttpEsia, server: Server) -> None:
    server.identity = None
    grant = signed_in(esia)
    assert (grant.oid, grant.level, grant.trusted, grant.methods) == (OID, None, False, ())


@pytest.mark.parametrize("answer", [{"expires_in": "3600"}, {"expires_in": None}, {"token_type": None}])
def test_what_the_answer_says_of_the_token_is_not_needed(
    esia: HttpEsia, server: Server, answer: dict[str, object]
) -> None:
    server.answer = answer
    assert signed_in(esia).expires_at == AT + timedelta(hours=1)


def test_an_oid_may_be_text(esia: HttpEsia, server: Server) -> None:
    server.access["urn:esia:sbj_id"] = OID
    assert signed_in(esia).oid == OID


def test_tokens_of_two_persons_are_refused(esia: HttpEsia, server: Server) -> None:
    server.access["urn:esia:sbj_id"] = 1000299999
    assert refusal(signed_in, esia) == Cause.TOKEN_INVALID


@pytest.mark.parametrize("state", [None, "", "another", ["x"]])
def test_the_state_of_another_answer_is_refused(esia: HttpEsia, server: Server, state: object) -> None:
    server.answer = {"state": state}
    assert refusal(signed_in, esia) == Cause.ANSWER_MISMATCH


def test_an_answer_without_an_access_token_is_refused(esia: HttpEsia, server: Server) -> None:
    server.answer = {"access_token": None}
    assert refusal(signed_in, esia) == Cause.TOKEN_INVALID


def test_a_person(esia: HttpEsia) -> None:
    assert esia.person(signed_in(esia)) == EsiaPerson(
        oid=OID,
        last_name="Петрова-Сидорова",
        first_name="Алёна",
        patronymic="Ивановна",
        birth_date=date(1988, 3, 7),
        gender="F",
        snils="11223344595",
        inn="770000000082",
        trusted=True,
        status="REGISTERED",
        citizenship="RUS",
    )


YOUNG = EsiaFamilyCard(
    oid="1000299655",
    last_name="Петрова",
    first_name="Мария",
    patronymic="Олеговна",
    birth_date=date(2015, 9, 5),
    gender="F",
    snils="08765430300",
    birth_certificate=BirthCertificate(
        series="IV-АИ", number="123456", issued_on=date(2015, 9, 20), issued_by="Отдел ЗАГС", foreign=False
    ),
)
SCHOOL = EsiaOrganisation(
    oid="1000000777",
    full_name="Средняя школа № 7",
    short_name="Школа № 7",
    ogrn="1237700000009",
    chief=True,
    admin=False,
)
EMAIL = Contact(kind=ContactKind.EMAIL, value="alyona@school.example", verified=True)


def test_collections_inline(esia: HttpEsia, server: Server) -> None:
    grant = signed_in(esia)
    assert esia.contacts(grant) == (EMAIL,)
    assert esia.children(grant) == (YOUNG,)
    assert esia.organisations(grant) == (SCHOOL,)
    assert [request.url.raw_path for request in server.requests[1:]] == [
        f"{PERSON}/{name}?embed=(elements)".encode() for name in ("ctts", "kids", "roles")
    ]


def test_collections_as_links(esia: HttpEsia, server: Server) -> None:
    host, document = "https://esia.example", makers.card_fields()["documents"]
    assert isinstance(document, dict)
    server.resources |= {
        f"{PERSON}/ctts": collection(f"{host}{PERSON}/ctts/1"),
        f"{PERSON}/ctts/1": makers.contact_fields(),
        f"{PERSON}/kids": collection(f"{host}{PERSON}/kids/77"),
        f"{PERSON}/kids/77": {**makers.card_fields(), "documents": collection(f"{host}{PERSON}/kids/77/docs/5")},
        f"{PERSON}/kids/77/docs/5": document["elements"][0],
        f"{PERSON}/roles": collection(f"{host}/rs/orgs/1000000777?a=1"),
        "/rs/orgs/1000000777": makers.role_fields(),
    }
    grant = signed_in(esia)
    assert (esia.contacts(grant), esia.children(grant), esia.organisations(grant)) == ((EMAIL,), (YOUNG,), (SCHOOL,))


@pytest.mark.parametrize(
    "link", ["http://evil.example/rs/prns/1", "https://evil.example:8443/rs/prns/1", "//evil.example/rs/prns/1"]
)
def test_the_token_is_shown_to_the_configured_host_alone(esia: HttpEsia, server: Server, link: str) -> None:
    server.resources |= {f"{PERSON}/ctts": collection(link), "/rs/prns/1": makers.contact_fields()}
    assert esia.contacts(signed_in(esia)) == (EMAIL,)
    assert {request.url.host for request in server.requests} == {"esia.example"}


@pytest.mark.parametrize("link", ["", "x", "https://[", "https://esia.example/aas/", "https://h/rs/\x00", "/rs/🙂\n"])
def test_a_senseless_link_is_refused(esia: HttpEsia, server: Server, link: str) -> None:
    server.resources[f"{PERSON}/ctts"] = collection(link)
    assert refusal(esia.contacts, signed_in(esia)) == Cause.BAD_ANSWER


@pytest.mark.parametrize("elements", [None, "", {}, 5, [], [None], [[]], [5]])
def test_a_collection_without_elements(esia: HttpEsia, server: Server, elements: object) -> None:
    body = {"size": 0, "elements": elements}
    server.resources |= {f"{PERSON}/{name}": body for name in ("ctts", "kids", "roles")}
    grant = signed_in(esia)
    assert esia.contacts(grant) == ()
    assert all(card == EsiaFamilyCard() for card in esia.children(grant))
    assert all(role.oid is None for role in esia.organisations(grant))


def test_an_endless_collection_is_cut(esia: HttpEsia, server: Server) -> None:
    server.resources[f"{PERSON}/ctts"] = collection(*[makers.contact_fields()] * 1000)
    assert len(esia.contacts(signed_in(esia))) == 100


def test_contacts_that_are_empty_or_unknown_are_left_out(esia: HttpEsia, server: Server) -> None:
    server.resources[f"{PERSON}/ctts"] = collection(
        {"type": "MBT", "value": "+7(840)0000006", "vrfStu": "NOT_VERIFIED"},
        {"type": "EML", "value": "", "vrfStu": "NOT_VERIFIED", "verifyingValue": "new@school.example"},
        {"type": "EML", "value": None},
        {"type": "NEW", "value": "x"},
        {"type": ["EML"], "value": "x"},
        {},
    )
    mobile = Contact(kind=ContactKind.MOBILE, value="+7(840)0000006", verified=False)
    assert esia.contacts(signed_in(esia)) == (mobile,)


def test_a_foreign_birth_certificate(esia: HttpEsia, server: Server) -> None:
    passport = {"type": "FID_DOC", "number": "1"}
    foreign = {"type": "FID_BRTH_CERT", "series": None, "number": "A 77"}
    server.resources[f"{PERSON}/kids"] = collection({"documents": collection(passport, foreign)})
    (card,) = esia.children(signed_in(esia))
    assert card.birth_certificate == BirthCertificate(
        series=None, number="A 77", issued_on=None, issued_by=None, foreign=True
    )


# C107: each value absent, null, empty or odd in turn

GONE = "gone"
ODD: tuple[object, ...] = (GONE, None, "", " ", 0, -1, [], {}, "?", True, "\x00")


def variants(fields: dict[str, object], name: str) -> Iterator[dict[str, object]]:
    """The fields with the named one gone or odd in each way."""
    rest = {key: value for key, value in fields.items() if key != name}
    yield from (rest if value == GONE else {**rest, name: value} for value in ODD)


@pytest.mark.parametrize("name", list(makers.person_fields()))
def test_any_field_of_a_person_may_be_missing(esia: HttpEsia, server: Server, name: str) -> None:
    grant = signed_in(esia)
    for server.resources[PERSON] in variants(makers.person_fields(), name):
        assert esia.person(grant).oid == OID


@pytest.mark.parametrize("value", [GONE, None, "", " "], ids=repr)
def test_all_of_a_person_may_be_missing(esia: HttpEsia, server: Server, value: object) -> None:
    server.resources[PERSON] = {"eTag": "1"} | ({} if value == GONE else dict.fromkeys(makers.person_fields(), value))
    assert esia.person(signed_in(esia)) == EsiaPerson(oid=OID)


@pytest.mark.parametrize("name", list(makers.card_fields()))
def test_any_field_of_a_card_may_be_missing(esia: HttpEsia, server: Server, name: str) -> None:
    grant = signed_in(esia)
    for card in variants(makers.card_fields(), name):
        server.resources[f"{PERSON}/kids"] = collection(card)
        assert len(esia.children(grant)) == 1


@pytest.mark.parametrize("name", list(makers.role_fields()))
def test_any_field_of_a_role_may_be_missing(esia: HttpEsia, server: Server, name: str) -> None:
    grant = signed_in(esia)
    for role in variants(makers.role_fields(), name):
        server.resources[f"{PERSON}/roles"] = collection(role)
        assert len(esia.organisations(grant)) == 1


NEEDED_OF_ACCESS, NEEDED_OF_IDENTITY = {"iss", "client_id", "exp"}, {"iss", "aud", "exp"}


@pytest.mark.parametrize("name", list(makers.access_claims()))
def test_any_claim_of_the_access_token_may_be_missing(esia: HttpEsia, server: Server, name: str) -> None:
    for server.access in variants(makers.access_claims(), name):
        assert outcome(esia) in ({"refused"} if name in NEEDED_OF_ACCESS else {OID, "refused"})
    server.access = {claim: value for claim, value in makers.access_claims().items() if claim != name}
    assert outcome(esia) == ("refused" if name in NEEDED_OF_ACCESS else OID)


@pytest.mark.parametrize("name", list(makers.identity_claims()))
def test_any_claim_of_the_identity_token_may_be_missing(esia: HttpEsia, server: Server, name: str) -> None:
    for server.identity in variants(makers.identity_claims(), name):
        assert outcome(esia) in ({"refused"} if name in NEEDED_OF_IDENTITY else {OID, "refused"})
    server.identity = {claim: value for claim, value in makers.identity_claims().items() if claim != name}
    assert outcome(esia) == ("refused" if name in NEEDED_OF_IDENTITY else OID)


def outcome(esia: HttpEsia) -> str:
    """The oid of the person who got in, or that nobody did, for a reason that has a text."""
    try:
        return signed_in(esia).oid
    except EsiaRefused as refused:
        return "refused" if refused.code in CODES else "refused without a text"


# When ЕСИА refuses or fails


def test_a_refusal_of_the_token_keeps_its_code(esia: HttpEsia, server: Server) -> None:
    body = {"error": "invalid_grant", "error_description": "ESIA-007011: The code is expired", "state": "x"}
    server.reply = httpx.Response(400, json=body)
    assert refusal(signed_in, esia) == "007011"


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/json"])
def test_the_type_of_a_refusal_does_not_matter(esia: HttpEsia, server: Server, content_type: str) -> None:
    body = b'{"error":"unauthorized_client","error_description":"ESIA-007053: OAuthErrorEnum.clientSecretWrong"}'
    server.reply = httpx.Response(400, content=body, headers={"content-type": content_type})
    assert refusal(signed_in, esia) == "007053"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (httpx.Response(400, text="ESIA-007019: noGrants"), "007019"),
        (httpx.Response(400, text=""), Cause.BAD_ANSWER),
        (httpx.Response(401, text="Unauthorized"), Cause.GRANT_ENDED),
        (httpx.Response(403, json={"code": "ESIA-005011"}), Cause.NOT_GRANTED),
        (httpx.Response(404, text="нет"), Cause.BAD_ANSWER),
        (httpx.Response(502, html="<html>Bad gateway</html>"), Cause.UNAVAILABLE),
        (httpx.Response(503, json={"error": "temporarily_unavailable"}), "007008"),
        (httpx.Response(200, html="<html>Технические работы</html>"), Cause.BAD_ANSWER),
        (httpx.Response(200, text=""), Cause.BAD_ANSWER),
        (httpx.Response(200, json=[]), Cause.BAD_ANSWER),
        (httpx.Response(200, json=None), Cause.BAD_ANSWER),
        (httpx.Response(200, content=b"\xff\xfe\x00"), Cause.BAD_ANSWER),
        (httpx.Response(200, content=b"[" * 100_000), Cause.BAD_ANSWER),
        (httpx.Response(200, content=b'{"a":"' + b"x" * 1_000_000 + b'"}'), Cause.BAD_ANSWER),
        (httpx.Response(302, headers={"location": "https://evil.example/"}), Cause.BAD_ANSWER),
    ],
)
def test_failures_have_names(esia: HttpEsia, server: Server, reply: httpx.Response, code: str) -> None:
    grant = signed_in(esia)
    server.reply = reply
    assert refusal(esia.person, grant) == code
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectError("refused"), Cause.UNAVAILABLE),
        (httpx.RemoteProtocolError("cut"), Cause.UNAVAILABLE),
        (httpx.ConnectTimeout("slow"), Cause.TIMEOUT),
        (httpx.ReadTimeout("slow"), Cause.TIMEOUT),
    ],
)
def test_a_silent_host_has_a_name(configured: EsiaSettings, error: httpx.HTTPError, code: str) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise error

    assert refusal(signed_in, HttpEsia(configured, transport=httpx.MockTransport(silent))) == code


class Dripping(httpx.SyncByteStream):
    """An answer that comes a byte at a time and takes longer than anyone waits."""

    def __iter__(self) -> Iterator[bytes]:
        yield from (b" " for _ in range(10**6))


def test_an_answer_that_drips_is_given_up(configured: EsiaSettings) -> None:
    own = replace(configured, timeout=0.05, answer_limit=10**9)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Dripping()))
    assert refusal(signed_in, HttpEsia(own, transport=transport)) == Cause.TIMEOUT


# A13: nothing personal is logged or printed


def test_nothing_personal_leaves_the_answers(esia: HttpEsia, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    grant = signed_in(esia)
    answers = [grant, esia.person(grant), *esia.contacts(grant), *esia.children(grant), *esia.organisations(grant)]
    printed = "".join(map(repr, answers))
    for reply in (httpx.Response(200, text="Алёна Петрова"), httpx.Response(400, json={"snils": "112-233-445 95"})):
        server.reply = reply
        with pytest.raises(EsiaRefused) as refused:
            esia.person(grant)
        printed += repr(refused.value) + repr(refused.value.__cause__)
    logged = "".join(record.getMessage() for record in caplog.records)
    assert "bad-answer, HTTP 200" in logged
    for secret in ("Алёна", "Петрова", "Мария", "112-233", "11223344595", "alyona", grant.access_token, "a-code"):
        assert secret not in printed
        assert secret not in logged


# Settings


@pytest.mark.parametrize("host", ["http://esia.gosuslugi.ru", "https://esia.example/", "https://esia.example/aas"])
def test_a_host_must_be_a_safe_bare_address(configured: EsiaSettings, host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        replace(configured, host=host)


def test_the_key_file_is_not_printed(configured: EsiaSettings) -> None:
    assert str(configured.key) not in repr(configured)


# The fake keeps the promises of the Protocol

PETROVA = EsiaPerson(oid=OID, first_name="Алёна")


def test_a_scripted_person_signs_in_once() -> None:
    fake = FakeEsia()
    fake.add(PETROVA, contacts=(EMAIL,), level=Level.CONFIRMED)
    code = fake.sign_in(OID)
    grant = signed_in(fake, code)
    assert (fake.person(grant), fake.contacts(grant)) == (PETROVA, (EMAIL,))
    assert refusal(signed_in, fake, code) == "007011"
    assert signed_in(fake, fake.sign_in(OID)).oid == OID


def test_the_fake_gives_only_what_was_granted() -> None:
    fake = FakeEsia()
    fake.add(PETROVA, children=(YOUNG,), organisations=(SCHOOL,))
    grant = fake.exchange(code=fake.sign_in(OID), scopes=("openid", "kid_fullname"), at=AT, verifier=VERIFIER)
    assert fake.children(grant) == (YOUNG,)
    assert refusal(fake.contacts, grant) == Cause.NOT_GRANTED
    assert refusal(fake.organisations, grant) == Cause.NOT_GRANTED


def test_the_fake_refuses_when_told() -> None:
    fake = FakeEsia()
    fake.add(PETROVA)
    fake.refuse_next("007055")
    assert refusal(signed_in, fake, fake.sign_in(OID)) == "007055"
    assert signed_in(fake, fake.sign_in(OID)).authenticated_at == datetime(2026, 9, 1, 5, 30, tzinfo=UTC)


def test_the_fake_refreshes() -> None:
    fake = FakeEsia()
    fake.add(PETROVA)
    token = signed_in(fake, fake.sign_in(OID)).refresh_token
    assert fake.refresh(refresh_token=str(token), scopes=SCOPES, at=AT).oid == OID
    with pytest.raises(EsiaRefused):
        fake.refresh(refresh_token="another", scopes=SCOPES, at=AT)


def test_the_fake_sends_the_state_on() -> None:
    url = FakeEsia().authorisation_url(state="a-state", scopes=SCOPES, at=AT, verifier=VERIFIER)
    assert query(url)["state"] == "a-state"
    assert "redirect_url=" in FakeEsia().logout_url(redirect_url="https://school.example/")
