"""Who looked at a student is complete: whatever a door shows staff of a student who is not their own is written down.

A door is found out by what it answers: a student's name in it, or a file. So a new one cannot be forgotten.
"""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from myschool.config.doors import TITLES
from myschool.journal.models import AbsenceNote
from myschool.kernel.actors import STAFF
from myschool.people.actors import COOKIE
from myschool.people.models import AccessRecord, Person
from myschool.people.rules import names as names_rules
from myschool.timetable.access import own_students
from tests.access.conftest import Ask
from tests.access.doors import DOORS, Door
from tests.access.world import World

# Files, and whose they are: the students whose data the row of the world holds.
FILES_OF_STUDENTS = {
    "GET note-file note": ("child",),
    "GET handed-file handed_file": ("child",),
    "GET ask-results-csv ask": ("child", "student_person"),
}
# Files that hold no student's data, by door and row, each with its reason.
FILES_OF_NOBODY = {
    "GET chat-file news_file": "of the head; recorded when a student has sent the file",
    "POST complaint-evidence news_complaint": "words of the head; recorded when a student's words are in it",
    "GET decree teacher_connection": "a school's decree, no student's paper",
    "GET agreement application": "a publisher's agreement",
    "GET material-file material": "a file the teacher put beside the lesson",
    "GET homework-file homework_file": "a file the teacher put beside the homework",
    "GET homework-report-csv": "teachers and hours, no student",
    "GET document-content shared_document": "one's own",
    "GET document-page shared_document 1": "one's own",
    "GET download-document shared_document": "one's own",
    "GET download-version document_version": "one's own",
    "GET file-link file_token": "a link that the owner has given away",
}
# Where somebody is named who is on a school's list too, and not as its student: who, and as what.
NAMED_AS_OTHERS = {
    "GET desk": (("Домов Глеб", "Чужова Глеб"), "the card of a request, which no school has matched with a student"),
    "GET experts": (("Домов Глеб", "Чужова Глеб"), "an expert"),
    "GET publishers": (("Домова Mover", "Чужова Mover"), "who has applied as a publisher"),
}
SHOWN = [
    (door, who)
    for door in DOORS
    if door.answer == 200 and not door.name.startswith(("xapi-", "lti-"))
    for who in sorted(door.who & (set(STAFF) | {"stranger_admin", "stranger_operator"}))
]


def text_of(answered: HttpResponse) -> str:
    """What a person reads of an answer."""
    content = b"" if answered.streaming else answered.content
    return re.sub(r"\s+", " ", strip_tags(content.decode(errors="replace").replace("&nbsp;", " ")))


def is_file(answered: HttpResponse) -> bool:
    """Whether a file was handed out."""
    return answered.streaming or "Content-Disposition" in answered.headers


def named_in(answered: HttpResponse, viewer_id: int) -> Iterator[int]:
    """The students whose names an answer holds, in full or as a surname with initials; the viewer's own is no student's."""
    viewer = Person.objects.get(pk=viewer_id)
    own_name = names_rules.short_name(viewer.last_name, viewer.first_name, viewer.patronymic)
    text = text_of(answered).replace(own_name, "")
    staff = Person.objects.filter(post__isnull=False).values_list("last_name", "first_name", "patronymic")
    names_of_staff = {names_rules.short_name(*full_name) for full_name in staff}
    for student in Person.objects.filter(placements__isnull=False):
        last, first = re.escape(student.last_name), re.escape(student.first_name)
        short = names_rules.short_name(student.last_name, student.first_name, student.patronymic)
        # Initials that are a colleague's too name no student.
        initial = "" if short in names_of_staff else rf"|{first[0]}\."
        if re.search(rf"{last} ({first}\b{initial})", text):
            yield student.pk


@pytest.mark.parametrize(("door", "who"), SHOWN, ids=str)
def test_whatever_staff_is_shown_of_a_student_not_their_own_is_written_down(
    door: Door, who: str, ask: Ask, world: World
) -> None:
    answered = ask(who, door.method, door.name, door.about, door.sent)
    actor = world.actors[who]
    recorded = set(AccessRecord.objects.filter(viewer=actor.person_id).values_list("student", flat=True))
    own = set(own_students(actor, world.day).values_list("pk", flat=True))
    others, _ = NAMED_AS_OTHERS.get(str(door), ((), ""))
    missed = Person.objects.filter(pk__in=set(named_in(answered, actor.person_id)) - own - recorded)
    assert {f"{student.last_name} {student.first_name}" for student in missed} <= set(others)
    assert not recorded & own
    if is_file(answered):
        whose = FILES_OF_STUDENTS.get(str(door), ())
        assert whose or str(door) in FILES_OF_NOBODY, f"{door} hands out a file: say here whose data it holds"
        assert {world.rows[row] for row in whose} <= own | recorded


def test_only_doors_that_are_there_have_files_and_names_of_others() -> None:
    existing = {str(door) for door, _ in SHOWN}
    assert (FILES_OF_STUDENTS.keys() | FILES_OF_NOBODY.keys() | NAMED_AS_OTHERS.keys()) - existing == set()
    assert not FILES_OF_STUDENTS.keys() & FILES_OF_NOBODY.keys()


