"""What makes an environment unsafe for production: every fault at once, by its variable, with what to write instead.

The start asks `demand` before anything of the platform is set up, `check-production` asks `report`. What can be told
from the environment and its files is a check of `CHECKS`; what only the database can tell is one of `DATABASE_CHECKS`.
docs/howto/production.md goes through them in the same order.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log2
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.http.request import validate_host
from psycopg.conninfo import conninfo_to_dict

from myschool.config import embedded, env
from myschool.files import sandbox
from myschool.kernel import clock
from myschool.kernel.domains import UnfitAddress, host_on_the_wire
from myschool.people.esia.diagnosis import own_files
from myschool.people.esia.settings import EsiaSettings

Environment = Mapping[str, str]
Connection = psycopg.Connection[tuple[object, ...]]

LEAST_KEY_LENGTH, LEAST_KEY_BITS, LEAST_RSA_BITS = 40, 128, 2048
OLDEST_POSTGRES = 15
HERE = {"", "localhost", "127.0.0.1", "::1"}

# Each variable that has no default in production, and an example of what to write.
NEEDED = {
    "DATABASE_URL": "postgresql://myschool_app:PASSWORD@db.example.ru/myschool?sslmode=verify-full&sslrootcert=/etc/myschool/ca.pem",
    "MYSCHOOL_SECRET_KEY": "what `python -c 'import secrets; print(secrets.token_urlsafe(48))'` prints",
    "MYSCHOOL_SITE_URL": "https://school.example.ru",
    "MYSCHOOL_HOSTS": "school.example.ru",
    "MYSCHOOL_CONTENT_ORIGIN": "https://{}.school-content.ru",
    "MYSCHOOL_CLAMD": "/run/clamav/clamd.ctl",
    "ESIA_HOST": "https://esia.gosuslugi.ru",
    "ESIA_ISSUER": "http://esia.gosuslugi.ru/",
    "ESIA_MNEMONIC": "the mnemonic under which the system is registered",
    "ESIA_CERTIFICATE": "/etc/myschool/esia.crt",
    "ESIA_KEY": "/etc/myschool/esia.key",
    "ESIA_TRUSTED_KEYS": "a folder with the certificates that ЕСИА signs with",
    "MYSCHOOL_LTI_KEY": "/etc/myschool/lti.pem, made by `openssl genrsa 3072`",
    "MYSCHOOL_VAPID_KEY": "/etc/myschool/vapid.pem, made by `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`",
    "MYSCHOOL_EVIDENCE_KEY": "/etc/myschool/evidence.pem, made by `openssl genpkey -algorithm ed25519`",
    "MYSCHOOL_EVIDENCE_FOLDER": "/var/lib/myschool/evidence",
    "MYSCHOOL_MAIL_FROM": "school@example.ru",
    "MYSCHOOL_OAI_CONTACT": "library@example.ru",
    "MYSCHOOL_SUPPORT": "a telephone or an address, as people shall read it",
}
# Where an empty value says «none», and has to be said all the same.
STATED = {"MYSCHOOL_SMTP_URL": "smtps://name:PASSWORD@mail.example.ru:465, or nothing after = for no mail"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a variable, and what to write."""

    variable: str
    wrong: str
    write: str

    def __str__(self) -> str:
        return f"{self.variable} {self.wrong}\n    write: {self.write}"


class UnsafeProduction(env.WrongEnvironment):
    """The environment is not safe for production; the message names every fault."""


def _absent(told: Environment) -> Iterator[Fault]:
    for name, example in NEEDED.items():
        if not told.get(name, "").strip():
            yield Fault(name, "is not set, and in production nothing is made up.", example)
    for name, example in STATED.items():
        if name not in told:
            yield Fault(name, "is not set, and in production nothing is made up.", example)


