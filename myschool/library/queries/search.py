"""Finding materials: Russian with word forms, typing errors and synonyms; facets counted over what was found.

The words of a query are first made known to the catalogue (`library_catalogueword`), then one statement finds,
ranks and counts. Everybody's answers are the same, so they are remembered for a minute.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from myschool.kernel.paging import Pager
from myschool.kernel.statements import Statement
from myschool.library.models import Accessibility, Kind, Licence
from myschool.library.rules.register import FORMATS, format_of
from myschool.library.rules.wording import company_of, words_meant, words_of
from myschool.schools.queries import items_of

SHOWN = 20
# So many of the most used matches are ranked and counted: more nobody looks through.
CANDIDATES = 1000
REMEMBERED_SECONDS, REMEMBERED = 60.0, 2000

# For each word: its stem, whether the catalogue has it, and the nearest word of the catalogue if not.
KNOW = Statement("""
SELECT asked.word, stem.stem, EXISTS (SELECT FROM library_catalogueword known WHERE known.stem = stem.stem) AS is_known,
       (SELECT alike.word FROM library_catalogueword alike WHERE alike.word %% asked.word
        ORDER BY similarity(alike.word, asked.word) DESC, alike.word LIMIT 1) AS alike
FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked (word, place)
CROSS JOIN LATERAL (
    SELECT CASE WHEN ts_lexize('russian_stem', asked.word) = '{}' THEN ''
           ELSE coalesce((ts_lexize('russian_stem', asked.word))[1], asked.word) END AS stem
) stem
ORDER BY asked.place
""")

FOUND = """
WITH found AS MATERIALIZED (
    SELECT entry.material_id, entry.title, entry.annotation, entry.subject, entry.levels, entry.topic, entry.kind,
           entry.format, entry.licence, entry.accessibility, entry.minutes, entry.publisher_id, entry.used, entry.words
    FROM library_catalogueentry entry
    WHERE {where} AND (entry.school_id IS NULL OR entry.school_id = ANY(%(schools)s::bigint[]))
      {narrow}
    ORDER BY entry.used DESC, entry.material_id DESC LIMIT {candidates}
), ranked AS (
    SELECT found.*, {rank} * (1 + ln(1 + used) / 10) AS rank FROM found
), shown AS (
    SELECT * FROM ranked ORDER BY rank DESC, material_id DESC LIMIT %(shown)s OFFSET %(skipped)s
)
SELECT json_build_object(
    'found', (SELECT count(*) FROM found),
    'lines', coalesce((SELECT json_agg(json_build_object(
        'id', material_id, 'title', title, 'annotation', annotation, 'subject', subject, 'levels', levels, 'topic', topic,
        'kind', kind, 'format', format, 'licence', licence, 'accessibility', accessibility, 'minutes', minutes,
        'publisher', publisher.short_name, 'used', used) ORDER BY rank DESC, material_id DESC)
        FROM shown JOIN schools_organisations publisher ON publisher.organisation_id = publisher_id), '[]'),
    'facets', coalesce((SELECT json_agg(json_build_array(facet, value, many) ORDER BY many DESC, value) FROM (
        SELECT CASE WHEN grouping(subject) = 0 THEN 'subject' WHEN grouping(kind) = 0 THEN 'kind'
                    WHEN grouping(format) = 0 THEN 'format' WHEN grouping(licence) = 0 THEN 'licence' ELSE 'publisher' END AS facet,
               coalesce(subject, kind, format, licence, publisher_id::text) AS value, count(*) AS many
        FROM found GROUP BY GROUPING SETS (subject, kind, format, licence, publisher_id)
        UNION ALL SELECT 'level', level::text, count(*) FROM found, unnest(levels) AS level GROUP BY level
        UNION ALL SELECT 'accessibility', one, count(*) FROM found, unnest(accessibility) AS one GROUP BY one
    ) counted), '[]'),
    'publishers', coalesce((SELECT json_object_agg(organisation_id, short_name) FROM schools_organisations
        WHERE organisation_id IN (SELECT publisher_id FROM found)), '{}')
)::text
"""
# What each choice narrows by; only those that are made stand in the statement, so that the planner may use them.
NARROWED = {
    "subject": "entry.subject = %(subject)s",
    "level": "entry.levels @> ARRAY[%(level)s::smallint]",
    "kind": "entry.kind = %(kind)s",
    "format": "entry.format = %(format)s",
    "licence": "entry.licence = %(licence)s",
    "accessibility": "%(accessibility)s = ANY(entry.accessibility)",
    "publisher": "entry.publisher_id = %(publisher)s",
}
CHOICES = ("subject", "level", "kind", "format", "licence", "accessibility", "publisher")
TITLES = {
    "subject": "Предмет",
    "level": "Класс",
    "kind": "Вид",
    "format": "Формат",
    "licence": "Лицензия",
    "accessibility": "Доступность",
    "publisher": "Поставщик",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A material in a list."""

    id: int
    title: str
    annotation: str
    subject: str
    levels: str
    topic: str
    kind: str
    format: str
    licence: str
    accessibility: tuple[str, ...]
    minutes: int | None
    publisher: str
    used: int


