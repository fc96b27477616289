"""Settings for every environment; what differs comes from the environment (README names the variables)."""

import os
import warnings
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from myschool.config import checks, doors, embedded, env
from myschool.kernel.domains import host_on_the_wire

PRODUCTION = env.flag("MYSCHOOL_PRODUCTION", default=False)
if PRODUCTION:
    checks.demand(os.environ)
DEBUG = False
SECRET_KEY = env.secret("MYSCHOOL_SECRET_KEY")
# School days can be looked at in the holidays: tests and trials may let the clock run days ahead, or behind.
CLOCK_AHEAD = timedelta(days=0 if PRODUCTION else env.number("MYSCHOOL_CLOCK_DAYS", 0))
# The address people use; ЕСИА sends them back to it.
SITE_URL = env.web("MYSCHOOL_SITE_URL", None if PRODUCTION else "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.postgres",
    "myschool.kernel",
    "myschool.schools",
    "myschool.people",
    "myschool.files",
    "myschool.records",
    "myschool.enrolment",
    "myschool.folders",
    "myschool.library",
    "myschool.timetable",
    "myschool.journal",
    "myschool.homework",
    "myschool.chat",
    "myschool.involvement",
    "myschool.diary",
    "myschool.notices",
    "myschool.exchange",
    "myschool.portal",
    "myschool.config",
]
MIDDLEWARE = [
    "myschool.library.middleware.ContentOrigin",
    # It adds bytes by chance, so that the length tells nothing of a page's secrets.
    "myschool.kernel.middleware.Packing",
    "myschool.kernel.middleware.with_headers",
    "myschool.kernel.middleware.own_hosts",
    "myschool.records.middleware.Store",
    "myschool.kernel.middleware.Lengths",
    "django.middleware.csrf.CsrfViewMiddleware",
    "myschool.people.middleware.Actors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "myschool.kernel.resends.Resends",
    "myschool.kernel.middleware.Refusals",
    "myschool.timetable.middleware.Looks",
]
ROOT_URLCONF = "myschool.config.urls"
# What refused looks call the addresses.
DOOR_TITLES = doors.TITLES
WSGI_APPLICATION = "myschool.config.wsgi.application"


# Seconds that a statement may take and a lock be waited for; 0: as long as it takes. Pages set 30 for themselves.
STATEMENT_SECONDS = env.number("MYSCHOOL_STATEMENT_SECONDS", 0)
SESSION = {
    # Statements find their rows the same way whatever is asked; planning them anew costs more than running.
    "plan_cache_mode": "force_generic_plan",
    # A transaction in which nothing happens is a fault of ours, and others wait for it.
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{STATEMENT_SECONDS}s",
}


