"""Opening materials, what they report, and how much they are used."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.library import facts
from myschool.library.actions.recording import tell_play
from myschool.library.models import Material, MaterialVersion, Play


@transaction.atomic
def begin_play(*, version: MaterialVersion, by: Actor, at: datetime) -> Play:
    """Open a version: go on with what was begun and not finished, or begin anew."""
    going_on = Play.objects.filter(person=by.person_id, version=version, finished_at__isnull=True).last()
    if going_on:
        Play.objects.filter(pk=going_on.pk).update(seen_at=at)
        return going_on
    play = Play.objects.create(
        version=version,
        material_id=version.material_id,
        person_id=by.person_id,
        registration=uuid4(),
        begun_at=at,
        seen_at=at,
    )
    tell_play(play=play, is_over=False, at=at)
    chronicle.write(facts.PlayBegun(**by.stamp(at), material_id=play.material_id, play_id=play.pk))
    return play


@transaction.atomic
def keep_play(
    *,
    play: Play,
    memory: Mapping[str, Any] | None,
    is_finished: bool,
    is_passed: bool | None,
    score: Decimal | None,
    seconds: int | None,
    at: datetime,
) -> None:
    """Keep what a material reports. A finished play stays finished, and its best score stays."""
    play = Play.objects.select_for_update(of=("self",)).select_related("version").get(pk=play.pk)
    play.seen_at = at
    if memory is not None:
        play.memory = dict(memory)
    if seconds is not None:
        play.seconds = max(play.seconds, seconds)
    if score is not None and (play.score is None or score > play.score):
        play.score = score
    if is_passed is not None and play.is_passed is not True:
        play.is_passed = is_passed
    finishes = is_finished and play.finished_at is None
    if finishes:
        play.finished_at = at
    play.save()
    if finishes:
        tell_play(play=play, is_over=True, at=at)
        chronicle.write(facts.PlayFinished(**nobody(at), material_id=play.material_id, play_id=play.pk))


@transaction.atomic
def take_into_lesson(*, material: Material, by: Actor, at: datetime) -> None:
    """A teacher uses a material: for the publisher's count; the lesson itself is the journal's."""
    chronicle.write(facts.MaterialTaken(**by.stamp(at), material_id=material.pk))


TALLY = """
WITH told AS (
    SELECT material_id, day, sum(opened) AS opened, sum(finished) AS finished, sum(taken) AS taken
    FROM unnest(%(materials)s::bigint[], %(days)s::date[], %(opened)s::int[], %(finished)s::int[], %(taken)s::int[])
        AS t (material_id, day, opened, finished, taken)
    GROUP BY material_id, day ORDER BY material_id, day
), counted AS (
    INSERT INTO library_materialday (material_id, day, opened, finished, taken)
    SELECT material_id, day, opened, finished, taken FROM told
    ON CONFLICT (material_id, day) DO UPDATE SET opened = library_materialday.opened + excluded.opened,
        finished = library_materialday.finished + excluded.finished, taken = library_materialday.taken + excluded.taken
)
UPDATE library_catalogueentry entry SET used = used + told.uses
FROM (SELECT material_id, sum(opened + taken) AS uses FROM told GROUP BY material_id) told
WHERE entry.material_id = told.material_id
"""


@transaction.atomic
def tally_use(*, uses: Sequence[tuple[int, date, str]]) -> None:
    """Count uses: the material, the day, and whether it was «opened», «finished» or «taken» into a lesson."""
    params: dict[str, Any] = {
        "materials": [material for material, _, _ in uses],
        "days": [day for _, day, _ in uses],
        **{kind: [int(used == kind) for _, _, used in uses] for kind in ("opened", "finished", "taken")},
    }
    with connection.cursor() as cursor:
        cursor.execute(TALLY, params)
