"""What families are asked and who has not answered; evenings, teachers and their slots."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from myschool.involvement import rules
from myschool.involvement.access import ONE_DAY
from myschool.involvement.models import Ask, AskAnswer, MeetingSlot, ParentsEvening
from myschool.kernel.clock import local_day
from myschool.kernel.statements import Statement
from myschool.kernel.text import spreadsheet
from myschool.people.models import Person
from myschool.people.rules.names import short_name
from myschool.timetable.access import teachers_of

# Who teaches a student on a day and still works there: the loads of the groups they are in, and who leads their class.
TEACHERS = Statement("""
SELECT teacher.person_id, teacher.last_name, teacher.first_name, teacher.patronymic,
       string_agg(DISTINCT taught.subject, ', ') AS subjects
FROM (
    SELECT load.person_id, teaching.school_id, subject.title AS subject
    FROM timetable_members_on(%(day)s::date) member
    JOIN timetable_groups teaching ON teaching.teaching_group_id = member.teaching_group_id AND NOT teaching.is_closed
    JOIN schools_subjects subject ON subject.subject_id = teaching.subject_id
    JOIN timetable_loads_on(%(day)s::date) load ON load.teaching_group_id = teaching.teaching_group_id
    WHERE member.student_id = %(student)s
    UNION
    SELECT homeroom.person_id, placed.school_id, 'классный руководитель'
    FROM enrolment_students_on(%(day)s::date) placed
    JOIN timetable_homeroom_on(%(day)s::date) homeroom ON homeroom.school_class_id = placed.school_class_id
    WHERE placed.student_id = %(student)s
) taught
JOIN people_staff_on(%(day)s::date) post ON post.person_id = taught.person_id AND post.organisation_id = taught.school_id
     AND post.role = 'teacher'
JOIN people_names teacher ON teacher.person_id = taught.person_id
GROUP BY teacher.person_id, teacher.last_name, teacher.first_name, teacher.patronymic, teacher.sort_key
ORDER BY teacher.sort_key, teacher.person_id
""")
# The students of an ask's classes on a day, with what their families have answered to its present version.
ASKED = Statement("""
SELECT class.title AS school_class, student.person_id, student.last_name, student.first_name, student.patronymic,
       (SELECT json_agg(json_build_array(option.text, answer.note, person.last_name, person.first_name, person.patronymic)
               ORDER BY answer.answered_at)
        FROM involvement_askanswer answer JOIN people_names person ON person.person_id = answer.person_id
        LEFT JOIN involvement_askoption option ON option.id = answer.option_id
        WHERE answer.ask_id = ask.id AND answer.version = ask.version AND answer.student_id = student.person_id) AS answers
FROM involvement_ask ask JOIN involvement_askclass chosen ON chosen.ask_id = ask.id
JOIN schools_classes class ON class.school_class_id = chosen.school_class_id
JOIN enrolment_students_on(%(day)s::date) placed ON placed.school_class_id = class.school_class_id
JOIN people_names student ON student.person_id = placed.student_id
WHERE ask.id = %(ask)s ORDER BY class.level, class.letter, student.sort_key, student.person_id
""")
# What families of students are asked, and what this person has answered for each.
OWN = Statement("""
SELECT student.person_id, student.first_name, ask.id AS ask_id, ask.kind, ask.title, ask.closes_day, answer.answered_at,
       option.text AS answer, organisation.short_name, school.time_zone, EXISTS (SELECT FROM involvement_askanswer other WHERE other.ask_id = ask.id
           AND other.version = ask.version AND other.student_id = student.person_id AND other.person_id <> %(person)s) AS other_answered
FROM people_names student
JOIN enrolment_students_on(%(day)s::date) placed ON placed.student_id = student.person_id
JOIN involvement_askclass chosen ON chosen.school_class_id = placed.school_class_id
JOIN involvement_ask ask ON ask.id = chosen.ask_id AND ask.withdrawn_at IS NULL
JOIN schools_organisations organisation ON organisation.organisation_id = ask.school_id
JOIN schools_schools school ON school.school_id = ask.school_id
LEFT JOIN involvement_askanswer answer ON answer.ask_id = ask.id AND answer.version = ask.version AND answer.student_id = student.person_id
     AND answer.person_id = %(person)s
