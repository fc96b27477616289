"""What the standard leaves to a store: keys, plays, signatures, growth."""

import base64
import json
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people.tests.makers import log_in, make_actor
from myschool.records import actions
from myschool.records.access import hash_of
from myschool.records.models import Record, RecordFile, RecordKey
from myschool.records.rules.moments import duration_fits, moment_of, seconds_of
from myschool.records.rules.places import mark_of
from myschool.records.rules.signatures import USAGE
from myschool.records.tests.makers import (
    ACTIVITY,
    AGENT,
    OTHER,
    Program,
    make_key,
    make_play_key,
    make_supplier,
    statement,
    voiding,
)
from myschool.records.tests.requirements import attachment, in_parts, sends

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path


# Keys


def test_suppliers_do_not_see_each_others_records():
    first, other = Program(), Program()
    (uid,) = first.keep(statement())
    assert other.ids() == []
    assert other.ask("GET", "statements", statementId=uid).status_code == 404
    # The same id elsewhere is another record, and a reference reaches nothing of another's.
    other.keep(voiding(uid), statement(id=str(uid), actor=OTHER))
    assert first.ids() == [uid]


def test_a_suppliers_programs_share_its_records():
    by = make_supplier()
    first, other = Program(make_key(by)), Program(make_key(by))
    assert first.keep(statement()) == other.ids()


def test_a_key_that_was_ended_opens_nothing():
    by = make_supplier()
    program = Program(make_key(by))
    actions.end_key(key=program.secret.key, by=by, at=now())
    refused = program.ask("GET", "statements")
    assert (refused.status_code, refused["WWW-Authenticate"].split()[0]) == (401, "Basic")
    assert Entry.objects.filter(kind="records.key_ended").count() == 1


def test_a_secret_is_not_kept():
    secret = make_key()
    assert secret.secret not in str(RecordKey.objects.values().get())


def test_a_key_of_a_play_opens_that_play_only():
    by, registration = make_supplier(), uuid4()
    program = Program(make_play_key(by, registration))
    neighbour = Program(make_play_key(by, agent=OTHER))
    own = {"context.registration": str(registration)}
    (uid,) = program.keep(statement(own))
    for other in (statement(), statement({"context.registration": str(uuid4())}), statement(own, actor=OTHER)):
        assert program.ask("POST", "statements", other).status_code == 403
    assert program.ids() == [uid]
    assert neighbour.ids() == []
    assert neighbour.ask("GET", "statements", statementId=uid).status_code == 403
    where = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "a"}
    for registrations, status in (({"registration": str(registration)}, 204), ({"registration": str(uuid4())}, 403)):
        assert program.ask("PUT", "activities/state", {"a": 1}, **where, **registrations).status_code == status
    for params in (where, {"agent": AGENT}, {"agent": AGENT, "profileId": "a"}):
        place = "activities/state" if "stateId" in params else "agents/profile" if "profileId" in params else "agents"
        assert neighbour.ask("GET", place, **params).status_code == 403


def test_a_key_of_a_play_runs_out_and_is_swept():
    key = make_play_key()
    assert Program(key).ask("GET", "statements").status_code == 200
    RecordKey.objects.update(expires_at=now() - timedelta(seconds=1))
    assert Program(key).ask("GET", "statements").status_code == 401
    keeps = make_key()
    assert actions.sweep_keys(at=now()) == 1
    assert RecordKey.objects.get() == keeps.key


def test_pages_of_keys_show_a_secret_once():
    by = make_supplier()
    client = Client()
    log_in(client, by, now())
    page = client.post("/records/keys/", {"title": "Тренажёр «Дроби»"}).content.decode()
    key = RecordKey.objects.get()
    secret = page.split("Пароль</dt>")[1].split("<code>")[1].split("</code>")[0]
    assert hash_of(secret) == key.secret_hash
    again = client.get("/records/keys/").content.decode()
    assert key.name in again
    assert secret not in again
    client.post(f"/records/keys/{key.pk}/end/", {"end": "1"})
    assert "отключён" in client.get("/records/keys/").content.decode()


