"""A material is judged, published or corrected."""

from collections.abc import Sequence
from datetime import datetime

from myschool.kernel.text import MOSCOW, shortened
from myschool.library.facts import ErrorReported, ExpertAppointed, ReportAnswered, VersionMoved
from myschool.library.models import ErrorReport, MaterialVersion, Review
from myschool.library.rules.states import WORDS, State
from myschool.notices.rules import AT_ONCE, STAFF
from myschool.notices.telling import Kind, Telling, Told

# To the author of a material: states that somebody else has brought it to.
TO_AUTHOR = frozenset({State.UNFIT, State.IN_REVIEW, State.TO_FIX, State.PUBLISHED, State.REJECTED, State.WITHDRAWN})


def versions_told(facts: Sequence[VersionMoved], at: datetime) -> list[Told]:
    """Where a material has come to, to its author."""
    last = {fact.version_id: fact for fact in facts if fact.state in TO_AUTHOR}
    rows = MaterialVersion.objects.filter(pk__in=last).select_related("material")
    return [
        Told(
            thing=f"version:{row.pk}",
            at=last[row.pk].at,
            zone=MOSCOW.key,
            persons=(row.material.made_by_id,),
            title=f"{WORDS[State(last[row.pk].state)]}: {shortened(row.title, 150)}",
            text=shortened(row.end_reason, 300),
            path=f"/library/own/{row.material_id}/",
            not_to=last[row.pk].actor_id,
        )
        for row in rows
    ]


def reviews_asked(facts: Sequence[ExpertAppointed], at: datetime) -> list[Told]:
    """Materials to judge, to their expert."""
    rows = Review.objects.filter(pk__in={fact.review_id for fact in facts}).select_related("version")
    appointed = {fact.review_id: fact.at for fact in facts}
    return [
        Told(
            thing=f"judge:{row.pk}",
            at=appointed[row.pk],
            zone=MOSCOW.key,
            persons=(row.expert_id,),
            title=f"Материал на экспертизу: {shortened(row.version.title, 150)}",
            path=f"/library/reviews/{row.pk}/",
        )
        for row in rows
        if row.declined_at is None and row.given_at is None
    ]


def reports_told(facts: Sequence[ErrorReported | ReportAnswered], at: datetime) -> list[Told]:
    """Errors found in materials, to the author; the answers, to who found them."""
    rows = ErrorReport.objects.filter(pk__in={fact.report_id for fact in facts})
    reports = {row.pk: row for row in rows.select_related("version__material")}
    notices = []
    for fact in facts:
        if row := reports.get(fact.report_id):
            material, answered = row.version.material, isinstance(fact, ReportAnswered)
            notices.append(
                Told(
                    thing=f"{'answer' if answered else 'report'}:{row.pk}",
                    at=fact.at,
                    zone=MOSCOW.key,
                    persons=(row.told_by_id if answered else material.made_by_id,),
                    not_to=fact.actor_id,
                    title=f"{'Ответ на сообщение об ошибке' if answered else 'Сообщили об ошибке'}: "
                    + shortened(row.version.title, 150),
                    text=shortened(row.answer if answered else row.text, 300),
                    path=f"/library/{'materials' if answered else 'own'}/{material.pk}/",
                )
            )
    return notices


KIND = Kind(
    code="material",
    title="Материалы библиотеки",
    order=220,
    audience=STAFF,
    mail=AT_ONCE,
    tells=(
        Telling(VersionMoved, words=versions_told),
        Telling(ExpertAppointed, words=reviews_asked),
        Telling(ErrorReported, ReportAnswered, words=reports_told),
    ),
)
