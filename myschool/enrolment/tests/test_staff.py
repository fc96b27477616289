"""Who works in a school: invitations by code, posts asked for, dismissals, and the last administrator."""

from datetime import date, timedelta

import pytest

from myschool.enrolment.actions import asking, deciding, staffing
from myschool.enrolment.actions.staffing import ALPHABET
from myschool.enrolment.models import EnrolmentRequest, Invitation
from myschool.enrolment.tests.makers import make_admin
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.models import Entry
from myschool.people.models import Post
from myschool.people.queries import posts_at, roles_held
from myschool.people.tests.makers import log_in, make_actor, make_person, make_post, make_profile
from myschool.schools.models import School
from myschool.schools.tests.makers import NOON, make_lasting_school, make_region, make_school

pytestmark = pytest.mark.django_db
DAY = NOON.date()
NAMES = {"last_name": "Петрова", "first_name": "Анна", "patronymic": "Ивановна"}


def words(response):
    return " ".join(response.content.decode().split())


def school_of(actor):
    return School.objects.get(pk=actor.school_id)


def invite(admin, role=Role.TEACHER, at=NOON, **names):
    return staffing.invite(school=school_of(admin), role=role, by=admin, at=at, **(NAMES | names))


def accept(code, by, at=NOON):
    staffing.accept_invitation(code=code, by=by, at=at)


def candidate(**names):
    """Somebody registered as staff who works nowhere yet."""
    person = make_person(**names)
    make_profile(person, Role.TEACHER)
    return make_actor(person, role=None)


def ask_for_post(school, by, role=Role.TEACHER, at=NOON):
    return asking.request_post(school=school, role=role, by=by, at=at)


def post_of(actor):
    return Post.objects.get(person=actor.person_id)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DEPUTY_HEAD, Role.HEAD, Role.SCHOOL_ADMIN])
def test_who_brings_the_code_takes_the_post_they_were_invited_to(role):
    admin, newcomer = make_admin(), candidate()
    accept(invite(admin, role), newcomer)
    assert (post_of(newcomer).organisation_id, post_of(newcomer).role) == (admin.school_id, role)
    (post,) = roles_held(newcomer.person_id, NOON)
    assert post.role == role


@pytest.mark.parametrize(
    "spoil", [str.lower, lambda code: code.replace("-", " "), lambda code: f"  {code.replace('-', '')}\n"]
)
def test_a_code_is_read_in_whatever_case_and_with_whatever_dashes(spoil):
    newcomer = candidate()
    accept(spoil(invite(make_admin())), newcomer)
    assert post_of(newcomer)


def test_a_name_is_read_without_regard_to_yo_case_and_dashes():
    newcomer = candidate(last_name="Петрова-Сидорова", first_name="Алёна")
    accept(invite(make_admin(), last_name="петрова - сидорова", first_name="Алена"), newcomer)
    assert post_of(newcomer)


def test_a_code_works_once():
    code = invite(make_admin())
    accept(code, candidate())
    with pytest.raises(staffing.InvitationUnfit):
        accept(code, candidate())
    assert Post.objects.filter(role=Role.TEACHER).count() == 1


def wrong_code(admin):
    return "АААА-АААА-АААА", candidate()


def empty_code(admin):
    return "---", candidate()


def of_another_name(admin):
    return invite(admin, last_name="Сидорова"), candidate()


def another_patronymic(admin):
    return invite(admin, patronymic="Петровна"), candidate()


def expired(admin):
    return invite(admin, at=NOON - timedelta(days=14)), candidate()


def taken_back(admin):
    code = invite(admin)
    staffing.withdraw_invitation(invitation=Invitation.objects.get(), by=admin, at=NOON)
    return code, candidate()


