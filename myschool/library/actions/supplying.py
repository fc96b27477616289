"""How an organisation becomes a publisher."""

from datetime import date, datetime

from django.db import transaction

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, Role
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.library import facts
from myschool.library.models import PublisherApplication
from myschool.people import actions as people
from myschool.people.queries import has_profile
from myschool.schools import actions as schools

Outcome = PublisherApplication.Outcome


class NotRegistered(Refusal):
    """The person has no profile of a publisher."""

    status = 403


@transaction.atomic
def ask_publisher(
    *,
    inn: str,
    kpp: str,
    ogrn: str,
    full_name: str,
    short_name: str,
    region_code: str,
    agreement_number: str,
    agreement_day: date,
    agreement: Received,
    by: Actor,
    at: datetime,
) -> PublisherApplication:
    """Ask to supply content for an organisation; one application at a time.

    Raises:
        Unconfirmed: Gosuslugi has not checked whose account it is.
        NotRegistered: without the profile of a publisher.
        ChangedMeanwhile: an application is being considered.
    """
    people.must_be_confirmed(by=by)
    if not has_profile(by.person_id, Role.PUBLISHER, at):
        raise NotRegistered("Сначала зарегистрируйтесь с профилем поставщика контента.")
    if PublisherApplication.objects.filter(applicant=by.person_id, outcome=Outcome.SUBMITTED).exists():
        raise ChangedMeanwhile("Ваша заявка уже рассматривается.")
    application = PublisherApplication.objects.create(
        applicant_id=by.person_id,
        inn=inn,
        kpp=kpp,
        ogrn=ogrn,
        full_name=full_name,
        short_name=short_name,
        region_code=region_code,
        agreement_number=agreement_number,
        agreement_day=agreement_day,
        agreement=files.keep(received=agreement, by=by, at=at),
        submitted_at=at,
    )
    chronicle.write(facts.PublisherAsked(**by.stamp(at), application_id=application.pk))
    return application


@transaction.atomic
def approve_publisher(*, application: PublisherApplication, today: date, by: Actor, at: datetime) -> None:
    """Enter the organisation, if it is new, and make the applicant its employee.

    Raises:
        ChangedMeanwhile: somebody was faster.
        OwnMatter: it is one's own application.
    """
    application = _locked(application)
    people.must_not_be_own_matter(by=by, person_ids=[application.applicant_id])
    organisation_id = schools.enter_publisher(
        inn=application.inn,
        kpp=application.kpp,
        ogrn=application.ogrn,
        full_name=application.full_name,
        short_name=application.short_name,
        region_code=application.region_code,
    )
    people.take_post(
        person_id=application.applicant_id,
        organisation_id=organisation_id,
        role=Role.PUBLISHER,
        from_date=today,
        stamp=by.stamp(at),
    )
    _decide(application, Outcome.APPROVED, "", by, at)


@transaction.atomic
def decline_publisher(*, application: PublisherApplication, reason: str, by: Actor, at: datetime) -> None:
    """Decline with a reason.

    Raises:
        ChangedMeanwhile: somebody was faster.
    """
    _decide(_locked(application), Outcome.DECLINED, reason, by, at)


def _locked(application: PublisherApplication) -> PublisherApplication:
    application = PublisherApplication.objects.select_for_update().get(pk=application.pk)
    if application.outcome != Outcome.SUBMITTED:
        raise ChangedMeanwhile("Заявка уже рассмотрена. Обновите страницу.")
    return application


def _decide(application: PublisherApplication, outcome: Outcome, reason: str, by: Actor, at: datetime) -> None:
    application.outcome, application.reason = outcome, reason
    application.decided_at, application.decided_by_id = at, by.person_id
    application.save()
    chronicle.write(
        facts.PublisherDecided(**by.stamp(at), application_id=application.pk, is_approved=outcome == Outcome.APPROVED)
    )