def database(url: str) -> dict[str, Any]:
    """The address as Django wants it."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # What the address itself says of its sessions stands beside ours, and comes last.
            "options": " ".join(
                [*(f"-c {name}={value}" for name, value in SESSION.items()), str(parts.pop("options", ""))]
            ),
            **parts,
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
    }


# Whether a commit with facts wakes the followers (`kernel/waking.py`); without it they look once a second.
WAKES_FOLLOWERS = True

# As whom the platform runs, and who owns its tables and migrates them; with one account for both no evidence holds.
DATABASE_URL = env.text("DATABASE_URL", None if PRODUCTION else embedded.url())
DATABASE_OWNER_URL = env.text(
    "DATABASE_OWNER_URL", DATABASE_URL if "DATABASE_URL" in os.environ else embedded.owner_url()
)
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "myschool.kernel.csrf.form_token",
                "django.contrib.messages.context_processors.messages",
                "myschool.config.chrome.chrome",
            ]
        },
    }
]
FORM_RENDERER = "myschool.kernel.forms.Renderer"
QUERIES_IN_TEMPLATES_RAISE = not PRODUCTION

LANGUAGE_CODE = "ru"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
FRONTEND_DIST = env.ROOT / "frontend" / "dist"
FILES_FOLDER = env.LOCAL / "files"
# A bucket instead of the folder: s3://bucket/prefix; keys and region come by the usual AWS_… variables.
FILES_BUCKET = env.text("MYSCHOOL_FILES_BUCKET", "")
S3_OPTIONS: dict[str, Any] = {}
# ClamAV's daemon: a socket's path or host:port. Without it only the industry's test sign is recognised.
CLAMD = env.text("MYSCHOOL_CLAMD", None if PRODUCTION else "")
# Big files arrive in parts here, on this machine's disk, whichever store they go to.
UPLOADS_FOLDER = env.LOCAL / "uploads"

# Bytes a person may keep among their own files: the staff of schools and authorities, everybody else.
FILES_QUOTA = (
    env.number("MYSCHOOL_STAFF_QUOTA_MB", 2000) * 1_000_000,
    env.number("MYSCHOOL_QUOTA_MB", 500) * 1_000_000,
)

# Where untrusted content runs: a host name of its own that leads to this same server. With {} in it each material has
# its own: https://{}.content.example.ru. Never the host of SITE_URL.
CONTENT_ORIGIN = env.web(
    "MYSCHOOL_CONTENT_ORIGIN", None if PRODUCTION else SITE_URL.replace("//127.0.0.1", "//{}.localhost")
)
if urlsplit(CONTENT_ORIGIN).netloc == urlsplit(SITE_URL).netloc:
    raise env.WrongEnvironment("MYSCHOOL_CONTENT_ORIGIN is the site itself; give content a host name of its own.")
if "{}" not in CONTENT_ORIGIN:
    # In production this stops the start.
    warnings.warn(
        "MYSCHOOL_CONTENT_ORIGIN has no {}: materials share an origin and can read one another.", stacklevel=1
    )
# Names that this server answers to: the site's and the content's; any other is refused.
ALLOWED_HOSTS = [
    *map(host_on_the_wire, env.words("MYSCHOOL_HOSTS", None if PRODUCTION else "127.0.0.1,localhost,testserver")),
    # A point at the beginning stands for any name before it.
    urlsplit(CONTENT_ORIGIN.replace("{}", "")).hostname or "",
]

# The private key that launches of suppliers' tools are signed with (LTI 1.3): a PEM file, made on first use at home.
LTI_KEY = env.text("MYSCHOOL_LTI_KEY", None if PRODUCTION else str(env.LOCAL / "secrets" / "lti.pem"))

# Whom harvesters of the catalogue write to (OAI-PMH wants an address of mail).
OAI_CONTACT = env.text("MYSCHOOL_OAI_CONTACT", None if PRODUCTION else "admin@example.com")

# The mail server that notices leave by: smtp://name:password@host:587?tls=yes or smtps://host:465; empty: no mail.
SMTP_URL = env.text("MYSCHOOL_SMTP_URL", None if PRODUCTION else "")
MAIL_FROM = env.text("MYSCHOOL_MAIL_FROM", None if PRODUCTION else "school@example.com")
# The private key of the curve P-256 that web pushes are signed with (VAPID): a PEM file, made on first use at home.
VAPID_KEY = env.text("MYSCHOOL_VAPID_KEY", None if PRODUCTION else str(env.LOCAL / "secrets" / "vapid.pem"))
# Browsers name the push service themselves: pushes go to these hosts only.
PUSH_HOSTS = env.words(
    "MYSCHOOL_PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,*.push.apple.com,*.notify.windows.com"
    + ("" if PRODUCTION else ",127.0.0.1"),
)

# The heads of the chains of evidence are signed with this key (Ed25519, a PEM file, made on first use at home) and
# written into this folder: neither is for the database's accounts to reach.
EVIDENCE_KEY = env.text("MYSCHOOL_EVIDENCE_KEY", None if PRODUCTION else str(env.LOCAL / "secrets" / "evidence.pem"))
EVIDENCE_FOLDER = env.text("MYSCHOOL_EVIDENCE_FOLDER", None if PRODUCTION else str(env.LOCAL / "evidence"))

# Where browsers find the live process: in production a path that the proxy in front hands to it.
LIVE_URL = env.text("MYSCHOOL_LIVE_URL", "/live/" if PRODUCTION else "http://127.0.0.1:8001/live/")
# What carries the live signals: the database itself, or a Redis that several databases share (redis://host:port/0).
RELAY_URL = env.text("MYSCHOOL_RELAY_URL", "")

# What a page may look like for a minute, for everybody who asks the same; each process remembers for itself.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}}

# Where people ask for help: a telephone or an address, shown as it stands.
SUPPORT = env.text("MYSCHOOL_SUPPORT", None if PRODUCTION else "администратор вашей школы")

# Sessions: idle time after which a login is asked again, and the time it may last in all.
SESSION_IDLE_MINUTES = env.number("MYSCHOOL_SESSION_IDLE_MINUTES", 60)
SESSION_HOURS = env.number("MYSCHOOL_SESSION_HOURS", 12)
SECURE_COOKIES = SITE_URL.startswith("https://")
# No neighbour under the same domain can set a cookie of this name.
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrftoken"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# What a button has done is said once, on the page it leads back to; till then the browser itself holds the line. There are
# no sessions of Django's here: the cookie of these messages merely takes their names.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_FAILURE_VIEW = "myschool.people.views.csrf_failed"
# How many ИНН one person may try in a minute: enough to type one's own, too few to try numbers.
INN_TRIES_PER_MINUTE = env.number("MYSCHOOL_INN_TRIES", 10)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Gosuslugi (ЕСИА). At home the stand-in answers here; in production nothing has a default.
ESIA = {
    "host": env.text("ESIA_HOST", None if PRODUCTION else "http://127.0.0.1:8010"),
    "issuer": env.text("ESIA_ISSUER", None if PRODUCTION else "http://127.0.0.1:8010/"),
    "mnemonic": env.text("ESIA_MNEMONIC", None if PRODUCTION else "MYSCHOOL"),
    "certificate": env.text("ESIA_CERTIFICATE", None if PRODUCTION else str(env.LOCAL / "esia" / "client.crt")),
    "key": env.text("ESIA_KEY", None if PRODUCTION else str(env.LOCAL / "esia" / "client.key")),
    "algorithm": env.text("ESIA_ALGORITHM", "GOST" if PRODUCTION else "RSA"),
    "generation": env.text("ESIA_GENERATION", "v2"),
    "trusted": env.text("ESIA_TRUSTED_KEYS", None if PRODUCTION else str(env.LOCAL / "esia" / "trusted")),
}

# Terms, and the acts they come from (working days, except request_expiry). An act that was not found says so.
DEADLINES = {
    "request_decision": (env.number("MYSCHOOL_REQUEST_DAYS", 3), "правило платформы: срок в ПП № 1241 не найден"),
    "request_expiry": (env.number("MYSCHOOL_REQUEST_EXPIRY_DAYS", 90), "правило платформы, календарные дни"),
    "connection_decision": (env.number("MYSCHOOL_CONNECTION_DAYS", 5), "правило платформы: срок в ПП № 1241 не найден"),
    "transfer_release": (env.number("MYSCHOOL_RELEASE_DAYS", 3), "приказ Минпросвещения от 06.04.2023 № 240"),
    "content_review": (
        env.number("MYSCHOOL_REVIEW_DAYS", 30),
        "экспертиза цифрового образовательного контента: не более 30 рабочих дней",
    ),
    "chat_complaint": (env.number("MYSCHOOL_COMPLAINT_DAYS", 3), "правило платформы, рабочие дни"),
    "merge_undo": (env.number("MYSCHOOL_MERGE_UNDO_DAYS", 30), "правило платформы, календарные дни"),
    "journal_kept": (env.number("MYSCHOOL_JOURNAL_KEPT_DAYS", 1827), "журналы: 5 лет по номенклатуре дел школы"),
    "final_marks_kept": (
        env.number("MYSCHOOL_FINAL_MARKS_KEPT_DAYS", 9132),
        "сводные ведомости: 25 лет по номенклатуре дел школы",
    ),
    "school_papers_kept": (
        env.number("MYSCHOOL_SCHOOL_PAPERS_KEPT_DAYS", 1827),
        "школьные документы: 5 лет, ст. 98 273-ФЗ",
    ),
    "subject_demand": (env.number("MYSCHOOL_DEMAND_DAYS", 10), "ст. 20 152-ФЗ в редакции 266-ФЗ"),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "myschool.config.logs.WithoutRows", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"routes": {"()": "myschool.config.logs.WithoutAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("MYSCHOOL_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"filters": ["routes"]},
        "django.security.csrf": {"filters": ["routes"]},
    },
}