@pytest.mark.parametrize("how", [wrong_code, empty_code, of_another_name, another_patronymic, expired, taken_back])
def test_every_unfit_code_is_refused_in_the_same_words(how):
    """So nobody learns whether a code exists."""
    code, newcomer = how(make_admin())
    with pytest.raises(staffing.InvitationUnfit, match="Приглашения с таким кодом для вас нет") as refused:
        accept(code, newcomer)
    assert refused.value.field == "code"
    assert not Post.objects.filter(person=newcomer.person_id).exists()


def test_a_code_lives_to_the_last_second_of_its_fortnight():
    newcomer = candidate()
    accept(invite(make_admin(), at=NOON - timedelta(days=14) + timedelta(seconds=1)), newcomer)
    assert post_of(newcomer)


def test_who_has_not_registered_as_staff_is_told_to_and_may_use_the_code_later():
    code, person = invite(make_admin()), make_person()
    newcomer = make_actor(person)
    with pytest.raises(staffing.InvitationUnfit, match="зарегистрируйтесь с профилем сотрудника"):
        accept(code, newcomer)
    make_profile(person, Role.TEACHER)
    accept(code, newcomer)
    assert post_of(newcomer)


def test_the_database_keeps_a_codes_hash_and_codes_have_no_letters_that_are_mixed_up():
    code = invite(make_admin())
    assert code.replace("-", "").encode() not in bytes(Invitation.objects.get().code_hash)
    assert not set("ОЗБЧ01") & set(ALPHABET)
    assert len({invite(make_admin()) for _ in range(20)}) == 20


def test_an_invitation_is_in_the_chronicle_without_names_and_without_the_code():
    code = invite(make_admin(), last_name="Неповторимова")
    payloads = str(list(Entry.objects.values_list("payload", flat=True)))
    assert "Неповторимова" not in payloads
    assert code not in payloads


def test_a_post_begins_by_the_date_at_the_school():
    school = make_school(make_region("41", "Камчатский край", "Asia/Kamchatka"))
    newcomer = candidate()
    evening = NOON.replace(hour=20)
    accept(invite(make_admin(school), at=evening), newcomer, evening)
    assert post_of(newcomer).from_date == date(2026, 9, 11)
    assert roles_held(newcomer.person_id, evening)


def test_accepting_the_same_post_twice_by_two_codes_is_one_post():
    admin, newcomer = make_admin(), candidate()
    for code in (invite(admin), invite(admin)):
        accept(code, newcomer)
    assert Post.objects.filter(person=newcomer.person_id).count() == 1


def test_a_teacher_may_work_in_two_schools():
    newcomer = candidate()
    for admin in (make_admin(), make_admin()):
        accept(invite(admin), newcomer)
    assert Post.objects.filter(person=newcomer.person_id).count() == 2


def test_the_code_is_shown_once_to_who_invites(client):
    school = make_lasting_school()
    log_in(client, make_admin(school), now())
    sent = {**NAMES, "role": "teacher"}
    text = words(client.post("/desk/staff/", sent))
    assert "Код показан один раз" in text
    assert "Код показан один раз" not in words(client.get("/desk/staff/"))
    assert "Петрова Анна Ивановна" in words(client.get("/desk/staff/"))


def test_a_refused_code_stays_in_the_form(client):
    log_in(client, candidate(), now())
    response = client.post("/cabinet/invitation/", {"code": "АААА-АААА"})
    assert response.status_code == 404
    assert 'value="АААА-АААА"' in words(response)


def test_a_post_asked_for_is_given_by_the_school():
    admin, newcomer = make_admin(), candidate()
    request = ask_for_post(school_of(admin), newcomer, Role.DEPUTY_HEAD)
    assert not Post.objects.filter(person=newcomer.person_id).exists()
    deciding.approve(request=request, by=admin, at=NOON)
    assert post_of(newcomer).role == Role.DEPUTY_HEAD


