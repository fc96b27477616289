"""Doors of those who keep a school: classes, students, staff."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.enrolment import access, forms
from myschool.enrolment.actions import deciding, placing, staffing
from myschool.enrolment.queries import keeping
from myschool.enrolment.queries import people as people_queries
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.kernel.resends import secret_of
from myschool.people import actions as persons
from myschool.people.doors import about, shows_students
from myschool.people.queries import name_of, student_of_guardianship
from myschool.schools import actions as schools
from myschool.schools.queries import today_in, year_to_plan

ONE_DAY = timedelta(days=1)


def classes(request: ActorRequest) -> HttpResponse:
    """The year's classes, and a new one."""
    school = get_object_or_404(access.school_to_lead(request.actor).select_related("organisation"))
    at = clock.now()
    today = today_in(school, at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        level, letter = given["name"]
        year = year_to_plan(school, today)
        schools.create_class(school=school, year=year, level=level, letter=letter, by=request.actor, at=at)
        return redirect("classes")

    def page() -> keeping.ClassesPage:
        shown = keeping.classes_page(school, today)
        shows_students(request, "card", [line.person_id for line in shown.unplaced], "Ученики без класса")
        return shown

    form = forms.ClassName(request.POST or None)
    further = {"find": forms.PersonSearch(), "move": forms.Move()}
    return pages.form_page(request, form, "enrolment/classes.html", page, accept, forms=further)


def school_class(request: ActorRequest, class_id: int) -> HttpResponse:
    """One class's list, and a student added to it from the school's papers."""
    school_class = get_object_or_404(access.classes_to_keep(request.actor).select_related("school"), pk=class_id)
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        placing.add_student(
            school_class=school_class, day=today_in(school_class.school, at), by=request.actor, at=at, **given
        )
        return redirect("class", class_id)

    def page() -> keeping.ClassPage:
        shown = keeping.class_page(request.actor, school_class, today_in(school_class.school, at))
        shows_students(request, "card", [line.person_id for line in shown.lines], "Список класса")
        return shown

    form = forms.ListedStudent(request.POST or None)
    further = {
        "move": forms.Move(),
        "naming": forms.ClassName(
            initial={"name": f"{school_class.level} {school_class.letter}".strip()}, auto_id="id_new_%s"
        ),
    }
    return pages.form_page(request, form, "enrolment/class.html", page, accept, forms=further)


@require_POST
def rename_class(request: ActorRequest, class_id: int) -> HttpResponse:
    """Give a class another name."""
    school_class = get_object_or_404(access.classes_to_keep(request.actor), pk=class_id)
    level, letter = pages.accepted(forms.ClassName(request.POST))["name"]
    placing.rename_class(school_class=school_class, level=level, letter=letter, by=request.actor, at=clock.now())
    return redirect("class", class_id)


@require_POST
def close_class(request: ActorRequest, class_id: int) -> HttpResponse:
    """Let an empty class take no more students."""
    school_class = get_object_or_404(access.classes_to_keep(request.actor), pk=class_id)
    placing.close_class(school_class=school_class, by=request.actor, at=clock.now())
    return redirect("classes")


def _placement(request: ActorRequest, placement_id: int) -> Any:
    """The place; of a student who was moved since the page was shown, the one they have now."""
    shown = access.placements_to_show(request.actor).select_related("school", "student")
    placement = get_object_or_404(shown, pk=placement_id)
    return shown.filter(student=placement.student_id, to_date__isnull=True).first() or placement


@about(keeping.student_of_placement)
@require_POST
def move(request: ActorRequest, placement_id: int) -> HttpResponse:
    """Put a student into a class, or into another one."""
    placement = _placement(request, placement_id)
    values = pages.accepted(forms.Move(request.POST))
    chosen = get_object_or_404(access.classes_to_keep(request.actor), pk=values["school_class"])
    at = clock.now()
    placing.move(placement=placement, school_class=chosen, day=today_in(placement.school, at), by=request.actor, at=at)
    return pages.back(
        request, "class", chosen.pk, said=f"{name_of(placement.student)}: теперь в классе {chosen.title}."
    )


@about(keeping.student_of_placement)
@require_POST
def depart(request: ActorRequest, placement_id: int) -> HttpResponse:
    """End a student's place in the school."""
    placement = _placement(request, placement_id)
    at = clock.now()
    placing.depart(placement=placement, day=today_in(placement.school, at), by=request.actor, at=at)
    message = f"Выбытие оформлено: {name_of(placement.student)}."
    if access.classes_to_keep(request.actor).filter(pk=placement.school_class_id or 0).exists():
        return pages.back(request, "class", placement.school_class_id or 0, said=message)
    return pages.back(request, "classes", said=message)


@about(student_of_guardianship)
@require_POST
def end_guardianship(request: ActorRequest, guardianship_id: int) -> HttpResponse:
    """Close a guardian's access to a student: the rights have ended."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    at = clock.now()
    today = today_in(school, at)
    guardianship = get_object_or_404(
        access.guardianships_to_show(request.actor).select_related("guardian", "student"), pk=guardianship_id
    )
    persons.unlink_guardian(guardianship=guardianship, day=today, by=request.actor, at=at)
    message = f"Связь прекращена: {name_of(guardianship.guardian)} больше не видит данные ученика ({name_of(guardianship.student)})."
    if class_id := keeping.class_of_student(request.actor, guardianship.student_id):
        return pages.back(request, "class", class_id, said=message)
    return pages.back(request, "classes", said=message)


@about(student_of_guardianship)
def restrict_guardian(request: ActorRequest, guardianship_id: int) -> HttpResponse:
    """Limit or end a guardian's rights about a student by a document, and see what restricts them."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    at = clock.now()
    today = today_in(school, at)
    guardianship = get_object_or_404(
        access.guardianships_to_show(request.actor).select_related("guardian", "student", "ended_in", "ended_by"),
        pk=guardianship_id,
    )

    def accept(given: dict[str, Any]) -> HttpResponse:
        last_day = given.pop("last_day")
        restriction = persons.restrict_guardian(
            guardianship=guardianship,
            until=last_day and last_day + ONE_DAY,
            day=today,
            by=request.actor,
            at=at,
            **given,
        )
        message = f"Записано: {restriction.get_kind_display().lower()}. Представителю и остальной семье отправлены уведомления."
        return pages.back(request, "restrict-guardian", guardianship_id, said=message)

    def page() -> keeping.LinkPage:
        shows_students(request, "card", [guardianship.student_id])
        return keeping.link_page(request.actor, guardianship, today)

    form = forms.Restriction(request.POST or None)
    return pages.form_page(request, form, "enrolment/guardian.html", page, accept)


@about(keeping.student_of_restriction)
@require_POST
def lift_restriction(request: ActorRequest, restriction_id: int) -> HttpResponse:
    """Lift a restriction, or ask another leader to."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    at = clock.now()
    today = today_in(school, at)
    restriction = get_object_or_404(access.restrictions_to_show(request.actor), pk=restriction_id)
    is_lifted = persons.lift_restriction(restriction=restriction, day=today, by=request.actor, at=at)
    message = (
        "Ограничение снято."
        if is_lifted
        else "Снять ограничение предложено, но оно пока действует: его снимет другой руководитель школы, ему придёт уведомление."
    )
    return _back_to_link(request, keeping.link_of_restriction(request.actor, restriction), message)


@about(keeping.student_of_restriction)
@require_POST
def take_lifting_back(request: ActorRequest, restriction_id: int) -> HttpResponse:
    """Ask no longer for a restriction to be lifted."""
    get_object_or_404(access.school_to_lead(request.actor))
    restriction = get_object_or_404(access.restrictions_to_show(request.actor), pk=restriction_id)
    is_taken_back = persons.take_lifting_back(restriction=restriction, by=request.actor, at=clock.now())
    answer = (
        "Предложение отозвано: ограничение действует, как прежде."
        if is_taken_back
        else "Отзывать нечего: вашего предложения уже нет."
    )
    return _back_to_link(request, keeping.link_of_restriction(request.actor, restriction), answer)


def _back_to_link(request: ActorRequest, link_id: int | None, said: str) -> HttpResponse:
    if link_id:
        return pages.back(request, "restrict-guardian", link_id, said=said)
    return pages.back(request, "classes", said=said)


@require_safe
def merges(request: ActorRequest) -> HttpResponse:
    """Rows that were joined, as long as that can be undone."""
    get_object_or_404(access.school_to_lead(request.actor))
    page = keeping.merges_page(request.actor, clock.now())
    shows_students(request, "card", [line.person_id for line in page.lines])
    return pages.show(request, "enrolment/merges.html", page)


@about(keeping.person_of_merge)
@require_POST
def undo_merge(request: ActorRequest, merge_id: int) -> HttpResponse:
    """Make two persons of rows that were joined by mistake."""
    merge = get_object_or_404(access.merges_of_school(request.actor).select_related("kept"), pk=merge_id)
    if merge.undone_at is None:
        deciding.undo_merge(merge=merge, by=request.actor, at=clock.now())
    message = f"Объединение отменено: {name_of(merge.kept)} — снова две записи."
    return pages.back(request, "merges", said=message)


@pages.changes_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: ActorRequest) -> HttpResponse:
    """Students and staff of the school by name; by POST, so that no name stands in an address or a log."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    name = pages.accepted(forms.PersonSearch(request.POST))["name"]
    page = people_queries.people_page(request.actor, name, today_in(school, clock.now()))
    shows_students(request, "card", [line.id for line in page.students], "Поиск по имени")
    return pages.show(request, "enrolment/people.html", page, forms={"find": forms.PersonSearch()})


def staff(request: ActorRequest) -> HttpResponse:
    """The school's staff, and an invitation whose code is shown once."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    at = clock.now()
    today = today_in(school, at)
    further = {"find": forms.PersonSearch()}

    def accept(given: dict[str, Any]) -> HttpResponse:
        code = staffing.invite(school=school, secret=secret_of(request), by=request.actor, at=at, **given)
        page = keeping.staff_page(request.actor, today, at, code=code, invited=given["last_name"])
        return pages.show(request, "enrolment/staff.html", page, forms=further)

    form = forms.Invite(request.POST or None)
    return pages.form_page(
        request,
        form,
        "enrolment/staff.html",
        lambda: keeping.staff_page(request.actor, today, at),
        accept,
        forms=further,
    )


@require_POST
def dismiss(request: ActorRequest, post_id: int) -> HttpResponse:
    """End somebody's post in the school."""
    school = get_object_or_404(access.school_to_lead(request.actor))
    at = clock.now()
    today = today_in(school, at)
    post = get_object_or_404(access.posts_to_keep(request.actor, today), pk=post_id)
    staffing.dismiss(post=post, day=today, by=request.actor, at=at)
    return redirect("staff")


@require_POST
def withdraw_invitation(request: ActorRequest, invitation_id: int) -> HttpResponse:
    """Let an invitation's code work no longer."""
    invitation = get_object_or_404(access.invitations_to_keep(request.actor), pk=invitation_id)
    staffing.withdraw_invitation(invitation=invitation, by=request.actor, at=clock.now())
    return redirect("staff")
