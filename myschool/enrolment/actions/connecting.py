"""How an organisation joins the platform."""

from datetime import date, datetime

from django.db import transaction

from myschool.enrolment import facts
from myschool.enrolment.actions.asking import MayNotAsk
from myschool.enrolment.actions.steps import AlreadyDecided
from myschool.enrolment.models import ConnectionRequest
from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel import chronicle, clock
from myschool.kernel.actors import Actor, Role
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import Refusal
from myschool.people import actions as people
from myschool.people.queries import has_profile, leads_by_esia
from myschool.schools import actions as schools
from myschool.schools.models import School
from myschool.schools.queries import working_day_after

State = ConnectionRequest.State


class AlreadyConnected(Refusal):
    """The school works on the platform and has its own administrator."""

    status = 409


class DecreeMissing(Refusal):
    """Gosuslugi does not name the person as chief or admin, so the appointing decree is needed."""

    status = 422
    field = "decree"


@transaction.atomic
def ask_connection(
    *, school: School, decree_number: str, decree_day: date | None, decree: Received | None, by: Actor, at: datetime
) -> ConnectionRequest:
    """Connect a school: at once if Gosuslugi names the person its chief or admin, else by the decree and an operator.

    Raises:
        Unconfirmed: Gosuslugi has not checked whose account it is.
        MayNotAsk: not registered as staff.
        AlreadyConnected: it has an administrator, who invites colleagues.
        DecreeMissing: no decree, and Gosuslugi does not name the person.
    """
    people.must_be_confirmed(by=by)
    school = School.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=school.pk)
    if not has_profile(by.person_id, Role.SCHOOL_ADMIN, at):
        raise MayNotAsk("Сначала зарегистрируйтесь с профилем сотрудника школы.")
    if school.connected_at is not None:
        raise AlreadyConnected(
            "Школа уже подключена. Попросите её администратора пригласить вас или отправьте запрос сотрудника."
        )
    live = ConnectionRequest.objects.filter(organisation=school.pk, applicant=by.person_id, state=State.SUBMITTED)
    if existing := live.first():
        return existing
    trusted = leads_by_esia(by.person_id, school.organisation.ogrn, at)
    if not trusted and (decree is None or not decree_number or decree_day is None):
        raise DecreeMissing(
            "Госуслуги не называют вас руководителем или администратором этой организации. "
            "Укажите номер и дату приказа о назначении и приложите его скан."
        )
    day = clock.local_day(school.time_zone, at)
    connection = ConnectionRequest.objects.create(
        organisation=school.organisation,
        applicant_id=by.person_id,
        decree_number=decree_number,
        decree_day=decree_day,
        decree=files.keep(received=decree, by=by, at=at) if decree else None,
        state=State.SUBMITTED,
        submitted_at=at,
        due_day=working_day_after(school.organisation.region_id, day, deadline("connection_decision").days),
    )
    chronicle.write(facts.ConnectionAsked(**by.stamp(at, school_id=school.pk), connection_id=connection.pk))
    if trusted:
        _connect(connection, by, at)
    return connection


@transaction.atomic
def approve_connection(*, connection: ConnectionRequest, by: Actor, at: datetime) -> None:
    """Connect the school and make the applicant its administrator.

    Raises:
        AlreadyDecided: somebody was faster.
        OwnMatter: it is one's own application.
    """
    connection = _locked(connection)
    people.must_not_be_own_matter(by=by, person_ids=[connection.applicant_id])
    connection.decided_by_id = by.person_id
    _connect(connection, by, at)


@transaction.atomic
def decline_connection(*, connection: ConnectionRequest, reason_text: str, by: Actor, at: datetime) -> None:
    """Decline an application with a reason.

    Raises:
        AlreadyDecided: somebody was faster.
    """
    connection = _locked(connection)
    connection.state, connection.reason_text = State.DECLINED, reason_text
    connection.decided_at, connection.decided_by_id = at, by.person_id
    connection.save()
    _tell(connection, by, at)


def _locked(connection: ConnectionRequest) -> ConnectionRequest:
    connection = ConnectionRequest.objects.select_for_update().get(pk=connection.pk)
    if connection.state != State.SUBMITTED:
        raise AlreadyDecided("Заявка уже рассмотрена. Обновите страницу.")
    return connection


def _connect(connection: ConnectionRequest, by: Actor, at: datetime) -> None:
    school = School.objects.get(pk=connection.organisation_id)
    stamp = by.stamp(at, school_id=school.pk)
    schools.connect_school(school_id=school.pk, at=at, stamp=stamp)
    people.take_post(
        person_id=connection.applicant_id,
        organisation_id=school.pk,
        role=Role.SCHOOL_ADMIN,
        from_date=clock.local_day(school.time_zone, at),
        stamp=stamp,
    )
    connection.state, connection.decided_at = State.APPROVED, at
    connection.save()
    _tell(connection, by, at)


def _tell(connection: ConnectionRequest, by: Actor, at: datetime) -> None:
    chronicle.write(
        facts.ConnectionDecided(
            **by.stamp(at, school_id=connection.organisation_id),
            connection_id=connection.pk,
            is_approved=connection.state == State.APPROVED,
        )
    )
