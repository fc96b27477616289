"""What a leader does about guardians' links through the pages, and what the family is told on its own."""

import re
from datetime import timedelta

import pytest

from myschool.enrolment.actions import deciding
from myschool.enrolment.models import EnrolmentRequest, RequestStep
from myschool.enrolment.tests.makers import (
    make_admin,
    make_family_requests,
    make_own_request,
    make_placement,
    make_student_actor,
)
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people import actions as people
from myschool.people.models import GuardianRestriction, Person, PersonMerge, Post
from myschool.people.tests.makers import log_in, make_account, make_actor, make_guardianship, make_person, years_ago
from myschool.schools.tests.makers import make_class, make_lasting_school

pytestmark = pytest.mark.django_db
Kind = GuardianRestriction.Kind


@pytest.fixture
def seventh():
    return make_class(make_lasting_school())


@pytest.fixture
def admin(seventh):
    return make_admin(seventh.school)


@pytest.fixture
def link(seventh):
    """A father and his child, who studies in the class."""
    student = make_person("Домова", birth_date=years_ago(10))
    make_placement(student, seventh)
    return make_guardianship(make_person("Отцов", "Пётр", ""), student, relation="father")


def restrict(link, by, kind=Kind.ENDED):
    at = now()
    return people.restrict_guardian(
        guardianship=link,
        kind=kind,
        ground=GuardianRestriction.Ground.COURT,
        document="Решение суда",
        document_number="",
        document_day=at.date(),
        until=None,
        day=at.date(),
        by=by,
        at=at,
    )


def end(link, by):
    people.unlink_guardian(guardianship=link, day=now().date(), by=by, at=now())


def words(client, address, by=None):
    if by is not None:
        log_in(client, by, now())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client.get(address).content.decode()))


def press(client, address, sent=None):
    """The page that a button leads to, as it is read there."""
    answered = client.post(address, sent or {})
    assert answered.status_code == 302, answered.content.decode()
    return answered.headers["Location"], words(client, answered.headers["Location"])


def test_where_another_leader_must_lift_the_button_says_so_and_leads_back(client, link, admin, seventh):
    make_admin(seventh.school)
    restriction = restrict(link, admin)
    page = f"/desk/guardianships/{link.pk}/"
    assert "Предложить снять ограничение" in words(client, page, admin)
    for _ in range(2):
        landed, shown = press(client, f"/desk/restrictions/{restriction.pk}/lift/")
        assert landed == page
        assert "Снять ограничение предложено, но оно пока действует" in shown
        assert "Вы предложили снять" in shown
        assert "Да, " not in shown
    assert "Снять ограничение предложено" not in words(client, page)


def test_a_proposal_is_taken_back_by_who_made_it_alone(client, link, admin, seventh):
    colleague, restriction = make_admin(seventh.school), restrict(link, admin)
    people.lift_restriction(restriction=restriction, day=now().date(), by=admin, at=now())
    page, door = f"/desk/guardianships/{link.pk}/", f"/desk/restrictions/{restriction.pk}/keep/"
    assert "Отозвать предложение" not in words(client, page, colleague)
    assert "Отзывать нечего" in press(client, door)[1]
    assert "Отозвать предложение" in words(client, page, admin)
    landed, shown = press(client, door)
    assert landed == page
    assert "Предложение отозвано" in shown
    assert "Вы предложили снять" not in shown
    assert "Предложить снять ограничение" in shown
    assert "Другой руководитель предложил" not in words(client, page, colleague)


def test_who_has_asked_and_is_the_last_leader_lifts_alone(client, link, admin, seventh):
    colleague, restriction = make_admin(seventh.school), restrict(link, admin)
    people.lift_restriction(restriction=restriction, day=now().date(), by=admin, at=now())
    Post.objects.filter(person=colleague.person_id).update(to_date=now().date() - timedelta(days=1))
    shown = words(client, f"/desk/guardianships/{link.pk}/", admin)
    assert ("Да, снять с сегодняшнего дня" in shown, "Отозвать предложение" in shown) == (True, True)
    press(client, f"/desk/restrictions/{restriction.pk}/lift/")
    restriction.refresh_from_db()
    assert restriction.lifted_by_id == admin.person_id


def test_the_other_leader_is_shown_the_proposal_and_lifts(client, link, admin, seventh):
    colleague, restriction = make_admin(seventh.school), restrict(link, admin)
    people.lift_restriction(restriction=restriction, day=now().date(), by=admin, at=now())
    page = f"/desk/guardianships/{link.pk}/"
    shown = words(client, page, colleague)
    assert "Другой руководитель предложил снять: решаете вы" in shown
    assert "Да, снять с сегодняшнего дня" in shown
    for _ in range(2):
        assert press(client, f"/desk/restrictions/{restriction.pk}/lift/")[0] == page
    assert "Закрыт" not in words(client, page)


