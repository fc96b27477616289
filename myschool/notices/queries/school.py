"""What facts of a school's day are told as: each kind in a few statements, however many facts came at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from myschool.enrolment.access import placements_on
from myschool.folders.access import shares_on
from myschool.folders.facts import ItemShared
from myschool.homework.facts import HandedIn, HandInReviewed, HomeworkChanged, HomeworkPosted, HomeworkWithdrawn
from myschool.homework.models import HandIn, Homework
from myschool.journal.facts import (
    AttendanceNoted,
    ClassAttendanceNoted,
    MarkChanged,
    MarkGiven,
    MarkWithdrawn,
    NoteDecided,
    NoteFiled,
    RemarkGiven,
    RemarkWithdrawn,
    TermMarkGiven,
    UnlockAsked,
    UnlockDecided,
    WorkDropped,
    WorkPlanned,
    YearMarkGiven,
)
from myschool.journal.models import AbsenceNote, AttendanceCode, Remark, UnlockRequest, Work
from myschool.kernel.clock import local_day
from myschool.kernel.statements import Statement
from myschool.kernel.text import day_month, shortened, weekday_name
from myschool.notices import rules
from myschool.notices.queries.told import Told
from myschool.people.access import posts_on
from myschool.people.models import Person
from myschool.people.rules.names import full_name, short_name
from myschool.schools.models import School, Term
from myschool.timetable.access import PLAN_KEEPERS, loads_on, teachers_of
from myschool.timetable.facts import LessonChanged, TimetablePublished
from myschool.timetable.models import Lesson, LessonChange, TeachingGroup

ONE_DAY = timedelta(days=1)
Kind = LessonChange.Kind
CellFact = MarkGiven | MarkChanged | MarkWithdrawn
NotedFact = AttendanceNoted | ClassAttendanceNoted
HomeworkFact = HomeworkPosted | HomeworkChanged | HomeworkWithdrawn
FinalFact = TermMarkGiven | YearMarkGiven
F_ = TypeVar("F_")

# Who is taught in these groups on these days, and when their first lesson of the day begins by the school's clocks.
TAUGHT = Statement("""
SELECT asked.n, taught.student_id
FROM unnest(%(numbers)s::int[], %(groups)s::bigint[], %(days)s::date[]) AS asked (n, group_id, day)
CROSS JOIN LATERAL timetable_members(asked.group_id, asked.day, asked.day + 1) taught
""")
FIRST_LESSONS = Statement("""
SELECT asked.day, had.student_id, min(lesson.starts) AS starts
FROM unnest(%(days)s::date[]) AS asked (day)
CROSS JOIN LATERAL timetable_student_lessons(%(students)s::bigint[], asked.day, asked.day + 1) had
JOIN timetable_lessons lesson ON lesson.lesson_id = had.lesson_id
GROUP BY 1, 2
""")
# Who leads the classes of these students on a day, and still works there.
LEADING = Statement("""
SELECT placed.student_id, placed.school_id, homeroom.person_id FROM enrolment_students_on(%(day)s::date) placed
JOIN timetable_homeroom_on(%(day)s::date) homeroom ON homeroom.school_class_id = placed.school_class_id
JOIN people_staff_on(%(day)s::date) post ON post.person_id = homeroom.person_id AND post.organisation_id = placed.school_id
     AND post.role = 'teacher'
