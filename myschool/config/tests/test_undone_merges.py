"""A merge that was a mistake is undone in every package: each of the two has again what was theirs."""

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Mention, Message, Reaction
from myschool.chat.tests.makers import place_of, say
from myschool.config import followers
from myschool.config.tests.rows import everything
from myschool.enrolment.actions import deciding
from myschool.enrolment.tests.makers import make_admin
from myschool.exchange import actions as exchange
from myschool.exchange.models import CalendarFeed
from myschool.folders import actions as folders
from myschool.folders.models import Document, Folder
from myschool.folders.tests.makers import make_document, make_folder
from myschool.homework import actions as homework
from myschool.homework.models import HandIn, HomeworkStudent, HomeworkTick
from myschool.homework.tests.test_homework import hand_in, set_one
from myschool.involvement.models import Ask, AskAnswer, MeetingSlot, ParentsEvening
from myschool.journal.actions import lesson as lesson_actions
from myschool.journal.actions import notes
from myschool.journal.models import AbsenceNote, Acknowledgement, Attendance, Mark, Remark, TermMark
from myschool.journal.tests.makers import AT, DAY, make_journal, person_of, stands, write
from myschool.kernel import chronicle
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.library.models import Collection, Favourite, Material, Play
from myschool.library.tests.makers import make_version
from myschool.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings, PushSubscription
from myschool.notices.tests.makers import set_clock
from myschool.people import actions as people
from myschool.people.facts import PersonsMerged, PersonsSplit
from myschool.people.models import MergePart, Person
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post
from myschool.records.models import RecordKey
from myschool.timetable.models import GroupMember, Lesson, TeachingLoad
from myschool.timetable.tests.makers import assign, fill, make_group, make_lesson

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


def facts() -> list[Any]:
    """All merges and what was undone."""
    rows = Entry.objects.filter(kind__in=[PersonsMerged.kind, PersonsSplit.kind]).order_by("pk")
    return [
        chronicle.Fact.kinds[row.kind](**{name: getattr(row, name) for name in chronicle.ENVELOPE}, **row.payload)
        for row in rows
    ]


def follow(told: list[Any]) -> None:
    """Let everybody who reads of merges read these in one batch, as the follower's process does."""
    for name in followers.names():
        readers = chronicle._handlers[name]
        for reader in {readers[type(fact)] for fact in told if type(fact) in readers}:
            reader([fact for fact in told if readers.get(type(fact)) == reader])


@pytest.fixture
def pair():
    """Two students of one class who both did much, their mother, and who may merge them."""
    set_clock(AT)
    journal = make_journal()
    survivor, merged = journal.students[:2]
    journal.school.connected_at = AT
    journal.school.save()
    mother = make_person("Мать")
    for student in (survivor, merged):
        make_guardianship(mother, student)
    world = SimpleNamespace(
        journal=journal,
        kept=survivor,
        merged=merged,
        mother=mother,
        admin=make_admin(journal.school),
        first=make_actor(survivor, Role.STUDENT),
        second=make_actor(merged, Role.STUDENT),
    )
    keep_rosters(school_ids=[journal.school.pk], at=AT)
    in_the_journal(world)
    at_home(world)
    in_conversations(world)
    in_own_rooms(world)
    keep_rosters(school_ids=[journal.school.pk], at=AT)
    return world


