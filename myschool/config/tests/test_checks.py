"""Production: what is unsafe is refused by its name, all at once, and what is right starts."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from django.core.management import call_command

from myschool.config import checks, embedded
from myschool.config.env import ROOT

KEY = "vW3eXk0R-7cYpZ1uQmTgB9sLh5nJdA2fOiKxE8rUoM4tGqVb"


LEDGER = """
CREATE FUNCTION kernel_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE ledger (at date) PARTITION BY RANGE (at);
CREATE TABLE ledger_2026 PARTITION OF ledger FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TRIGGER ledger_is_final BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION kernel_entry_is_final();
"""


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate_of(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "school")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Keys and certificates, good and bad, by name."""
    folder = tmp_path_factory.mktemp("keys")
    own, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    curve = ec.generate_private_key(ec.SECP256R1())
    (folder / "trusted").mkdir()
    (folder / "empty").mkdir()
    for name, content in {
        "own.key": pem(own),
        "other.key": pem(other),
        "curve.pem": pem(curve),
        "own.crt": certificate_of(own),
        "trusted/esia.crt": certificate_of(other),
        "words.pem": b"not a key",
        "evidence.pem": pem(ed25519.Ed25519PrivateKey.generate()),
        "wide.pem": pem(ec.generate_private_key(ec.SECP384R1())),
        "small.pem": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - that is what is refused
    }.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def right(files):
    """An environment that is safe."""
    return {
        "MYSCHOOL_PRODUCTION": "yes",
        "DATABASE_URL": "postgresql://app:secret@db.example.ru/myschool?sslmode=verify-full",
        "MYSCHOOL_SECRET_KEY": KEY,
        "MYSCHOOL_SITE_URL": "https://school.example.ru",
        "MYSCHOOL_HOSTS": "school.example.ru",
        "MYSCHOOL_CONTENT_ORIGIN": "https://{}.school-content.ru",
        "MYSCHOOL_CLAMD": "/run/clamd",
        "ESIA_HOST": "https://esia.gosuslugi.ru",
        "ESIA_ISSUER": "http://esia.gosuslugi.ru/",
        "ESIA_MNEMONIC": "SCHOOL",
        "ESIA_ALGORITHM": "RSA",
        "ESIA_CERTIFICATE": str(files / "own.crt"),
        "ESIA_KEY": str(files / "own.key"),
        "ESIA_TRUSTED_KEYS": str(files / "trusted"),
        "MYSCHOOL_LTI_KEY": str(files / "own.key"),
        "MYSCHOOL_VAPID_KEY": str(files / "curve.pem"),
        "MYSCHOOL_EVIDENCE_KEY": str(files / "evidence.pem"),
        "MYSCHOOL_EVIDENCE_FOLDER": str(files / "evidence"),
        "MYSCHOOL_SMTP_URL": "smtps://school:secret@mail.example.ru:465",
        "MYSCHOOL_MAIL_FROM": "school@example.ru",
        "MYSCHOOL_OAI_CONTACT": "library@example.ru",
        "MYSCHOOL_SUPPORT": "8 800 000-00-00",
    }


def started(environment, code="from myschool.config import settings"):
    """How a process ends that begins as every process of the platform does."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "myschool.config.settings", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def named(environment):
    return {fault.variable for fault in checks.faults(environment)}


def test_a_safe_environment_has_no_fault_and_starts_up_to_the_database(right):
    assert checks.faults(right) == []
    process = started(
        right,
        "import django; django.setup(); from django.conf import settings as told; from myschool.kernel import headers;"
        " print(told.ALLOWED_HOSTS, told.SECURE_COOKIES, headers.PAGES['Strict-Transport-Security'])",
    )
    assert (process.returncode, process.stderr) == (0, "")
    hosts = "['school.example.ru', '.school-content.ru']"
    assert process.stdout.strip() == f"{hosts} True max-age=31536000; includeSubDomains"


# What a browser is given by a site of https before anybody has logged in, and what the session's cookie is called.
COOKIES = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from myschool.people import actors
browser = Client(headers={"host": "school.example.ru"})
print(actors.COOKIE)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE)
for answered in (browser.get("/login/", secure=True), browser.get("/help/login/", secure=True)):
    print(*(str(cookie.OutputString()) for cookie in answered.cookies.values()), sep="\\n")
"""


