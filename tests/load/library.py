"""The library under load: searching a catalogue of a million, and a gigabyte sent in parts."""

import os
import shutil
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg

from myschool.config.demo.growth import FIRST_EMPLOYEE, FIRST_MOTHER, PERSONS
from myschool.kernel.actors import Role
from myschool.library.queries.search import CHOICES, look_up
from myschool.library.tests.catalogue import MATERIALS, QUERIES
from myschool.people.models import Profile
from tests.load.doors import CSRF, Door, cookie_of
from tests.load.place import FOLDER, GROWN
from tests.load.servers import PLATFORM, serving
from tests.load.wrk import Asked

ENTRIES, QUICK_ENTRIES = 1_000_000, 200_000
PARTS = 500
READERS, SEARCHES, COLD = 500, 600, 30_000
GIGABYTE, PART = 1_000_000_000, 32_000_000
UPLOAD_AIM, MEMORY_AIM = 0.5, 50
MATERIALS_MADE = """
INSERT INTO library_material (id, publisher_id, made_by_id, made_at)
SELECT %(grown)s + number, %(publisher)s, %(person)s, now() FROM generate_series(%(had)s + 1, %(wanted)s) number
"""
VERSIONS_MADE = """
INSERT INTO library_materialversion (id, material_id, number, state, title, annotation, subject, from_level, to_level, topic,
    kind, licence, accessibility, language, format, launch, passport, made_at, published_at, used_days, tries, end_reason)
SELECT %(grown)s + number, %(grown)s + number, 1, 'published', titles[1 + number %% many] || ', часть ' || 1 + number / many %% %(parts)s,
    topics[1 + number * 7 %% many], subjects[1 + number %% many], 1 + number %% 9, 3 + number %% 9, topics[1 + number %% many],
    kinds[1 + number %% many], 'free', '{keyboard}', 'ru', 'html', 'index.html', '{}', now(), now(), 0, 0, ''
FROM generate_series(%(had)s + 1, %(wanted)s) number,
    (SELECT %(titles)s::text[] AS titles, %(topics)s::text[] AS topics, %(subjects)s::text[] AS subjects, %(kinds)s::text[] AS kinds,
            %(many)s AS many) told
"""
ENTERED = """
INSERT INTO library_catalogueentry (material_id, version_id, publisher_id, title, annotation, subject, levels, topic, kind,
    format, licence, accessibility, minutes, words, used, published_at)
SELECT material_id, id, %(publisher)s, title, annotation, subject, ARRAY[from_level, from_level + 1, to_level]::smallint[], topic, kind,
    format, licence, accessibility, 20,
    setweight(to_tsvector('russian', replace(lower(title), 'ё', 'е')), 'A')
        || setweight(to_tsvector('russian', replace(lower(topic), 'ё', 'е')), 'B')
        || setweight(to_tsvector('russian', replace(lower(annotation), 'ё', 'е')), 'C'),
    (hashtext(id::text) & 1023)::int * (hashtext(title) & 7), published_at
FROM library_materialversion WHERE id > %(grown)s + %(had)s
"""
SPOKEN = """
INSERT INTO library_catalogueword (word, stem)
SELECT DISTINCT word, coalesce((ts_lexize('russian_stem', word))[1], word)
FROM unnest(%(titles)s::text[] || %(topics)s::text[]) AS said,
    regexp_split_to_table(replace(lower(said), 'ё', 'е'), '[^0-9a-zа-я]+') AS word
WHERE length(word) BETWEEN 3 AND 60 AND ts_lexize('russian_stem', word) <> '{}'
ON CONFLICT DO NOTHING
"""


def fill(wanted: int) -> None:
    """Grow the catalogue to so many entries."""
    titles, topics, subjects, kinds = map(list, zip(*MATERIALS, strict=True))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        had = _number(database, "SELECT count(*) FROM library_material WHERE id > %s", GROWN)
        if had >= wanted:
            return
        began = time.monotonic()
        params = {
            "grown": GROWN,
            "had": had,
            "wanted": wanted,
            "parts": PARTS,
            "many": len(MATERIALS),
            "titles": titles,
            "topics": topics,
            "subjects": subjects,
            "kinds": kinds,
            "person": GROWN + FIRST_MOTHER,
            "publisher": _number(database, "SELECT min(id) FROM schools_organisation WHERE id < %s", GROWN),
        }
        for statement in (MATERIALS_MADE, VERSIONS_MADE, ENTERED, SPOKEN):
            database.execute(statement, params)
        database.execute("VACUUM ANALYZE library_catalogueentry, library_catalogueword, library_materialversion")
        print(f"The catalogue has {wanted:,} entries: {time.monotonic() - began:.0f} s.", flush=True)


def _number(database: "psycopg.Connection[tuple[int]]", statement: str, *given: int) -> int:
    row = database.execute(statement, given).fetchone()
    return row[0] if row else 0


