"""Who is told what: facts of a school's day become notices, once each."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from myschool.enrolment.actions import asking, deciding
from myschool.enrolment.facts import ConnectionAsked
from myschool.enrolment.models import ConnectionRequest, Placement
from myschool.enrolment.tests.makers import described, make_placement
from myschool.folders.facts import ItemShared, SharingEnded
from myschool.folders.models import Document, DocumentShare
from myschool.homework import actions as homework
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.actions import notes, unlocking
from myschool.journal.facts import NoteWithdrawn, TermMarkGiven, YearMarkGiven
from myschool.journal.models import AttendanceCode
from myschool.journal.tests.makers import AT, DAY, make_kind, person_of, write
from myschool.kernel import chronicle
from myschool.kernel.actors import Role, nobody
from myschool.library.facts import ErrorReported, ReportAnswered
from myschool.library.models import ErrorReport
from myschool.library.tests.makers import hand_in, judge, make_expert, make_publisher, make_version
from myschool.notices import actions, rules
from myschool.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings, PushSubscription
from myschool.notices.tests.makers import (
    follow,
    give_device,
    give_mail,
    make_family_school,
    set_clock,
    skip,
    texts,
    titles,
)
from myschool.people import actions as people
from myschool.people.facts import GuardianUnlinked, LoggedOut, LoggedOutElsewhere
from myschool.people.models import Guardianship, Post
from myschool.people.tests.makers import make_account, make_actor, make_guardianship, make_person
from myschool.schools.tests.makers import make_organisation, make_region
from myschool.timetable.actions import absences, changes, tasks
from myschool.timetable.facts import TimetablePublished
from myschool.timetable.models import HomeroomTeacher
from myschool.timetable.tests.makers import fill, make_group, make_lesson, make_teacher

pytestmark = pytest.mark.django_db
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_clock(settings):
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD


@pytest.fixture
def school(_own_clock):
    return make_family_school()


def cancel(school, lesson, at=AT):
    changes.cancel_lesson(lesson=lesson, reason="Карантин", today=min(DAY, lesson.day), by=school.deputy, at=at)


def deliveries(person):
    return list(Delivery.objects.filter(recipient=person).order_by("pk"))


def test_a_cancelled_lesson_is_told_to_the_class_its_families_and_the_teacher(school):
    make_account(person_of(school.teacher))
    cancel(school, make_lesson(school.taught, person_of(school.teacher), day=TOMORROW, number=2))
    follow()
    assert titles(school.student) == ["Урок отменён: Алгебра, пятница, 11 сентября, 2-й урок"]
    assert titles(school.mother) == ["Ученик00: Урок отменён: Алгебра, пятница, 11 сентября, 2-й урок"]
    assert texts(school.mother) == ["Причина: Карантин."]
    assert titles(school.teacher.person_id) == ["Урок отменён: Алгебра, пятница, 11 сентября, 2-й урок"]
    # Others of the class have never come here: there is nobody to read it.
    assert Notice.objects.count() == 3


def test_a_substitution_names_who_teaches(school):
    other = make_teacher(school.school, "Заменина")
    make_account(other)
    lesson = make_lesson(school.taught, person_of(school.teacher), day=TOMORROW)
    changes.substitute(lesson=lesson, teacher_id=other.pk, reason="", today=DAY, by=school.deputy, at=AT)
    follow()
    assert "Заменина" in texts(school.mother)[0]
    assert "По расписанию — Учителева" in texts(school.mother)[0]
    assert titles(other) == ["Замена: Алгебра, пятница, 11 сентября, 1-й урок"]


def test_a_change_taken_back_unheard_is_not_told(school):
    lesson = make_lesson(school.taught, person_of(school.teacher), day=TOMORROW)
    cancel(school, lesson)
    changes.withdraw_change(change=lesson.changes.get(), today=DAY, by=school.deputy, at=AT + timedelta(minutes=1))
    follow()
    assert titles(school.mother) == []


def test_a_change_taken_back_after_it_was_heard_is_told(school):
    lesson = make_lesson(school.taught, person_of(school.teacher), day=TOMORROW)
    cancel(school, lesson)
    follow()
    Notice.objects.filter(recipient=school.mother).update(read_at=AT)
    changes.withdraw_change(change=lesson.changes.get(), today=DAY, by=school.deputy, at=AT + timedelta(minutes=1))
    follow()
    assert titles(school.mother)[1:] == ["Ученик00: Урок снова по расписанию: Алгебра"]
    # The student had not read it, and no other way had it left.
    assert titles(school.student) == []


def test_a_lesson_of_the_past_is_no_news(school):
    cancel(school, make_lesson(school.taught, person_of(school.teacher), day=DAY - timedelta(days=1)))
    follow()
    assert not Notice.objects.exists()


def test_at_night_it_waits_but_not_beyond_the_first_lesson(school):
    mother = make_actor(school.mother)
    give_device(mother)
    night = AT.replace(hour=23)
    set_clock(night)
    early = make_lesson(school.taught, None, day=TOMORROW, number=1, starts=time(8), ends=time(8, 45))
    late = make_lesson(school.taught, None, day=TOMORROW, number=3, starts=time(11), ends=time(11, 45))
    cancel(school, late, at=night)
    follow()
    (sent,) = deliveries(school.mother)
    # 08:00 in Moscow is 05:00 UTC: the student's first lesson, not the one that was cancelled.
    assert early.starts == time(8)
    assert sent.due_at == night.replace(day=11, hour=3, minute=30)


def test_a_mark_is_told_once_with_its_last_value(school):
    give_device(make_actor(school.mother))
    write(school, "4")
    follow()
    write(school, "5", at=AT + timedelta(minutes=2))
    follow()
    assert titles(school.mother) == ["Ученик00: Отметка: Алгебра"]
    assert [text.split(":")[0] for text in texts(school.mother)] == ["5"]
    (push,) = deliveries(school.mother)
    assert push.due_at == AT + timedelta(minutes=7)


def test_a_mark_withdrawn_unheard_is_not_told(school):
    write(school, "2")
    follow()
    write(school, "", at=AT + timedelta(minutes=1))
    follow()
    assert not Notice.objects.exists()


def test_a_mark_changed_after_it_was_heard_is_told_as_changed(school):
    write(school, "4")
    follow()
    Notice.objects.update(read_at=AT)
    write(school, "5", at=AT + timedelta(hours=1))
    follow()
    assert titles(school.mother) == ["Ученик00: Отметка: Алгебра", "Ученик00: Отметка изменена: Алгебра"]
    write(school, "", at=AT + timedelta(hours=2))
    follow()
    assert titles(school.mother)[0] == "Ученик00: Отметка: Алгебра"
    assert titles(school.mother)[-1] == "Ученик00: Отметка снята: Алгебра"


def test_what_stands_is_only_added_to_while_a_mail_has_left(school):
    give_mail(school.mother)
    give_device(make_actor(school.mother))
    write(school, "4")
    follow()
    Delivery.objects.filter(recipient=school.mother, channel="push").update(state="sent")
    write(school, "5", at=AT + timedelta(minutes=2))
    follow()
    assert len(titles(school.mother)) == 2
    # The digest has not left: it tells the last value only.
    waiting = Delivery.objects.filter(recipient=school.mother, channel="digest", state="waiting")
    assert [delivery.notice.text[0] for delivery in waiting] == ["5"]


def test_the_same_facts_read_again_tell_nothing_new(school):
    write(school, "4")
    wanted = follow()
    Notice.objects.update(read_at=AT)
    for handler, facts in wanted.items():
        handler(facts)
    assert len(titles(school.mother)) == 1


def test_what_happened_days_ago_is_told_to_nobody(school):
    write(school, "4")
    set_clock(AT + rules.STALE)
    follow()
    assert not Notice.objects.exists()


def test_who_does_it_is_not_told_of_it(school):
    make_account(person_of(school.deputy))
    lesson = make_lesson(school.taught, person_of(school.deputy), day=TOMORROW)
    cancel(school, lesson)
    follow()
    assert titles(school.deputy.person_id) == []


def test_absences_remarks_homework_and_works(school):
    lesson_actions.give_remark(
        lesson=school.lesson, student=school.student, text="Молодец", is_praise=True, by=school.teacher, at=AT
    )
    assignment = homework.set_homework(
        teaching_group=school.taught,
        lesson=None,
        due_day=TOMORROW,
        text="Параграф 5",
        minutes=None,
        needs_hand_in=True,
        student_ids=[],
        attached=[],
        today=DAY,
        by=school.teacher,
        at=AT,
    )
    follow()
    assert titles(school.mother) == ["Ученик00: Благодарность: Алгебра", "Ученик00: Задано: Алгебра, к 11 сентября"]
    assert texts(school.student) == ["Молодец", "Параграф 5"]
    make_account(person_of(school.teacher))
    version = homework.hand_in(
        homework=assignment,
        student=school.student,
        text="Вот",
        attached=[],
        today=DAY,
        by=make_actor(school.student, Role.STUDENT),
        at=AT,
    )
    follow()
    assert titles(school.teacher.person_id) == ["Сдана работа: Алгебра, 7А"]
    homework.review(version=version, accepted=False, comment="Допиши", by=school.teacher, at=AT)
    homework.withdraw_homework(homework=assignment, by=school.teacher, at=AT)
    follow()
    assert titles(school.mother)[-1] == "Ученик00: Работа возвращена на доработку: Алгебра"
    assert "Задано" not in " ".join(titles(school.mother))


def test_homework_for_some_is_told_to_them_only(school):
    make_account(school.students[1])
    homework.set_homework(
        teaching_group=school.taught,
        lesson=None,
        due_day=TOMORROW,
        text="Доклад",
        minutes=None,
        needs_hand_in=False,
        student_ids=[school.students[1].pk],
        attached=[],
        today=DAY,
        by=school.teacher,
        at=AT,
    )
    follow()
    assert titles(school.student) == []
    assert titles(school.students[1]) == ["Задано: Алгебра, к 11 сентября"]


def test_a_guardian_no_longer_is_told_nothing_and_keeps_nothing(school):
    give_device(make_actor(school.mother))
    write(school, "4")
    follow()
    link = Guardianship.objects.get(guardian=school.mother)
    Guardianship.objects.filter(pk=link.pk).update(to_date=DAY)
    fact = GuardianUnlinked(guardian_id=school.mother.pk, student_id=school.student.pk, **nobody(AT))
    chronicle.write(fact)
    write(school, "5", at=AT + timedelta(minutes=1))
    follow()
    assert titles(school.mother) == ["Ваша связь с ребёнком прекращена"]
    assert len(deliveries(school.mother)) == 1
    assert titles(school.student) == ["Отметка: Алгебра"]


def test_a_mark_for_a_whole_class_costs_no_statement_per_person(school):
    def cost(count):
        students = [make_person("Рядов", f"Ряд{n}", birth_date=school.student.birth_date) for n in range(count)]
        for student in students:
            make_placement(student, school.school_class)
            make_account(student)
            mother = make_person("Рядова", f"Мать{student.pk}")
            make_account(mother)
            make_guardianship(mother, student)
            write(school, "5", student=student)
        Notice.objects.all()
        with CaptureQueriesContext(connection) as queries:
            follow()
        return len(queries)

    assert cost(1) == cost(8)


def test_mail_goes_as_chosen(school):
    give_mail(school.mother, digest_at=time(18))
    write(school, "4")
    follow()
    (digest,) = deliveries(school.mother)
    assert (digest.channel, digest.due_at) == ("digest", AT.replace(hour=15))
    NoticeChoice.objects.create(person=school.mother, kind="mark", mail="at_once", push=True)
    write(school, "5", at=AT + timedelta(minutes=1))
    follow()
    (mail,) = deliveries(school.mother)
    assert (mail.channel, mail.due_at) == ("mail", AT + timedelta(minutes=6))
    NoticeChoice.objects.update(mail="off")
    write(school, "3", at=AT + timedelta(minutes=2))
    follow()
    assert deliveries(school.mother) == []
    assert titles(school.mother) == ["Ученик00: Отметка: Алгебра"]


def test_no_mail_to_an_address_that_nobody_confirmed(school):
    give_mail(school.mother, confirmed_at=None)
    write(school, "4")
    follow()
    assert deliveries(school.mother) == []


def test_a_digest_too_late_for_a_lesson_becomes_a_mail(school):
    give_mail(school.mother, digest_at=time(12))
    NoticeChoice.objects.create(person=school.mother, kind="lesson", mail="digest", push=True)
    cancel(school, make_lesson(school.taught, None, day=TOMORROW))
    follow()
    (mail,) = deliveries(school.mother)
    assert mail.channel == "mail"


def test_pushes_end_with_the_session(school):
    mother = make_actor(school.mother)
    give_device(mother)
    write(school, "4")
    follow()
    chronicle.write(LoggedOut(ended_session_id=mother.session_id, **nobody(AT)))
    follow()
    assert [delivery.state for delivery in deliveries(school.mother)] == ["skipped"]
    assert PushSubscription.objects.get().withdrawn_at is not None


def test_a_lost_phone_whose_login_had_ended_by_itself_gets_no_more_pushes(school):
    lost, here = make_actor(school.mother), make_actor(school.mother)
    give_device(lost)
    give_device(here, endpoint="https://fcm.googleapis.com/here")
    chronicle.write(LoggedOutElsewhere(**here.stamp(AT)))
    follow()
    assert PushSubscription.objects.get(withdrawn_at=None).session_id == here.session_id


def test_a_browser_takes_the_pushes_of_who_subscribed_last(school):
    mother, student = make_actor(school.mother), make_actor(school.student, Role.STUDENT)
    give_device(mother, endpoint="https://fcm.googleapis.com/shared")
    write(school, "4")
    follow()
    give_device(student, endpoint="https://fcm.googleapis.com/shared")
    assert [delivery.state for delivery in deliveries(school.mother)] == ["skipped"]
    assert PushSubscription.objects.get(withdrawn_at=None).person_id == school.student.pk


def test_a_person_merged_keeps_what_they_were_told(school):
    write(school, "4")
    follow()
    primary = make_person("Абрамова", "Другая")
    give_mail(school.mother)
    people.merge_persons(kept_id=primary.pk, merged_id=school.mother.pk, by=school.deputy, at=AT)
    follow()
    assert titles(primary) == ["Ученик00: Отметка: Алгебра"]
    assert NoticeSettings.objects.get().person_id == primary.pk


def test_of_a_person_forgotten_nothing_stays(school):
    give_device(make_actor(school.mother))
    write(school, "4")
    follow()
    people.forget_person(person_id=school.student.pk, by=school.deputy, at=AT)
    follow()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_an_unlock_is_asked_of_who_decides_and_answered_to_who_asked(school):
    for actor in (school.deputy, school.teacher):
        make_account(person_of(actor))
    old = make_lesson(school.taught, person_of(school.teacher), day=DAY - timedelta(days=20))
    unlocking.ask_unlock(lesson=old, reason="Ошибка", by=school.teacher, at=AT)
    skipped = follow()
    assert skipped
    assert titles(school.deputy.person_id) == ["Просят изменить журнал: Алгебра, 7А, 21 августа"]
    assert titles(school.teacher.person_id) == []


def test_an_absence_is_told_to_who_keeps_the_plan_and_its_decision_to_the_teacher(school):
    for actor in (school.deputy, school.teacher):
        make_account(person_of(actor))
    days: dict[str, Any] = {"from_day": DAY, "last_day": TOMORROW, "kind": "illness", "reason": "", "today": DAY}
    absence = absences.ask_absence(school=school.school, by=school.teacher, at=AT, **days)
    follow()
    period = "10 сентября — 11 сентября"
    assert titles(school.deputy.person_id) == [f"Учитель просит согласовать отсутствие: {period}"]
    assert texts(school.deputy.person_id) == ["Учителева А. И.: болезнь."]
    assert titles(school.teacher.person_id) == []
    head = make_actor(make_person("Директорова"), Role.HEAD, school.school.organisation)
    make_account(person_of(head))
    absences.decide_absence(absence=absence, accepted=True, answer="Поправляйтесь", by=head, at=AT)
    follow()
    assert titles(school.deputy.person_id)[-1] == f"Отсутствие учителя согласовано, нужны замены: {period}"
    notices = Notice.objects.filter(recipient=school.deputy.person_id)
    assert notices.filter(path=f"/substitutions/?day={DAY}").exists()
    assert titles(school.teacher.person_id) == [f"Ваше отсутствие согласовано: {period}"]
    assert titles(head.person_id) == []
    absences.end_absence(absence=absence, day=TOMORROW, by=head, at=AT + timedelta(hours=1))
    follow()
    assert titles(school.deputy.person_id)[-1] == "Учитель возвращается раньше: 10 сентября"
    assert titles(school.mother.pk) == []


def test_whose_groups_are_to_be_checked_is_told_to_who_keeps_the_plan_until_it_is_settled(school):
    make_account(person_of(school.deputy))
    part = make_group(school.deputy, school.school_class, subject=school.taught.subject, title="7А, 1", is_part=True)
    fill(part, school.students[1], by=school.deputy)
    tasks.raise_task(student_id=school.student.pk, at=AT)
    follow()
    assert titles(school.deputy.person_id) == ["Проверьте подгруппы ученика: 7А"]
    fill(part, *school.students[:2], by=school.deputy)
    follow()
    assert titles(school.deputy.person_id) == []


def test_old_things_are_forgotten(school):
    write(school, "4")
    follow()
    Notice.objects.filter(recipient=school.mother).update(read_at=AT)
    actions.forget_old(at=AT + timedelta(days=89))
    assert Notice.objects.count() == 2
    actions.forget_old(at=AT + timedelta(days=91))
    assert [notice.recipient_id for notice in Notice.objects.all()] == [school.student.pk]
    actions.forget_old(at=AT + timedelta(days=367))
    assert not Notice.objects.exists()


def test_what_was_chosen_is_kept_and_read(school):
    mother = make_actor(school.mother)
    actions.choose(
        zone="Asia/Kamchatka",
        quiet_from=time(22),
        quiet_to=time(6),
        digest_at=time(19),
        with_details=False,
        choices=[("mark", "off", False)],
        by=mother,
        at=AT,
    )
    give_device(mother)
    write(school, "4")
    skip()
    cancel(school, make_lesson(school.taught, None, day=DAY + timedelta(days=5)))
    follow()
    (push,) = deliveries(school.mother)
    # Ten in the morning UTC is ten in the evening there.
    assert push.due_at == AT.replace(hour=18)


def test_a_control_work_ahead_is_told_and_its_end_to_who_heard(school):
    kind = make_kind(school.school)
    lesson = make_lesson(school.taught, person_of(school.teacher), day=TOMORROW)
    work = lesson_actions.plan_work(lesson=lesson, kind=kind, title="", weight=None, by=school.teacher, at=AT)
    follow()
    assert titles(school.mother) == ["Ученик00: Контрольная: Алгебра, пятница, 11 сентября"]
    Notice.objects.filter(recipient=school.mother).update(read_at=AT)
    lesson_actions.drop_work(work=work, by=school.teacher, at=AT + timedelta(minutes=1))
    follow()
    assert titles(school.mother)[1:] == ["Ученик00: Отменена контрольная: Алгебра, пятница, 11 сентября"]
    assert titles(school.student) == []


def test_a_published_timetable_is_told_once(school):
    make_account(person_of(school.teacher))
    published = TimetablePublished(
        from_day=str(TOMORROW),
        to_day="2027-05-31",
        teaching_group_ids=[school.taught.pk],
        **nobody(AT, school_id=school.school.pk),
    )
    chronicle.write(published)
    chronicle.write(published)
    follow()
    assert titles(school.mother) == ["Ученик00: Новое расписание с 11 сентября"]
    assert titles(school.teacher.person_id) == ["Новое расписание с 11 сентября"]


def test_a_published_timetable_is_not_told_to_a_teacher_who_has_left(school):
    make_account(person_of(school.teacher))
    Post.objects.filter(person=school.teacher.person_id).update(to_date=TOMORROW)
    chronicle.write(
        TimetablePublished(
            from_day=str(TOMORROW),
            to_day="2027-05-31",
            teaching_group_ids=[school.taught.pk],
            **nobody(AT, school_id=school.school.pk),
        )
    )
    follow()
    assert titles(school.mother) == ["Ученик00: Новое расписание с 11 сентября"]
    assert titles(school.teacher.person_id) == []


def test_requests_are_told_to_the_desk_and_answers_to_the_requester(school):
    head = make_actor(make_person("Директорова"), Role.HEAD, school.school.organisation)
    stranger = make_person("Новикова")
    requester = make_actor(stranger)
    request, _ = asking.request_for_student(
        student=described("Новиков", "Лев", birth_date=date(2014, 5, 5)),
        relation="mother",
        school=school.school,
        level=7,
        school_class_id=school.school_class.pk,
        by=requester,
        at=AT,
    )
    follow()
    # Two requests of one bundle are one thing on the desk.
    assert len(titles(head.person_id)) == 1
    assert titles(head.person_id)[0].startswith("Новый запрос №")
    assert titles(stranger) == []
    deciding.ask_to_clarify(request=request, question="Какой адрес?", by=head, at=AT + timedelta(minutes=1))
    follow()
    assert titles(stranger) == [f"Школа просит уточнить запрос № {request.pk}"]
    assert texts(stranger) == ["Какой адрес?"]


def test_operators_are_told_who_wants_to_join_in_their_region(school):
    authority = make_organisation("authority", school.school.organisation.region)
    operator = make_actor(make_person("Операторова"), Role.OPERATOR, authority)
    far = make_actor(make_person("Дальняя"), Role.OPERATOR, make_organisation("authority", make_region("39")))
    application = ConnectionRequest.objects.create(
        organisation=school.school.organisation,
        applicant=school.mother,
        state="submitted",
        submitted_at=AT,
        due_day=DAY,
    )
    chronicle.write(ConnectionAsked(connection_id=application.pk, **nobody(AT)))
    follow()
    assert titles(operator.person_id) == [f"Новая заявка на подключение школы № {application.pk}"]
    assert titles(far.person_id) == []


def test_who_was_not_there_is_told_in_the_regions_words(school):
    code = AttendanceCode.objects.filter(region=school.school.organisation.region, meaning="late").order_by("pk")[0]
    lesson_actions.note_class_attendance(
        lesson=school.lesson, noted={school.student.pk: (code.pk, 10)}, today=DAY, by=school.teacher, at=AT
    )
    follow()
    assert titles(school.mother) == ["Ученик00: Посещаемость: Алгебра, 10 сентября"]
    assert texts(school.mother) == [f"{code.title.capitalize()}, 10 мин."]
    Notice.objects.filter(recipient=school.mother).update(read_at=AT)
    lesson_actions.note_class_attendance(
        lesson=school.lesson,
        noted={school.student.pk: (None, 0)},
        today=DAY,
        by=school.teacher,
        at=AT + timedelta(minutes=1),
    )
    follow()
    assert texts(school.mother)[1:] == ["Запись о пропуске снята."]
    assert titles(school.student) == []


def test_a_paper_about_an_absence_goes_to_who_leads_the_class_and_its_answer_to_the_family(school):
    leader = make_actor(make_person("Классная"), Role.TEACHER, school.school.organisation)
    HomeroomTeacher.objects.create(
        school_class=school.school_class, teacher_id=leader.person_id, from_date=DAY - timedelta(days=9)
    )
    note = notes.file_note(
        student_id=school.student.pk,
        school=school.school,
        from_day=DAY,
        to_day=DAY + timedelta(days=2),
        meaning="illness",
        text="Температура",
        file=None,
        by=make_actor(school.mother),
        at=AT,
    )
    follow()
    assert len(titles(leader.person_id)) == 1
    assert titles(leader.person_id)[0].startswith("Справка об отсутствии: 10 сентября")
    assert texts(leader.person_id) == ["Абрамов Ученик00"]
    notes.decide_note(note=note, accepted=False, answer="Нужна печать", by=leader, at=AT + timedelta(minutes=1))
    follow()
    assert titles(school.mother)[0].startswith("Ученик00: Справка не принята: 10 сентября")
    assert texts(school.mother) == ["Нужна печать"]


@pytest.mark.parametrize("left", ["post", "class", "student"])
def test_a_paper_about_an_absence_is_not_told_to_who_leads_the_class_no_longer(school, left):
    leader = make_actor(make_person("Классная"), Role.TEACHER, school.school.organisation)
    led = HomeroomTeacher.objects.create(
        school_class=school.school_class, teacher_id=leader.person_id, from_date=DAY - timedelta(days=9)
    )
    rows = {
        "post": Post.objects.filter(person=leader.person_id),
        "class": HomeroomTeacher.objects.filter(pk=led.pk),
        "student": Placement.objects.filter(student=school.student),
    }
    rows[left].update(to_date=DAY)
    notes.file_note(
        student_id=school.student.pk,
        school=school.school,
        from_day=DAY,
        to_day=DAY + timedelta(days=2),
        meaning="illness",
        text="Температура",
        file=None,
        by=make_actor(school.mother),
        at=AT,
    )
    follow()
    assert titles(leader.person_id) == []


def test_who_leads_the_class_until_a_day_to_come_is_told_of_papers(school):
    leader = make_actor(make_person("Классная"), Role.TEACHER, school.school.organisation)
    HomeroomTeacher.objects.create(
        school_class=school.school_class,
        teacher_id=leader.person_id,
        from_date=DAY - timedelta(days=9),
        to_date=DAY + timedelta(days=9),
    )
    notes.file_note(
        student_id=school.student.pk,
        school=school.school,
        from_day=DAY,
        to_day=DAY + timedelta(days=2),
        meaning="illness",
        text="Температура",
        file=None,
        by=make_actor(school.mother),
        at=AT,
    )
    follow()
    assert len(titles(leader.person_id)) == 1


def test_a_paper_taken_back_is_not_looked_at(school):
    chronicle.write(NoteWithdrawn(note_id=1, student_id=school.student.pk, **nobody(AT)))
    leader = make_person("Классная")
    Notice.objects.create(
        recipient=leader,
        kind="note",
        thing="note:1",
        key="note:1@1",
        title="Справка",
        path="/",
        zone="Europe/Moscow",
        made_at=AT,
    )
    follow()
    assert titles(leader) == []


def test_what_is_taken_back_in_the_same_batch_is_not_told_whatever_was_taken_back_before(school):
    document = Document.objects.create(owner_id=school.teacher.person_id, name="Тезисы.pdf", made_at=AT)
    share = DocumentShare.objects.create(
        document=document,
        school_class=school.school_class,
        shared_by_id=school.teacher.person_id,
        shared_at=AT,
        to_date=date(2027, 9, 1),
    )
    named = {"school_class_id": school.school_class.pk, **nobody(AT)}
    chronicle.write(SharingEnded(share_id=share.pk + 1, **named))
    chronicle.write(ItemShared(share_id=share.pk, folder_id=None, document_id=document.pk, **named))
    chronicle.write(SharingEnded(share_id=share.pk, **named))
    follow()
    assert titles(school.mother) == []


def test_final_marks_are_told_by_term_and_year(school):
    named = {"teaching_group_id": school.taught.pk, "student_id": school.student.pk, "old": "", **nobody(AT)}
    chronicle.write(TermMarkGiven(term_id=school.term.pk, new="5", **named))
    chronicle.write(YearMarkGiven(new="4", **named | {"at": AT + timedelta(minutes=1)}))
    follow()
    assert titles(school.mother) == [
        "Ученик00: Итоговая отметка за 1-ю четверть: Алгебра",
        "Ученик00: Итоговая отметка за год: Алгебра",
    ]
    assert texts(school.mother) == ["5", "4"]


def test_authors_and_experts_hear_of_materials(school):
    author = make_publisher()
    experts = [make_expert(), make_expert()]
    version = make_version(by=author, at=AT)
    hand_in(version, author, at=AT)
    follow()
    assert titles(author.person_id) == ["На экспертизе: Задача на дробь"]
    assert [titles(expert.person_id) for expert in experts] == [["Материал на экспертизу: Задача на дробь"]] * 2
    judge(version, at=AT + timedelta(minutes=1))
    follow()
    assert titles(author.person_id)[-1] == "Опубликован: Задача на дробь"
    report = ErrorReport.objects.create(
        version=version, told_by=school.mother, text="Опечатка", told_at=AT, answer="Исправили"
    )
    chronicle.write(ErrorReported(version_id=version.pk, report_id=report.pk, **nobody(AT)))
    chronicle.write(ReportAnswered(report_id=report.pk, **nobody(AT)))
    follow()
    assert titles(author.person_id)[-1] == "Сообщили об ошибке: Задача на дробь"
    assert texts(school.mother) == ["Исправили"]


def test_a_shared_file_is_told_to_the_class_unless_it_is_taken_back_first(school):
    document = Document.objects.create(owner_id=school.teacher.person_id, name="Тезисы.pdf", made_at=AT)
    share = DocumentShare.objects.create(
        document=document,
        school_class=school.school_class,
        shared_by_id=school.teacher.person_id,
        shared_at=AT,
        to_date=date(2027, 9, 1),
    )
    named = {"share_id": share.pk, "school_class_id": school.school_class.pk, **nobody(AT)}
    chronicle.write(ItemShared(folder_id=None, document_id=document.pk, **named))
    follow()
    assert titles(school.mother) == ["Ученик00: Файл для класса"]
    assert texts(school.student) == ["Тезисы.pdf"]
    chronicle.write(SharingEnded(**named))
    follow()
    assert titles(school.mother) == []


@pytest.mark.parametrize(("days", "told"), [(9, ["Тезисы.pdf"]), (0, [])])
def test_a_shared_file_is_told_to_who_is_in_the_class_that_day(school, days, told):
    """Whoever leaves later is in the class still, and may read; the page asks the same."""
    Placement.objects.filter(student=school.student).update(to_date=DAY + timedelta(days=days))
    document = Document.objects.create(owner_id=school.teacher.person_id, name="Тезисы.pdf", made_at=AT)
    share = DocumentShare.objects.create(
        document=document,
        school_class=school.school_class,
        shared_by_id=school.teacher.person_id,
        shared_at=AT,
        to_date=date(2027, 9, 1),
    )
    named = {"share_id": share.pk, "school_class_id": school.school_class.pk, **nobody(AT)}
    chronicle.write(ItemShared(folder_id=None, document_id=document.pk, **named))
    follow()
    assert texts(school.student) == told


def test_two_children_of_one_class_are_two_notices(school):
    make_guardianship(school.mother, school.students[1])
    document = Document.objects.create(owner_id=school.teacher.person_id, name="Тезисы.pdf", made_at=AT)
    share = DocumentShare.objects.create(
        document=document,
        school_class=school.school_class,
        shared_by_id=school.teacher.person_id,
        shared_at=AT,
        to_date=date(2027, 9, 1),
    )
    chronicle.write(
        ItemShared(
            share_id=share.pk,
            school_class_id=school.school_class.pk,
            folder_id=None,
            document_id=document.pk,
            **nobody(AT),
        )
    )
    follow()
    assert sorted(titles(school.mother)) == ["Ученик00: Файл для класса", "Ученик01: Файл для класса"]