def test_every_cookie_of_a_site_of_https_is_secure_and_of_this_host_alone(right):
    process = started(right, COOKIES)
    assert (process.returncode, process.stderr) == (0, "")
    session, csrf, *cookies = process.stdout.splitlines()
    assert (session, csrf) == ("__Host-session", "__Host-csrf True")
    assert len(cookies) >= 2
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")), cookie
        assert "Domain=" not in cookie


UNSAFE = [
    ("MYSCHOOL_SITE_URL", "http://school.example.ru"),
    ("MYSCHOOL_SITE_URL", "school.example.ru"),
    ("MYSCHOOL_CONTENT_ORIGIN", "http://{}.school-content.ru"),
    ("MYSCHOOL_CONTENT_ORIGIN", "https://school-content.ru"),
    ("MYSCHOOL_CONTENT_ORIGIN", "https://content.{}.school-content.ru"),
    ("MYSCHOOL_CONTENT_ORIGIN", "https://school-content.ru/{}"),
    ("MYSCHOOL_CONTENT_ORIGIN", "https://{}.example.ru"),
    ("MYSCHOOL_CONTENT_ORIGIN", "https://{}.content.school.example.ru"),
    ("ESIA_HOST", "http://esia.gosuslugi.ru"),
    ("MYSCHOOL_LIVE_URL", "http://school.example.ru:8001/live/"),
    ("MYSCHOOL_EVIDENCE_KEY", "own.key"),
    ("MYSCHOOL_CLAMD", ""),
    ("MYSCHOOL_CLAMD", " "),
    ("MYSCHOOL_SECRET_KEY", ""),
    ("MYSCHOOL_SECRET_KEY", "x"),
    ("MYSCHOOL_SECRET_KEY", "x" * 64),
    ("MYSCHOOL_SECRET_KEY", "0123456789" * 7),
    ("MYSCHOOL_SECRET_KEY", KEY[:39]),
    ("MYSCHOOL_HOSTS", ""),
    ("MYSCHOOL_HOSTS", "*"),
    ("MYSCHOOL_HOSTS", "other.example.ru"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "postgresql://[odd"),
    ("DATABASE_URL", embedded.url()),
    ("DATABASE_URL", "postgresql://postgres:secret@db.example.ru/myschool?sslmode=verify-full"),
    ("DATABASE_URL", "postgresql://app:secret@db.example.ru/myschool"),
    ("DATABASE_URL", "postgresql://app:secret@db.example.ru/myschool?sslmode=require"),
    ("DATABASE_URL", "postgresql://app@db.example.ru/myschool?sslmode=verify-full"),
    ("DATABASE_URL", "postgresql://app@127.0.0.1/myschool"),
    ("ESIA_CERTIFICATE", "absent.crt"),
    ("ESIA_CERTIFICATE", "words.pem"),
    ("ESIA_KEY", "absent.key"),
    ("ESIA_KEY", "other.key"),
    ("ESIA_KEY", "words.pem"),
    ("ESIA_TRUSTED_KEYS", "empty"),
    ("ESIA_TRUSTED_KEYS", "absent"),
    ("ESIA_ALGORITHM", "MD5"),
    ("MYSCHOOL_LTI_KEY", "absent.pem"),
    ("MYSCHOOL_LTI_KEY", "words.pem"),
    ("MYSCHOOL_LTI_KEY", "small.pem"),
    ("MYSCHOOL_LTI_KEY", "curve.pem"),
    ("MYSCHOOL_VAPID_KEY", "own.key"),
    ("MYSCHOOL_VAPID_KEY", "wide.pem"),
    ("MYSCHOOL_SMTP_URL", "smtp://school:secret@mail.example.ru:25"),
    ("MYSCHOOL_RELAY_URL", "redis://relay.example.ru:6379/0"),
    ("AWS_ENDPOINT_URL", "http://store.example.ru"),
]