WHERE placed.student_id = ANY(%(students)s::bigint[])
""")


def _taught(asked: Sequence[tuple[int, date]]) -> dict[int, list[int]]:
    """The students by the number of the group and day asked for."""
    found: dict[int, list[int]] = defaultdict(list)
    numbers, groups = list(range(len(asked))), [one for one, _ in asked]
    for row in TAUGHT.rows({"numbers": numbers, "groups": groups, "days": [day for _, day in asked]}):
        found[row.n].append(row.student_id)
    return found


def _last(facts: Iterable[F_], *fields: str) -> list[F_]:
    """Of the facts about one thing only the last."""
    return list({tuple(getattr(fact, name) for name in fields): fact for fact in facts}.values())


def _name(person: Person | None) -> str:
    return short_name(person.last_name, person.first_name, person.patronymic) if person else ""


def _when(day: date, number: int) -> str:
    return f"{weekday_name(day)}, {day_month(day)}, {number}-й урок"


def lessons_told(facts: Sequence[LessonChanged], at: datetime) -> list[Told]:
    """Changes of lessons that are still ahead or of today: to the group's families, and to the teachers concerned."""
    last = _last(facts, "lesson_id")
    changes = {
        row.pk: row
        for row in LessonChange.objects.filter(pk__in=[fact.change_id for fact in last]).select_related(
            "lesson__school",
            "lesson__subject",
            "lesson__teacher",
            "lesson__room",
            "lesson__planned_teacher",
            "lesson__planned_subject",
            "teacher",
        )
    }
    kept = []
    for fact in last:
        change = changes.get(fact.change_id)
        if change is None or (change.withdrawn_at is not None and not fact.withdrawn):
            continue
        today = local_day(change.lesson.school.time_zone, at)
        ahead = [day for day in _days(fact) if day >= today]
        if ahead:
            kept.append((fact, change, min(ahead)))
    taught = _taught([(fact.teaching_group_id, day) for fact, _, day in kept])
    everybody = sorted({student for students in taught.values() for student in students})
    first = {
        (day, student): starts
        for day, student, starts in FIRST_LESSONS.rows(
            {"days": sorted({day for _, _, day in kept}), "students": everybody}
        )
    }
    found = []
    for n, (fact, change, day) in enumerate(kept):
        lesson, zone = change.lesson, change.lesson.school.time_zone
        title, text = _lesson_words(change, withdrawn=fact.withdrawn)
        named: dict[str, Any] = {
            "kind": "lesson",
            "at": fact.at,
            "title": title,
            "text": text,
            "zone": zone,
            "school_id": lesson.school_id,
            "only_again": fact.withdrawn,
            "not_to": fact.actor_id,
        }
        found += [
            Told(
                **named,
                thing=f"lesson:{lesson.pk}:{student}",
                student_id=student,
                path=f"/diary/students/{student}/?week={day - day.weekday() * ONE_DAY}",
                begins_at=rules.local_moment(day, first.get((day, student), lesson.starts), zone),
            )
            for student in taught[n]
        ]
        teachers = {lesson.teacher_id, lesson.planned_teacher_id, change.teacher_id} - {None}
        found.append(
            Told(
                **named,
                thing=f"lesson:{lesson.pk}",
                persons=tuple(sorted(one for one in teachers if one)),
                path=f"/timetable/?day={day}",
                begins_at=rules.local_moment(day, lesson.starts, zone),
            )
        )
    return found


def _days(fact: LessonChanged) -> list[date]:
    return [date.fromisoformat(fact.day), date.fromisoformat(fact.old_day)]


def _lesson_words(change: LessonChange, *, withdrawn: bool) -> tuple[str, str]:
    lesson = change.lesson
    planned = lesson.planned_subject or lesson.subject
    if withdrawn:
        return (
            f"Урок снова по расписанию: {lesson.subject.title}",
            f"{_when(lesson.day, lesson.number).capitalize()}, начало в {lesson.starts:%H:%M}.",
        )
    when = _when(lesson.day, lesson.number)
    room = f"Кабинет {lesson.room.title}." if lesson.room else ""
    reason = f"Причина: {change.reason}." if change.reason else ""
    begins = f"Начало в {lesson.starts:%H:%M}."
    if change.kind == Kind.CANCELLATION:
        return f"Урок отменён: {lesson.subject.title}, {when}", reason
    if change.kind == Kind.MOVE:
        before = (
            f"Было: {_when(lesson.planned_day, lesson.planned_number or lesson.number)}." if lesson.planned_day else ""
        )
        words = (begins, room, before, reason)
        return f"Урок перенесён: {lesson.subject.title}, {when}", " ".join(filter(None, words))
    if change.kind == Kind.ADDITION:
        return f"Дополнительный урок: {lesson.subject.title}, {when}", " ".join(filter(None, (begins, room, reason)))
    instead = f"Ведёт {_name(lesson.teacher)}." if lesson.teacher else ""
    if lesson.planned_teacher and lesson.teacher and lesson.planned_teacher_id != lesson.teacher_id:
        instead = f"Ведёт {_name(lesson.teacher)}. По расписанию — {_name(lesson.planned_teacher)}."
    other = f"Вместо предмета «{planned.title}»." if planned.pk != lesson.subject_id else ""
    return f"Замена: {lesson.subject.title}, {when}", " ".join(filter(None, (instead, other, room, reason)))