def in_the_journal(world):
    journal = world.journal
    write(journal, "5", student=world.kept)
    write(journal, "Н 4", student=world.merged)
    second = make_lesson(journal.taught, teacher=person_of(journal.teacher), day=DAY - timedelta(days=1))
    write(journal, "3", student=world.merged, lesson=second)
    for student in (world.kept, world.merged):
        TermMark.objects.create(
            teaching_group=journal.taught,
            student=student,
            term=journal.term,
            state="marked",
            origin="4",
            five=4,
            given_by_id=journal.teacher.person_id,
            given_at=AT,
        )
        notes.acknowledge_week(student_id=student.pk, monday=date(2026, 9, 7), by=make_actor(world.mother), at=AT)
    lesson_actions.give_remark(
        lesson=second, student=world.merged, text="Молодец", is_praise=True, by=journal.teacher, at=AT
    )
    notes.file_note(
        student_id=world.merged.pk,
        school=journal.school,
        from_day=DAY,
        to_day=DAY + timedelta(days=1),
        meaning="illness",
        text="",
        file=None,
        by=make_actor(world.mother),
        at=AT,
    )
    part = make_group(journal.deputy, journal.school_class, title="Часть", is_part=True, subject=journal.taught.subject)
    fill(part, world.kept, world.merged, by=journal.deputy)


def at_home(world):
    own = set_one(world.journal, student_ids=[world.kept.pk, world.merged.pk])
    other = set_one(world.journal, student_ids=[world.merged.pk])
    for student in (world.kept, world.merged):
        homework.tick(homework=own, student=student, done=True, by=world.journal.teacher, at=AT)
        hand_in(world.journal, own, student=student)
    homework.tick(homework=other, student=world.merged, done=True, by=world.journal.teacher, at=AT)
    hand_in(world.journal, other, student=world.merged)


def in_conversations(world):
    talk = Conversation.objects.get(kind="students", school_class=world.journal.school_class)
    message = say(talk, world.second, "Кто дежурит?")
    for student in (world.kept, world.merged):
        Reaction.objects.create(message=message, person=student, sign="👍", at=AT)
    Reaction.objects.create(message=message, person=world.merged, sign="❤", at=AT)
    Mention.objects.create(message=message, person=world.merged)
    world.talk, world.message = talk, message


def in_own_rooms(world):
    material = Material.objects.get(pk=make_version().material_id)
    version = material.versions.get()
    for student in (world.kept, world.merged):
        Favourite.objects.create(person=student, material=material, added_at=AT)
        NoticeSettings.objects.create(person=student)
        NoticeChoice.objects.create(person=student, kind="marks", mail="off", push=True)
        notice = Notice.objects.create(
            recipient=student, kind="marks", thing="x", key="x", title="Отметка", path="/", zone="UTC", made_at=AT
        )
        Delivery.objects.create(
            notice=notice, recipient=student, channel="mail", due_at=AT, made_at=AT, state="waiting"
        )
        exchange.make_feed(by=make_actor(student, Role.STUDENT), at=AT)
    NoticeChoice.objects.create(person=world.merged, kind="homework", mail="off", push=True)
    PushSubscription.objects.create(
        person=world.merged, endpoint="https://push.example/1", p256dh="x", auth="y", device="z", made_at=AT
    )
    Play.objects.create(
        version=version, material=material, person=world.merged, registration=uuid4(), begun_at=AT, seen_at=AT
    )
    Collection.objects.create(person=world.merged, title="Дроби", made_at=AT)
    RecordKey.objects.create(name="k", secret_hash="h", scope="play", owner=world.merged, made_at=AT)
    folder = make_folder(world.second)
    make_folder(world.second, "Внутри", parent=folder)
    make_document(world.second, folder=folder)
    make_document(world.second, "сверху.pdf")
    make_folder(world.first)
    world.folder = folder
    school, teacher = world.journal.school, person_of(world.journal.teacher)
    ask = Ask.objects.create(
        school=school, kind="paper", title="Правила", text="", digest="d", made_by=teacher, made_at=AT, closes_day=DAY
    )
    evening = ParentsEvening.objects.create(
        school=school, title="Вечер", place="7А", day=DAY, book_until=DAY, made_by=teacher, made_at=AT
    )
    for number, student in enumerate((world.kept, world.merged)):
        AskAnswer.objects.create(ask=ask, version=1, student=student, person=world.mother, digest="d", answered_at=AT)
        MeetingSlot.objects.create(
            evening=evening,
            teacher=teacher,
            starts=time(17, 10 * number),
            ends=time(17, 10 * number + 9),
            student=student,
            guardian=world.mother,
            booked_at=AT,
        )