# Every reading door of the journal and its neighbours, and who comes from outside: all of them leave a record.
RECORDED = [
    ("deputy_head", "journal-data", "taught", "journal"),
    ("deputy_head", "journal-print", "taught", "journal"),
    ("deputy_head", "cell-history", "lesson child 1", "journal"),
    ("deputy_head", "average-explained", "taught child", "journal"),
    ("deputy_head", "lesson", "lesson", "journal"),
    ("deputy_head", "finals", "taught", "journal"),
    ("deputy_head", "sheet", "class", "journal"),
    ("deputy_head", "notes", "", "absence"),
    ("deputy_head", "note-file", "note", "absence"),
    ("deputy_head", "homework", "homework", "homework"),
    ("deputy_head", "material-results", "taken_material", "library"),
    ("deputy_head", "teaching-group", "group", "card"),
    ("deputy_head", "ask-results", "ask", "answers"),
    ("deputy_head", "ask-results-csv", "ask", "answers"),
    ("deputy_head", "evening", "evening", "meeting"),
    ("deputy_head", "message-readers", "news 1", "chat"),
    ("deputy_head", "talk-members", "news", "chat"),
    ("school_admin", "class", "class", "card"),
    ("school_admin", "classes", "", "card"),
    ("school_admin", "restrict-guardian", "child_link", "card"),
    ("school_admin", "merges", "", "card"),
    ("operator", "demands", "", "deletion"),
    ("operator", "decisions", "", "desk"),
]


@pytest.mark.parametrize(("who", "name", "about", "section"), RECORDED)
def test_a_look_from_outside_is_told_in_its_section(
    who: str, name: str, about: str, section: str, ask: Ask, world: World
) -> None:
    assert ask(who, "GET", name, about).status_code == 200
    records = AccessRecord.objects.filter(viewer=world.actors[who].person_id)
    assert set(records.values_list("section", "door")) == {(section, name)}
    assert all(section in AccessRecord.Section.values for section in records.values_list("section", flat=True))


def test_a_look_at_a_paper_that_was_only_asked_for_twice_is_one(ask: Ask, world: World) -> None:
    for _ in range(2):
        assert ask("deputy_head", "GET", "note-file", "note").status_code == 200
    assert AccessRecord.objects.get(viewer=world.actors["deputy_head"].person_id).section == "absence"


def test_another_paper_of_the_same_student_is_another_look(ask: Ask, world: World) -> None:
    other = AbsenceNote.objects.get(pk=world.address("note")[0])
    other.pk = None
    other.save()
    for about in ("note", str(other.pk)):
        assert ask("deputy_head", "GET", "note-file", about).status_code == 200
    looks = AccessRecord.objects.filter(viewer=world.actors["deputy_head"].person_id)
    assert len(set(looks.values_list("reason", flat=True))) == 2


def test_a_family_leaves_no_record_of_looking_at_its_own(ask: Ask) -> None:
    assert ask("guardian", "GET", "diary-week", "child").status_code == 200
    assert not AccessRecord.objects.exists()


# A row of a student, and who tries it from outside: the family learns of the attempt.
TRIED = [
    ("stranger_admin", "GET", "note-file", "note"),
    ("stranger_admin", "POST", "decide-note", "note"),
    ("stranger_admin", "GET", "cell-history", "lesson child 1"),
    ("stranger_admin", "GET", "average-explained", "taught child"),
    ("stranger_admin", "GET", "own-homework", "homework child"),
    ("publisher", "GET", "diary-week", "child"),
    ("expert", "GET", "diary-week-data", "child"),
    ("stranger_admin", "POST", "depart", "placement"),
    ("stranger_admin", "POST", "end-guardianship", "child_link"),
    ("stranger_admin", "GET", "handed-file", "handed_file"),
    ("stranger_admin", "POST", "review-work", "version"),
    ("stranger_operator", "POST", "grant-deletion", "demand"),
    ("stranger_admin", "POST", "withdraw-remark", "remark"),
    ("stranger_admin", "GET", "who-looked", "child"),
    ("stranger_admin", "GET", "export", "child"),
    ("stranger_admin", "POST", "demand-deletion", "child"),
    ("stranger_admin", "GET", "restrict-guardian", "child_link"),
]


@pytest.mark.parametrize(("who", "method", "name", "about"), TRIED)
def test_a_refused_look_at_a_students_row_is_told_to_the_family(
    who: str, method: str, name: str, about: str, ask: Ask, world: World
) -> None:
    assert ask(who, method, name, about).status_code == 404
    record = AccessRecord.objects.get()
    assert record.student_id is not None
    assert Person.objects.get(pk=record.student_id).last_name == "Домов"
    assert (record.viewer_id, record.section, record.door) == (world.actors[who].person_id, "refused", name)
    assert record.rows == " ".join(str(part) for part in world.address(about))