def timetables_told(facts: Sequence[TimetablePublished]) -> list[Told]:
    """A weekly timetable that was published: to the families and the teachers of the groups whose lessons are other ones."""
    last = {fact.school_id: fact for fact in facts if fact.school_id is not None}
    schools = School.objects.in_bulk(last)
    found = []
    for school_id, fact in last.items():
        from_day, zone = date.fromisoformat(fact.from_day), schools[school_id].time_zone
        taught = _taught([(one, from_day) for one in fact.teaching_group_ids])
        students = sorted({student for those in taught.values() for student in those})
        loads = loads_on(from_day).filter(teaching_group__in=fact.teaching_group_ids)
        named: dict[str, Any] = {
            "kind": "timetable",
            "at": fact.at,
            "title": f"Новое расписание с {day_month(from_day)}",
            "zone": zone,
            "school_id": school_id,
            "not_to": fact.actor_id,
        }
        found += [
            Told(
                **named,
                thing=f"timetable:{school_id}:{student}",
                student_id=student,
                path=f"/diary/students/{student}/?week={from_day - from_day.weekday() * ONE_DAY}",
            )
            for student in students
        ]
        working = teachers_of(school_id, from_day).filter(pk__in=loads.values("teacher"))
        teachers = tuple(sorted(working.values_list("pk", flat=True)))
        found.append(
            Told(**named, thing=f"timetable:{school_id}", persons=teachers, path=f"/timetable/?day={from_day}")
        )
    return found


def controls_told(facts: Sequence[WorkPlanned | WorkDropped]) -> list[Told]:
    """Control works planned ahead, and those dropped after they were told."""
    last = _last(facts, "lesson_id", "position")
    lessons = _lessons(fact.lesson_id for fact in last)
    kept = [
        (fact, lesson)
        for fact in last
        if (lesson := lessons.get(fact.lesson_id))
        and lesson.day >= local_day(lesson.school.time_zone, fact.at)
        and (isinstance(fact, WorkDropped) or fact.is_control)
    ]
    taught = _taught([(lesson.teaching_group_id, lesson.day) for _, lesson in kept])
    return [
        Told(
            kind="control",
            thing=f"control:{lesson.pk}:{fact.position}:{student}",
            at=fact.at,
            title=f"{'Отменена контрольная' if isinstance(fact, WorkDropped) else 'Контрольная'}: {lesson.subject.title}, "
            f"{weekday_name(lesson.day)}, {day_month(lesson.day)}",
            only_again=isinstance(fact, WorkDropped),
            path=f"/diary/students/{student}/calendar/",
            zone=lesson.school.time_zone,
            school_id=lesson.school_id,
            student_id=student,
            not_to=fact.actor_id,
        )
        for n, (fact, lesson) in enumerate(kept)
        for student in taught[n]
    ]


def _lessons(ids: Iterable[int]) -> dict[int, Lesson]:
    rows = Lesson.objects.filter(pk__in=set(ids)).select_related("school__organisation", "subject")
    return {row.pk: row for row in rows}


def marks_told(facts: Sequence[CellFact]) -> list[Told]:
    """Marks given, changed and withdrawn: of one cell the last word."""
    last = _last(facts, "lesson_id", "student_id", "position")
    lessons = _lessons(fact.lesson_id for fact in last)
    works = {
        (row.lesson_id, row.position): row.title or row.kind.title
        for row in Work.objects.filter(lesson__in=lessons).select_related("kind")
    }
    found = []
    for fact in last:
        if lesson := lessons.get(fact.lesson_id):
            work = works.get((fact.lesson_id, fact.position), "")
            about = f"{work.lower() if work.istitle() else work}, урок {day_month(lesson.day)}".lstrip(", ")
            subject = lesson.subject.title
            found.append(
                Told(
                    kind="mark",
                    thing=f"mark:{lesson.pk}:{fact.student_id}:{fact.position}",
                    at=fact.at,
                    title=f"Отметка: {subject}" if fact.new else f"Отметка снята: {subject}",
                    again=f"Отметка изменена: {subject}" if fact.new else "",
                    only_again=not fact.new,
                    text=f"{fact.new}: {about}" if fact.new else about.capitalize(),
                    path=f"/diary/students/{fact.student_id}/lessons/{lesson.pk}/",
                    zone=lesson.school.time_zone,
                    school_id=lesson.school_id,
                    student_id=fact.student_id,
                    not_to=fact.actor_id,
                )
            )
    return found