LEFT JOIN involvement_askoption option ON option.id = answer.option_id
WHERE student.person_id = ANY(%(students)s::bigint[])
ORDER BY answer.answered_at IS NOT NULL, ask.closes_day, ask.id, student.person_id LIMIT 200
""")


def teachers_of_student(student_id: int, day: date) -> list[tuple[int, str, str]]:
    """Ids, names and subjects of those who teach a student, and who leads their class."""
    rows = TEACHERS.rows({"student": student_id, "day": day})
    return [(row.person_id, short_name(row.last_name, row.first_name, row.patronymic), row.subjects) for row in rows]


def teachers_to_invite(school_id: int, day: date) -> list[tuple[int, str]]:
    """Everybody who teaches in a school, by name."""
    return [
        (teacher.pk, short_name(teacher.last_name, teacher.first_name, teacher.patronymic))
        for teacher in teachers_of(school_id, day).order_by("sort_key", "pk")
    ]


@dataclass(frozen=True, kw_only=True)
class OwnAsk:
    """Something a family is asked about one of its students."""

    ask_id: int
    student_id: int
    student: str
    kind: str
    title: str
    closes_day: date
    is_over: bool
    answered_at: datetime | None
    answer: str
    school: str
    other_answered: bool


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A meeting with a teacher."""

    slot_id: int
    student: str
    teacher: str
    place: str
    day: date
    starts: time
    ends: time


@dataclass(frozen=True, kw_only=True)
class OpenEvening:
    """An evening of a family; `may_book` says whether this guardian may book for the student."""

    id: int
    student_id: int
    student: str
    title: str
    day: date
    book_until: date
    may_book: bool


@dataclass(frozen=True, kw_only=True)
class FamilyPage:
    """What a family is asked, its meetings, and evenings to book; `for_others` waits for representatives who decide."""

    title: str
    waiting: list[OwnAsk]
    for_others: list[OwnAsk]
    answered: list[OwnAsk]
    bookings: list[Booking]
    evenings: list[OpenEvening]


def family_page(
    person_id: int,
    students: Sequence[Person],
    decides_for: Collection[int],
    evenings: Iterable[tuple[Person, ParentsEvening]],
    day: date,
    at: datetime,
) -> FamilyPage:
    """A guardian's page over all their students; they answer and book for those whom they decide for alone.

    `day` is the guardian's, by which they are asked for their students; what is over is so by the clocks of its school.
    """
    asks = [
        OwnAsk(
            ask_id=row.ask_id,
            student_id=row.person_id,
            student=row.first_name,
            kind=Ask.Kind(row.kind).label,
            title=row.title,
            closes_day=row.closes_day,
            is_over=local_day(row.time_zone, at) > row.closes_day,
            answered_at=row.answered_at,
            answer=row.answer or ("Ответ учтён" if row.answered_at else ""),
            school=row.short_name,
            other_answered=row.other_answered,
        )
        for row in OWN.rows({"students": [student.pk for student in students], "person": person_id, "day": day})
    ]
    slots = (
        MeetingSlot.objects.filter(
            guardian=person_id,
            student__in=students,
            evening__day__gte=day - ONE_DAY,
            evening__withdrawn_at__isnull=True,
        )
        .select_related("evening__school", "teacher", "student")
        .order_by("evening__day", "starts")
    )
    waiting = [ask for ask in asks if not ask.answered_at and not ask.is_over]
    return FamilyPage(
        title="Школа и семья",
        waiting=[ask for ask in waiting if ask.student_id in decides_for],
        for_others=[ask for ask in waiting if ask.student_id not in decides_for],
        answered=[ask for ask in asks if ask.answered_at or ask.is_over],
        bookings=[_booking(slot) for slot in slots if _is_to_come(slot.evening, at)],
        evenings=[
            OpenEvening(
                id=evening.pk,
                student_id=student.pk,
                student=student.first_name,
                title=evening.title,
                day=evening.day,
                book_until=evening.book_until,
                may_book=student.pk in decides_for,
            )
            for student, evening in evenings
            if _is_to_come(evening, at)
        ],
    )


def _is_to_come(evening: ParentsEvening, at: datetime) -> bool:
    return evening.day >= local_day(evening.school.time_zone, at)