@pytest.mark.parametrize(("variable", "value"), UNSAFE)
def test_what_is_unsafe_is_refused_by_its_name(right, files, variable, value):
    is_file = variable in ("ESIA_CERTIFICATE", "ESIA_KEY", "ESIA_TRUSTED_KEYS") or variable.endswith("_KEY")
    is_file = is_file and variable != "MYSCHOOL_SECRET_KEY"
    assert named({**right, variable: str(files / value) if is_file else value}) == {variable}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgresql:///myschool?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql://app:secret@127.0.0.1/myschool"),
        ("MYSCHOOL_SMTP_URL", ""),
        ("MYSCHOOL_SMTP_URL", "smtp://school:secret@mail.example.ru:587?tls=yes"),
        ("MYSCHOOL_SMTP_URL", "smtp://127.0.0.1:25"),
        ("MYSCHOOL_RELAY_URL", "rediss://relay.example.ru:6379/0"),
        ("MYSCHOOL_RELAY_URL", "redis://127.0.0.1:6379/0"),
        ("MYSCHOOL_LIVE_URL", "/live/"),
        ("MYSCHOOL_LIVE_URL", "https://live.example.ru/live/"),
        ("MYSCHOOL_HOSTS", "school.example.ru,www.example.ru"),
        ("MYSCHOOL_HOSTS", ".example.ru"),
    ],
)
def test_what_is_safe_is_let_through(right, variable, value):
    assert checks.faults({**right, variable: value}) == []


@pytest.mark.parametrize("variable", [*checks.NEEDED, *checks.STATED])
def test_nothing_is_made_up_in_production(right, variable):
    del right[variable]
    assert variable in named(right)


def test_the_start_names_every_fault_at_once_with_what_to_write(right):
    right |= {"MYSCHOOL_SITE_URL": "http://school.example.ru", "MYSCHOOL_CLAMD": "", "MYSCHOOL_SECRET_KEY": "x"}
    process = started(right)
    assert process.returncode == 1
    for variable in ("MYSCHOOL_SITE_URL", "MYSCHOOL_CLAMD", "MYSCHOOL_SECRET_KEY"):
        assert re.search(rf"^\d+\. {variable} .+\n +write: .+", process.stderr, re.MULTILINE), process.stderr
    assert "https://school.example.ru" in process.stderr


def test_a_fault_does_not_tell_secrets(right):
    right |= {"DATABASE_URL": "postgresql://postgres:hush@db.example.ru/myschool", "MYSCHOOL_SECRET_KEY": "hush"}
    right["MYSCHOOL_SMTP_URL"] = "smtp://school:hush@mail.example.ru:25"
    assert len(faults := checks.faults(right)) == 4
    assert "hush" not in checks.words_of(faults)


def test_every_variable_without_a_default_in_production_is_checked():
    source = (ROOT / "myschool" / "config" / "settings.py").read_text()
    demanded = set(re.findall(r'env\.\w+\(\s*"(\w+)",\s*None if PRODUCTION', source))
    assert demanded | {"MYSCHOOL_SECRET_KEY"} == {*checks.NEEDED, *checks.STATED}


def test_materials_that_share_an_origin_are_told_of_at_home(tmp_path):
    process = started({"MYSCHOOL_LOCAL": str(tmp_path), "MYSCHOOL_CONTENT_ORIGIN": "http://content.localhost:8000"})
    assert process.returncode == 0
    assert "MYSCHOOL_CONTENT_ORIGIN has no {}" in process.stderr