def merge(world):
    return deciding.merge(kept_id=world.kept.pk, merged_id=world.merged.pk, by=world.admin, at=AT)


def undo(world, done):
    people.undo_merge(merge=done, by=world.admin, at=LATER)


def test_after_undoing_everybody_has_everything_as_before(pair):
    before = everything()
    merge_row = merge(pair)
    # Nobody has followed yet: no moment is there in which one person is two.
    for model in (
        Mark,
        Attendance,
        TermMark,
        Remark,
        AbsenceNote,
        Acknowledgement,
        HomeworkTick,
        HomeworkStudent,
        HandIn,
        GroupMember,
    ):
        assert not model._base_manager.filter(student=pair.merged).exists()
    assert stands(pair.journal, pair.kept).cell.text == "Н 5"
    assert set(Message.objects.values_list("author", flat=True)) == {pair.kept.pk}
    assert Document.objects.filter(owner=pair.kept).count() == 2
    follow(facts())
    undo(pair, merge_row)
    follow(facts()[1:])
    assert everything() == before


def test_after_both_facts_in_one_batch_everything_is_as_before(pair):
    before = everything()
    undo(pair, merge(pair))
    follow(facts())
    assert everything() == before


def test_who_was_merged_again_is_joined_once(pair):
    before = everything()
    undo(pair, merge(pair))
    merge_row = merge(pair)
    follow(facts())
    assert not Mark.objects.filter(student=pair.merged).exists()
    undo(pair, merge_row)
    follow(facts()[3:])
    assert everything() == before


def test_facts_read_twice_change_nothing_more(pair):
    before = everything()
    merge_row = merge(pair)
    follow(facts())
    joined = everything()
    follow(facts())
    assert everything() == joined
    undo(pair, merge_row)
    for _ in range(2):
        follow(facts())
    assert everything() == before


def test_what_came_after_the_merge_stays_with_the_row_that_stayed(pair):
    merge_row = merge(pair)
    follow(facts())
    lesson = make_lesson(pair.journal.taught, teacher=person_of(pair.journal.teacher), day=DAY - timedelta(days=2))
    write(pair.journal, "2", student=pair.kept, lesson=lesson)
    message = say(pair.talk, pair.first, "После")
    pair.folder.refresh_from_db()
    inner = make_folder(pair.first, "Новая", parent=pair.folder)
    document = make_document(pair.first, "новый.pdf", folder=inner)
    undo(pair, merge_row)
    follow(facts()[1:])
    assert Mark.objects.get(lesson=lesson).student == pair.kept
    message.refresh_from_db()
    assert message.author == pair.kept
    inner.refresh_from_db()
    document.refresh_from_db()
    pair.folder.refresh_from_db()
    assert (pair.folder.owner, pair.folder.path) == (pair.merged, [pair.folder.pk])
    assert (inner.owner, document.owner, document.folder) == (pair.kept, pair.kept, inner)
    assert inner.path == [inner.parent_id, inner.pk]
    assert Folder.objects.get(pk=inner.parent_id).owner == pair.kept


def test_what_a_new_row_stands_in_the_way_of_stays_and_the_rest_returns(pair):
    merge_row = merge(pair)
    own = HomeworkStudent.objects.filter(student=pair.kept).earliest("pk").homework
    new = HomeworkTick.objects.create(homework=own, student=pair.merged, ticked_at=LATER)
    undo(pair, merge_row)
    assert HomeworkTick.objects.filter(homework=own, student=pair.merged).get() == new
    assert HandIn.objects.filter(student=pair.merged).count() == 2
    assert stands(pair.journal, pair.merged).cell.text == "Н 4"