def test_a_restriction_of_a_link_that_was_ended_is_still_shown_and_lifted(client, link, admin, seventh):
    restriction = restrict(link, admin)
    end(link, admin)
    listed = words(client, f"/desk/classes/{seventh.pk}/", admin)
    assert "Отцов Пётр" in listed
    assert "Связь прекращена" in listed
    press(client, f"/desk/restrictions/{restriction.pk}/lift/")
    assert "Отцов" not in words(client, f"/desk/classes/{seventh.pk}/")


def test_a_link_ended_twice_is_ended_and_leads_back_to_the_class(client, link, admin, seventh):
    log_in(client, admin, now())
    for _ in range(2):
        landed, shown = press(client, f"/desk/guardianships/{link.pk}/end/")
        assert landed == f"/desk/classes/{seventh.pk}/"
        assert "Связь прекращена: Отцов Пётр" in shown
    assert "прекращена" in words(client, f"/desk/guardianships/{link.pk}/")


def test_a_guardians_page_says_which_child_it_is_about(client, link, admin, seventh):
    shown = words(client, f"/desk/guardianships/{link.pk}/", admin)
    assert str(link.student.birth_date.year) in shown
    assert seventh.title in shown
    assert "Права представителя: Отцов Пётр" in shown


def test_the_same_restriction_sent_again_is_refused_on_the_page(client, link, admin):
    log_in(client, admin, now())
    sent = {
        "kind": "ended",
        "ground": "court",
        "document": "Решение суда",
        "document_number": "1",
        "document_day": f"{now():%d.%m.%Y}",
    }
    address = f"/desk/guardianships/{link.pk}/"
    assert press(client, address, sent)[0] == address
    again = client.post(address, sent)
    assert again.status_code == 409
    assert "уже действует" in again.content.decode()
    future = client.post(address, sent | {"document_day": f"{now() + timedelta(days=3):%d.%m.%Y}"})
    assert future.status_code == 422
    assert "ещё не наступила" in future.content.decode()
    assert GuardianRestriction.objects.count() == 1


def test_of_two_kinds_the_stronger_stands_in_the_class_and_before_the_guardian(client, link, admin, seventh):
    for kind in (Kind.LIMITED, Kind.ENDED):
        restrict(link, admin, kind)
    listed = words(client, f"/desk/classes/{seventh.pk}/", admin)
    assert (Kind.ENDED.label in listed, Kind.LIMITED.label in listed) == (True, False)
    own = words(client, "/privacy/mine/", make_actor(link.guardian))
    assert (own.count("Данные ребёнка вам сейчас не показываются"), "Вы видите данные" in own) == (1, False)