def absences_told(facts: Sequence[NotedFact]) -> list[Told]:
    """Who was not there, was late, or was there after all."""
    noted: dict[tuple[int, int], tuple[NotedFact, str]] = {}
    for fact in facts:
        pairs = (
            [(fact.student_id, fact.new)]
            if isinstance(fact, AttendanceNoted)
            else zip(fact.student_ids, fact.codes, strict=True)
        )
        noted |= {(fact.lesson_id, student): (fact, code) for student, code in pairs}
    lessons = _lessons(lesson for lesson, _ in noted)
    regions = {lesson.school.organisation.region_id for lesson in lessons.values()}
    titles = {(row.region_id, row.code): row.title for row in AttendanceCode.objects.filter(region__in=regions)}
    found = []
    for (lesson_id, student), (fact, code) in noted.items():
        if lesson := lessons.get(lesson_id):
            plain = code.rstrip("0123456789")
            said = titles.get((lesson.school.organisation.region_id, plain), plain)
            minutes = f", {code[len(plain) :]} мин" if code != plain else ""
            found.append(
                Told(
                    kind="absence",
                    thing=f"absence:{lesson_id}:{student}",
                    at=fact.at,
                    title=f"Посещаемость: {lesson.subject.title}, {day_month(lesson.day)}",
                    only_again=not code,
                    text=f"{said.capitalize()}{minutes}." if code else "Запись о пропуске снята.",
                    path=f"/diary/students/{student}/lessons/{lesson_id}/",
                    zone=lesson.school.time_zone,
                    school_id=lesson.school_id,
                    student_id=student,
                    not_to=fact.actor_id,
                )
            )
    return found