def _database_address(told: Environment) -> Iterator[Fault]:
    name, example = "DATABASE_URL", NEEDED["DATABASE_URL"]
    if not told.get(name):
        return
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(told[name]).items()}
    except psycopg.ProgrammingError:
        yield Fault(name, "cannot be read.", example)
        return
    host = parts.get("host", "")
    if host == str(embedded.SOCKETS):
        yield Fault(name, "is the embedded server, which trusts everybody on this machine.", example)
    if parts.get("user") == "postgres":
        yield Fault(name, "is the account of the server's superuser.", "an account of the application's own")
    if host.startswith("/") or host == "":
        return
    if host not in HERE and parts.get("sslmode") != "verify-full":
        yield Fault(name, "goes over the network without proof of who answers.", "sslmode=verify-full in it")
    secrets = {"password", "passfile", "sslcert", "service"}
    if not secrets & parts.keys() and not {"PGPASSWORD", "PGPASSFILE", "PGSERVICE"} & told.keys():
        yield Fault(
            name, "has no password: a server that lets it in trusts everybody.", "a password in it, or PGPASSFILE"
        )


def _secret_key(told: Environment) -> Iterator[Fault]:
    name = "MYSCHOOL_SECRET_KEY"
    key = told.get(name, "")
    if key and (len(key) < LEAST_KEY_LENGTH or bits(key) < LEAST_KEY_BITS or key in (key + key)[1:-1]):
        yield Fault(name, "can be guessed: too short, or too few different characters.", NEEDED[name])


def bits(key: str) -> float:
    """How much chance a key holds at most, by how often each of its characters comes."""
    return sum(count * log2(len(key) / count) for count in Counter(key).values())


def _addresses(told: Environment) -> Iterator[Fault]:
    # ЕСИА's issuer is a name, compared letter by letter, and not an address that anything is sent to.
    for name in ("MYSCHOOL_SITE_URL", "MYSCHOOL_CONTENT_ORIGIN", "ESIA_HOST"):
        address = told.get(name, "")
        if address and not (address.startswith("https://") and urlsplit(address).hostname):
            yield Fault(name, f"is {address}: what is sent there can be read on its way.", NEEDED[name])
    live = told.get("MYSCHOOL_LIVE_URL", "/live/")
    if not live.startswith(("/", "https://")):
        yield Fault("MYSCHOOL_LIVE_URL", f"is {live}: it carries the session's cookie.", "/live/")


def _host(address: str) -> str:
    """The host of an address, as browsers name it; one that cannot be stays as it stands."""
    host = urlsplit(address).hostname or ""
    try:
        return host_on_the_wire(host)
    except UnfitAddress:
        return host


def _neighbours(told: Environment) -> Iterator[Fault]:
    """Servers of our own beside the database: passwords and signals go to them by TLS, or stay on this machine."""
    for name, scheme in (
        ("MYSCHOOL_SMTP_URL", "smtps"),
        ("MYSCHOOL_RELAY_URL", "rediss"),
        ("AWS_ENDPOINT_URL", "https"),
        ("AWS_ENDPOINT_URL_S3", "https"),
    ):
        parts = urlsplit(told.get(name, ""))
        if parts.hostname and parts.hostname not in HERE and parts.scheme != scheme and "tls=yes" not in parts.query:
            yield Fault(name, f"goes over the network by {parts.scheme}, which can be read.", f"{scheme}://…")


def _hosts(told: Environment) -> Iterator[Fault]:
    name = "MYSCHOOL_HOSTS"
    hosts = [_host(f"//{host.strip()}") for host in told.get(name, "").split(",") if host.strip()]
    site = _host(told.get("MYSCHOOL_SITE_URL", ""))
    if "*" in hosts:
        yield Fault(name, "lets any name in.", site or NEEDED[name])
    elif hosts and site and not validate_host(site, hosts):
        yield Fault(name, f"does not name {site}, the host of MYSCHOOL_SITE_URL.", ",".join([site, *hosts]))


