"""Steps that several actions share: locking a version, moving it along its ways, and what the catalogue shows of it."""

from datetime import datetime
from typing import Any

from django.db import connection

from myschool.kernel import chronicle, clock
from myschool.kernel.actors import Actor, Stamp
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import ChangedMeanwhile
from myschool.kernel.text import shortened
from myschool.library import facts
from myschool.library.models import CatalogueEntry, MaterialVersion
from myschool.library.rules.states import WAYS, ReviewClock, State
from myschool.schools.queries import calendar_of, items_of, working_day_after
from myschool.schools.rules.working_days import working_days_between

# The term of an expert check runs by one calendar, the capital's: publishers and experts live anywhere.
CALENDAR, ZONE = "77", "Europe/Moscow"


def locked(version: MaterialVersion) -> MaterialVersion:
    """The version as it stands now, held till the end of the transaction."""
    return MaterialVersion.objects.select_for_update(of=("self",)).select_related("material").get(pk=version.pk)


def move(version: MaterialVersion, state: State, stamp: Stamp) -> None:
    """Send a locked version along one of its ways.

    Raises:
        ChangedMeanwhile: it has gone another way already.
    """
    if state not in WAYS[State(version.state)]:
        raise ChangedMeanwhile("Версия уже в другом состоянии. Обновите страницу.")
    version.state = state
    version.save()
    chronicle.write(facts.VersionMoved(**stamp, material_id=version.material_id, version_id=version.pk, state=state))


def stamp_of(version: MaterialVersion, by: Actor, at: datetime) -> Stamp:
    """The envelope: a school's own material concerns that school."""
    return by.stamp(at, school_id=version.material.school_id)


def start_clock(version: MaterialVersion, at: datetime) -> None:
    """Let the term of the expert check run on from where it stood."""
    today = clock.local_day(ZONE, at)
    left = ReviewClock(deadline("content_review").days, version.used_days, today).left
    version.clock_since = today
    version.due_day = working_day_after(CALENDAR, today, left)


def stop_clock(version: MaterialVersion, at: datetime) -> None:
    """The experts have spoken, or the publisher is correcting: the days until now are used."""
    today = clock.local_day(ZONE, at)
    if version.clock_since:
        version.used_days += working_days_between(
            version.clock_since, today, calendar_of(CALENDAR, version.clock_since)
        )
    version.clock_since = version.due_day = None


def publish(version: MaterialVersion, stamp: Stamp, at: datetime) -> None:
    """Show a version in the catalogue; what was shown before stays readable where lessons use it."""
    for former in MaterialVersion.objects.select_for_update().filter(
        material=version.material_id, state=State.PUBLISHED
    ):
        former.ended_at = at
        move(former, State.SUPERSEDED, stamp)
    version.published_at = at
    move(version, State.PUBLISHED, stamp)
    enter(version)


# One statement: the row, its words with their weights, and the words a mistyped one may have meant.
ENTER = """
WITH told AS (
    SELECT setweight(to_tsvector('russian', replace(lower(%(title)s), 'ё', 'е')), 'A')
        || setweight(to_tsvector('russian', replace(lower(%(topic)s || ' ' || %(subject_title)s), 'ё', 'е')), 'B')
        || setweight(to_tsvector('russian', replace(lower(%(annotation)s || ' ' || %(publisher_title)s), 'ё', 'е')), 'C')
        AS words
), spoken AS (
    INSERT INTO library_catalogueword (word, stem)
    SELECT DISTINCT word, coalesce((ts_lexize('russian_stem', word))[1], word)
    FROM regexp_split_to_table(
        replace(lower(concat_ws(' ', %(title)s, %(topic)s, %(subject_title)s, %(annotation)s)), 'ё', 'е'), '[^0-9a-zа-я]+'
    ) AS word WHERE length(word) BETWEEN 3 AND 60 AND ts_lexize('russian_stem', word) <> '{}'
    ON CONFLICT DO NOTHING
)
INSERT INTO library_catalogueentry (material_id, version_id, school_id, publisher_id, title, annotation, subject, levels,
    topic, kind, format, licence, accessibility, minutes, words, used, published_at)
SELECT material.id, version.id, material.school_id, material.publisher_id, version.title, %(short)s, version.subject,
    ARRAY(SELECT generate_series(version.from_level::int, version.to_level::int)::smallint), version.topic, version.kind,
    version.format, version.licence, version.accessibility, version.minutes, told.words, 0, version.published_at
FROM told, library_materialversion version JOIN library_material material ON material.id = version.material_id
WHERE version.id = %(id)s
ON CONFLICT (material_id) DO UPDATE SET version_id = excluded.version_id, title = excluded.title,
    annotation = excluded.annotation, subject = excluded.subject, levels = excluded.levels, topic = excluded.topic,
    kind = excluded.kind, format = excluded.format, licence = excluded.licence, accessibility = excluded.accessibility,
    minutes = excluded.minutes, words = excluded.words, published_at = excluded.published_at
"""


def enter(version: MaterialVersion) -> None:
    """Write the version into the catalogue."""
    titles = dict(items_of("subjects"))
    params: dict[str, Any] = {
        "id": version.pk,
        "title": version.title,
        "topic": version.topic,
        "annotation": version.annotation,
        "short": shortened(version.annotation, 300),
        "subject_title": titles.get(version.subject, ""),
        "publisher_title": version.material.publisher.short_name,
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER, params)


def take_out(material_id: int) -> None:
    """The material is no longer in the catalogue."""
    CatalogueEntry.objects.filter(material=material_id).delete()