def remarks_told(facts: Sequence[RemarkGiven | RemarkWithdrawn]) -> list[Told]:
    """A teacher's words to the family, and those taken back."""
    last = _last(facts, "remark_id")
    rows = Remark.objects.filter(pk__in=[fact.remark_id for fact in last])
    remarks = {row.pk: row for row in rows.select_related("lesson__school", "lesson__subject")}
    found = []
    for fact in last:
        if remark := remarks.get(fact.remark_id):
            lesson, taken_back = remark.lesson, isinstance(fact, RemarkWithdrawn)
            word = "Благодарность" if remark.is_praise else "Замечание"
            found.append(
                Told(
                    kind="remark",
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
    return found


def finals_told(facts: Sequence[FinalFact]) -> list[Told]:
    """Final marks for a term and for the year."""
    terms = {fact.term_id for fact in facts if isinstance(fact, TermMarkGiven)}
    numbers = {row.pk: row for row in Term.objects.filter(pk__in=terms).select_related("scheme")}
    last = list({(_span(fact), fact.teaching_group_id, fact.student_id): fact for fact in facts}.values())
    rows = TeachingGroup.objects.filter(pk__in={fact.teaching_group_id for fact in last})
    groups = {row.pk: row for row in rows.select_related("school", "subject")}
    found = []
    for fact in last:
        if taught := groups.get(fact.teaching_group_id):
            term = numbers.get(fact.term_id) if isinstance(fact, TermMarkGiven) else None
            span = _term_words(term) if term else "за год"
            subject = taught.subject.title
            found.append(
                Told(
                    kind="final",
                    thing=f"final:{_span(fact)}:{taught.pk}:{fact.student_id}",
                    at=fact.at,
                    title=f"Итоговая отметка {span}: {subject}" if fact.new else f"Итоговая отметка снята: {subject}",
                    again=f"Итоговая отметка {span} изменена: {subject}" if fact.new else "",
                    only_again=not fact.new,
                    text=fact.new,
                    path=f"/diary/students/{fact.student_id}/marks/",
                    zone=taught.school.time_zone,
                    school_id=taught.school_id,
                    student_id=fact.student_id,
                    not_to=fact.actor_id,
                )
            )
    return found


def _term_words(term: Term) -> str:
    words = {"quarter": "ю четверть", "trimester": "й триместр", "half_year": "е полугодие"}
    return f"за {term.number}-{words.get(term.scheme.kind, 'й период')}"


def _span(fact: FinalFact) -> int:
    return fact.term_id if isinstance(fact, TermMarkGiven) else 0


def homework_told(facts: Sequence[HomeworkFact]) -> list[Told]:
    """Homework set, changed and withdrawn: to whom it is for."""
    last = {fact.homework_id: fact for fact in facts}
    rows = (
        Homework.objects.filter(pk__in=last)
        .select_related("school", "teaching_group__subject")
        .prefetch_related("students")
    )
    homework = list(rows)
    for_all = [one for one in homework if one.is_for_all]
    taught = _taught([(one.teaching_group_id, one.due_day) for one in for_all])
    meant = {one.pk: taught[n] for n, one in enumerate(for_all)}
    found = []
    for one in homework:
        fact, subject = last[one.pk], one.teaching_group.subject.title
        withdrawn = one.withdrawn_at is not None
        found += [
            Told(
                kind="homework",
                thing=f"homework:{one.pk}:{student}",
                at=fact.at,
                only_again=withdrawn,
                title=f"Задание снято: {subject}" if withdrawn else f"Задано: {subject}, к {day_month(one.due_day)}",
                again="" if withdrawn else f"Задание изменено: {subject}, к {day_month(one.due_day)}",
                text="" if withdrawn else shortened(one.text, 300),
                path=f"/diary/students/{student}/" if withdrawn else f"/homework/{one.pk}/students/{student}/",
                zone=one.school.time_zone,
                school_id=one.school_id,
                student_id=student,
                not_to=fact.actor_id,
            )
            for student in meant.get(one.pk, [given.student_id for given in one.students.all()])
        ]
    return found


def shares_told(facts: Sequence[ItemShared], day: date) -> list[Told]:
    """Folders and documents that a class may read."""
    rows = shares_on(day).filter(pk__in={fact.share_id for fact in facts})
    shares = {row.pk: row for row in rows.select_related("document", "folder", "school_class__school")}
    placed = placements_on(day).filter(school_class__in={row.school_class_id for row in shares.values()})
    students: dict[int, list[int]] = defaultdict(list)
    for school_class, student in placed.values_list("school_class", "student"):
        if school_class is not None:
            students[school_class].append(student)
    found = []
    for fact in _last(facts, "share_id"):
        if row := shares.get(fact.share_id):
            kind, item = ("documents", row.document) if row.document else ("folders", row.folder)
            if item is None or item.trashed_at is not None:
                continue
            word = "Файл" if row.document else "Папка"
            found += [
                Told(
                    kind="files",
                    thing=f"share:{row.pk}",
                    at=fact.at,
                    title=f"{word} для класса",
                    text=item.name,
                    path=f"/files/{kind}/{item.pk}/",
                    zone=row.school_class.school.time_zone,
                    school_id=row.school_class.school_id,
                    student_id=student,
                    not_to=fact.actor_id,
                )
                for student in students[row.school_class_id]
            ]
    return found


def reviews_told(facts: Sequence[HandInReviewed]) -> list[Told]:
    """Works accepted and returned."""
    last = {(fact.homework_id, fact.student_id): fact for fact in facts}
    rows = Homework.objects.filter(pk__in={homework for homework, _ in last})
    homework = {row.pk: row for row in rows.select_related("school", "teaching_group__subject")}
    said = {
        (row.homework_id, row.student_id, row.version): row.comment
        for row in HandIn.objects.filter(homework__in=homework, student__in={student for _, student in last})
    }
    return [
        Told(
            kind="review",
            thing=f"review:{pk}:{student}",
            at=fact.at,
            title=f"Работа {'принята' if fact.accepted else 'возвращена на доработку'}: {one.teaching_group.subject.title}",
            text=shortened(said.get((pk, student, fact.version), ""), 300),
            path=f"/homework/{pk}/students/{student}/",
            zone=one.school.time_zone,
            school_id=one.school_id,
            student_id=student,
            not_to=fact.actor_id,
        )
        for (pk, student), fact in last.items()
        if (one := homework.get(pk))
    ]


def handed_told(facts: Sequence[HandedIn]) -> list[Told]:
    """Works handed in, to who set the homework."""
    last = {(fact.homework_id, fact.student_id): fact for fact in facts}
    rows = Homework.objects.filter(pk__in={homework for homework, _ in last})
    homework = {row.pk: row for row in rows.select_related("school", "teaching_group__subject")}
    people = Person.objects.in_bulk({student for _, student in last})
    return [
        Told(
            kind="handed",
            thing=f"handed:{pk}:{student}",
            at=fact.at,
            persons=(one.posted_by_id,),
            title=f"Сдана работа: {one.teaching_group.subject.title}, {one.teaching_group.title}",
            text=_name(people.get(student)),
            path=f"/homework/{pk}/",
            zone=one.school.time_zone,
            school_id=one.school_id,
        )
        for (pk, student), fact in last.items()
        if (one := homework.get(pk))
    ]


def notes_told(facts: Sequence[NoteFiled | NoteDecided], day: date) -> list[Told]:
    """Papers about absences: filed, to the homeroom teacher; decided, to the family."""
    rows = AbsenceNote.objects.filter(pk__in={fact.note_id for fact in facts})
    notes = {row.pk: row for row in rows.select_related("school", "student")}
    led: dict[tuple[int, int], list[int]] = defaultdict(list)
    for student, school, teacher in LEADING.rows({"day": day, "students": [row.student_id for row in notes.values()]}):
        led[student, school].append(teacher)
    found = []
    for fact in _last(facts, "note_id"):
        note = notes.get(fact.note_id)
        if note is None:
            continue
        period = _period(note)
        named: dict[str, Any] = {
            "kind": "note",
            "thing": f"note:{note.pk}",
            "at": fact.at,
            "zone": note.school.time_zone,
            "school_id": note.school_id,
            "not_to": fact.actor_id,
        }
        if isinstance(fact, NoteDecided):
            word = "принята" if fact.accepted else "не принята"
            found.append(
                Told(
                    **named,
                    title=f"Справка {word}: {period}",
                    text=note.answer,
                    student_id=note.student_id,
                    path=f"/diary/students/{note.student_id}/absences/",
                )
            )
        else:
            found.append(
                Told(
                    **named,
                    title=f"Справка об отсутствии: {period}",
                    persons=tuple(led[note.student_id, note.school_id]),
                    text=full_name(note.student.last_name, note.student.first_name),
                    path="/journal/notes/",
                )
            )
    return found


def _period(note: AbsenceNote) -> str:
    last = note.to_date - ONE_DAY
    return day_month(note.from_date) if last == note.from_date else f"{day_month(note.from_date)} — {day_month(last)}"


def staff_of(school_ids: Collection[int], roles: Collection[str], day: date) -> dict[int, tuple[int, ...]]:
    """Who holds one of these posts, by school."""
    found: dict[int, set[int]] = defaultdict(set)
    posts = posts_on(day).filter(organisation__in=school_ids, role__in=roles)
    for school, person in posts.values_list("organisation", "person"):
        found[school].add(person)
    return {school: tuple(sorted(people)) for school, people in found.items()}


def unlocks_told(facts: Sequence[UnlockAsked | UnlockDecided], day: date) -> list[Told]:
    """Requests to change an old lesson: to those who decide, and the answer to who asked."""
    rows = UnlockRequest.objects.filter(pk__in={fact.request_id for fact in facts})
    asked = {
        row.pk: row for row in rows.select_related("school", "asked_by", "lesson__subject", "lesson__teaching_group")
    }
    keepers = staff_of({row.school_id for row in asked.values()}, PLAN_KEEPERS, day)
    found = []
    for fact in _last(facts, "request_id"):
        row = asked.get(fact.request_id)
        if row is None:
            continue
        lesson = row.lesson
        what = f"{lesson.subject.title}, {lesson.teaching_group.title}, {day_month(lesson.day)}"
        named: dict[str, Any] = {
            "kind": "unlock",
            "thing": f"unlock:{row.pk}",
            "at": fact.at,
            "zone": row.school.time_zone,
            "school_id": row.school_id,
            "not_to": fact.actor_id,
        }
        if isinstance(fact, UnlockDecided):
            word = "разрешено" if fact.granted else "не разрешено"
            found.append(
                Told(
                    **named,
                    title=f"Изменить журнал {word}: {what}",
                    text=row.answer,
                    persons=(row.asked_by_id,),
                    path=f"/journal/lessons/{lesson.pk}/",
                )
            )
        elif row.state == UnlockRequest.State.SUBMITTED:
            found.append(
                Told(
                    **named,
                    title=f"Просят изменить журнал: {what}",
                    text=f"{_name(row.asked_by)}: {row.reason}",
                    persons=keepers.get(row.school_id, ()),
                    path="/journal/unlocks/",
                )
            )
    return found