def test_a_cookie_opens_nothing():
    client = Client(enforce_csrf_checks=True)
    log_in(client, make_supplier(), now())
    for method in ("GET", "POST", "PUT"):
        answer = client.generic(method, "/xapi/statements", headers={"X-Experience-API-Version": "1.0.3"})
        assert answer.status_code == 401


def test_pages_of_keys_are_for_suppliers():
    client = Client()
    log_in(client, make_actor(role=Role.GUARDIAN), now())
    assert client.get("/records/keys/").status_code == 404


# Signatures


def signer():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "content.example.org")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    )
    shown = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return key, [base64.b64encode(shown).decode()]


def signed(told, key, algorithm="RS256", **header):
    return jwt.PyJWS().encode(json.dumps(told).encode(), key, algorithm, headers=header).encode()


def sent_signed(program, told, signature, **more):
    seal = attachment(signature, usageType=USAGE, **more)
    return sends(program, in_parts({**told, "attachments": [seal]}, signature)).status_code


def test_a_signed_statement_is_taken_and_its_signature_given_back():
    program, (key, chain) = Program(), signer()
    body = statement(id=str(uuid4()))
    for header in ({}, {"x5c": chain}):
        signature = signed({**body, "id": body["id"]}, key, **header)
        assert sent_signed(program, body, signature) == 200
        body = statement(id=str(uuid4()))
    assert signature in program.ask("GET", "statements", attachments="true").content


def test_a_signature_of_something_else_is_refused():
    program, (key, chain) = Program(), signer()
    other_key, _ = signer()
    body = statement(id=str(uuid4()))
    for signature, more in (
        (signed({**body, "actor": OTHER}, key), {}),
        (signed(body, other_key, x5c=chain), {}),
        (b"not.a.jws", {}),
        (signed(body, "secret" * 8, "HS256"), {}),
        (signed([1], key), {}),
        (signed(body, key), {"contentType": "text/plain"}),
        (signed(body, key, x5c=["AAAA"]), {}),
        (signed(body, key, x5c=[5]), {}),
    ):
        assert sent_signed(program, body, signature, **more) == 400, (signature[:40], more)
    assert Record.objects.count() == 0
    seal = attachment(b"x", usageType=USAGE, fileUrl="https://example.org/seal")
    assert program.ask("POST", "statements", {**body, "attachments": [seal]}).status_code == 400


# What is stored


def test_attached_bytes_lie_in_the_store_once_and_a_virus_nowhere():
    program = Program()
    body = in_parts(
        [statement(attachments=[attachment()]), statement(attachments=[attachment()])], b"\x00\r\n--x\r\n\xff work"
    )
    assert sends(program, body).status_code == 200
    assert RecordFile.objects.values("file__key").distinct().count() == 1
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    assert sends(program, in_parts(statement(attachments=[attachment(eicar)]), eicar)).status_code == 400


def test_too_much_is_refused():
    program = Program()
    assert program.ask("POST", "statements", b"[" + b" " * 20_000_000 + b"]").status_code == 413
    assert program.ask("POST", "statements", [statement()] * 1001).status_code == 413
    where = {"activityId": ACTIVITY, "profileId": "a"}
    assert (
        program.ask("PUT", "activities/profile", b"x" * 1_000_001, content_type="text/plain", **where).status_code
        == 413
    )
    assert (
        program.ask("PUT", "activities/profile", {"a": 1}, activityId=ACTIVITY, profileId="a" * 301).status_code == 400
    )


def test_zero_bytes_are_refused_and_text_of_any_alphabet_is_kept():
    program = Program()
    assert program.ask("POST", "statements", statement({"result.response": "a\0b"})).status_code == 400
    assert program.ask("GET", "activities/profile", activityId=ACTIVITY, profileId="a\0").status_code == 400
    (uid,) = program.keep(statement({"result.response": "Ответ: 🍎 𝒳 א"}))
    record = program.ask("GET", "statements", statementId=uid).json()
    assert record["result"]["response"] == "Ответ: 🍎 𝒳 א"


