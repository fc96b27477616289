"""Folders and documents through the database: names, places, the trash, space, and what a class may read."""

from datetime import date, timedelta

import pytest

from myschool.enrolment.tests.makers import make_placement, make_student_actor
from myschool.files.models import StoredFile, UnclaimedBytes
from myschool.folders import access, actions, links, queries, rules
from myschool.folders.models import Document, DocumentShare, DocumentVersion, Folder
from myschool.folders.tests.makers import make_document, make_folder, received
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people.actions import merge_persons
from myschool.people.models import Person, Post
from myschool.people.tests.makers import make_actor, make_guardianship, make_person, make_post
from myschool.schools.tests.makers import NOON, make_class, make_school

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def school(db):
    return make_school()


@pytest.fixture
def teacher(school):
    return make_actor(make_person("Учителева"), Role.TEACHER, school.organisation)


def names(rows):
    return sorted(rows.values_list("name", flat=True))


def test_a_name_is_there_once_in_its_place(teacher):
    folder = make_folder(teacher)
    make_document(teacher)
    for again in (make_folder, make_document):
        with pytest.raises(actions.NameTaken):
            again(teacher)
    make_folder(teacher, parent=folder)
    make_document(teacher, folder=folder)
    other = make_actor()
    make_folder(other)
    make_document(other)


def test_two_files_of_one_name_do_not_come_at_once(teacher):
    with pytest.raises(actions.NameTaken):
        actions.add_documents(folder=None, received=[received(), received()], by=teacher, at=NOON)
    with pytest.raises(actions.NothingSent):
        actions.add_documents(folder=None, received=[], by=teacher, at=NOON)
    assert not StoredFile.objects.exists()


def test_a_folder_does_not_move_into_itself(teacher):
    outer = make_folder(teacher)
    inner = make_folder(teacher, parent=outer)
    for target in (outer, inner):
        with pytest.raises(actions.MoveUnfit, match="в неё саму"):
            actions.move(item=outer, target=target, by=teacher, at=NOON)


def test_what_lies_in_a_folder_moves_with_it(teacher):
    outer, place = make_folder(teacher), make_folder(teacher, "Архив")
    inner = make_folder(teacher, parent=outer)
    actions.move(item=outer, target=place, by=teacher, at=NOON)
    inner.refresh_from_db()
    assert inner.path == [place.pk, outer.pk, inner.pk]
    actions.move(item=inner, target=None, by=teacher, at=NOON)
    inner.refresh_from_db()
    assert (inner.path, inner.parent) == ([inner.pk], None)


def test_a_move_or_a_new_name_never_hides_another(teacher):
    first, second = make_document(teacher), make_document(teacher, "другой.pdf")
    folder = make_folder(teacher)
    make_document(teacher, folder=folder)
    with pytest.raises(actions.NameTaken):
        actions.rename(item=second, name="план.pdf", by=teacher, at=NOON)
    with pytest.raises(actions.NameTaken):
        actions.move(item=first, target=folder, by=teacher, at=NOON)
    actions.rename(item=second, name="другой.pdf", by=teacher, at=NOON)
    actions.move(item=second, target=folder, by=teacher, at=NOON)
    assert names(Document.objects.filter(folder=folder)) == ["другой.pdf", "план.pdf"]


def test_folders_do_not_lie_too_deep(teacher):
    deepest = None
    for number in range(rules.DEEPEST):
        deepest = make_folder(teacher, f"Папка {number}", deepest)
    with pytest.raises(actions.MoveUnfit):
        make_folder(teacher, parent=deepest)
    other = make_folder(teacher, "Другая")
    with pytest.raises(actions.MoveUnfit):
        actions.move(item=other, target=deepest, by=teacher, at=NOON)


def test_a_folder_holds_what_a_page_can_show(teacher, monkeypatch):
    monkeypatch.setattr(rules, "MOST_IN_FOLDER", 1)
    make_folder(teacher)
    make_document(teacher)
    for make in (make_folder, make_document):
        with pytest.raises(actions.FolderIsFull):
            make(teacher, "ещё один")


def test_the_trash_takes_a_folder_with_all_in_it_and_gives_it_back(teacher):
    folder = make_folder(teacher)
    gone = make_document(teacher, "раньше.pdf", folder)
    make_document(teacher, folder=make_folder(teacher, "Внутри", folder))
    actions.trash(item=gone, by=teacher, at=NOON)
    actions.trash(item=folder, by=teacher, at=LATER)
    assert not access.own_folders(teacher).exists()
    assert not access.own_documents(teacher).exists()
    assert [line.name for line in queries.trash_page(teacher).lines] == ["Уроки", "раньше.pdf"]
    actions.restore(item=folder, by=teacher, at=LATER)
    assert names(access.own_folders(teacher)) == ["Внутри", "Уроки"]
    assert names(access.own_documents(teacher)) == ["план.pdf"]


