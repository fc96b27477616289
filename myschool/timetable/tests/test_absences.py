"""Teachers' absences: asked, decided, ended; who is away leads nobody's lessons."""

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.models import Post
from myschool.people.tests.makers import log_in, make_actor, make_person
from myschool.schools.queries import today_in
from myschool.schools.tests.makers import NOON, make_class, make_lasting_school, make_school
from myschool.timetable.actions import absences, changes, plan
from myschool.timetable.models import LessonChange, TeacherAbsence
from myschool.timetable.queries import week
from myschool.timetable.tests.makers import assign, make_deputy, make_group, make_lesson, make_teacher

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 10)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def school():
    """Algebra is taught by one teacher and known to another; a third teaches something else."""
    place = make_school()
    deputy = make_deputy(place)
    taught = make_group(deputy, make_class(place), title="7А")
    parallel = make_group(deputy, make_class(place, letter="Б"), subject=taught.subject, title="7Б")
    teacher, other, third = (make_teacher(place, name) for name in ("Больнова", "Другова", "Третьева"))
    assign(taught, teacher, deputy)
    assign(parallel, other, deputy)
    return SimpleNamespace(
        row=place,
        by=deputy,
        taught=taught,
        parallel=parallel,
        teacher=teacher,
        other=other,
        third=third,
        self=make_actor(teacher, Role.TEACHER, place.organisation),
    )


def ask(school, first=TODAY, last=TODAY + 2 * ONE_DAY, by=None):
    return absences.ask_absence(
        school=school.row,
        from_day=first,
        last_day=last,
        kind="illness",
        reason="",
        today=TODAY,
        by=by or school.self,
        at=NOON,
    )


def enter(school, teacher, first=TODAY, last=TODAY, by=None):
    return absences.enter_absence(
        school=school.row,
        teacher_id=teacher.pk,
        from_day=first,
        last_day=last,
        kind="trip",
        reason="Олимпиада",
        today=TODAY,
        by=by or school.by,
        at=NOON,
    )


def decide(school, absence, *, accepted=True, answer="", by=None):
    return absences.decide_absence(absence=absence, accepted=accepted, answer=answer, by=by or school.by, at=NOON)


def page_of(school, day=TODAY):
    return week.substitutions_page(school.by, school.row, day, TODAY)


def test_an_absence_counts_once_a_keeper_of_the_plan_has_approved_it(school):
    absence = ask(school)
    assert (page_of(school).away, page_of(school).asked) == ([], "1 просьба ждёт решения")
    decide(school, absence)
    assert [(teacher.name, teacher.why) for teacher in page_of(school).away] == [
        ("Больнова А. И.", "болезнь, 10 сентября — 12 сентября")
    ]
    assert [page_of(school, TODAY + days * ONE_DAY).away != [] for days in (2, 3)] == [True, False]
    with pytest.raises(absences.AbsenceDecidedMeanwhile):
        decide(school, absence, accepted=False, answer="Нет")


def test_nobody_decides_on_their_own_absence(school):
    absence = ask(school)
    as_deputy = make_actor(school.teacher, Role.DEPUTY_HEAD, school.row.organisation)
    with pytest.raises(absences.OwnAbsence):
        decide(school, absence, by=as_deputy)
    with pytest.raises(absences.OwnAbsence):
        enter(school, school.teacher, TODAY + 9 * ONE_DAY, TODAY + 9 * ONE_DAY, by=as_deputy)
    decide(school, absence)
    with pytest.raises(absences.OwnAbsence):
        absences.end_absence(absence=absence, day=TODAY + ONE_DAY, by=as_deputy, at=NOON)
    assert TeacherAbsence.objects.get().to_date == TODAY + 3 * ONE_DAY


def test_a_leader_who_teaches_and_has_nobody_beside_them_is_told_that_it_waits(client):
    place = make_lasting_school()
    teacher = make_teacher(place, "Больнова")
    day = today_in(place, now())
    as_teacher, as_head = (make_actor(teacher, role, place.organisation) for role in (Role.TEACHER, Role.HEAD))
    absence = absences.ask_absence(
        school=place, from_day=day, last_day=day, kind="illness", reason="", today=day, by=as_teacher, at=now()
    )
    pages = ((as_teacher, "/timetable/absences/"), (as_head, "/substitutions/absences/"))

    def shown():
        for actor, address in pages:
            log_in(client, actor, now())
            yield client.get(address).content.decode()

    assert ["Просьба подождёт" in page for page in shown()] == [True, True]
    deputy = make_deputy(place)
    assert ["Просьба подождёт" in page for page in shown()] == [False, False]
    assert all("завуч или другой руководитель" in page for page in shown())
    Post.objects.filter(person=deputy.person_id).update(to_date=day)
    assert ["Просьба подождёт" in page for page in shown()] == [True, True]
    with pytest.raises(absences.OwnAbsence):
        absences.decide_absence(absence=absence, accepted=True, answer="", by=as_head, at=now())
    lesson = make_lesson(make_group(deputy, make_class(place), title="7А"), teacher=teacher, day=day)
    params = {"lesson": lesson, "reason": "", "today": day, "by": as_head, "at": now()}
    change = changes.substitute(teacher_id=make_teacher(place, "Другова").pk, **params)
    assert change.lesson_id == lesson.pk


