"""SQL keeps to its storey: a statement names its own package's tables and words, and words that packages below publish.

Import contracts see no table's name in a string. A word is a view or a function; its text of today stands in a file of its
own, `PACKAGE/sql/WORD.sql` where others may name it and `PACKAGE/sql/own/WORD.sql` where nobody else does. Migrations make
the words; here they are compared with the files.
"""

import ast
import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import pytest
import sqlglot
from django.apps import apps
from django.db import connection
from sqlglot import exp

from myschool.kernel.statements import Statement
from tests.house.source import HOUSE, ROOT, Module, example, files, modules, none_of

# A whole statement, and a piece of one.
WHOLE = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\s")
PIECE = re.compile(r"\b(FROM|JOIN|INTO|UPDATE|USING)\s")
PLACES = re.compile(r"%\(\w+\)s|%s")
# A text with places of its own is a pattern; what is made of it is a statement and is read as one.
PATTERN = re.compile(r"\{\w*\}")
MADE = re.compile(r"CREATE OR REPLACE (VIEW|FUNCTION) (\w+)")
SAID = re.compile(r"^--   (\w+): \S", re.MULTILINE)
# The bodies of functions in SQL; what PL/pgSQL puts between statements is no SQL.
BODY = re.compile(r"LANGUAGE sql\b.*?AS \$\$(.*)\$\$", re.DOTALL)
# Says how far this very copy of the data is ahead, and is written anew by each: its text is no two places' same.
OF_THE_COPY = {"kernel_ahead"}
# Rooms that change the tables' shape.
NO_STATEMENT = {"migrations"}
# Strings that name another package's table and rightly so, or that are no table's name although they look like one.
NAMED_RIGHTLY = {
    "myschool.config.housekeeping": {"kernel_entry", "journal_mark", "journal_attendance"},  # the tables by years
    "myschool.config.settings": {"chat_complaint"},  # a term's name
}


@dataclass(frozen=True)
class Word:
    """A word of SQL: the package that owns it, whether others may name it, and its file."""

    name: str
    package: str
    is_published: bool
    text: str

    @property
    def said(self) -> list[str]:
        """The columns whose meaning its file tells, in order."""
        return SAID.findall(self.text)


@cache
def words() -> dict[str, Word]:
    """All words by name."""
    texts = {}
    for path in files(HOUSE, ".sql"):
        text, package = path.read_text("utf-8"), path.relative_to(HOUSE).parts[0]
        texts[path.stem] = Word(path.stem, package, path.parent.name == "sql", text)
    return texts


@cache
def tables() -> dict[str, str]:
    """Tables with their packages."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model._meta.app_label for model in models if model.__module__.startswith("myschool")}


@cache
def below() -> dict[str, set[str]]:
    """By package those below it."""
    read = ConfigParser()
    read.read(ROOT / ".importlinter")
    storeys = [line.split("|") for line in read["importlinter:contract:storeys"]["layers"].split("\n") if line]
    names = [[name.strip() for name in storey] for storey in storeys]
    return {
        name: {lower for storey in names[place + 1 :] for lower in storey}
        for place, storey in enumerate(names)
        for name in storey
    }


def fault(name: str, package: str) -> str | None:
    """Why a statement of a package may not name this; None where it may."""
    word, owner = words().get(name), tables().get(name)
    if owner is not None and owner != package:
        return f"{name} is a table of «{owner}»: ask for a word that it publishes, {owner}/sql/"
    if word is None or word.package == package:
        return None
    if not word.is_published:
        return f"{name} is a word of «{word.package}» alone"
    return None if word.package in below()[package] else f"{name} is a word of «{word.package}», which is not below"


def named(text: str) -> set[str]:
    """Tables and words that a whole statement names, as PostgreSQL's grammar has it; raises where it is no statement."""
    found = set()
    for tree in sqlglot.parse(PLACES.sub("NULL", text).replace("%%", "%"), read="postgres"):
        for node in tree.walk() if tree else ():
            if isinstance(node, exp.Table | exp.Anonymous):
                found.add(node.name)
    return found & (words().keys() | tables().keys())