def test_what_returns_to_no_folder_or_to_a_taken_name(teacher):
    folder = make_folder(teacher)
    document = make_document(teacher, folder=folder)
    actions.trash(item=document, by=teacher, at=NOON)
    actions.trash(item=folder, by=teacher, at=LATER)
    make_document(teacher)
    with pytest.raises(actions.NameTaken):
        actions.restore(item=document, by=teacher, at=LATER)
    actions.rename(item=Document.objects.get(trashed_at=None), name="другой.pdf", by=teacher, at=LATER)
    actions.restore(item=document, by=teacher, at=LATER)
    assert Document.objects.get(pk=document.pk).folder is None


def test_space_is_counted_by_every_version_and_the_trash_until_it_is_emptied(teacher, settings):
    settings.FILES_QUOTA = (3000, 1000)
    document = make_document(teacher)
    actions.add_version(document=document, received=[received()], by=teacher, at=NOON)
    with pytest.raises(actions.OverQuota, match="нужно 1 кБ, а свободно 1 кБ"):
        make_document(teacher, "большой.pdf", size=1001)
    actions.trash(item=document, by=teacher, at=NOON)
    assert queries.space_of(teacher).left == 1000
    actions.empty_trash(by=teacher, at=NOON)
    assert queries.space_of(teacher).left == 3000
    assert not StoredFile.objects.exists()
    assert UnclaimedBytes.objects.count() == 2
    with pytest.raises(actions.OverQuota):
        make_document(make_actor(), size=1001)


def test_the_trash_is_emptied_by_itself_in_a_month(teacher):
    folder = make_folder(teacher)
    make_document(teacher, folder=folder)
    document = make_document(teacher, "нужный.pdf")
    actions.trash(item=folder, by=teacher, at=NOON)
    actions.forget_old_trash(at=NOON + timedelta(days=30))
    assert Folder.objects.exists()
    actions.forget_old_trash(at=NOON + timedelta(days=30, seconds=1))
    assert not Folder.objects.exists()
    assert list(Document.objects.all()) == [document]


def test_folders_in_folders_are_emptied_with_all_that_lies_in_them(teacher):
    folder = make_folder(teacher)
    inner = make_folder(teacher, "Внутри", parent=folder)
    make_document(teacher, folder=inner)
    actions.trash(item=folder, by=teacher, at=NOON)
    actions.empty_trash(by=teacher, at=NOON)
    assert not Folder.objects.exists()
    assert not Document.objects.exists()


def test_versions_are_kept_and_numbered(teacher):
    document = make_document(teacher)
    actions.add_version(document=document, received=[received("иначе.docx")], by=teacher, at=LATER)
    assert list(document.versions.order_by("number").values_list("number", "file__name")) == [
        (1, "план.pdf"),
        (2, "иначе.docx"),
    ]
    assert queries.last_version(document).number == 2


def share(teacher, item, school_class, last_day=None, today=TODAY):
    actions.share(item=item, school_class=school_class, last_day=last_day, today=today, by=teacher, at=NOON)


def test_a_class_reads_what_is_shared_and_what_lies_in_it(teacher, school):
    school_class = make_class(school)
    outer = make_folder(teacher)
    inner = make_folder(teacher, "Внутри", outer)
    inside, beside = make_document(teacher, folder=inner), make_document(teacher, "сосед.pdf")
    alone = make_document(teacher, "один.pdf")
    share(teacher, outer, school_class)
    share(teacher, alone, school_class)
    student = make_student_actor()
    make_placement(Person.objects.get(pk=student.person_id), school_class)
    assert names(access.documents_to_read(student, TODAY)) == ["один.pdf", "план.pdf"]
    assert names(access.folders_to_read(student, TODAY)) == ["Внутри", "Уроки"]
    assert [line.name for line in queries.shared_page(student, TODAY).lines] == ["один.pdf", "Уроки"]
    assert beside not in access.documents_to_read(student, TODAY)
    actions.trash(item=outer, by=teacher, at=NOON)
    assert list(access.documents_to_read(student, TODAY)) == [alone]
    assert [line.name for line in queries.shared_page(student, TODAY).lines] == ["один.pdf"]
    assert inside.pk


def test_who_left_the_class_and_who_is_of_another_reads_nothing(teacher, school):
    school_class = make_class(school)
    document = make_document(teacher)
    share(teacher, document, school_class)
    left, other = make_student_actor(), make_student_actor(last_name="Другова")
    make_placement(Person.objects.get(pk=left.person_id), school_class, to_date=TODAY)
    make_placement(Person.objects.get(pk=other.person_id), make_class(school, letter="Б"))
    assert access.documents_to_read(left, TODAY - timedelta(days=1)).exists()
    for actor in (left, other, make_actor()):
        assert not access.documents_to_read(actor, TODAY).exists()
        assert queries.shared_page(actor, TODAY).lines == []