def _booking(slot: MeetingSlot) -> Booking:
    teacher, student = slot.teacher, slot.student
    return Booking(
        slot_id=slot.pk,
        student=student.first_name if student else "",
        teacher=short_name(teacher.last_name, teacher.first_name, teacher.patronymic),
        place=slot.evening.place,
        day=slot.evening.day,
        starts=slot.starts,
        ends=slot.ends,
    )


@dataclass(frozen=True, kw_only=True)
class AskPage:
    """What is asked, before one's eyes, with what one has answered."""

    title: str
    ask_id: int
    student_id: int
    student: str
    kind: str
    text: str
    file: str
    version: int
    digest: str
    closes_day: date
    is_anonymous: bool
    options: list[tuple[int, str, bool]]
    is_trip: bool
    note: str
    answered_at: datetime | None
    zone: str
    cannot: str
    is_limited: bool


def ask_page(ask: Ask, student: Person, person_id: int, today: date, *, may_answer: bool) -> AskPage:
    """An ask for one student, as a guardian answers it."""
    answer = AskAnswer.objects.filter(ask=ask, version=ask.version, student=student, person=person_id).first()
    options = [
        (option.position, option.text, answer is not None and answer.option_id == option.pk)
        for option in ask.options.order_by("position")
    ]
    cannot = ""
    if not may_answer:
        cannot = "Ваши права ограничены: ответить за ученика может другой законный представитель."
    elif today > ask.closes_day:
        cannot = "Срок ответа прошёл."
    elif answer and ask.is_anonymous:
        cannot = "Вы ответили. Опрос анонимный: кто что выбрал, не хранится, поэтому изменить ответ нельзя."
    return AskPage(
        title=ask.title,
        ask_id=ask.pk,
        student_id=student.pk,
        student=student.first_name,
        kind=ask.get_kind_display(),
        text=ask.text,
        file=ask.file.name if ask.file else "",
        version=ask.version,
        digest=ask.digest,
        closes_day=ask.closes_day,
        is_anonymous=ask.is_anonymous,
        options=options,
        is_trip=ask.kind == Ask.Kind.TRIP,
        note=answer.note if answer else "",
        answered_at=answer.answered_at if answer else None,
        zone=ask.school.time_zone,
        cannot=cannot,
        is_limited=not may_answer,
    )


@dataclass(frozen=True)
class Family:
    """What the family of a student has answered."""

    student_id: int
    student: str
    answers: list[tuple[str, str, str]]
    differ: bool


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """Answers by class, those who have not answered first."""

    title: str
    ask_id: int
    kind: str
    text: str
    closes_day: date
    version: int
    is_anonymous: bool
    is_withdrawn: bool
    is_trip: bool
    counts: list[tuple[str, int | None]]
    fewest: int
    silent: list[tuple[str, list[str]]]
    answered: list[tuple[str, list[Family]]]
    silent_count: int
    all_count: int
    student_ids: list[int]

    @property
    def noted_ids(self) -> list[int]:
        """The students whose families have added a note to their answer."""
        return [
            family.student_id
            for _, families in self.answered
            for family in families
            if any(note for _, note, _ in family.answers)
        ]


def results_page(ask: Ask, day: date) -> ResultsPage:
    """What was answered to an ask; of an anonymous poll only how often."""
    shown_ids: list[int] = []
    silent: dict[str, list[str]] = defaultdict(list)
    answered: dict[str, list[Family]] = defaultdict(list)
    chosen: dict[str, int] = defaultdict(int)
    total = 0
    for row in ASKED.rows({"ask": ask.pk, "day": day}):
        total += 1
        shown_ids.append(row.person_id)
        name = short_name(row.last_name, row.first_name, row.patronymic)
        if not row.answers:
            silent[row.school_class].append(name)
            continue
        answers = [(option or "", note, short_name(*who)) for option, note, *who in row.answers]
        choices = {option for option, _, _ in answers}
        for option in choices:
            chosen[option] += 1
        answered[row.school_class].append(Family(row.person_id, name, answers, len(choices) > 1))
    options = list(ask.options.order_by("position").values_list("text", "chosen"))
    counts = [count for _, count in options] if ask.is_anonymous else [chosen[text] for text, _ in options]
    shown = rules.shown_counts(counts, is_anonymous=ask.is_anonymous)
    return ResultsPage(
        title=ask.title,
        ask_id=ask.pk,
        kind=ask.get_kind_display(),
        text=ask.text,
        closes_day=ask.closes_day,
        version=ask.version,
        is_anonymous=ask.is_anonymous,
        is_withdrawn=ask.withdrawn_at is not None,
        is_trip=ask.kind == Ask.Kind.TRIP,
        counts=[(text, count) for (text, _), count in zip(options, shown, strict=True)],
        fewest=rules.FEWEST_SHOWN,
        silent=[] if ask.is_anonymous else list(silent.items()),
        answered=[] if ask.is_anonymous else list(answered.items()),
        silent_count=sum(map(len, silent.values())),
        all_count=total,
        student_ids=[] if ask.is_anonymous else shown_ids,
    )