def test_who_is_away_is_nobodys_substitute(school):
    lesson = make_lesson(school.taught, teacher=school.teacher)
    params = {"lesson": lesson, "reason": "", "today": TODAY, "by": school.by, "at": NOON}
    enter(school, school.other)
    ((line,),) = [teacher.lessons for teacher in page_of(school).teachers]
    assert [choice.name for choice in line.choices] == ["Третьева А. И."]
    with pytest.raises(changes.TeacherAway, match="10 сентября"):
        changes.substitute(teacher_id=school.other.pk, **params)
    with pytest.raises(changes.TeacherAway):
        changes.add_lesson(
            teaching_group=school.parallel,
            teacher_id=school.other.pk,
            day=TODAY,
            number=7,
            starts=time(15),
            ends=time(15, 45),
            room=None,
            reason="",
            today=TODAY,
            by=school.by,
            at=NOON,
        )
    assert not LessonChange.objects.exists()
    changes.substitute(teacher_id=school.third.pk, **params)


def test_lessons_of_who_is_away_come_first_with_free_teachers_of_the_subject_proposed(school):
    make_lesson(school.parallel, teacher=school.third, number=2, starts=time(9, 30), ends=time(10, 15))
    first = make_lesson(school.taught, teacher=school.teacher)
    at_once = make_lesson(school.parallel, teacher=school.teacher, number=3, starts=time(10, 30), ends=time(11, 15))
    decide(school, ask(school))
    page = page_of(school)
    assert [(day.name, day.away != "") for day in page.teachers] == [
        ("Больнова А. И.", True),
        ("Третьева А. И.", False),
    ]
    assert [(entry.lesson.id, entry.proposed) for entry in page.teachers[0].lessons] == [
        (first.pk, school.other.pk),
        (at_once.pk, school.other.pk),
    ]
    assert page.teachers[1].lessons[0].proposed is None
    assert [entry.lessons for entry in page.away] == ["2 урока, без замены 2"]
    changes.substitute(lesson=first, teacher_id=school.other.pk, reason="", today=TODAY, by=school.by, at=NOON)
    assert [entry.lessons for entry in page_of(school).away] == ["2 урока, без замены 1"]


def test_nobody_is_proposed_for_two_lessons_at_one_time(school):
    second = make_teacher(school.row, "Втораябольнова")
    make_lesson(school.taught, teacher=school.teacher)
    make_lesson(school.parallel, teacher=second)
    for teacher in (school.teacher, second):
        enter(school, teacher)
    proposed = [line.proposed for day in page_of(school).teachers for line in day.lessons]
    assert sorted(proposed, key=str) == sorted([school.other.pk, None], key=str)


def test_a_teacher_is_back_earlier_or_was_never_away(school):
    absence = decide(school, ask(school))
    with pytest.raises(absences.NotAwayThen, match="с 10 сентября по 12 сентября"):
        absences.end_absence(absence=absence, day=TODAY + 3 * ONE_DAY, by=school.by, at=NOON)
    absences.end_absence(absence=absence, day=TODAY + ONE_DAY, by=school.by, at=NOON)
    assert [page_of(school, TODAY + days * ONE_DAY).away != [] for days in (0, 1)] == [True, False]
    absences.end_absence(absence=absence, day=TODAY, by=school.by, at=NOON)
    assert page_of(school).away == []
    ask(school)


def test_what_nobody_has_decided_is_taken_back(school):
    absence = ask(school)
    for _ in range(2):
        absences.withdraw_absence(absence=absence, by=school.self, at=NOON)
    with pytest.raises(absences.AbsenceDecidedMeanwhile):
        decide(school, absence)
    approved = decide(school, ask(school))
    with pytest.raises(absences.AbsenceDecidedMeanwhile):
        absences.withdraw_absence(absence=approved, by=school.self, at=NOON)


def test_days_of_absences_are_in_order_not_long_ago_and_taken_once(school):
    for first, last in ((0, -1), (-31, 0), (0, 366)):
        with pytest.raises(absences.AbsenceUnfit):
            ask(school, TODAY + first * ONE_DAY, TODAY + last * ONE_DAY)
    ask(school)
    with pytest.raises(absences.AbsenceThere, match="с 10 сентября по 12 сентября"):
        enter(school, school.teacher, TODAY + 2 * ONE_DAY, TODAY + 5 * ONE_DAY)
    enter(school, school.teacher, TODAY + 3 * ONE_DAY, TODAY + 5 * ONE_DAY)
    with pytest.raises(plan.NotATeacher):
        enter(school, make_person("Чужой"))
    with pytest.raises(IntegrityError), transaction.atomic():
        TeacherAbsence.objects.create(
            school=school.row,
            teacher=school.teacher,
            from_date=TODAY,
            to_date=TODAY + ONE_DAY,
            kind="trip",
            asked_by=school.teacher,
            asked_at=NOON,
        )


def test_approving_leads_to_the_first_day_without_a_teacher(client):
    place = make_lasting_school()
    deputy, teacher = make_deputy(place), make_teacher(place, "Больнова")
    today = today_in(place, now())
    lesson = make_lesson(make_group(deputy, make_class(place), title="7А"), teacher=teacher, day=today + 2 * ONE_DAY)
    absence = absences.ask_absence(
        school=place,
        from_day=today,
        last_day=lesson.day,
        kind="illness",
        reason="",
        today=today,
        by=make_actor(teacher, Role.TEACHER, place.organisation),
        at=now(),
    )
    log_in(client, deputy, now())
    address = f"/substitutions/absences/{absence.pk}/"
    assert "1 урок" in client.get(address).content.decode()
    refused = client.post(address, {"accepted": "0", "answer": ""})
    assert (refused.status_code, "почему отказываете" in refused.content.decode()) == (422, True)
    answered = client.post(address, {"accepted": "1", "answer": ""})
    assert (answered.status_code, answered["Location"]) == (302, f"/substitutions/?day={lesson.day}")
    # Pressed again in another tab it says what has become of it.
    again = client.post(address, {"accepted": "0", "answer": "Нет"})
    assert (again.status_code, "Согласовано" in again.content.decode()) == (409, True)
