"""What a school asks its families, and meetings with teachers."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from myschool.involvement.facts import (
    AnswersReminded,
    AskWithdrawn,
    EveningAnnounced,
    EveningWithdrawn,
    FamiliesAsked,
    MeetingReminderDue,
    SlotBooked,
    SlotFreed,
)
from myschool.involvement.models import Ask, AskAnswer, AskClass, MeetingSlot, ParentsEvening
from myschool.journal.tests.makers import AT, DAY, person_of
from myschool.kernel import chronicle
from myschool.kernel.actors import Role, nobody
from myschool.notices.tests.makers import follow, make_family_school, texts, titles
from myschool.people.actions import restrict_guardian
from myschool.people.models import GuardianRestriction
from myschool.people.tests.makers import make_account, make_guardianship, make_person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_clock(settings):
    settings.CLOCK_AHEAD = settings.CLOCK_AHEAD


@pytest.fixture
def school(_own_clock):
    family_school = make_family_school()
    make_account(person_of(family_school.teacher))
    return family_school


@pytest.fixture
def ask(school):
    new_ask = Ask.objects.create(
        school=school.school,
        kind="trip",
        title="Музей",
        text="Едем",
        digest="0" * 64,
        made_by=school.mother,
        made_at=AT,
        closes_day=date(2026, 9, 20),
    )
    AskClass.objects.create(ask=new_ask, school_class=school.school_class)
    return new_ask


def test_guardians_are_asked_and_reminded_until_they_have_answered(school, ask):
    chronicle.write(FamiliesAsked(ask_id=ask.pk, ask_kind="trip", version=1, **nobody(AT)))
    follow()
    assert titles(school.mother) == ["Ученик00: Нужно согласие: Музей"]
    assert texts(school.mother) == ["Ответить нужно до 20 сентября."]
    assert titles(school.student) == []
    AskAnswer.objects.create(
        ask=ask, version=1, student=school.student, person=school.mother, digest="0" * 64, answered_at=AT
    )
    chronicle.write(AnswersReminded(ask_id=ask.pk, **nobody(LATER)))
    follow()
    assert "Напоминаем" not in " ".join(titles(school.mother))


@pytest.mark.parametrize("kind", ["limited", "ended"])
def test_who_may_not_answer_or_book_is_asked_nothing(school, ask, kind):
    father = make_person("Отцов", "Пётр")
    make_account(father)
    link = make_guardianship(father, school.student)
    restrict_guardian(
        guardianship=link,
        kind=GuardianRestriction.Kind(kind),
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_number="",
        document_day=DAY,
        until=None,
        day=DAY,
        by=replace(school.deputy, role=Role.HEAD),
        at=AT,
    )
    evening = ParentsEvening.objects.create(
        school=school.school,
        title="Родительский вечер",
        place="каб. 5",
        day=DAY + timedelta(days=7),
        book_until=DAY,
        made_by=person_of(school.deputy),
        made_at=AT,
    )
    chronicle.write(FamiliesAsked(ask_id=ask.pk, ask_kind="trip", version=1, **nobody(LATER)))
    chronicle.write(EveningAnnounced(evening_id=evening.pk, **nobody(LATER)))
    follow()
    asked = ["Нужно согласие: Музей", "Родительский вечер, 17 сентября"]
    assert all(any(words in title for title in titles(school.mother)) for words in asked)
    assert not any(words in title for title in titles(father) for words in asked)


def test_what_is_asked_no_longer_is_not_told(school, ask):
    chronicle.write(FamiliesAsked(ask_id=ask.pk, ask_kind="trip", version=1, **nobody(AT)))
    follow()
    chronicle.write(AskWithdrawn(ask_id=ask.pk, **nobody(LATER)))
    follow()
    assert titles(school.mother) == []


def test_an_evening_its_meetings_and_its_end(school):
    evening = ParentsEvening.objects.create(
        school=school.school,
        title="Родительский вечер",
        place="каб. 5",
        day=DAY + timedelta(days=7),
        book_until=DAY,
        made_by=person_of(school.deputy),
        made_at=AT,
    )
    chronicle.write(EveningAnnounced(evening_id=evening.pk, **nobody(AT)))
    follow()
    assert titles(school.mother) == ["Ученик00: Родительский вечер, 17 сентября"]
    slot = MeetingSlot.objects.create(
        evening=evening,
        teacher_id=school.teacher.person_id,
        starts=time(18),
        ends=time(18, 10),
        student=school.student,
        guardian=school.mother,
        booked_at=AT,
    )
    named = {
        "slot_id": slot.pk,
        "student_id": school.student.pk,
        "guardian_id": school.mother.pk,
        "teacher_id": school.teacher.person_id,
    }
    chronicle.write(SlotBooked(**named, **nobody(AT)))
    follow()
    assert titles(school.teacher.person_id) == ["Запись на встречу: 17 сентября, 18:00"]
    chronicle.write(MeetingReminderDue(**named, **nobody(LATER)))
    follow()
    assert titles(school.mother)[-1] == "Встреча завтра: 17 сентября, 18:00"
    chronicle.write(SlotFreed(by_teacher=True, **named, **nobody(LATER + timedelta(minutes=1))))
    follow()
    assert titles(school.mother)[-1] == "Встреча отменена: 17 сентября, 18:00"
    ParentsEvening.objects.update(withdrawn_at=LATER)
    chronicle.write(EveningWithdrawn(evening_id=evening.pk, **nobody(LATER + timedelta(minutes=2))))
    follow()
    assert titles(school.mother)[-1] == "Не состоится: Родительский вечер, 17 сентября"
    assert "Не состоится: Родительский вечер, 17 сентября" in titles(school.teacher.person_id)
