"""Rows of others: an id is foreign whether it comes in the address, in a query or in a form."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from myschool.enrolment.models import EnrolmentRequest, Placement
from myschool.people.models import Guardianship, Post, Session
from tests.access.conftest import Ask
from tests.access.doors import GROUP, PLACE
from tests.access.world import STRANGE, World

PLANNED = {"subject": "{other_subject}", "hours": "2"}

# Who asks at which door about whose row; to each of them nothing is there.
FOREIGN = [
    # Another family's request
    ("guardian", "GET", "own-request", "strange_request"),
    ("guardian", "POST", "send-draft", "strange_request"),
    ("guardian", "POST", "answer-request", "strange_request"),
    ("guardian", "POST", "withdraw-request", "strange_request"),
    ("stranger_guardian", "GET", "own-request", "request"),
    # Another school's request, and one that is still a draft
    ("school_admin", "GET", "decide", "strange_request"),
    ("school_admin", "POST", "approve", "strange_request"),
    ("school_admin", "POST", "decline", "strange_request"),
    ("school_admin", "POST", "clarify", "strange_request"),
    ("school_admin", "POST", "release", "strange_request"),
    ("school_admin", "GET", "decide", "draft"),
    ("school_admin", "POST", "approve", "draft"),
    # A transfer is decided by the school it leads to, and released by the school it leads from
    ("school_admin", "POST", "approve", "leaving_request"),
    ("school_admin", "POST", "decline", "leaving_request"),
    ("stranger_admin", "POST", "release", "leaving_request"),
    ("school_admin", "POST", "release", "request"),
    # Another school's classes, students and staff
    ("school_admin", "GET", "class", "strange_class"),
    ("school_admin", "POST", "class", "strange_class"),
    ("school_admin", "POST", "rename-class", "strange_class"),
    ("school_admin", "POST", "close-class", "strange_empty_class"),
    ("school_admin", "POST", "depart", "strange_placement"),
    ("stranger_admin", "POST", "end-guardianship", "child_link"),
    ("stranger_admin", "GET", "restrict-guardian", "child_link"),
    ("stranger_admin", "POST", "restrict-guardian", "child_link"),
    ("school_admin", "POST", "restrict-guardian", "second_child_link"),
    ("stranger_admin", "POST", "lift-restriction", "restriction"),
    ("stranger_admin", "POST", "take-lifting-back", "restriction"),
    ("stranger_admin", "POST", "undo-merge", "merge"),
    # A link that has ended, and one with a child who does not study in the school
    ("school_admin", "POST", "end-guardianship", "former_child_link"),
    ("school_admin", "POST", "end-guardianship", "second_child_link"),
    ("school_admin", "POST", "dismiss", "strange_post"),
    ("school_admin", "POST", "withdraw-invitation", "strange_invitation"),
    # Another school's plan
    *(
        ("deputy_head", method, name, f"strange_{row}")
        for method, name, row in (
            ("GET", "class-plan", "class"),
            ("POST", "set-hours", "class"),
            ("GET", "make-group", "class"),
            ("POST", "close-subject", "subject"),
            ("GET", "teaching-group", "group"),
            ("POST", "fill-part", "part"),
            ("POST", "add-group-class", "group"),
            ("POST", "split-group", "group"),
            ("POST", "close-group", "group"),
            ("POST", "end-load", "load"),
            ("POST", "give-scheme", "scheme"),
            ("POST", "remove-holiday", "holiday"),
        )
    ),
    # Another school's conversations; the staff's own, of which a family sees nothing
    *(
        (who, method, name, f"{row}{about}")
        for who, row in (("teacher", "strange_news"), ("guardian", "strange_news"), ("guardian", "staff"))
        for method, name, about in (
            ("GET", "talk", ""),
            ("GET", "talk-changes", ""),
            ("GET", "talk-older", ""),
            ("POST", "send-message", ""),
            ("POST", "talk-read", ""),
            ("POST", "edit-message", " 1"),
            ("POST", "delete-message", " 1"),
            ("POST", "react-to-message", " 1"),
            ("POST", "pin-message", " 1"),
            ("GET", "message-readers", " 1"),
            ("GET", "report-message", " 1"),
            ("GET", "chat-file", "_file"),
        )
    ),
    *(
        ("head", method, name, about)
        # Another school's, and the one about the head's own message
        for about in ("strange_news_complaint", "news_complaint")
        for method, name in (("GET", "complaint"), ("POST", "complaint"), ("POST", "complaint-evidence"))
    ),
    ("head", "POST", "take-back-message", "waiting_message"),
    # What another school asks, and its evenings; another family's booking
    *(
        ("head", method, name, f"strange_{row}")
        for method, name, row in (
            ("GET", "ask-results", "ask"),
            ("POST", "change-ask", "ask"),
            ("POST", "remind-ask", "ask"),
            ("POST", "withdraw-ask", "ask"),
            ("GET", "evening", "evening"),
            ("POST", "withdraw-evening", "evening"),
            ("POST", "close-slot", "slot"),
        )
    ),
    ("guardian", "GET", "family-ask", "strange_ask child"),
    ("guardian", "POST", "answer-ask", "strange_ask child"),
    ("guardian", "GET", "booking", "strange_evening child"),
    ("guardian", "POST", "book-slot", "strange_slot child"),
    ("guardian", "POST", "free-slot", "strange_booked_slot"),
    ("stranger_guardian", "GET", "family-ask", "ask child"),
    ("stranger_guardian", "POST", "book-slot", "slot child"),
    ("stranger_guardian", "POST", "free-slot", "booked_slot"),
    # Another person's files, the shared ones too where they would change; the trash; a class's neighbour
    *(
        ("teacher", "POST", name, f"{kind} strange_{prefix}{row}")
        for kind, row in (("folders", "folder"), ("documents", "document"))
        for name, prefix in (
            ("rename-item", ""),
            ("move-item", ""),
            ("trash-item", ""),
            ("restore-item", "trashed_"),
            ("share-item", ""),
        )
    ),
    ("teacher", "GET", "folder", "strange_folder"),
    ("teacher", "GET", "document", "strange_document"),
    ("teacher", "GET", "download-document", "strange_document"),
    ("teacher", "GET", "document-page", "strange_document 1"),
    ("teacher", "GET", "download-version", "strange_document_version"),
    ("teacher", "GET", "document", "trashed_document"),
    ("guardian", "GET", "document", "document"),
    ("guardian", "GET", "folder", "folder"),
    ("guardian", "POST", "folder", "shared_folder"),
    ("guardian", "POST", "document", "shared_document"),
    ("guardian", "POST", "rename-item", "documents shared_document"),
    ("guardian", "POST", "make-file-link", "shared_document"),
    ("guardian", "POST", "end-share", "file_share"),
    # Another person's notice and device; a notice about one's child no longer; another region's delivery
    ("guardian", "GET", "open-notice", "strange_notice"),
    ("guardian", "GET", "open-notice", "notice_of_former_child"),
    ("stranger_guardian", "GET", "open-notice", "notice"),
    ("student", "POST", "remove-device", "device"),
    ("stranger_operator", "POST", "send-again", "dead_delivery"),
    ("operator", "POST", "send-again", "sent_delivery"),
    ("visitor", "GET", "confirm-address", "stopping"),
    ("visitor", "GET", "stop-mail", "confirming"),
    # Another person's session, consent and data
    ("guardian", "POST", "end-session", "student_session"),
    ("student", "POST", "withdraw-consent", "consent"),
    ("guardian", "GET", "who-looked", "student_person"),
    ("guardian", "GET", "export", "student_person"),
    ("guardian", "POST", "demand-deletion", "student_person"),
    ("stranger_guardian", "GET", "export", "child"),
    ("school_admin", "GET", "export", "child"),
    ("student", "GET", "export", "guardian_person"),
    # One's child no longer: the link has ended, or the child has come of age
    ("guardian", "GET", "export", "former_child"),
    ("guardian", "GET", "who-looked", "former_child"),
    ("guardian", "GET", "export", "grown_up_child"),
    ("guardian", "POST", "demand-deletion", "grown_up_child"),
    # What rests on the law and not on an agreement
    ("guardian", "POST", "withdraw-consent", "terms_consent"),
    # Another person's application, another region's application
    ("teacher", "GET", "connection", "head_connection"),
    ("teacher", "GET", "decree", "head_connection"),
    ("stranger_operator", "GET", "decree", "head_connection"),
    ("stranger_operator", "POST", "approve-connection", "head_connection"),
    ("stranger_operator", "POST", "decline-connection", "head_connection"),
]

# The same in a form: who sends what where, and how it is refused.
REFUSED: list[tuple[str, str, str, Mapping[str, str], int]] = [
    ("student", "own-place", "", PLACE | {"school_class": "{strange_class}"}, 422),
    ("student", "own-place", "", PLACE | {"school": "{unconnected_school}"}, 422),
    ("teacher", "own-post", "", {"inn": "1", "school": "{unconnected_school}", "role": "teacher"}, 422),
    ("teacher", "connect", "", {"inn": "1", "school": "{strange_school}"}, 409),
    ("school_admin", "approve", "request", {"same_as": "{strange_listed}"}, 422),
    ("school_admin", "approve", "request", {"same_as": "{strange_student_person}"}, 422),
    ("school_admin", "approve", "request", {"school_class": "{strange_class}"}, 422),
    ("deputy_head", "class-plan", "class", {"subject": "{strange_subject}", "hours": "2"}, 422),
    ("deputy_head", "class-plan", "class", PLANNED | {"teacher": "{strange_teacher}"}, 422),
    ("deputy_head", "set-hours", "class", {"subject": "{strange_subject}", "hours": "2"}, 404),
    ("deputy_head", "make-group", "class", GROUP | {"classes": "{strange_class}"}, 422),
    ("deputy_head", "teaching-group", "group", {"teacher": "{strange_teacher}", "hours": "2"}, 422),
    ("deputy_head", "fill-part", "part", {"ids": "{strange_listed}"}, 422),
    ("deputy_head", "add-group-class", "group", {"school_class": "{strange_class}"}, 404),
    ("deputy_head", "give-scheme", "scheme", {"ids": "{strange_class}"}, 422),
    ("teacher", "make-folder", "", {"name": "Моя", "folder": "{strange_folder}"}, 404),
    ("teacher", "move-item", "documents document", {"folder": "{strange_folder}"}, 404),
    ("teacher", "share-item", "documents document", {"school_class": "{strange_class}"}, 404),
    ("school_admin", "switch-role", "", {"role": "school_admin", "organisation": "{strange_school}"}, 403),
    ("school_admin", "switch-role", "", {"role": "school_admin"}, 403),
    ("teacher", "switch-role", "", {"role": "head", "organisation": "{home_school}"}, 403),
    ("guardian", "switch-role", "", {"role": "guardian", "organisation": "{home_school}"}, 403),
]

# Pages that list what is one's own: who looks, with what query, and whose name must not be there.
LISTS: list[tuple[str, str, str, Mapping[str, str], str]] = [
    ("school_admin", "desk", "", {}, STRANGE),
    ("school_admin", "classes", "", {}, STRANGE),
    ("school_admin", "staff", "", {}, STRANGE),
    ("school_admin", "decide", "request", {}, STRANGE),
    ("deputy_head", "plan", "", {}, STRANGE),
    ("deputy_head", "class-plan", "class", {}, STRANGE),
    ("deputy_head", "teaching-group", "group", {}, STRANGE),
    ("deputy_head", "teaching-group", "part", {}, STRANGE),
    ("deputy_head", "make-group", "class", {}, STRANGE),
    ("deputy_head", "terms-of-year", "", {}, STRANGE),
    ("stranger_admin", "desk", "", {}, "Домов"),
    ("stranger_admin", "staff", "", {}, "Домов"),
    ("stranger_operator", "connections", "", {"all": "1"}, "Домов"),
    ("stranger_operator", "demands", "", {}, "Домов"),
    ("operator", "decisions", "", {}, STRANGE),
    ("stranger_operator", "decisions", "", {}, "Домов Марк"),
    ("guardian", "home", "", {}, STRANGE),
    ("guardian", "add-student", "", {"again": "{strange_request}"}, STRANGE),
    ("guardian", "add-student", "", {"card": "{strange_card}"}, STRANGE),
    ("student", "own-place", "", {"again": "{request}"}, "{home_inn}"),
]


@pytest.mark.parametrize(("who", "method", "name", "about"), FOREIGN)
def test_nothing_is_there(who: str, method: str, name: str, about: str, ask: Ask) -> None:
    assert ask(who, method, name, about).status_code == 404


@pytest.mark.parametrize(("who", "name", "about", "sent", "status"), REFUSED)
def test_a_foreign_id_in_a_form_is_refused(
    who: str, name: str, about: str, sent: Mapping[str, str], status: int, ask: Ask
) -> None:
    assert ask(who, "POST", name, about, sent).status_code == status


@pytest.mark.parametrize(("who", "name", "about", "query", "name_of_others"), LISTS)
def test_a_page_names_nobody_of_others(
    who: str, name: str, about: str, query: Mapping[str, str], name_of_others: str, ask: Ask, world: World
) -> None:
    answered = ask(who, "GET", name, about, query)
    assert answered.status_code == 200
    assert world.filled(name_of_others) not in answered.content.decode()


@pytest.mark.parametrize("door", ["find-people", "search-desk"])
@pytest.mark.parametrize(("who", "typed"), [("school_admin", STRANGE), ("stranger_admin", "Домов")])
def test_a_search_finds_nobody_of_others(who: str, typed: str, door: str, ask: Ask) -> None:
    answered = ask(who, "POST", door, sent={"name": typed})
    assert answered.status_code == 200
    assert 'scope="row"' not in answered.content.decode()


def test_many_approvals_pass_over_other_schools_requests(ask: Ask, world: World) -> None:
    answered = ask("school_admin", "POST", "approve-many", sent={"ids": "{strange_request}"})
    assert answered.headers["Location"] == "/desk/?told=0.0"
    assert EnrolmentRequest.objects.get(pk=world.rows["strange_request"]).state == "submitted"


def test_an_approval_places_the_student_in_no_other_school(ask: Ask, world: World) -> None:
    ask("school_admin", "POST", "approve", "request", {"school_class": "{strange_class}"})
    assert not Placement.objects.filter(
        school_class=world.rows["strange_class"], school=world.rows["home_school"]
    ).exists()


def test_a_kept_form_comes_back_to_its_own_person_only(ask: Ask) -> None:
    shown = ask("guardian", "GET", "replay").content.decode()
    assert 'value="guardian"' in shown
    assert 'value="student"' not in shown


def test_a_code_for_another_name_gives_no_post(ask: Ask) -> None:
    post_count = Post.objects.count()
    assert ask("deputy_head", "POST", "invitation", sent={"code": "{code}"}).status_code == 404
    assert Post.objects.count() == post_count


def test_a_post_that_has_ended_opens_no_door(ask: Ask, world: World) -> None:
    Post.objects.filter(person=world.rows["school_admin_person"]).update(to_date=world.day)
    assert ask("school_admin", "GET", "desk").status_code == 404
    assert ask("school_admin", "GET", "decide", "request").status_code == 404
    assert ask("school_admin", "GET", "roles").status_code == 200


def test_a_session_that_has_ended_opens_no_door(ask: Ask, world: World) -> None:
    Session.objects.filter(pk=world.rows["guardian_session"]).update(ended_at=world.at, ended="remote")
    assert ask("guardian", "GET", "own-request", "request").status_code == 401


def test_a_guardian_who_acts_in_another_role_sees_no_child(ask: Ask, world: World) -> None:
    Session.objects.filter(pk=world.rows["guardian_session"]).update(role="student")
    assert ask("guardian", "GET", "export", "child").status_code == 404


def test_a_link_opens_with_its_first_day(ask: Ask, world: World) -> None:
    later = world.day + timedelta(days=2)
    Guardianship.objects.filter(student=world.rows["child"]).update(from_date=later)
    assert ask("guardian", "GET", "export", "child").status_code == 404


def test_what_the_export_holds_is_of_one_person(ask: Ask) -> None:
    copied = ask("guardian", "GET", "export", "child").content.decode()
    assert "Child" in copied
    assert "Second_Child" not in copied
    assert STRANGE not in copied