def results_as_csv(page: ResultsPage) -> str:
    """The answers for a spreadsheet, a line for each; of an anonymous poll how often each was chosen."""
    if page.is_anonymous:
        counts = [(text, "" if count is None else str(count)) for text, count in page.counts]
        return spreadsheet([("Ответ", "Сколько"), *counts])
    silent = [(title, name, "не отвечали", "", "") for title, names in page.silent for name in names]
    answers = [
        (title, family.student, option, who, note)
        for title, families in page.answered
        for family in families
        for option, note, who in family.answers
    ]
    return spreadsheet([("Класс", "Ученик", "Ответ", "Кто ответил", "Примечание"), *silent, *answers])


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """What the school asks, and its evenings."""

    title: str
    asks: list[tuple[int, str, str, date, bool]]
    evenings: list[tuple[int, str, date, int, int]]
    may_receive: bool
    may_ask: bool


def staff_page(asks: Any, evenings: Any, *, may_receive: bool, may_ask: bool) -> StaffPage:
    """Asks and evenings that the actor keeps, the latest first."""
    ask_lines = [
        (row.pk, row.title, row.get_kind_display(), row.closes_day, row.withdrawn_at is not None)
        for row in asks.order_by("-made_at")[:100]
    ]
    days = []
    for row in evenings.order_by("-day").prefetch_related("slots")[:50]:
        slots = list(row.slots.all())
        days.append((row.pk, row.title, row.day, sum(slot.guardian_id is not None for slot in slots), len(slots)))
    return StaffPage(title="Школа и семья", asks=ask_lines, evenings=days, may_receive=may_receive, may_ask=may_ask)


@dataclass(frozen=True)
class FreeSlot:
    """A slot as a guardian sees it."""

    id: int
    starts: time
    is_own: bool
    is_free: bool


@dataclass(frozen=True)
class Receiving:
    """A teacher and their slots."""

    name: str
    subjects: str
    slots: list[FreeSlot]
    own: FreeSlot | None


@dataclass(frozen=True, kw_only=True)
class BookingPage:
    """An evening, to book for one student."""

    title: str
    id: int
    student_id: int
    student: str
    day: date
    place: str
    book_until: date
    is_over: bool
    may_book: bool
    teachers: list[Receiving]


