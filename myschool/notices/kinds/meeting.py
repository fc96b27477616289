"""Parents' evenings and meetings with teachers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from myschool.enrolment.access import placements_on
from myschool.involvement.facts import EveningAnnounced, EveningWithdrawn, MeetingReminderDue, SlotBooked, SlotFreed
from myschool.involvement.models import MeetingSlot, ParentsEvening
from myschool.kernel import clock
from myschool.kernel.text import day_month
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Telling, Told
from myschool.people.rules.names import full_name, short_name

MeetingFact = SlotBooked | SlotFreed | MeetingReminderDue


def evenings_told(facts: Sequence[EveningAnnounced | EveningWithdrawn], at: datetime) -> list[Told]:
    """Evenings announced, to all guardians of the school; those that are not held, to who has booked or receives there."""
    last = {fact.evening_id: fact for fact in facts}
    rows = ParentsEvening.objects.filter(pk__in=last).select_related("school").prefetch_related("slots")
    evenings = list(rows)
    students: dict[int, list[int]] = defaultdict(list)
    placed = placements_on(clock.latest_day(at)).filter(school__in={row.school_id for row in evenings})
    for school, student in placed.values_list("school", "student"):
        students[school].append(student)
    notices = []
    for row in evenings:
        named: dict[str, Any] = {
            "thing": f"evening:{row.pk}",
            "at": last[row.pk].at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": last[row.pk].actor_id,
        }
        if row.withdrawn_at is None:
            notices += [
                Told(
                    **named,
                    title=f"{row.title}, {day_month(row.day)}",
                    student_id=student,
                    guardians_only=True,
                    to_decide=True,
                    text=f"Выбрать время можно до {day_month(row.book_until)}. Место: {row.place}.",
                    path=f"/involvement/evenings/{row.pk}/students/{student}/",
                )
                for student in students[row.school_id]
            ]
            continue
        slots = list(row.slots.all())
        concerned = {slot.teacher_id for slot in slots} | {slot.guardian_id for slot in slots if slot.guardian_id}
        notices.append(
            Told(
                **named,
                title=f"Не состоится: {row.title}, {day_month(row.day)}",
                persons=tuple(sorted(concerned)),
                path="/involvement/",
            )
        )
    return notices


def meetings_told(facts: Sequence[MeetingFact], at: datetime) -> list[Told]:
    """Meetings booked and taken back, to the other side; those of tomorrow, to both."""
    rows = MeetingSlot.objects.filter(pk__in={fact.slot_id for fact in facts})
    slots = {row.pk: row for row in rows.select_related("evening__school", "teacher", "student")}
    notices = []
    for fact in facts:
        row = slots.get(fact.slot_id)
        if row is None:
            continue
        evening = row.evening
        when = f"{day_month(evening.day)}, {row.starts:%H:%M}"
        teacher = short_name(row.teacher.last_name, row.teacher.first_name, row.teacher.patronymic)
        named: dict[str, Any] = {
            "thing": f"slot:{row.pk}",
            "at": fact.at,
            "zone": evening.school.time_zone,
            "school_id": evening.school_id,
            "not_to": fact.actor_id,
        }
        about = full_name(row.student.last_name, row.student.first_name) if row.student else ""
        at_schools = f"/involvement/evenings/{evening.pk}/"
        at_familys = f"{at_schools}students/{fact.student_id}/"
        if isinstance(fact, SlotBooked):
            to_teacher, to_guardian = f"Запись на встречу: {when}", ""
        elif isinstance(fact, MeetingReminderDue):
            today = clock.local_day(evening.school.time_zone, fact.at) == evening.day
            to_teacher = to_guardian = f"Встреча {'сегодня' if today else 'завтра'}: {when}"
        elif fact.by_teacher:
            to_teacher, to_guardian = "", f"Встреча отменена: {when}"
        else:
            to_teacher, to_guardian = f"Встреча отменена: {when}", ""
        if to_teacher:
            notices.append(Told(**named, title=to_teacher, text=about, persons=(fact.teacher_id,), path=at_schools))
        if to_guardian:
            notices.append(Told(**named, title=to_guardian, text=teacher, persons=(fact.guardian_id,), path=at_familys))
    return notices


KIND = Kind(
    code="meeting",
    title="Родительские вечера и встречи",
    order=140,
    audience=EVERYBODY,
    mail=AT_ONCE,
    tells=(
        Telling(EveningAnnounced, EveningWithdrawn, words=evenings_told),
        Telling(SlotBooked, SlotFreed, MeetingReminderDue, words=meetings_told),
    ),
)