def pieces(text: str) -> set[str]:
    """Names of tables and words in a text that is no whole statement."""
    return set(re.findall(r"\w+", text)) & (words().keys() | tables().keys())


def strings(module: Module) -> Iterator[tuple[str, str]]:
    """A module's strings, each with where it stands; docstrings are none."""
    values = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in values:
            continue
        yield module.at(node), node.value


def constants(module: Module) -> Iterator[tuple[str, str]]:
    """The SQL that a module's strings hold, as far as it looks like SQL."""
    for place, text in strings(module):
        if WHOLE.match(text) or PIECE.search(text):
            yield place, text


def composed(module: Module) -> Iterator[tuple[str, str]]:
    """The SQL that a module's names hold once it is imported, put together from its pieces.

    What a callable makes has a QuerySet inside, which Django writes: of it only the pieces are ours.
    """
    for name, value in vars(importlib.import_module(module.name)).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
        for each in values:
            text = each.given if isinstance(each, Statement) else each
            if isinstance(text, str) and WHOLE.match(text) and not PATTERN.search(text):
                yield f"{module.name}.{name}", text


def mentions(module: Module) -> Iterator[tuple[str, set[str]]]:
    """The tables and words that a module's strings name, each with where it stands."""
    for place, text in strings(module):
        if names := pieces(text) - NAMED_RIGHTLY.get(module.name, set()):
            yield place, names


def statements() -> Iterator[tuple[str, str, set[str]]]:
    """Every statement and string that names a table or a word: where it stands, its package, and what it names.

    A string is looked at whether it looks like SQL or not: the name alone may become a part of a statement.
    """
    for module in modules():
        if module.room in NO_STATEMENT:
            continue
        yield from ((place, module.package, names) for place, names in mentions(module))
        if any(True for _ in constants(module)):
            yield from ((place, module.package, read(place, text)) for place, text in composed(module))
    for word in words().values():
        body = BODY.search(word.text)
        names = read(word.name, body[1]) if body else pieces(without_comments(word.text))
        yield f"{word.name}.sql", word.package, names - {word.name}


def read(place: str, text: str) -> set[str]:
    """What a whole statement names, and a complaint where it cannot be read."""
    try:
        return named(text)
    except sqlglot.errors.SqlglotError as error:
        raise AssertionError(f"{place} cannot be read: {error}") from error


def without_comments(text: str) -> str:
    """SQL without its comments."""
    return re.sub(r"--.*", "", text)


def breaches(found: Iterable[tuple[str, str, set[str]]]) -> Iterator[str]:
    """Complaints about what a statement may not name."""
    for place, package, names in found:
        for name in sorted(names):
            if reason := fault(name, package):
                yield f"{place}: {reason}"


def test_statements_keep_to_their_storey() -> None:
    texts = list(statements())
    # A reader of statements that finds none would find no breach either.
    assert len(texts) > 300
    none_of(breaches(texts))


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("SQL = 'SELECT * FROM people_person'", "chat"),
        ("SQL = f'LEFT JOIN schools_subject {one} ON true'", "journal"),
        ("def ask(cursor):\n    cursor.execute('UPDATE journal_mark SET day = NULL')", "diary"),
        ("SQL = 'SELECT * FROM chat_places_at(now())'", "notices"),
        ("SQL = 'SELECT * FROM journal_marks'", "timetable"),
        ("SQL = 'SELECT * FROM homework_due(NULL, NULL, NULL)'", "chat"),
        ("SQL = 'select * from people_person'", "chat"),
        ("SQL = 'TRUNCATE people_person'", "chat"),
        ("SQL = 'LOCK TABLE people_person'", "chat"),
        ("SQL = 'COPY people_person (id)'", "chat"),
        ("TABLE = 'people_person'", "chat"),
        ("def chosen(rows):\n    return rows.extra(where=['id IN (TABLE people_person)'])", "chat"),
        ("WHERE = 'id IN (chat_places_at(now()))'", "journal"),
    ],
)
def test_a_breach_is_seen(text: str, package: str) -> None:
    module = example(text, f"myschool.{package}.queries")
    assert list(breaches((place, package, names) for place, names in mentions(module)))