def _content(told: Environment) -> Iterator[Fault]:
    name, origin = "MYSCHOOL_CONTENT_ORIGIN", told.get("MYSCHOOL_CONTENT_ORIGIN", "")
    site = _host(told.get("MYSCHOOL_SITE_URL", ""))
    if not origin:
        return
    if not origin.partition("//")[2].startswith("{}."):
        yield Fault(name, "does not begin with {}: materials would share an origin and read one another.", NEEDED[name])
    # Stricter than the list of public suffixes, never laxer, and it needs no list that grows old.
    content = _host(origin.replace("{}", "v1"))
    if site and site.split(".")[-2:] == content.split(".")[-2:]:
        yield Fault(
            name,
            f"ends as the site does ({'.'.join(site.split('.')[-2:])}): content could set cookies for the site.",
            "a domain that differs in its last two words and is used for nothing else: " + NEEDED[name],
        )


def _esia(told: Environment) -> Iterator[Fault]:
    if not all(told.get(name) for name in ("ESIA_CERTIFICATE", "ESIA_KEY", "ESIA_TRUSTED_KEYS")):
        return
    algorithm = told.get("ESIA_ALGORITHM", "GOST")
    if algorithm not in ("GOST", "RSA"):
        yield Fault("ESIA_ALGORITHM", f"is {algorithm}.", "GOST")
        return
    settings = EsiaSettings(
        mnemonic="",
        redirect_uri="",
        algorithm="RSA" if algorithm == "RSA" else "GOST",
        certificate=Path(told["ESIA_CERTIFICATE"]),
        key=Path(told["ESIA_KEY"]),
        trusted_keys=Path(told["ESIA_TRUSTED_KEYS"]),
    )
    variables = {"certificate": "ESIA_CERTIFICATE", "key": "ESIA_KEY", "trusted keys": "ESIA_TRUSTED_KEYS"}
    for finding in own_files(settings, at=clock.wall()):
        if finding.verdict == "wrong":
            name = variables[finding.subject]
            yield Fault(name, f"is wrong: {finding.text}", NEEDED[name])


def _keys(told: Environment) -> Iterator[Fault]:
    for name, fits, words in (
        ("MYSCHOOL_LTI_KEY", _is_rsa, "a private RSA key of 2048 bits or more"),
        ("MYSCHOOL_VAPID_KEY", _is_p256, "a private key of the curve P-256"),
        ("MYSCHOOL_EVIDENCE_KEY", _is_ed25519, "a private Ed25519 key"),
    ):
        if not told.get(name):
            continue
        try:
            fitting = fits(load_pem_private_key(Path(told[name]).read_bytes(), password=None))
        except OSError:
            yield Fault(name, f"is {told[name]}, which is no file that can be read.", NEEDED[name])
            continue
        except (ValueError, TypeError, UnsupportedAlgorithm):
            fitting = False
        if not fitting:
            yield Fault(name, f"is {told[name]}, which does not hold {words} (PEM, no password).", NEEDED[name])


def _is_rsa(key: object) -> bool:
    return isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS


def _is_p256(key: object) -> bool:
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


def _is_ed25519(key: object) -> bool:
    return isinstance(key, ed25519.Ed25519PrivateKey)


CHECKS: tuple[Callable[[Environment], Iterable[Fault]], ...] = (
    _absent,
    _database_address,
    _secret_key,
    _addresses,
    _hosts,
    _content,
    _esia,
    _keys,
    _neighbours,
)


def faults(told: Environment) -> list[Fault]:
    """Everything that is unsafe, as far as the environment and its files tell."""
    return [fault for check in CHECKS for fault in check(told)]


def _version(database: Connection) -> Iterator[Fault]:
    if database.info.server_version // 10_000 < OLDEST_POSTGRES:
        yield Fault("DATABASE_URL", f"leads to a PostgreSQL older than {OLDEST_POSTGRES}.", "a newer server")


def _superuser(database: Connection) -> Iterator[Fault]:
    cursor = database.execute(
        "SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolbypassrls)"
    )
    if cursor.rowcount:
        yield Fault("DATABASE_URL", "is an account with power over others.", "an account without such attributes")


def _trust(database: Connection) -> Iterator[Fault]:
    """A server that takes a wrong password asks for none; over a socket the system itself says who we are."""
    if database.info.host.startswith("/") or "sslcert" in database.info.dsn:
        return
    parts = {**database.info.get_parameters(), "password": "wrong on purpose"}
    try:
        psycopg.connect(**parts, connect_timeout=5).close()  # type: ignore[arg-type] # the parameters' own words
    except psycopg.OperationalError:
        return
    yield Fault("DATABASE_URL", "leads to a server that trusts whoever comes.", "scram-sha-256 in its pg_hba.conf")