@pytest.mark.parametrize(("name", "about"), [("lift-restriction", "restriction"), ("undo-merge", "merge")])
def test_a_refused_deed_on_a_row_names_whose_row_it_is(name: str, about: str, ask: Ask, world: World) -> None:
    assert ask("stranger_admin", "POST", name, about).status_code == 404
    assert AccessRecord.objects.get().student_id is not None


def test_a_foreign_student_chosen_for_a_request_is_a_refused_look(ask: Ask, world: World) -> None:
    answered = ask("school_admin", "POST", "approve", "request", {"same_as": "99999999"})
    assert answered.status_code >= 400
    record = AccessRecord.objects.get(section="refused")
    assert (record.viewer_id, record.door) == (world.actors["school_admin"].person_id, "approve")


def test_a_familys_wrong_address_is_counted_and_names_nobody(ask: Ask, world: World) -> None:
    assert ask("guardian", "GET", "diary-week", "former_child").status_code == 404
    record = AccessRecord.objects.get()
    assert (record.viewer_id, record.student_id, record.rows, record.door) == (
        world.actors["guardian"].person_id,
        None,
        "",
        "diary-week",
    )


def test_a_page_that_is_not_there_for_the_role_is_no_look(ask: Ask) -> None:
    assert ask("teacher", "GET", "desk").status_code == 404
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize(("who", "sees"), [("stranger_admin", True), ("school_admin", False), ("operator", True)])
def test_refused_looks_are_seen_by_who_answers_for_the_viewer(who: str, sees: bool, ask: Ask) -> None:  # noqa: FBT001 - a table
    ask("stranger_admin", "GET", "average-explained", "taught child")
    assert ("Средний балл ученика, №" in text_of(ask(who, "GET", "refused-looks"))) is sees


def test_every_address_has_a_russian_name_for_whoever_reads_of_refused_looks() -> None:
    names = {door.name for door in DOORS if not door.name.startswith(("xapi-", "lti-", "oai"))}
    assert names - TITLES.keys() == set()
    assert [title for title in TITLES.values() if not re.fullmatch(r"[А-ЯЁ][а-яё «»-]+", title)] == []
    assert TITLES.keys() - {door.name for door in DOORS} == set()


# A leader of the student's own school is no stranger: what is over, or a rule forbids, is no attempt to look.
OWN = [
    ("POST", "end-guardianship", "child_link", {}),
    ("POST", "restrict-guardian", "child_link", {}),
    ("POST", "restrict-guardian", "child_link", {"kind": "limited", "document_day": "01.01.2100"}),
    ("POST", "lift-restriction", "restriction", {}),
    ("POST", "take-lifting-back", "restriction", {}),
    ("POST", "undo-merge", "merge", {}),
    ("POST", "decline", "request", {"reason": "other"}),
    ("GET", "who-looked", "child", {}),
    ("POST", "demand-deletion", "child", {}),
    ("GET", "diary-week", "child", {}),
]


@pytest.mark.parametrize(("method", "name", "about", "sent"), OWN)
def test_what_is_refused_to_a_leader_about_a_student_of_the_own_school_accuses_nobody(
    method: str, name: str, about: str, sent: dict[str, str], ask: Ask
) -> None:
    for _ in range(2):
        ask("school_admin", method, name, about, sent)
    assert not AccessRecord.objects.filter(section="refused").exists()


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_a_program_that_asks_for_its_own_upload_that_has_ended_accuses_nobody(
    method: str, ask: Ask, world: World
) -> None:
    client = Client(headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"})
    client.cookies[COOKIE] = world.tokens["teacher"]
    assert client.generic(method, reverse("upload", args=["a" * 43])).status_code == 404
    assert client.generic(method, reverse("calendar-feed") + f"feed/{'a' * 43}.ics").status_code in (404, 405)
    assert not AccessRecord.objects.filter(section="refused").exists()


@pytest.mark.parametrize(("name", "about"), [("make-folder", ""), ("begin-own-upload", ""), ("decide-note", "note")])
def test_a_form_without_its_token_accuses_nobody(name: str, about: str, ask: Ask, world: World) -> None:
    for who in ("teacher", "stranger_admin"):
        client = Client(enforce_csrf_checks=True)
        client.cookies[COOKIE] = world.tokens[who]
        assert client.post(reverse(name, args=world.address(about)), {"name": "Новая"}).status_code == 403
    assert not AccessRecord.objects.filter(section="refused").exists()


def test_a_piece_of_the_wrong_kind_accuses_nobody(ask: Ask, world: World) -> None:
    client = Client(headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    client.cookies[COOKIE] = world.tokens["teacher"]
    place = client.post(reverse("begin-own-upload")).headers["Location"]
    assert client.patch(place, b"bytes", content_type="text/plain").status_code == 415
    assert not AccessRecord.objects.filter(section="refused").exists()


def test_a_student_of_the_own_school_is_not_told_of_what_was_chosen_wrong_in_a_form(ask: Ask, world: World) -> None:
    ask("school_admin", "POST", "approve", "request", {"same_as": "99999999"})
    assert AccessRecord.objects.get(section="refused").student_id is None