def test_what_is_named_rightly_is_named() -> None:
    actual = {
        module.name: {name for _, text in strings(module) for name in pieces(text) if fault(name, module.package)}
        for module in modules()
        if module.name in NAMED_RIGHTLY
    }
    assert actual == NAMED_RIGHTLY


def test_a_breach_that_is_put_together_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    module = example("", "myschool.chat.made_up")
    made_up = ModuleType(module.name)
    made_up.__dict__["ASKED"] = {1: Statement("SELECT * FROM people_person")}
    monkeypatch.setitem(sys.modules, module.name, made_up)
    assert list(breaches((place, "chat", read(place, text)) for place, text in composed(module)))


def test_what_is_published_may_be_named() -> None:
    for text, package in (
        ("SELECT last_name FROM people_names", "chat"),
        ("SELECT * FROM journal_mark JOIN timetable_lessons USING (lesson_id)", "journal"),
        ("SELECT * FROM chat_places_at(now())", "chat"),
    ):
        assert not list(breaches([("here", package, named(text))])), text


def test_statements_are_read_by_their_grammar() -> None:
    assert not named("WITH one AS (SELECT 1) SELECT 'journal_mark', timetable_lesson.day FROM one timetable_lesson")
    assert named(
        "UPDATE journal_mark SET day = %(day)s FROM people_names WHERE kernel_lasts(a, %s, b) AND c %% 2 = 0"
    ) == {"journal_mark", "people_names", "kernel_lasts"}
    assert named("SELECT EXISTS (SELECT FROM people_staff_on(%(day)s) post)") == {"people_staff_on"}
    with pytest.raises(AssertionError, match="here cannot be read"):
        read("here", "SELECT FROM WHERE people_person")
    assert not constants_of('"""Reads FROM people_person."""')


def constants_of(text: str) -> list[tuple[str, str]]:
    """The SQL in a made-up module."""
    return list(constants(example(text)))


def test_a_word_is_named_after_its_package_and_its_file() -> None:
    for word in words().values():
        match = MADE.search(word.text)
        assert match
        assert match[2] == word.name
        assert word.name.startswith(f"{word.package}_")
        assert word.text.startswith("-- "), f"{word.name}: its file begins with what it means"


def test_only_what_others_ask_for_is_published() -> None:
    wanted = {(name, package) for _, package, names in statements() for name in names}
    published = {word.name for word in words().values() if word.is_published}
    alone = {
        name
        for name in published
        if not any(name_used == name and words()[name].package != by for name_used, by in wanted)
    }
    assert not alone


SHAPE = """
SELECT proname::text, pg_get_functiondef(oid), ARRAY(
    SELECT name FROM unnest(proargnames, proargmodes) AS argument (name, mode) WHERE mode = 't')
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT relname::text, pg_get_viewdef(oid), ARRAY(
    SELECT attname::text FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 ORDER BY attnum)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
"""


def shape() -> dict[str, tuple[str, list[str]]]:
    """The words that are in the database, each with its text and its columns."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        return {name: (text, columns) for name, text, columns in cursor.fetchall() if name not in OF_THE_COPY}


@pytest.mark.django_db
def test_files_say_what_migrations_have_made() -> None:
    actual = shape()
    assert actual.keys() == words().keys()
    with connection.cursor() as cursor:
        for word in words().values():
            cursor.execute(word.text)
    assert shape() == actual


@pytest.mark.django_db
def test_published_columns_are_explained() -> None:
    none_of(
        f"{word.name} has the columns {columns}, its file explains {word.said}"
        for name, (_, columns) in shape().items()
        if (word := words()[name]).is_published and word.said != columns
    )