# Evidence is known by the trigger that guards it; its parts and the list of migrations are guarded with it. Whoever owns
# a table, is a member of its owner or a superuser has every privilege.
CHANGEABLE = """
WITH guarded AS (
    SELECT tgrelid AS oid FROM pg_trigger WHERE tgfoid = to_regproc('kernel_entry_is_final')
    UNION SELECT to_regclass('django_migrations') WHERE to_regproc('kernel_entry_is_final') IS NOT NULL
)
SELECT relname FROM pg_class
WHERE oid IN (SELECT oid FROM guarded UNION SELECT inhrelid FROM pg_inherits JOIN guarded ON guarded.oid = inhparent)
  AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
ORDER BY 1
"""


def _evidence(database: Connection) -> Iterator[Fault]:
    """Whoever owns the tables, or may change evidence, could change it unseen; before the first migration there is none."""
    changed = database.execute(CHANGEABLE).fetchall()
    if changed:
        yield Fault(
            "DATABASE_URL",
            f"may change evidence ({', '.join(str(name) for (name,) in changed)}).",
            "an account that does not own the tables; the owner goes into DATABASE_OWNER_URL, and `myschool migrate`",
        )


DATABASE_CHECKS: tuple[Callable[[Connection], Iterable[Fault]], ...] = (_version, _superuser, _trust, _evidence)


def database_faults(url: str) -> list[Fault]:
    """Everything that is unsafe about the database, as it tells itself."""
    try:
        with psycopg.connect(url, connect_timeout=5) as database:
            return [fault for check in DATABASE_CHECKS for fault in check(database)]
    except psycopg.Error:
        return [Fault("DATABASE_URL", "leads to a server that does not let us in.", NEEDED["DATABASE_URL"])]


def machine_faults() -> list[Fault]:
    """What this machine lacks to serve at all."""
    problems = []
    if not sandbox.works():
        problems.append(
            Fault(
                "bubblewrap",
                "makes no sandbox here, and strangers' files are opened in one only.",
                "see section 8 there",
            )
        )
    if not (env.ROOT / "frontend" / "dist" / "manifest.json").exists():
        problems.append(Fault("frontend/dist", "is not built.", "python frontend/npm.py run build"))
    return problems


def demand(told: Environment) -> None:
    """Stop the start unless the environment is safe.

    Raises:
        UnsafeProduction: with every fault.
    """
    if problems := faults(told):
        raise UnsafeProduction(words_of(problems))


def demand_database(url: str) -> None:
    """Stop the start unless the database is safe.

    Raises:
        UnsafeProduction: with every fault.
    """
    if problems := database_faults(url):
        raise UnsafeProduction(words_of(problems))


def refuse_in_production(command: str) -> None:
    """Stop a command that is for trying the platform out.

    Raises:
        UnsafeProduction: this is production.
    """
    if env.flag("MYSCHOOL_PRODUCTION", default=False):
        raise UnsafeProduction(f"`{command}` makes invented people whose password everybody knows: not for production.")


def words_of(found: Iterable[Fault]) -> str:
    """The faults, numbered, as an operator reads them."""
    lines = [f"{number}. {fault}" for number, fault in enumerate(found, start=1)]
    return "\n".join(["Unsafe for production (docs/howto/production.md):", *lines])


def report() -> int:
    """`python -m myschool check-production`: print every fault; answers the command's exit code."""
    problems = faults(os.environ)
    if not env.flag("MYSCHOOL_PRODUCTION", default=False):
        problems.insert(0, Fault("MYSCHOOL_PRODUCTION", "is not yes: this machine makes up what is not set.", "yes"))
    if url := os.environ.get("DATABASE_URL"):
        problems += database_faults(url)
    problems += machine_faults()
    sys.stdout.write((words_of(problems) if problems else "Safe for production, as far as a program can see.") + "\n")
    return 1 if problems else 0