def test_production_never_starts_the_embedded_server(right, tmp_path, monkeypatch):
    del right["DATABASE_URL"]
    right["MYSCHOOL_LOCAL"] = str(tmp_path)
    process = started(
        right, "import sys; sys.argv = ['myschool', 'migrate']; from myschool.__main__ import main; main()"
    )
    assert process.returncode == 1
    assert "DATABASE_URL" in process.stderr
    assert not (tmp_path / "postgres").exists()
    monkeypatch.setenv("MYSCHOOL_PRODUCTION", "yes")
    with pytest.raises(embedded.DatabaseWontStart, match="DATABASE_URL"):
        embedded.ensure_running()


@pytest.mark.parametrize("command", ["demo", "tryout"])
def test_what_is_for_trying_out_is_refused_in_production(monkeypatch, command):
    monkeypatch.setenv("MYSCHOOL_PRODUCTION", "yes")
    with pytest.raises(checks.UnsafeProduction, match=f"`{command}`"):
        call_command(command)


def test_the_handbook_names_every_variable_in_the_order_of_the_checks():
    text = (ROOT / "docs" / "howto" / "production.md").read_text()
    order = [
        "DATABASE_URL",
        "MYSCHOOL_SECRET_KEY",
        "MYSCHOOL_SITE_URL",
        "MYSCHOOL_HOSTS",
        "MYSCHOOL_CONTENT_ORIGIN",
        "ESIA_CERTIFICATE",
        "MYSCHOOL_LTI_KEY",
        "MYSCHOOL_SMTP_URL",
    ]
    assert [name for name in (*checks.NEEDED, *checks.STATED) if f"`{name}" not in text] == []
    assert sorted(order, key=lambda name: text.index(f"`{name}`")) == order


def test_the_readme_names_every_setting():
    """With its own name, so that whoever looks for it finds it."""
    text = (ROOT / "README.md").read_text() + (ROOT / "docs" / "howto" / "production.md").read_text()
    source = (ROOT / "myschool" / "config" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"(\w+)"', source))
    assert "MYSCHOOL_MERGE_UNDO_DAYS" in names
    assert {name for name in names if f"`{name}" not in text} == set()


@pytest.fixture
def plain_account():
    """An account without power over others."""
    with psycopg.connect(embedded.owner_url("postgres"), autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS checks_plain")
        server.execute("CREATE ROLE checks_plain LOGIN")
        yield embedded.owner_url("postgres").replace("postgres@", "checks_plain@")
        server.execute("DROP OWNED BY checks_plain")
        server.execute("DROP ROLE checks_plain")


def test_an_account_with_power_over_others_is_refused(plain_account):
    faults = checks.database_faults(embedded.owner_url("postgres"))
    assert {fault.variable for fault in faults} == {"DATABASE_URL"}
    assert checks.database_faults(plain_account) == []


@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
@pytest.mark.parametrize("table", ["ledger", "ledger_2026"])
def test_an_account_that_may_change_evidence_is_refused(plain_account, table, privilege):
    """Of whatever is guarded as evidence, the whole and its parts."""
    with psycopg.connect(embedded.owner_url("postgres"), autocommit=True) as server:
        server.execute(LEDGER)
        try:
            assert checks.database_faults(plain_account) == []
            server.execute(f"GRANT {privilege} ON {table} TO checks_plain")
            (fault,) = checks.database_faults(plain_account)
            assert f"may change evidence ({table})" in str(fault)
        finally:
            server.execute("DROP TABLE ledger; DROP FUNCTION kernel_entry_is_final")


def test_a_database_that_does_not_answer_is_told_without_its_password():
    (fault,) = checks.database_faults("postgresql://app:hush@127.0.0.1:1/myschool")
    assert "does not let us in" in str(fault)
    assert "hush" not in str(fault)


def test_check_production_tells_all_without_starting_anything(right):
    code = "import sys; sys.argv = ['myschool', 'check-production']; from myschool.__main__ import main; main()"
    process = started({**right, "MYSCHOOL_PRODUCTION": "no", "MYSCHOOL_CLAMD": "", "DATABASE_URL": ""}, code)
    assert process.returncode == 1
    for variable in ("MYSCHOOL_PRODUCTION", "MYSCHOOL_CLAMD", "DATABASE_URL"):
        assert f" {variable} " in process.stdout