def test_guardians_read_with_their_children_and_no_longer(teacher, school):
    school_class = make_class(school)
    share(teacher, make_document(teacher), school_class)
    student = make_person("Ученикова", birth_date=date(2016, 1, 1))
    make_placement(student, school_class)
    guardian = make_person("Мамина")
    make_guardianship(guardian, student, to_date=TODAY)
    actor = make_actor(guardian, Role.GUARDIAN)
    assert access.documents_to_read(actor, TODAY - timedelta(days=1)).exists()
    assert not access.documents_to_read(actor, TODAY).exists()


def test_sharing_ends_with_its_day_or_when_its_owner_says(teacher, school):
    school_class = make_class(school)
    document = make_document(teacher)
    share(teacher, document, school_class, last_day=TODAY)
    student = make_student_actor()
    make_placement(Person.objects.get(pk=student.person_id), school_class)
    assert access.documents_to_read(student, TODAY).exists()
    assert not access.documents_to_read(student, TODAY + timedelta(days=1)).exists()
    share(teacher, document, school_class)
    shared = DocumentShare.objects.get()
    assert shared.to_date == school_class.school_year.to_date
    for _ in range(2):
        actions.end_share(shared=shared, by=teacher, at=NOON)
    assert not access.documents_to_read(student, TODAY).exists()
    assert Entry.objects.filter(kind="folders.sharing_ended").count() == 1


@pytest.mark.parametrize("last_day", [TODAY - timedelta(days=1), date(2027, 9, 1), date(2099, 1, 1)])
def test_sharing_keeps_to_the_school_year(teacher, school, last_day):
    with pytest.raises(actions.ShareUnfit):
        share(teacher, make_document(teacher), make_class(school), last_day)


def test_only_staff_share_and_only_with_their_own_school(teacher, school):
    own, closed = make_class(school), make_class(school, letter="В")
    closed.closed_at = NOON
    closed.save()
    make_class(make_school(), letter="Б")
    assert list(access.classes_to_share_with(teacher, TODAY)) == [own]
    assert not access.classes_to_share_with(teacher, date(2030, 1, 1)).exists()
    assert not access.classes_to_share_with(make_actor(), TODAY).exists()


def test_a_link_opens_for_an_hour_and_only_as_it_was_signed(teacher):
    document = make_document(teacher)
    token = actions.make_link(document=document, by=teacher, at=NOON)
    assert links.read(token, NOON + timedelta(minutes=59)) == links.Link(document.pk, NOON)
    for wrong, at in ((token, NOON + timedelta(hours=1)), (token + "x", NOON), ("", NOON), ("a:b:c", NOON)):
        with pytest.raises(links.LinkIsOver):
            links.read(wrong, at)


def test_persons_found_to_be_one_have_all_the_files(teacher):
    merged = make_actor()
    folder = make_folder(merged)
    make_document(merged, folder=folder)
    make_document(merged, "сверху.pdf")
    make_folder(teacher)
    merge_persons(kept_id=teacher.person_id, merged_id=merged.person_id, by=teacher, at=NOON)
    assert access.own_documents(teacher).count() == 2
    folder.refresh_from_db()
    assert folder.path == [folder.parent_id, folder.pk]
    assert not access.own_folders(merged).exists()


def test_nobody_without_a_role_has_files():
    actor = make_actor(role=None)
    assert not access.owner_of_files(actor).exists()
    assert not access.own_documents(actor).exists()


def test_a_document_always_has_a_version(teacher):
    make_document(teacher)
    assert DocumentVersion.objects.get().number == 1
    assert [document.version for document in queries.top_page(teacher).documents] == [1]


@pytest.mark.parametrize("moved", [False, True])
def test_a_class_reads_what_is_shared_only_while_the_sharer_holds_a_post_in_its_school(teacher, school, moved):
    school_class, student = make_class(school), make_student_actor()
    make_placement(Person.objects.get(pk=student.person_id), school_class)
    folder = make_folder(teacher)
    document, inside = make_document(teacher), make_document(teacher, folder=folder)
    share(teacher, document, school_class)
    share(teacher, folder, school_class)
    assert set(access.documents_to_read(student, TODAY)) == {document, inside}
    Post.objects.filter(person=teacher.person_id).update(to_date=TODAY)
    if moved:
        make_post(Person.objects.get(pk=teacher.person_id), make_school().organisation)
    assert not access.documents_to_read(student, TODAY).exists()
    assert not access.folders_to_read(student, TODAY).exists()
    assert queries.shared_page(student, TODAY).lines == []
    # Whatever the owner puts there now, nobody of the class sees it.
    actions.add_version(document=document, received=[received()], by=teacher, at=LATER)
    assert not access.documents_to_read(student, TODAY).exists()