@dataclass(frozen=True)
class Choice:
    """A value of a facet; `url` looks for it as well, or no longer if it is chosen."""

    title: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One side to narrow by."""

    title: str
    choices: list[Choice]


@dataclass(frozen=True, kw_only=True)
class CataloguePage:
    """The catalogue, or what was found in it.

    `corrected` is how the query was understood if not as it was typed; `is_loose` that not all its words were found
    together; `key` names this page among others of its minute: what it looks like is remembered with it.
    """

    title: str
    q: str
    found: int
    is_capped: bool
    corrected: str
    is_loose: bool
    lines: list[Line]
    facets: list[Facet]
    pager: Pager
    hidden: dict[str, str]
    key: str


@dataclass(frozen=True)
class Understood:
    """A query's words: as the catalogue has them, and as a tsquery of all and of any of them."""

    words: tuple[str, ...]
    is_corrected: bool
    all: str
    any: str


class Memory:
    """Answers of the last minute, the oldest forgotten first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[Any, tuple[float, Any]] = OrderedDict()

    def get(self, key: Any) -> Any:
        """What was kept under a key; None if nothing, or long ago."""
        entry = self.kept.get(key)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    def keep(self, key: Any, answer: Any) -> None:
        """Remember an answer."""
        self.kept[key] = (time.monotonic() + REMEMBERED_SECONDS, answer)
        self.kept.move_to_end(key)
        while len(self.kept) > REMEMBERED:
            self.kept.popitem(last=False)


memory = Memory()


def understood(asked: str) -> Understood:
    """The query in the catalogue's words: a mistyped word is the nearest known one, a word of a company any of it."""
    typed, meant = words_of(asked), words_meant(asked)
    if not typed and not meant:
        return Understood((), False, "", "")
    lexicon = {row.word: row for row in KNOW.rows({"words": list({*typed, *meant})})}
    # Only if the keys were left in Latin are the other letters known and these are not.
    hits = sum(lexicon[word].is_known for word in meant)
    is_meant = bool(meant) and hits > sum(lexicon[word].is_known for word in typed)
    chosen, stems, is_corrected = [], [], is_meant
    for word in meant if is_meant else typed:
        company, row = company_of(word), lexicon[word]
        if not row.stem and not company[1:]:
            continue
        if row.is_known or company[1:] or not row.alike:
            chosen.append(word)
        else:
            chosen.append(row.alike)
            is_corrected = True
        stems.append(company if company[1:] else (chosen[-1],))
    parts = [
        "(" + " | ".join(" & ".join(_quoted(token) for token in words.split()) for words in company) + ")"
        for company in stems
    ]
    return Understood(tuple(chosen), is_corrected, " & ".join(parts), " | ".join(parts))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "") + "'"


STEMMED = Statement("SELECT to_tsquery('russian', %(all)s)::text, to_tsquery('russian', %(any)s)::text")


def look_up(asked: str, chosen: Mapping[str, str], schools: Sequence[int], skipped: int) -> dict[str, Any]:
    """What the catalogue has now, past the memory of the last minute."""
    words = understood(asked)
    params = {
        "schools": list(schools),
        "shown": SHOWN,
        "skipped": skipped,
        **{name: chosen.get(name, "") for name in CHOICES},
        **{name: int(chosen.get(name) or 0) for name in ("level", "publisher")},
    }
    correction = {"corrected": " ".join(words.words) if words.is_corrected else "", "is_loose": False}
    if not words.all:
        return _told(_statement(params), params) | correction
    ((every, some),) = STEMMED.rows({"all": words.all, "any": words.any})
    answer = _told(_statement(params, every), params)
    if not answer["found"] and len(words.words) > 1:
        answer = _told(_statement(params, some), params)
        correction["is_loose"] = bool(answer["found"])
    return answer | correction


def _statement(given: Mapping[str, Any], query: str = "") -> Statement:
    """The statement that looks for a tsquery, written into its text, or for anything.

    The planner must see the words and how many are wanted: rare words are found by their index, frequent ones on the way
    down the most used.
    """
    literal = "'" + query.replace("'", "''") + "'::tsquery"
    where, rank = (f"entry.words @@ {literal}", f"ts_rank_cd(found.words, {literal}, 1)") if query else ("true", "1")
    narrow = " ".join(f"AND {NARROWED[name]}" for name in CHOICES if given[name])
    text = FOUND.replace("{where}", where).replace("{rank}", rank).replace("{narrow}", narrow)
    return Statement(text.replace("{candidates}", str(CANDIDATES + 1)))