@pytest.mark.parametrize(
    "odd", ['"cut \\ud83c"', '"\\udf4e"', '{"deep": ["\\ud83c"]}', "1e999", "-1e999", '"a\\u0000"']
)
def test_what_json_allows_and_nobody_can_store_is_refused_and_no_fault(odd):
    program = Program()
    sent = json.dumps(statement({"result.extensions": {"https://example.org/odd": "ODD"}}))
    assert program.ask("POST", "statements", sent.replace('"ODD"', '"even"').encode()).status_code == 200
    assert program.ask("POST", "statements", sent.replace('"ODD"', odd).encode()).status_code == 400
    assert program.ask("GET", "statements", agent=f'{{"mbox": {odd}}}').status_code == 400


def test_a_refusal_is_told_in_russian_to_a_program():
    answer = Program().ask("POST", "statements", statement({"actor.mbox": "вера"}))
    assert answer.json()["detail"] == "statement.actor.mbox: нужен адрес вида mailto:…@…."


def test_the_chronicle_tells_how_many_and_nothing_of_whom():
    program = Program(make_play_key(registration=(registration := uuid4())))
    program.keep(statement({"context.registration": str(registration), "actor.name": "Вера Тихонова"}))
    entry = Entry.objects.get(kind="records.kept")
    assert entry.payload == {
        "scope": "material:1",
        "registration": str(registration),
        "record_ids": [Record.objects.get().pk],
    }


def test_a_list_of_many_filters_is_one_statement_and_uses_its_index(django_assert_num_queries):
    program = Program()
    scope = program.secret.key.scope
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_record (scope, uid, statement, marks, is_voided, stored_at)"
            " SELECT %s, gen_random_uuid(), '{}', ARRAY[left(md5(n::text), 16), left(md5((n %% 50)::text), 16)], false, now()"
            " FROM generate_series(1, 20000) n",
            [scope],
        )
        cursor.execute("ANALYZE records_record")
        cursor.execute(
            "EXPLAIN SELECT * FROM records_record WHERE scope = %s AND NOT is_voided AND marks @> %s::varchar[]"
            " ORDER BY stored_at DESC, id DESC LIMIT 101",
            [scope, [mark_of(scope, "verb", "https://example.org/rare")]],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "records_by_mark" in plan
        cursor.execute(
            "EXPLAIN SELECT * FROM records_record WHERE scope = %s AND NOT is_voided ORDER BY stored_at DESC, id DESC LIMIT 101",
            [scope],
        )
        assert "records_newest" in "\n".join(row[0] for row in cursor.fetchall())
    # The key, the records.
    with django_assert_num_queries(2):
        program.ask(
            "GET",
            "statements",
            agent=AGENT,
            verb="https://example.org/rare",
            related_activities="true",
            activity=ACTIVITY,
        )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1H30M", 5400), ("P1DT1S", 86401), ("PT0.9S", 0), ("P1W", 604800), ("PT1,5M", 90), ("junk", 0)],
)
def test_lengths_of_time(text, seconds):
    assert seconds_of(text) == seconds


def test_moments_without_a_zone_are_utc():
    assert moment_of("2026-11-27T10:00:00") == moment_of("2026-11-27T10:00:00Z")
    assert moment_of("2026-11-27 10:00:00Z") is not None
    assert not duration_fits("P1Y2W")


def test_marks_tell_nothing_and_are_one_for_a_scope():
    assert mark_of("a", "agent", "mbox:mailto:vera@example.org") != mark_of(
        "b", "agent", "mbox:mailto:vera@example.org"
    )
    assert len(mark_of("a", "verb", "x")) == 16
    assert sha256(b"x").hexdigest()[:16] != mark_of("a", "verb", "x")