@pytest.mark.parametrize(
    ("take_away", "says"),
    [
        (restrict, "Вам закрыт доступ к данным"),
        (lambda link, by: restrict(link, by, Kind.LIMITED), "Ваши права ограничены"),
        (end, "Ваша связь с ребёнком прекращена"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/privacy/mine/"])
def test_whoever_has_lost_rights_is_told_in_the_cabinet_who_decided(client, link, admin, address, take_away, says):
    take_away(link, admin)
    shown = words(client, address, make_actor(link.guardian))
    assert "Домова" in shown
    assert says in shown
    assert "места пока нет" not in shown
    assert ("Кто решил, на каком основании и куда обратиться" in shown) is (address == "/")


def test_an_approved_link_promises_nothing_once_it_is_over(client, seventh, admin):
    father = make_actor(make_person("Отцов", "Пётр", ""))
    place, request = make_family_requests(seventh, father)
    deciding.approve(request=place, by=admin, at=now())
    before = words(client, "/", father)
    assert "будет видно, когда школа подтвердит вашу связь" in before
    assert "места пока нет" not in before
    deciding.approve(request=request, by=admin, at=now())
    assert "доступны вам до его 18 лет" in words(client, "/")
    restrict(Person.objects.get(pk=father.person_id).guardianships.get(), admin)
    for address in ("/", f"/cabinet/requests/{request.pk}/"):
        shown = words(client, address)
        assert "доступны вам до его 18 лет" not in shown
        assert "сейчас не действует" in shown


def test_who_follows_nobody_any_more_is_not_spoken_to_as_a_newcomer(client, link, admin):
    end(link, admin)
    shown = words(client, "/diary/", make_actor(link.guardian))
    assert "Ваша связь с ребёнком прекращена" in shown


def test_a_family_sees_who_represents_its_child_and_within_which_limits(client, link, admin):
    mother = make_guardianship(make_person("Домова", "Мать", ""), link.student)
    restrict(link, admin, Kind.LIMITED)
    shown = words(client, "/privacy/mine/", make_actor(mother.guardian))
    assert "Законные представители" in shown
    assert f"Отцов Пётр отец Домова {link.student.first_name}" in shown.replace("  ", " ")
    assert Kind.LIMITED.label in shown


@pytest.mark.parametrize(("age", "is_told"), [(13, False), (14, True)])
def test_a_student_sees_who_represents_them_from_fourteen_on(client, link, age, is_told):
    Person.objects.filter(pk=link.student_id).update(birth_date=years_ago(age))
    student = make_actor(Person.objects.get(pk=link.student_id), Role.STUDENT)
    assert ("Отцов" in words(client, "/privacy/mine/", student)) is is_told


@pytest.fixture
def joined(seventh, admin):
    """A student who has asked for their own place and was found to be a record of the list."""
    listed = make_person("Петров", birth_date=years_ago(15))
    make_placement(listed, seventh)
    student = make_student_actor()
    make_account(Person.objects.get(pk=student.person_id))
    request = make_own_request(seventh, student, now())
    deciding.approve(request=request, same_as_id=listed.pk, is_seen_in_person=True, by=admin, at=now())
    return request, student, PersonMerge.objects.get()


def test_a_merge_undone_twice_is_undone_and_the_page_tells_the_two_apart(client, joined, admin):
    request, _, merge = joined
    shown = words(client, "/desk/merges/", admin)
    assert f"Запрос № {request.pk}" in shown
    assert "входит через Госуслуги" in shown
    for _ in range(2):
        landed, shown = press(client, f"/desk/merges/{merge.pk}/undo/")
        assert landed == "/desk/merges/"
        assert "Объединение отменено" in shown


def test_who_is_parted_from_the_list_is_told_and_can_ask_again(client, joined, admin):
    request, student, merge = joined
    deciding.undo_merge(merge=merge, by=admin, at=now())
    last = RequestStep.objects.filter(request=request).latest("pk")
    assert "Объединение записей отменено" in last.text
    cabinet = words(client, "/", student)
    assert "места пока нет" in cabinet
    assert "Место было подтверждено, но сейчас его нет" in cabinet
    page = words(client, f"/cabinet/requests/{request.pk}/")
    assert "Объединение записей отменено" in page
    assert "Исправить и отправить снова" in page
    assert "Объединение записей отменено" in words(client, f"/desk/requests/{request.pk}/", admin)


def test_an_approval_without_the_paper_seen_comes_back_with_all_that_was_chosen(client, seventh, admin):
    listed = make_person("Петров", "Егор", "", birth_date=years_ago(15))
    make_placement(listed, seventh)
    person = make_person("Петров", "Егор", "", birth_date=years_ago(15))
    make_account(person, level="P", trusted=False)
    request = make_own_request(seventh, make_actor(person, Role.STUDENT), now())
    log_in(client, admin, now())
    answered = client.post(
        f"/desk/requests/{request.pk}/approve/", {"same_as": str(listed.pk), "school_class": str(seventh.pk)}
    )
    shown = answered.content.decode()
    assert answered.status_code == 422
    assert re.search(r'<p class="field-error" id="seen_in_person_error">', shown)
    assert re.search(
        r'id="seen_in_person"[^>]* aria-invalid="true"|aria-invalid="true"[^>]* id="seen_in_person"', shown
    )
    assert re.search(rf'value="{listed.pk}"[^>]* checked', shown)
    assert re.search(rf'<option value="{seventh.pk}" selected', shown)
    assert EnrolmentRequest.objects.get().state == "submitted"


def test_a_request_approved_from_a_stale_page_shows_itself_as_it_is(client, seventh, admin):
    request = make_family_requests(seventh)[0]
    log_in(client, admin, now())
    address = f"/desk/requests/{request.pk}/approve/"
    landed, shown = press(client, address, {"school_class": str(seventh.pk)})
    assert (landed, "Запрос одобрен." in shown) == (f"/desk/requests/{request.pk}/", True)
    again = client.post(address, {"school_class": str(seventh.pk)})
    assert again.status_code == 409
    assert "Состояние запроса уже изменилось: одобрен." in again.content.decode()
    assert f"Запрос № {request.pk}" in again.content.decode()


def test_a_decline_without_words_keeps_what_was_chosen(client, seventh, admin):
    request = make_family_requests(seventh)[0]
    log_in(client, admin, now())
    answered = client.post(f"/desk/requests/{request.pk}/decline/", {"reason": "other", "reason_text": "нет"})
    shown = answered.content.decode()
    assert answered.status_code == 422
    assert '<option value="other" selected' in shown
    assert re.search(r">\s*нет</textarea>", shown)


def test_a_departure_pressed_twice_is_one_and_leads_back_to_the_class(client, link, admin, seventh):
    placement = link.student.placements.get()
    log_in(client, admin, now())
    for _ in range(2):
        landed, shown = press(client, f"/desk/placements/{placement.pk}/depart/")
        assert (landed, "Выбытие оформлено: Домова" in shown) == (f"/desk/classes/{seventh.pk}/", True)


def test_a_move_pressed_again_in_a_stale_tab_is_done(client, link, admin, seventh):
    placement, other = link.student.placements.get(), make_class(seventh.school, letter="Я")
    log_in(client, admin, now())
    for _ in range(2):
        landed, shown = press(client, f"/desk/placements/{placement.pk}/move/", {"school_class": str(other.pk)})
        assert landed == f"/desk/classes/{other.pk}/"
        assert f"теперь в классе {other.title}" in shown