def booking_page(evening: ParentsEvening, student: Person, person_id: int, day: date, *, may_book: bool) -> BookingPage:
    """The student's teachers at an evening, with what is free."""
    teachers = teachers_of_student(student.pk, day)
    slots: dict[int, list[FreeSlot]] = defaultdict(list)
    rows = MeetingSlot.objects.filter(evening=evening, teacher__in=[pk for pk, _, _ in teachers], closed="")
    for slot in rows.order_by("starts"):
        is_own = slot.guardian_id == person_id and slot.student_id == student.pk
        slots[slot.teacher_id].append(FreeSlot(slot.pk, slot.starts, is_own, slot.guardian_id is None))
    return BookingPage(
        title=evening.title,
        id=evening.pk,
        student_id=student.pk,
        student=student.first_name,
        day=evening.day,
        place=evening.place,
        book_until=evening.book_until,
        is_over=day > evening.book_until,
        may_book=may_book,
        teachers=[
            Receiving(name, subjects, slots[pk], next((slot for slot in slots[pk] if slot.is_own), None))
            for pk, name, subjects in teachers
            if slots[pk]
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A booked meeting as it stands in a calendar; `other` is whom the person meets."""

    slot_id: int
    title: str
    other: str
    place: str
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime


def meetings_of(
    person_id: int, student_ids: Sequence[int], school_ids: Sequence[int], from_day: date, to_day: date
) -> list[Meeting]:
    """The meetings that a person has booked for one of these students, or receives families at in one of these schools."""
    rows = MeetingSlot.objects.filter(
        Q(teacher=person_id, evening__school__in=school_ids) | Q(guardian=person_id, student__in=student_ids),
        guardian__isnull=False,
        evening__withdrawn_at__isnull=True,
        evening__day__gte=from_day,
        evening__day__lt=to_day,
    )
    meetings = []
    for row in rows.select_related("evening__school", "teacher", "student").order_by("pk"):
        evening, zone = row.evening, ZoneInfo(row.evening.school.time_zone)
        meetings.append(
            Meeting(
                slot_id=row.pk,
                title=evening.title,
                other=_name(row.student if row.teacher_id == person_id else row.teacher),
                place=evening.place,
                starts_at=datetime.combine(evening.day, row.starts, zone),
                ends_at=datetime.combine(evening.day, row.ends, zone),
                booked_at=row.booked_at or evening.made_at,
            )
        )
    return meetings


@dataclass(frozen=True, kw_only=True)
class SlotLine:
    """A slot as its teacher sees it."""

    id: int
    starts: time
    ends: time
    student: str
    guardian: str
    closed: str


@dataclass(frozen=True, kw_only=True)
class EveningPage:
    """An evening's list, by teacher."""

    title: str
    id: int
    day: date
    place: str
    book_until: date
    is_withdrawn: bool
    may_withdraw: bool
    teachers: list[tuple[str, list[SlotLine]]]
    student_ids: list[int]


def evening_page(evening: ParentsEvening, teacher_id: int | None, *, may_withdraw: bool) -> EveningPage:
    """Everybody's slots at an evening, or one teacher's."""
    slots = MeetingSlot.objects.filter(evening=evening).select_related("teacher", "student", "guardian")
    if teacher_id is not None:
        slots = slots.filter(teacher=teacher_id)
    lists: dict[str, list[SlotLine]] = defaultdict(list)
    booked = list(slots.order_by("teacher__sort_key", "teacher", "starts"))
    for slot in booked:
        lists[_name(slot.teacher)].append(
            SlotLine(
                id=slot.pk,
                starts=slot.starts,
                ends=slot.ends,
                student=_name(slot.student),
                guardian=_name(slot.guardian),
                closed=slot.closed,
            )
        )
    return EveningPage(
        title=evening.title,
        id=evening.pk,
        day=evening.day,
        place=evening.place,
        book_until=evening.book_until,
        is_withdrawn=evening.withdrawn_at is not None,
        may_withdraw=may_withdraw,
        teachers=list(lists.items()),
        student_ids=[slot.student_id for slot in booked if slot.student_id],
    )


def _name(person: Person | None) -> str:
    return short_name(person.last_name, person.first_name, person.patronymic) if person else ""


@dataclass(frozen=True)
class FormPage:
    """A page that is a form."""

    title: str
    button: str


# For those who tell people of it

RECEIVERS = Statement("""
SELECT DISTINCT bond.guardian_id, bond.student_id FROM involvement_ask ask
JOIN involvement_askclass chosen ON chosen.ask_id = ask.id
JOIN enrolment_students_on(%(day)s::date) placed ON placed.school_class_id = chosen.school_class_id
JOIN people_guardians_to_act_on(%(day)s::date) bond ON bond.student_id = placed.student_id
WHERE ask.id = %(ask)s AND ask.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT FROM involvement_askanswer answer WHERE answer.ask_id = ask.id AND answer.version = ask.version
                  AND answer.student_id = bond.student_id)
""")


def silent_guardians(ask_id: int, day: date) -> list[tuple[int, int]]:
    """Guardians, each with the student, of families that have not answered the present version."""
    return [(row[0], row[1]) for row in RECEIVERS.rows({"ask": ask_id, "day": day})]