def _told(statement: Statement, given: dict[str, Any]) -> dict[str, Any]:
    ((text,),) = statement.rows(given)
    answer: dict[str, Any] = json.loads(text)
    return answer


def catalogue_page(asked: str, chosen: Mapping[str, str], schools: Sequence[int], page: int) -> CataloguePage:
    """A page of the catalogue, the first being 1; the same for a minute."""
    meant = asked.strip().lower()
    key = (meant, tuple(sorted(chosen.items())), tuple(schools), page)
    shown: CataloguePage | None = memory.get(key)
    if shown is None:
        shown = _catalogue_page(meant, chosen, schools, page)
        memory.keep(key, shown)
    return replace(shown, q=asked)


def _catalogue_page(asked: str, chosen: Mapping[str, str], schools: Sequence[int], page: int) -> CataloguePage:
    answer = look_up(asked, chosen, schools, (page - 1) * SHOWN)
    total, capped = min(answer["found"], CANDIDATES), answer["found"] > CANDIDATES
    subjects = dict(items_of("subjects"))
    address = {"q": asked, **chosen} if asked else dict(chosen)
    titles: dict[str, Mapping[Any, str]] = {
        "subject": subjects,
        "kind": dict(Kind.choices),
        "format": {entry.code: entry.title for entry in FORMATS.values()},
        "licence": dict(Licence.choices),
        "accessibility": dict(Accessibility.choices),
        "publisher": answer["publishers"],
        "level": {str(level): f"{level} класс" for level in range(1, 12)},
    }
    facets = [Facet(TITLES[name], _choices(name, answer["facets"], titles[name], chosen, address)) for name in CHOICES]
    last = min(page * SHOWN, total)
    return CataloguePage(
        title="Библиотека",
        q=asked,
        found=total,
        is_capped=capped,
        corrected=answer["corrected"],
        is_loose=answer["is_loose"],
        lines=[_line(row, subjects) for row in answer["lines"]],
        facets=[facet for facet in facets if facet.choices],
        pager=Pager(
            "?" + urlencode({**address, "page": page - 1}) if page > 1 else "",
            "?" + urlencode({**address, "page": page + 1}) if total > page * SHOWN else "",
            f"{(page - 1) * SHOWN + 1}–{last} из {total}{'+' if capped else ''}" if total else "",
        ),
        hidden=dict(chosen),
        key=uuid4().hex,
    )


def _line(row: dict[str, Any], subjects: Mapping[str, str]) -> Line:
    return Line(
        id=row["id"],
        title=row["title"],
        annotation=row["annotation"],
        subject=subjects.get(row["subject"], ""),
        levels=levels_in_words(row["levels"][0], row["levels"][-1]),
        topic=row["topic"],
        kind=Kind(row["kind"]).label,
        format=format_of(row["format"]).title,
        licence=Licence(row["licence"]).label,
        accessibility=tuple(Accessibility(code).label for code in row["accessibility"]),
        minutes=row["minutes"],
        publisher=row["publisher"],
        used=row["used"],
    )


def levels_in_words(first: int, last: int) -> str:
    """«7 класс», «5–9 классы»."""
    return f"{first} класс" if first == last else f"{first}–{last} классы"


def _choices(
    name: str,
    counted: list[list[Any]],
    titles: Mapping[Any, str],
    chosen: Mapping[str, str],
    address: Mapping[str, str],
) -> list[Choice]:
    rows = [(value, many) for facet, value, many in counted if facet == name]
    if name == "level":
        rows.sort(key=lambda row: int(row[0]))
    without = {key: value for key, value in address.items() if key != name}
    return [
        Choice(
            titles.get(value, value),
            many,
            "?" + urlencode(without if chosen.get(name) == value else {**without, name: value}),
            chosen.get(name) == value,
        )
        for value, many in rows[:15]
    ]


def chosen_in(given: Mapping[str, str]) -> dict[str, str]:
    """The facets that were chosen, without what is no value of theirs."""
    choices: dict[str, frozenset[str]] = {
        "kind": frozenset(Kind),
        "format": frozenset(FORMATS),
        "licence": frozenset(Licence),
        "accessibility": frozenset(Accessibility),
        "level": frozenset(map(str, range(1, 12))),
    }
    return {
        name: given[name]
        for name in CHOICES
        if given.get(name) and (given[name] in choices[name] if name in choices else _plausible(name, given[name]))
    }


def _plausible(name: str, value: str) -> bool:
    if name == "publisher":
        return value.isascii() and value.isdecimal() and len(value) < 10
    return value.isascii() and len(value) <= 40 and value.replace("_", "").isalnum()