def test_what_was_remembered_goes_when_the_merge_stands(pair):
    merge(pair)
    follow(facts())
    assert MergePart.objects.exists()
    people.drop_leftovers(at=AT + people.MERGES_UNDONE_WITHIN + timedelta(seconds=1))
    assert not MergePart.objects.exists()


def test_what_was_deleted_on_demand_does_not_come_back_with_undoing(pair):
    merge_row = merge(pair)
    outcome = people.forget_person(person_id=pair.kept.pk, by=pair.admin, at=LATER)
    assert "Полка" in outcome.deleted
    assert "Отметки" in {rest.title for rest in outcome.rest}
    undo(pair, merge_row)
    for model in (Favourite, NoticeChoice, NoticeSettings, HomeworkTick):
        assert not model._base_manager.exists()
    assert Mark.objects.filter(student=pair.merged).exists()


def test_two_links_of_one_person_are_one_again_two_after_undoing(pair):
    merge_row = merge(pair)
    follow(facts())
    assert CalendarFeed.objects.get(revoked_at=None).person == pair.kept
    undo(pair, merge_row)
    follow(facts()[1:])
    assert set(CalendarFeed.objects.filter(revoked_at=None).values_list("person", flat=True)) == {
        pair.kept.pk,
        pair.merged.pk,
    }


def test_a_personal_conversation_goes_along_and_comes_back(pair):
    other = pair.journal.students[2]
    lower, upper = sorted((pair.merged.pk, other.pk))
    talk = Conversation.objects.create(
        school=pair.journal.school, kind="personal", title="", lower_id=lower, upper_id=upper, made_at=AT
    )
    for person in (pair.merged, other):
        talk.members.create(person=person, capacity="student", may_write=True, keeps_order=False, from_at=AT)
    merge_row = merge(pair)
    follow(facts())
    talk.refresh_from_db()
    assert {talk.lower_id, talk.upper_id} == {pair.kept.pk, other.pk}
    assert place_of(talk, pair.first).conversation == talk
    undo(pair, merge_row)
    follow(facts()[1:])
    talk.refresh_from_db()
    assert (talk.lower_id, talk.upper_id) == (lower, upper)
    assert place_of(talk, pair.second).conversation == talk


def test_of_a_teachers_two_rows_lessons_and_loads_are_one_and_two_again(pair):
    journal = pair.journal
    listed, survivor = person_of(journal.teacher), make_person("Учителева")
    make_post(survivor, journal.school.organisation)
    second = make_group(journal.deputy, journal.school_class, title="Вторая", subject=journal.taught.subject)
    assign(second, survivor, journal.deputy)
    clash = make_lesson(second, teacher=survivor, day=DAY)
    keep_rosters(school_ids=[journal.school.pk], at=AT)
    before = everything()
    merge_row = deciding.merge(kept_id=survivor.pk, merged_id=listed.pk, by=pair.admin, at=AT)
    follow(facts())
    assert TeachingLoad.objects.filter(teacher=survivor).count() == 2
    # Nobody teaches two lessons at once: the list's lesson keeps the list's row.
    assert set(Lesson.objects.filter(day=DAY).values_list("pk", "teacher")) == {
        (clash.pk, survivor.pk),
        (journal.lesson.pk, listed.pk),
    }
    undo(pair, merge_row)
    follow(facts()[1:])
    assert everything() == before


def test_a_file_put_into_a_folder_that_goes_back_is_not_lost_to_its_owner(pair):
    merge_row = merge(pair)
    follow(facts())
    pair.folder.refresh_from_db()
    document = make_document(pair.first, "новый.pdf", folder=pair.folder)
    undo(pair, merge_row)
    follow(facts()[1:])
    document.refresh_from_db()
    assert document.folder.owner == pair.kept
    folders.take_out(owner_id=pair.kept.pk, at=LATER)
    assert Folder.objects.filter(owner=pair.kept, name__startswith="Добавлено").count() == 1
    assert Person.objects.get(pk=pair.merged.pk).merged_into is None
