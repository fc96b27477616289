"""Asking families and answering; making parents' evenings, booking and freeing their slots."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from myschool.files import actions as files
from myschool.files.models import StoredFile
from myschool.files.received import Received
from myschool.involvement import facts, rules
from myschool.involvement.models import Ask, AskAnswer, AskClass, AskOption, MeetingSlot, ParentsEvening
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.clock import latest_day
from myschool.kernel.errors import ChangedMeanwhile, Refusal, TooOften
from myschool.people.access import guardianships_on
from myschool.people.models import Person
from myschool.schools.models import School, SchoolClass

# Of a booked meeting people are reminded twice by the school's clocks: from six in the evening before it, and an hour before it.
# Who was reminded since then, or has booked since, need not be told.
MEETING_DUE = (
    "involvement_meetingslot.guardian_id IS NOT NULL AND EXISTS ("
    "SELECT FROM involvement_parentsevening evening JOIN schools_schools school ON school.school_id = evening.school_id"
    " CROSS JOIN LATERAL (VALUES ((evening.day - interval '6 hours') AT TIME ZONE school.time_zone),"
    " ((evening.day + involvement_meetingslot.starts - interval '1 hour') AT TIME ZONE school.time_zone)) moment (at)"
    " WHERE evening.id = involvement_meetingslot.evening_id AND evening.withdrawn_at IS NULL"
    " AND moment.at > greatest(involvement_meetingslot.reminded_at, involvement_meetingslot.booked_at)"
    " AND moment.at <= %s::timestamptz"
    " AND %s::timestamptz < (evening.day + involvement_meetingslot.starts) AT TIME ZONE school.time_zone)"
)
REMIND_EVERY = A_DAY = timedelta(days=1)
NOTES_LIVE = timedelta(days=14)


class AskClosed(Refusal):
    """It is too late to answer, or no longer asked."""

    status = 409


class OptionsMissing(Refusal):
    """A poll has two options at least."""

    field = "options"


class RemindedLately(TooOften):
    """Families were reminded within the last day."""


class BookingOver(Refusal):
    """It is too late to book, or the slot has gone."""

    status = 409


class NobodyReceives(Refusal):
    """An evening without teachers or without a slot."""

    field = "ends"


@transaction.atomic
def ask_families(
    *,
    school: School,
    kind: str,
    title: str,
    text: str,
    attached: Received | None,
    classes: Sequence[SchoolClass],
    closes_day: date,
    options: Sequence[str],
    is_anonymous: bool,
    by: Actor,
    at: datetime,
) -> Ask:
    """Ask the families of classes.

    Raises:
        OptionsMissing: a poll with fewer than two different options.
    """
    chosen = list(dict.fromkeys(rules.USUAL_OPTIONS.get(kind, options)))
    if kind == Ask.Kind.POLL and len(chosen) < 2:
        raise OptionsMissing("Напишите хотя бы два разных варианта ответа, каждый с новой строки.")
    file = files.keep(received=attached, by=by, at=at) if attached else None
    ask = Ask.objects.create(
        school=school,
        kind=kind,
        title=title,
        text=text,
        file=file,
        is_anonymous=is_anonymous and kind == Ask.Kind.POLL,
        digest=rules.digest_of(title, text, file.key if file else "", 1),
        made_by_id=by.person_id,
        made_at=at,
        closes_day=closes_day,
    )
    AskClass.objects.bulk_create(AskClass(ask=ask, school_class=school_class) for school_class in classes)
    AskOption.objects.bulk_create(
        AskOption(ask=ask, position=number, text=option) for number, option in enumerate(chosen, 1)
    )
    chronicle.write(facts.FamiliesAsked(ask_id=ask.pk, ask_kind=kind, version=1, **by.stamp(at)))
    return ask


@transaction.atomic
def change_ask(*, ask: Ask, title: str, text: str, closes_day: date, by: Actor, at: datetime) -> None:
    """Ask otherwise: everybody is asked again, what was answered before stays with what was asked before."""
    ask = Ask.objects.select_for_update().get(pk=ask.pk)
    key = StoredFile.objects.values_list("key", flat=True).get(pk=ask.file_id) if ask.file_id else ""
    ask.title, ask.text, ask.closes_day, ask.version = title, text, closes_day, ask.version + 1
    ask.digest = rules.digest_of(title, text, key, ask.version)
    ask.save(update_fields=["title", "text", "closes_day", "version", "digest"])
    AskOption.objects.filter(ask=ask).update(chosen=0)
    chronicle.write(facts.FamiliesAsked(ask_id=ask.pk, ask_kind=ask.kind, version=ask.version, **by.stamp(at)))


@transaction.atomic
def withdraw_ask(*, ask: Ask, by: Actor, at: datetime) -> None:
    """Ask no longer."""
    if Ask.objects.filter(pk=ask.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        chronicle.write(facts.AskWithdrawn(ask_id=ask.pk, **by.stamp(at)))


@transaction.atomic
def remind(*, ask: Ask, by: Actor, at: datetime) -> None:
    """Remind those who have not answered, once a day at most.

    Raises:
        RemindedLately: less than a day ago.
    """
    ask = Ask.objects.select_for_update().get(pk=ask.pk)
    if ask.reminded_at and at - ask.reminded_at < REMIND_EVERY:
        raise RemindedLately(
            "Напоминание уже отправлено меньше суток назад. Повторить можно завтра.",
            wait=ask.reminded_at + REMIND_EVERY - at,
        )
    ask.reminded_at = at
    ask.save(update_fields=["reminded_at"])
    chronicle.write(facts.AnswersReminded(ask_id=ask.pk, **by.stamp(at)))


@transaction.atomic
def answer(
    *, ask: Ask, student: Person, position: int, note: str, seen: int, today: date, by: Actor, at: datetime
) -> None:
    """Answer for a student; until the last day an answer may be changed, but not that of an anonymous poll.

    Raises:
        AskClosed: it is no longer asked, the last day has passed, or the poll was answered.
        ChangedMeanwhile: what is asked has changed since the page was opened.
    """
    ask = Ask.objects.select_for_update().get(pk=ask.pk)
    if ask.withdrawn_at is not None:
        raise AskClosed("Школа больше об этом не спрашивает. Ответ не записан.")
    if today > ask.closes_day:
        raise AskClosed(f"Ответить можно было до {ask.closes_day:%d.%m.%Y}. Обратитесь в школу.")
    if seen != ask.version:
        raise ChangedMeanwhile("Школа изменила текст. Прочитайте его ещё раз и ответьте.")
    option = AskOption.objects.filter(ask=ask, position=position).first()
    if option is None:
        raise AskClosed("Такого варианта нет. Обновите страницу.")
    existing = AskAnswer.objects.filter(ask=ask, version=ask.version, student=student, person=by.person_id).first()
    if ask.is_anonymous:
        if existing is not None:
            raise AskClosed("Вы уже ответили. Опрос анонимный, поэтому изменить ответ нельзя.")
        AskOption.objects.filter(pk=option.pk).update(chosen=F("chosen") + 1)
    AskAnswer.objects.update_or_create(
        ask=ask,
        version=ask.version,
        student=student,
        person_id=by.person_id,
        defaults={
            "option": None if ask.is_anonymous else option,
            "digest": ask.digest,
            "note": note if ask.kind == Ask.Kind.TRIP else "",
            # An anonymous answer has no hour: in a small class it would tell who chose what.
            "answered_at": at.replace(hour=0, minute=0, second=0, microsecond=0) if ask.is_anonymous else at,
        },
    )
    stamp = nobody(at, school_id=ask.school_id) if ask.is_anonymous else by.stamp(at, school_id=ask.school_id)
    chronicle.write(
        facts.AskAnswered(
            ask_id=ask.pk, version=ask.version, student_id=None if ask.is_anonymous else student.pk, **stamp
        )
    )


@transaction.atomic
def make_evening(
    *,
    school: School,
    title: str,
    place: str,
    day: date,
    begins: time,
    ends: time,
    minutes: int,
    pause: int,
    book_until: date,
    teacher_ids: Sequence[int],
    by: Actor,
    at: datetime,
) -> ParentsEvening:
    """Make a parents' evening with the slots of its teachers.

    Raises:
        NobodyReceives: no teacher, or no slot fits between the times.
    """
    times = rules.slots(begins, ends, minutes, pause)
    if not times or not teacher_ids:
        raise NobodyReceives("Между началом и концом не помещается ни одной встречи. Проверьте время.")
    evening = ParentsEvening.objects.create(
        school=school, title=title, place=place, day=day, book_until=book_until, made_by_id=by.person_id, made_at=at
    )
    MeetingSlot.objects.bulk_create(
        MeetingSlot(evening=evening, teacher_id=teacher, starts=starts, ends=until)
        for teacher in sorted(set(teacher_ids))
        for starts, until in times
    )
    chronicle.write(facts.EveningAnnounced(evening_id=evening.pk, **by.stamp(at)))
    return evening


@transaction.atomic
def withdraw_evening(*, evening: ParentsEvening, by: Actor, at: datetime) -> None:
    """Hold an evening not at all."""
    if ParentsEvening.objects.filter(pk=evening.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        chronicle.write(facts.EveningWithdrawn(evening_id=evening.pk, **by.stamp(at)))


@transaction.atomic
def book(*, slot: MeetingSlot, student: Person, today: date, by: Actor, at: datetime) -> None:
    """Book a slot for a student; a booking with the same teacher moves there.

    Raises:
        BookingOver: booking has ended, the slot was closed or taken, or the guardian is busy at that time.
    """
    slot = MeetingSlot.objects.select_for_update(of=("self",)).select_related("evening__school").get(pk=slot.pk)
    evening = slot.evening
    if evening.withdrawn_at is not None or today > evening.book_until:
        raise BookingOver("Запись на этот вечер закончилась.")
    if slot.closed:
        raise BookingOver("Учитель закрыл это время. Выберите другое.")
    if slot.guardian_id == by.person_id and slot.student_id == student.pk:
        return
    if slot.guardian_id is not None:
        raise BookingOver(_taken(slot))
    if _is_busy(slot, student, by.person_id):
        raise BookingOver("В это время вы уже записаны к другому учителю. Выберите другое.")
    for other_slot in MeetingSlot.objects.select_for_update().filter(
        evening=evening, teacher=slot.teacher_id, student=student
    ):
        if other_slot.guardian_id != by.person_id:
            raise BookingOver("К этому учителю уже записан другой представитель ребёнка.")
        _free(other_slot, by, at, by_teacher=False)
    slot.student, slot.guardian_id, slot.booked_at, slot.reminded_at = student, by.person_id, at, None
    slot.save(update_fields=["student", "guardian", "booked_at", "reminded_at"])
    chronicle.write(
        facts.SlotBooked(
            slot_id=slot.pk,
            student_id=student.pk,
            guardian_id=by.person_id,
            teacher_id=slot.teacher_id,
            **by.stamp(at, school_id=evening.school_id),
        )
    )


def _is_busy(slot: MeetingSlot, student: Person, guardian_id: int) -> bool:
    """Whether the guardian is with another teacher then, also at another school's evening by that school's clocks."""
    # Two bookings of one guardian at once take turns.
    Person.objects.select_for_update().get(pk=guardian_id)
    near = MeetingSlot.objects.filter(
        guardian=guardian_id,
        evening__withdrawn_at__isnull=True,
        evening__day__range=(slot.evening.day - A_DAY, slot.evening.day + A_DAY),
    ).exclude(evening=slot.evening_id, teacher=slot.teacher_id, student=student)
    begins, ends = _moments(slot)
    return any(
        other_begins < ends and other_ends > begins
        for other_begins, other_ends in map(_moments, near.select_related("evening__school"))
    )


def _moments(slot: MeetingSlot) -> tuple[datetime, datetime]:
    zone = ZoneInfo(slot.evening.school.time_zone)
    begins, ends = (datetime.combine(slot.evening.day, time_of_day, zone) for time_of_day in (slot.starts, slot.ends))
    return begins, ends


def _taken(slot: MeetingSlot) -> str:
    free = (
        MeetingSlot.objects.filter(
            evening=slot.evening_id, teacher=slot.teacher_id, guardian__isnull=True, closed="", starts__gt=slot.starts
        )
        .order_by("starts")
        .first()
    )
    nearest = f" Ближайшее свободное — в {free.starts:%H:%M}." if free else ""
    return f"Это время только что заняли.{nearest}"


def _free(slot: MeetingSlot, by: Actor | None, at: datetime, *, by_teacher: bool) -> None:
    school_id = slot.evening.school_id
    stamp = by.stamp(at, school_id=school_id) if by else nobody(at, school_id=school_id)
    fact = facts.SlotFreed(
        slot_id=slot.pk,
        student_id=slot.student_id or 0,
        guardian_id=slot.guardian_id or 0,
        teacher_id=slot.teacher_id,
        by_teacher=by_teacher,
        **stamp,
    )
    slot.student_id = slot.guardian_id = slot.booked_at = slot.reminded_at = None
    slot.save(update_fields=["student", "guardian", "booked_at", "reminded_at"])
    chronicle.write(fact)


@transaction.atomic
def free(*, slot: MeetingSlot, by: Actor, at: datetime) -> None:
    """Take a booking back."""
    slot = MeetingSlot.objects.select_for_update().get(pk=slot.pk)
    if slot.guardian_id == by.person_id:
        _free(slot, by, at, by_teacher=False)


@transaction.atomic
def free_of_ended_links(*, student_ids: Collection[int], at: datetime) -> None:
    """Who represents a student no longer does not come to their meetings either: these are free again."""
    represented = guardianships_on(latest_day(at)).filter(guardian=OuterRef("guardian"), student=OuterRef("student"))
    booked = MeetingSlot.objects.select_for_update(of=("self",)).select_related("evening")
    for slot in booked.filter(
        ~Exists(represented), student__in=student_ids, guardian__isnull=False, evening__day__gte=at.date()
    ):
        _free(slot, None, at, by_teacher=False)


@transaction.atomic
def close_slot(*, slot: MeetingSlot, reason: str, by: Actor, at: datetime) -> None:
    """Receive nobody at that time; a family that has booked it is told."""
    slot = MeetingSlot.objects.select_for_update().get(pk=slot.pk)
    if slot.guardian_id is not None:
        _free(slot, by, at, by_teacher=True)
    slot.closed = reason
    slot.save(update_fields=["closed"])


@transaction.atomic
def remind_of_meetings(*, at: datetime) -> None:
    """Write down that booked meetings are near: once from six in the evening before, once an hour before."""
    due = (
        MeetingSlot.objects.select_for_update(of=("self",))
        .select_related("evening")
        .extra(where=[MEETING_DUE], params=[at, at])  # noqa: S610 - a constant
    )
    for slot in due[:500]:
        slot.reminded_at = at
        slot.save(update_fields=["reminded_at"])
        chronicle.write(
            facts.MeetingReminderDue(
                slot_id=slot.pk,
                student_id=slot.student_id or 0,
                guardian_id=slot.guardian_id or 0,
                teacher_id=slot.teacher_id,
                **nobody(at, school_id=slot.evening.school_id),
            )
        )


@transaction.atomic
def forget_notes(*, day: date) -> None:
    """Notes on health are dropped some days after the last day of their trip's question."""
    AskAnswer.objects.filter(ask__closes_day__lt=day - NOTES_LIVE).exclude(note="").update(note="")
