"""Two accounts of the database: the owner of its tables, and the application, which may not touch evidence.

The owner runs migrations and nothing else. The application reads and writes ordinary tables; to what is evidence
(`kernel.models.AppendOnly`) it adds, and no more. What only an owner can do and the platform needs every day — next
year's parts, records whose term is over — are functions that run as the owner and decide themselves what they do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from myschool.config.settings import database
from myschool.kernel.models import AppendOnly, Cluster

READ_ONLY = {"django_migrations", Cluster._meta.db_table}
# A part of a table is reached through the whole only, so nobody is let in to parts.
TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""
# What packages publish is read, and changed by nobody.
VIEWS = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' ORDER BY 1"
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
# What runs as the owner is there for the application.
OWNERS_FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
"""


@contextmanager
def as_owner() -> Iterator[None]:
    """Be connected as the owner while the block runs."""
    application = connection.settings_dict
    owner = {**application, **database(settings.DATABASE_OWNER_URL), "NAME": application["NAME"]}
    if owner == application:
        yield
        return
    connection.close()
    connection.settings_dict = owner
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application


def account(url: str) -> str:
    """The database's account in an address."""
    return str(conninfo_to_dict(url).get("user", ""))


def evidence() -> set[str]:
    """Tables that the application may only read and add to."""
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)} - READ_ONLY


@contextmanager
def readable(*, by: str) -> Iterator[None]:
    """Let an account read what the block makes from the moment it is there: functions may lead the running programs to it."""
    _by_default("GRANT SELECT ON TABLES TO {}", by)
    try:
        yield
    finally:
        _by_default("REVOKE SELECT ON TABLES FROM {}", by)


def _by_default(change: str, account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public {change}").format(sql.Identifier(account)))


@transaction.atomic
def grant(*, to: str) -> None:
    """Let an account do what the application does, and nothing else; said anew after every migration."""
    role = sql.Identifier(to)
    with connection.cursor() as cursor:
        for statement in (
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}",
            "GRANT USAGE ON SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(role))
        for table in _names(cursor, TABLES):
            cursor.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(_privileges(cursor, table), sql.Identifier(table), role)
            )
        for view in _names(cursor, VIEWS):
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(view), role))
        for function in _names(cursor, OWNERS_FUNCTIONS):
            cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), role))


def _privileges(cursor: CursorWrapper, table: str) -> sql.Composable:
    if table in READ_ONLY:
        return sql.SQL("SELECT")
    if table not in evidence():
        return sql.SQL("SELECT, INSERT, UPDATE, DELETE")
    # The database alone numbers evidence: a number chosen by a writer might be one that was there before.
    columns = [sql.Identifier(name) for name in _names(cursor, COLUMNS, table) if name != "id"]
    return sql.SQL("SELECT, INSERT ({})").format(sql.SQL(", ").join(columns))


def _names(cursor: CursorWrapper, statement: str, *values: str) -> list[str]:
    cursor.execute(statement, values)
    return [name for (name,) in cursor.fetchall()]
