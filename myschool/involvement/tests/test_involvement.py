"""Papers, trips, polls and evenings: who is asked, who answers, who has not; one slot for one family."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection

from myschool.involvement import access, actions, queries, rules
from myschool.involvement.models import Ask, AskAnswer, AskOption, MeetingSlot
from myschool.involvement.tests.makers import AT, make_families
from myschool.kernel.actors import Role
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.kernel.models import Entry
from myschool.people.actions import restrict_guardian
from myschool.people.models import GuardianRestriction, Guardianship, Person, Post
from myschool.people.tests.makers import log_in, make_actor, make_guardianship, make_person
from myschool.schools.models import School

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 15)
DAY = timedelta(days=1)


@pytest.fixture
def families():
    return make_families()


def person(actor):
    return Person.objects.get(pk=actor.person_id)


def ask(families, kind="paper", **more):
    defaults = {
        "school": families.school,
        "kind": kind,
        "title": "Правила",
        "text": "Прочитайте",
        "attached": None,
        "classes": [families.school_class],
        "closes_day": TODAY + DAY,
        "options": [],
        "is_anonymous": False,
        "by": families.head,
        "at": AT,
    }
    return actions.ask_families(**(defaults | more))


def reply(asked, families, number=0, position=1, today=TODAY, seen=None, by=None, note=""):
    actions.answer(
        ask=asked,
        student=person(families.students[number]),
        position=position,
        note=note,
        seen=seen or asked.version,
        today=today,
        by=by or families.mothers[number],
        at=AT,
    )


def results(asked):
    return queries.results_page(Ask.objects.get(pk=asked.pk), TODAY)


def test_what_a_limited_guardian_may_not_answer_waits_for_somebody_else(families, client, monkeypatch):
    monkeypatch.setattr("myschool.kernel.clock.now", lambda: AT)
    ask_row, slots_of_evening = ask(families), evening(families)
    link = make_guardianship(make_person("Отцов"), person(families.students[0]))
    father = make_actor(link.guardian, Role.GUARDIAN)
    log_in(client, father, AT)
    free = client.get("/involvement/").content.decode()
    assert ("Отвечает другой" in free, "Запись до" in free) == (False, True)
    restrict_guardian(
        guardianship=link,
        kind=GuardianRestriction.Kind.LIMITED,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_number="",
        document_day=TODAY,
        until=None,
        day=TODAY,
        by=families.head,
        at=AT,
    )
    log_in(client, father, AT)
    shown = " ".join(client.get("/involvement/").content.decode().split())
    waiting, _, others = shown.partition("Отвечает другой представитель")
    assert ("Вопросов нет" in waiting, ask_row.title in waiting, ask_row.title in others) == (True, False, True)
    assert ("Запись до" in shown, "Записывается другой представитель" in shown) == (False, True)
    for about in (f"asks/{ask_row.pk}", f"evenings/{slots_of_evening.pk}"):
        inside = client.get(f"/involvement/{about}/students/{families.students[0].person_id}/").content.decode()
        assert "«Мои персональные данные»</a>" in " ".join(inside.split())


def test_those_who_have_not_answered_are_listed_by_class(families):
    new_ask = ask(families)
    reply(new_ask, families)
    page = results(new_ask)
    assert (page.silent_count, page.all_count, page.counts) == (2, 3, [(rules.SIGNED, 1)])
    assert [(title, len(names)) for title, names in page.silent] == [("7А", 2)]
    assert {guardian for guardian, _ in queries.silent_guardians(new_ask.pk, TODAY)} == {
        mother.person_id for mother in families.mothers[1:]
    }


def test_a_signature_names_exactly_what_was_signed(families):
    new_ask = ask(families)
    reply(new_ask, families)
    answer = AskAnswer.objects.get()
    assert answer.digest == rules.digest_of("Правила", "Прочитайте", "", 1)
    actions.change_ask(ask=new_ask, title="Правила", text="Новые", closes_day=TODAY + DAY, by=families.head, at=AT)
    assert results(new_ask).silent_count == 3
    with pytest.raises(ChangedMeanwhile):
        reply(new_ask, families, seen=1)
    new_ask.refresh_from_db()
    reply(new_ask, families)
    assert AskAnswer.objects.values_list("digest").distinct().count() == 2


def test_an_answer_comes_in_time_and_may_be_changed_till_then(families):
    new_ask = ask(families, "trip")
    reply(new_ask, families, note="аллергия")
    reply(new_ask, families, position=2)
    assert results(new_ask).counts == [(rules.AGREED, 0), (rules.REFUSED, 1)]
    with pytest.raises(actions.AskClosed, match="можно было до"):
        reply(new_ask, families, today=TODAY + 2 * DAY)
    actions.withdraw_ask(ask=new_ask, by=families.head, at=AT)
    with pytest.raises(actions.AskClosed, match="больше об этом не спрашивает"):
        reply(new_ask, families)


def test_guardians_who_differ_are_shown_and_nobody_decides_for_them(families):
    father = make_person(last_name="Отец")
    make_guardianship(father, person(families.students[0]), relation="father")
    new_ask = ask(families, "trip")
    reply(new_ask, families)
    reply(new_ask, families, position=2, by=make_actor(father))
    ((_, (family,)),) = results(new_ask).answered
    assert (family.differ, len(family.answers)) == (True, 2)


def test_notes_on_health_are_forgotten_after_the_trip(families):
    reply(ask(families, "trip"), families, note="аллергия")
    actions.forget_notes(day=TODAY + 15 * DAY)
    assert AskAnswer.objects.get().note == "аллергия"
    actions.forget_notes(day=TODAY + 16 * DAY)
    assert AskAnswer.objects.get().note == ""


def test_nothing_ties_a_person_to_an_anonymous_choice(families):
    new_ask = ask(families, "poll", options=["да", "нет"], is_anonymous=True)
    reply(new_ask, families, position=2)
    answer = AskAnswer.objects.get()
    assert (answer.option, answer.answered_at) == (None, datetime(2026, 9, 15, tzinfo=UTC))
    entry = Entry.objects.get(kind="involvement.answered")
    assert (entry.actor_id, entry.session_id, entry.payload["student_id"]) == (None, None, None)
    assert results(new_ask).counts == [("да", None), ("нет", None)]
    with pytest.raises(actions.AskClosed, match="анонимный"):
        reply(new_ask, families)
    AskOption.objects.filter(ask=new_ask, position=1).update(chosen=4)
    assert results(new_ask).counts == [("да", 4), ("нет", 1)]
    assert results(new_ask).silent == []


def test_a_poll_has_two_options_at_least(families):
    with pytest.raises(actions.OptionsMissing):
        ask(families, "poll", options=["да", "да"])


def test_families_are_reminded_once_a_day(families):
    new_ask = ask(families)
    actions.remind(ask=new_ask, by=families.head, at=AT)
    with pytest.raises(actions.RemindedLately):
        actions.remind(ask=new_ask, by=families.head, at=AT + timedelta(hours=23))
    actions.remind(ask=new_ask, by=families.head, at=AT + DAY)


def test_a_homeroom_teacher_asks_their_own_class_only(families):
    assert list(access.classes_to_ask(families.teacher, TODAY)) == [families.school_class]
    assert not access.classes_to_ask(make_families().teacher, TODAY).filter(pk=families.school_class.pk).exists()
    assert not access.classes_to_ask(families.mothers[0], TODAY).exists()
    assert not access.asks_to_keep(families.teacher).filter(pk=ask(families).pk).exists()


@pytest.mark.parametrize(
    ("begins", "ends", "minutes", "pause", "starts"),
    [
        (time(18), time(19), 20, 0, ["18:00", "18:20", "18:40"]),
        (time(18), time(19), 25, 5, ["18:00", "18:30"]),
        (time(18), time(18, 9), 10, 0, []),
        (time(19), time(18), 10, 0, []),
    ],
)
def test_slots_lie_wholly_between_the_times(begins, ends, minutes, pause, starts):
    assert [f"{start:%H:%M}" for start, _ in rules.slots(begins, ends, minutes, pause)] == starts


def evening(families, day=TODAY + DAY):
    return actions.make_evening(
        school=families.school,
        title="Вечер",
        place="каб. 5",
        day=day,
        begins=time(18),
        ends=time(19),
        minutes=20,
        pause=0,
        book_until=day,
        teacher_ids=[families.teacher.person_id, families.head.person_id],
        by=families.head,
        at=AT,
    )


def slot(families, number=0, who="teacher"):
    teacher = getattr(families, who).person_id
    return MeetingSlot.objects.filter(teacher=teacher).order_by("starts")[number]


def book(families, which, number=0, today=TODAY):
    actions.book(slot=which, student=person(families.students[number]), today=today, by=families.mothers[number], at=AT)


def test_a_slot_is_for_one_family_and_the_next_free_one_is_offered(families):
    evening(families)
    book(families, slot(families))
    with pytest.raises(actions.BookingOver, match=r"Ближайшее свободное — в 18:20"):
        book(families, slot(families), number=1)
    book(families, slot(families))
    assert MeetingSlot.objects.filter(guardian__isnull=False).count() == 1


def test_a_booking_moves_to_another_time_and_two_at_once_are_refused(families):
    evening(families)
    book(families, slot(families))
    book(families, slot(families, 1))
    assert slot(families).guardian_id is None
    with pytest.raises(actions.BookingOver, match="уже записаны к другому учителю"):
        book(families, slot(families, 1, "head"))
    book(families, slot(families, 2, "head"))


def test_nobody_is_at_two_schools_evenings_at_once(families):
    """An hour further west the same clock time comes an hour later."""
    west = make_families(time_zone="Europe/Kaliningrad")
    evening(families)
    evening(west)
    (west_mother, *_), mother = west.mothers, families.mothers[0]
    make_guardianship(person(mother), person(west.students[0]))
    book(families, slot(families))
    for number in (0, 1, 2):
        actions.book(slot=slot(west, number), student=person(west.students[0]), today=TODAY, by=mother, at=AT)
    actions.book(slot=slot(west, 0, "head"), student=person(west.students[1]), today=TODAY, by=west_mother, at=AT)
    early = MeetingSlot.objects.filter(teacher=west.head.person_id).latest("starts")
    MeetingSlot.objects.filter(pk=early.pk).update(starts=time(17), ends=time(17, 20))
    early.refresh_from_db()
    with pytest.raises(actions.BookingOver, match="уже записаны"):
        actions.book(slot=early, student=person(west.students[0]), today=TODAY, by=mother, at=AT)


def test_a_closed_slot_frees_the_family_and_is_not_booked(families):
    evening(families)
    book(families, slot(families))
    actions.close_slot(slot=slot(families), reason="совещание", by=families.teacher, at=AT)
    assert Entry.objects.get(kind="involvement.slot_freed").payload["by_teacher"] is True
    with pytest.raises(actions.BookingOver, match="закрыл"):
        book(families, slot(families))


def test_booking_ends_with_its_day_and_with_the_evening(families):
    new_evening = evening(families)
    with pytest.raises(actions.BookingOver):
        book(families, slot(families), today=TODAY + 2 * DAY)
    actions.withdraw_evening(evening=new_evening, by=families.head, at=AT)
    with pytest.raises(actions.BookingOver):
        book(families, slot(families))


def test_a_family_is_reminded_once_on_the_evening_before(families):
    evening(families)
    book(families, slot(families))
    # Six in the evening in Moscow is three in the afternoon by UTC.
    for moment in (AT.replace(hour=14, minute=59), AT.replace(hour=15), AT.replace(hour=16)):
        actions.remind_of_meetings(at=moment)
    assert [entry.at for entry in Entry.objects.filter(kind="involvement.meeting_reminder")] == [AT.replace(hour=15)]


def test_a_meeting_is_remembered_again_an_hour_before_it(families):
    evening(families)
    book(families, slot(families))
    begins = datetime.combine(TODAY + DAY, time(15), UTC)
    for minutes in (61, 60, 59, 1, -1):
        actions.remind_of_meetings(at=begins - timedelta(minutes=minutes))
    moments = [entry.at for entry in Entry.objects.filter(kind="involvement.meeting_reminder")]
    assert moments == [begins - timedelta(minutes=61), begins - timedelta(minutes=60)]


def test_who_has_just_booked_needs_no_reminder(families):
    evening(families)
    late = datetime.combine(TODAY + DAY, time(14, 30), UTC)
    which = slot(families)
    book(families, which)
    type(which).objects.filter(pk=which.pk).update(booked_at=late)
    actions.remind_of_meetings(at=late + timedelta(minutes=5))
    assert not Entry.objects.filter(kind="involvement.meeting_reminder").exists()


def test_the_teachers_of_a_student_are_those_who_teach_or_lead_them(families):
    teachers = queries.teachers_of_student(families.students[0].person_id, TODAY)
    assert [(pk, subjects) for pk, _, subjects in teachers] == [(families.teacher.person_id, "классный руководитель")]


def test_who_has_left_the_school_is_no_teacher_of_its_students(families):
    Post.objects.filter(person=families.teacher.person_id).update(to_date=TODAY)
    assert queries.teachers_of_student(families.students[0].person_id, TODAY) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_the_last_slot_at_once_one_gets_it(transactional_db):
    families = make_families()
    evening(families)
    which, outcomes = slot(families), []

    def try_to(number):
        try:
            book(families, which, number)
            outcomes.append("booked")
        except Refusal:
            outcomes.append("refused")
        connection.close()

    tries = [threading.Thread(target=try_to, args=[number]) for number in range(3)]
    for thread in tries:
        thread.start()
    for thread in tries:
        thread.join()
    assert sorted(outcomes) == ["booked", "refused", "refused"]


def test_answers_go_to_a_spreadsheet_without_running_there(families):
    new_ask = ask(families, "trip")
    reply(new_ask, families, note="=1+1; аллергия")
    head, *lines = queries.results_as_csv(results(new_ask)).lstrip("\ufeff").splitlines()
    assert head == "Класс;Ученик;Ответ;Кто ответил;Примечание"
    assert sorted(lines) == [
        '7А;Ученика А. И.;Согласен(на);Матьа А. И.;"\'=1+1; аллергия"',
        "7А;Ученикб А. И.;не отвечали;;",
        "7А;Ученикв А. И.;не отвечали;;",
    ]
    poll = ask(families, "poll", options=["да", "нет"], is_anonymous=True)
    AskOption.objects.filter(ask=poll, position=1).update(chosen=5)
    assert queries.results_as_csv(results(poll)).splitlines()[1:] == ["да;5", "нет;0"]


def test_who_represents_a_student_no_longer_sees_no_meeting_about_them_and_the_slot_is_free_again(families):
    evening(families)
    book(families, slot(families))
    mother = families.mothers[0]
    assert access.slots_booked_by(mother, TODAY).exists()
    Guardianship.objects.filter(guardian=mother.person_id).update(to_date=TODAY)
    assert not access.slots_booked_by(mother, TODAY).exists()
    assert queries.family_page(mother.person_id, [], (), [], TODAY, AT).bookings == []
    actions.free_of_ended_links(student_ids=[families.students[0].person_id], at=AT)
    assert not MeetingSlot.objects.filter(guardian=mother.person_id).exists()


def test_a_meeting_stays_while_its_guardian_represents_the_student(families):
    evening(families)
    book(families, slot(families))
    actions.free_of_ended_links(student_ids=[student.person_id for student in families.students], at=AT)
    assert MeetingSlot.objects.filter(guardian=families.mothers[0].person_id).count() == 1


@pytest.mark.parametrize(("zone", "is_over"), [("Europe/Moscow", False), ("Asia/Kamchatka", True)])
def test_what_is_over_for_a_family_is_so_by_the_clocks_of_its_school(families, zone, is_over):
    """A guardian has no clocks: at six in the evening in Moscow the next day has begun in Kamchatka."""
    School.objects.filter(pk=families.school.pk).update(time_zone=zone)
    ask(families, closes_day=TODAY)
    made = evening(families, day=TODAY)
    book(families, slot(families))
    at = datetime(2026, 9, 15, 15, 30, tzinfo=UTC)
    mother, student = families.mothers[0], person(families.students[0])
    day = mother.day(at)
    evenings = [(student, one) for one in access.evenings_of(student, day).select_related("school")]
    page = queries.family_page(mother.person_id, [student], {student.pk}, evenings, day, at)
    assert [one.is_over for one in (*page.waiting, *page.answered)] == [is_over]
    assert ([one.id for one in page.evenings], len(page.bookings)) == (([], 0) if is_over else ([made.pk], 1))