def test_a_post_asked_for_twice_is_one_request_and_another_role_is_another():
    admin, newcomer = make_admin(), candidate()
    requests = [ask_for_post(school_of(admin), newcomer, role) for role in (Role.TEACHER, Role.TEACHER, Role.HEAD)]
    assert requests[0] == requests[1] != requests[2]
    assert EnrolmentRequest.objects.count() == 2


def test_who_has_not_registered_as_staff_may_not_ask_for_a_post():
    with pytest.raises(asking.MayNotAsk, match="профилем сотрудника"):
        ask_for_post(make_school(), make_actor())


def test_requests_for_posts_are_never_approved_in_bulk():
    admin = make_admin()
    request = ask_for_post(school_of(admin), candidate())
    assert deciding.approve_many(requests=[request], by=admin, at=NOON) == deciding.Bulk(approved=0, left=1)


def test_a_dismissed_colleague_is_gone_from_the_school_at_once():
    admin, teacher = make_admin(), candidate()
    make_post(make_person(), school_of(admin).organisation, Role.TEACHER)
    accept(invite(admin), teacher, NOON - timedelta(days=3))
    staffing.dismiss(post=post_of(teacher), day=DAY, by=admin, at=NOON)
    assert not roles_held(teacher.person_id, NOON)
    assert post_of(teacher).to_date == DAY


def test_dismissing_twice_is_dismissing_once():
    admin = make_admin()
    post = make_post(make_person(), school_of(admin).organisation, Role.TEACHER)
    for day in (DAY, DAY + timedelta(days=5)):
        staffing.dismiss(post=post, day=day, by=admin, at=NOON)
    post.refresh_from_db()
    assert post.to_date == DAY
    assert Entry.objects.filter(kind="people.post_left").count() == 1


def test_a_post_taken_and_left_on_one_day_gives_no_role_and_keeps_its_row():
    admin, newcomer = make_admin(), candidate()
    accept(invite(admin), newcomer)
    staffing.dismiss(post=post_of(newcomer), day=DAY, by=admin, at=NOON)
    assert not posts_at(NOON).filter(person=newcomer.person_id).exists()
    assert Post.objects.get(person=newcomer.person_id).to_date == DAY


@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.HEAD])
def test_the_last_who_can_let_people_in_is_not_dismissed(role):
    school = make_school()
    leader = make_actor(make_person(), role, school.organisation)
    make_post(make_person(), school.organisation, Role.DEPUTY_HEAD)
    make_post(make_person(), school.organisation, Role.SCHOOL_ADMIN, to_date=DAY)
    make_admin(make_school())
    with pytest.raises(staffing.LastAdministrator, match="Сначала назначьте другого"):
        staffing.dismiss(post=post_of(leader), day=DAY, by=leader, at=NOON)
    assert post_of(leader).to_date is None


def test_with_another_leader_an_administrator_may_leave():
    school = make_school()
    head, admin = make_actor(make_person(), Role.HEAD, school.organisation), make_admin(school)
    staffing.dismiss(post=post_of(admin), day=DAY, by=head, at=NOON)
    with pytest.raises(staffing.LastAdministrator):
        staffing.dismiss(post=post_of(head), day=DAY, by=head, at=NOON)


def test_the_last_administrator_is_told_so_on_the_page(client):
    admin = make_admin(make_lasting_school())
    log_in(client, admin, now())
    response = client.post(f"/desk/staff/{post_of(admin).pk}/dismiss/")
    assert (response.status_code, "последний администратор" in words(response)) == (409, True)


def test_the_staff_of_another_school_is_out_of_reach(client):
    log_in(client, make_admin(make_lasting_school()), now())
    other = make_admin(make_lasting_school())
    invite(other, last_name="Соседова", at=now())
    assert client.post(f"/desk/staff/{post_of(other).pk}/dismiss/").status_code == 404
    assert client.post(f"/desk/invitations/{Invitation.objects.get().pk}/withdraw/").status_code == 404
    assert "Соседова" not in words(client.get("/desk/staff/"))