def doors() -> list[Door]:
    """Searching as many people do: mostly the same words within a minute; and as nobody has just before."""
    queries = list(QUERIES)
    people = Profile.objects.filter(person__gte=GROWN, role=Role.GUARDIAN).order_by("person")
    readers = [cookie_of(person) for person in people.values_list("person", flat=True)[:READERS]]
    narrow: list[dict[str, str]] = [{}, {"level": "6"}, {"kind": "lesson"}, {"subject": "mathematics"}]
    usual = [
        _search(
            {"q": queries[number % len(queries)], **narrow[number // len(queries) % len(narrow)]},
            readers[number % len(readers)],
        )
        for number in range(SEARCHES)
    ]
    new = [
        _search(
            {"q": f"{queries[number % len(queries)]} {1 + number // len(queries) % PARTS}"},
            readers[number % len(readers)],
        )
        for number in range(COLD)
    ]
    return [
        Door(
            name="search",
            title="catalogue search, facets included",
            aim=0.1,
            requests=usual,
            status=200,
            mark="Библиотека",
        ),
        Door(
            name="search-new",
            title="catalogue search, words new to it",
            aim=0.1,
            requests=new,
            status=200,
            mark="Библиотека",
        ),
    ]


def _search(asked: dict[str, str], cookie: str) -> Asked:
    return Asked(f"/library/?{urlencode(asked)}", cookie)


def hot() -> dict[str, Callable[[], object]]:
    """What the catalogue asks of the database, past the memory of the last minute."""
    nothing = dict.fromkeys(CHOICES, "")
    return {
        "catalogue, a rare word": partial(look_up, "теорема пифагора 17", nothing, [], 0),
        "catalogue, words that everybody has": partial(look_up, "урок часть", nothing, [], 0),
        "catalogue, a typing error": partial(look_up, "фотосинтис", nothing, [], 0),
        "catalogue, narrowed": partial(look_up, "дроби", {**nothing, "level": "6", "kind": "task"}, [], 0),
        "catalogue, no words": partial(look_up, "", nothing, [], 0),
    }


# A gigabyte


@dataclass(frozen=True)
class Sent:
    """Seconds of a plain copy and of an upload of the same bytes, and by how many MB the workers grew meanwhile."""

    copied: float
    uploaded: float
    grown: int


class UploadRefused(SystemExit):
    """The platform did not take the bytes."""


def upload() -> Sent:
    """Copy a gigabyte on this disk, then send it to the platform in parts as a browser does."""
    source, copy = FOLDER / "gigabyte", FOLDER / "copy"
    _write(source)
    try:
        copied = min(_copied(source, copy) for _ in range(3))
        with serving(PLATFORM, FOLDER / "upload.log") as address:
            port = urlsplit(address).port or 0
            _send(port, source, 2 * PART)
            before = memory_of(port)
            began = time.monotonic()
            _send(port, source, GIGABYTE)
            return Sent(copied, time.monotonic() - began, (memory_of(port) - before) // 1_000_000)
    finally:
        source.unlink()
        copy.unlink(missing_ok=True)


def _write(path: Path) -> None:
    block = os.urandom(PART)
    with path.open("wb") as file:
        for number in range(GIGABYTE // PART + 1):
            file.write(number.to_bytes(8, "big") + block[8:] if number < GIGABYTE // PART else block[: GIGABYTE % PART])
        os.fsync(file.fileno())


def _copied(source: Path, copy: Path) -> float:
    began = time.monotonic()
    shutil.copyfile(source, copy)
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
    return time.monotonic() - began


def _send(port: int, path: Path, length: int) -> None:
    """The first `length` bytes, in parts, as tus-js-client sends them."""
    cookie = cookie_of(GROWN + PERSONS + FIRST_EMPLOYEE)
    head = {"Cookie": cookie, "X-CSRFToken": CSRF, "Tus-Resumable": "1.0.0"}
    wire = HTTPConnection("127.0.0.1", port, timeout=120)
    name = b64encode(f"{length}.bin".encode()).decode()
    place = _asked(
        wire,
        "POST",
        "/files/own/uploads/",
        None,
        {**head, "Upload-Length": str(length), "Upload-Metadata": f"filename {name}"},
    )
    with path.open("rb") as file:
        for offset in range(0, length, PART):
            body = file.read(min(PART, length - offset))
            more = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            _asked(wire, "PATCH", place, body, {**head, **more})
    wire.close()


def _asked(wire: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> str:
    wire.request(method, path, body, headers)
    answer = wire.getresponse()
    reply = answer.read()
    if answer.status not in (201, 204):
        raise UploadRefused(f"{method} {path}: {answer.status} {reply.decode(errors='replace')[:500]}")
    return answer.getheader("Location", "")


def memory_of(port: int) -> int:
    """The most bytes that the processes serving this port have ever held together."""
    return sum(_peak(folder) for folder in _processes(str(port)))


def _processes(port: str) -> Iterator[Path]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if port.encode() in words:
                yield folder


def _peak(folder: Path) -> int:
    status = (folder / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
