"""A teacher writes a remark or praise."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from myschool.journal.facts import RemarkGiven, RemarkWithdrawn
from myschool.journal.models import Remark
from myschool.notices.rosters import latest
from myschool.notices.rules import AT_ONCE, FAMILIES
from myschool.notices.telling import Kind, Telling, Told


def remarks_told(facts: Sequence[RemarkGiven | RemarkWithdrawn], at: datetime) -> list[Told]:
    """A teacher's words to the family, and those taken back."""
    last = latest(facts, "remark_id")
    rows = Remark.objects.filter(pk__in=[fact.remark_id for fact in last])
    remarks = {row.pk: row for row in rows.select_related("lesson__school", "lesson__subject")}
    notices = []
    for fact in last:
        if remark := remarks.get(fact.remark_id):
            lesson, taken_back = remark.lesson, isinstance(fact, RemarkWithdrawn)
            word = "Благодарность" if remark.is_praise else "Замечание"
            notices.append(
                Told(
                    thing=f"remark:{remark.pk}",
                    at=fact.at,
                    only_again=taken_back,
                    title=f"{'Учитель отозвал запись' if taken_back else word}: {lesson.subject.title}",
                    text="" if taken_back else remark.text,
                    path=f"/diary/students/{remark.student_id}/lessons/{lesson.pk}/",
                    zone=lesson.school.time_zone,
                    school_id=lesson.school_id,
                    student_id=remark.student_id,
                    not_to=fact.actor_id,
                )
            )
    return notices


KIND = Kind(
    code="remark",
    title="Замечания и благодарности",
    order=50,
    audience=FAMILIES,
    mail=AT_ONCE,
    settles=timedelta(minutes=5),
    tells=(Telling(RemarkGiven, RemarkWithdrawn, words=remarks_told),),
)
