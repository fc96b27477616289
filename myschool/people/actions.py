"""What persons do with their identity here: log in and out, register, take and leave posts, agree and withdraw."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from myschool.kernel import chronicle, subjects, throttle
from myschool.kernel.actors import STAFF, Actor, Role, Stamp
from myschool.kernel.changes import undo, undo_what_can_be
from myschool.kernel.deadlines import deadline
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.people import access, facts, queries
from myschool.people.actors import hash_of, new_token, rights_changed
from myschool.people.esia.answers import EsiaFamilyCard, EsiaOrganisation, EsiaPerson, Grant
from myschool.people.models import (
    AccessRecord,
    Account,
    Consent,
    DeletionRequest,
    EsiaPost,
    FamilyCard,
    GuardianRestriction,
    Guardianship,
    MergePart,
    Person,
    PersonMerge,
    Post,
    Profile,
    Session,
    UnsentForm,
)
from myschool.people.rules import ages, assurance, names, refusals

TERMS_VERSION = "2026-09-01"
UNSENT_FORMS_LIVE = timedelta(hours=1)
TOLD_LIVES = timedelta(days=1)
MERGES_UNDONE_WITHIN = timedelta(days=deadline("merge_undo").days)
SESSIONS_REMEMBERED = timedelta(days=90)
IDENTITY = ("last_name", "first_name", "patronymic", "birth_date", "gender")
ENDING = ("to_date", "ended_by_id", "ended_in_id", "ended_at")
LOOKED_LATELY = timedelta(hours=1)

RECORD = """
WITH look AS (
    SELECT %(viewer)s::bigint AS viewer_id, %(role)s::varchar AS role, %(organisation)s::bigint AS organisation_id,
           %(section)s::varchar AS section, %(reason)s::varchar AS reason, %(at)s::timestamptz AS at, %(door)s::varchar AS door
)
INSERT INTO people_accessrecord (student_id, viewer_id, role, organisation_id, section, reason, at, door, rows, number)
SELECT shown.student_id, look.viewer_id, look.role, look.organisation_id, look.section, look.reason, look.at, look.door, '', 1
FROM look CROSS JOIN unnest(%(students)s::bigint[]) AS shown (student_id)
WHERE NOT EXISTS (
    SELECT FROM people_accessrecord lately
    WHERE lately.student_id = shown.student_id AND lately.at > %(since)s::timestamptz AND lately.at <= look.at
      AND lately.viewer_id = look.viewer_id AND lately.role = look.role
      AND lately.organisation_id IS NOT DISTINCT FROM look.organisation_id
      AND lately.section = look.section AND lately.reason = look.reason)
"""


class AccountDeleted(Refusal):
    """Gosuslugi says that the account is no more."""

    status = 403


class TooYoung(Refusal):
    """The role is for older people."""

    status = 403


class NotAllowed(Refusal):
    """The person does not hold what they asked to act as."""

    status = 403


class AlreadyDemanded(Refusal):
    """A deletion is demanded already and not yet decided."""

    status = 409


class Unconfirmed(Refusal):
    """Gosuslugi has not checked who the account belongs to."""

    status = 403


class OwnMatter(Refusal):
    """Nobody decides on what concerns themselves or their own children."""

    status = 403


class RightsRestricted(Refusal):
    """A court or a school has restricted this guardian's rights about this student."""

    status = 409


class RestrictionOver(Refusal):
    """The restriction would be over before it begins."""

    status = 422
    field = "last_day"


class DocumentNotYet(Refusal):
    """The document would be of a day that has not come."""

    status = 422
    field = "document_day"


class AlreadyRestricted(Refusal):
    """The same restriction holds already."""

    status = 409


class MergeStands(Refusal):
    """The merge cannot be undone any more."""

    status = 409


def must_be_confirmed(*, by: Actor) -> None:
    """Refuse whoever is here by an account that Gosuslugi has not checked.

    Raises:
        Unconfirmed: says what to do.
    """
    if not by.is_confirmed:
        raise Unconfirmed(queries.CONFIRM_ACCOUNT)


def must_be_confirmed_for_others(*, by: Actor, at: datetime) -> None:
    """Refuse an unchecked account what would carry news of others out of its session; a student's own may go.

    Raises:
        Unconfirmed: says what to do.
    """
    if by.role != Role.STUDENT or not queries.is_student_alone(by.person_id, at):
        must_be_confirmed(by=by)


def must_not_be_own_matter(*, by: Actor, person_ids: Collection[int]) -> None:
    """Refuse a decision on oneself or on a child whom one represents, or ever represented.

    Raises:
        OwnMatter: says who may decide.
    """
    if queries.is_own_matter(by.person_id, person_ids):
        raise OwnMatter(
            "Решать о себе и о своих близких нельзя: попросите другого руководителя школы. "
            "Если другого руководителя нет, сначала пригласите его на странице «Сотрудники»."
        )


@transaction.atomic
def log_in(
    *, issuer: str, grant: Grant, told: EsiaPerson, device: str, at: datetime, leaving: Actor | None = None
) -> str:
    """Open a session for the person behind a Gosuslugi account; answers the token for the browser.

    `leaving` is who was logged in there: a browser has one session, so theirs ends.

    Who it is: the account known by issuer and oid; else the person whose СНИЛС Gosuslugi vouches for; else somebody new.
    Similar names never link anybody here: that is the school's decision.

    Raises:
        AccountDeleted: the account is marked as deleted.
    """
    if told.status == "DELETED":
        raise AccountDeleted("Эта учётная запись Госуслуг удалена. Войдите под действующей учётной записью.")
    with connection.cursor() as cursor:
        # Two first logins at once, from a phone and a computer, must find one person.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{issuer} {grant.oid}"])
    account = Account.objects.filter(issuer=issuer, oid=grant.oid).first()
    is_new = account is None
    person = _locked(account.person_id) if account else _known_by_snils(grant, told) or Person()
    _take_over(person, grant, told)
    account = account or Account(issuer=issuer, oid=grant.oid)
    account.person = person
    account.level = grant.level or account.level or Account.Level.STANDARD
    account.trusted = grant.trusted
    account.last_login_at = at
    account.save()
    if leaving:
        log_out(session=Session.objects.get(pk=leaving.session_id), by=leaving, at=at)
    token = new_token()
    session = Session(
        token_hash=hash_of(token),
        person=person,
        account=account,
        device=device,
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=settings.SESSION_HOURS),
    )
    if start := queries.role_to_start_with(person, at):
        session.role, session.organisation_id = start.role, start.organisation_id
    session.save()
    _keep_receipt(person, grant.scopes, at)
    stamp = Stamp(at=at, school_id=None, actor_id=person.pk, session_id=session.pk, on_behalf_of_id=None)
    chronicle.write(facts.LoggedIn(**stamp, is_new=is_new))
    return token


def _locked(person_id: int) -> Person:
    """The person's row, or the one it has just been joined with, kept from merges until the transaction ends."""
    person = Person.objects.select_for_update().get(pk=person_id)
    return _locked(person.merged_into_id) if person.merged_into_id else person


def hold(*, person_id: int) -> Person:
    """Keep a person who writes something from being joined with another row until the caller's transaction ends.

    Raises:
        ChangedMeanwhile: a school has just joined the row with another, and their next request comes from that one.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.merged_into_id:
        raise ChangedMeanwhile("Школа только что объединила ваши записи. Отправьте форму ещё раз.")
    return person


def _vouched(grant: Grant) -> bool:
    return assurance.is_vouched_for(grant.level, trusted=grant.trusted)


def _known_by_snils(grant: Grant, told: EsiaPerson) -> Person | None:
    if not (_vouched(grant) and told.snils):
        return None
    persons = Person.objects.select_for_update().filter(merged_into__isnull=True)
    key = names.name_key(told.last_name or "", told.first_name or "", told.patronymic or "")
    person = persons.filter(snils=told.snils).first()
    if person is None:
        same = persons.filter(claimed_snils=told.snils, name_key=key, birth_date=told.birth_date, snils__isnull=True)
        return same.first() if told.birth_date else None
    # One digit wrong in a school's papers must not open a stranger's record: a birth date nobody knows agrees with none.
    same_birthday = told.birth_date is not None and person.birth_date == told.birth_date
    return person if person.name_key == key or same_birthday else None


def _take_over(person: Person, grant: Grant, told: EsiaPerson) -> None:
    """Write down what Gosuslugi says, keeping what it left out; what it has not checked only fills gaps."""
    for name in IDENTITY:
        current, incoming = getattr(person, name), getattr(told, name)
        first, second = (incoming, current) if _vouched(grant) else (current, incoming)
        setattr(person, name, first or second or current)
    if _vouched(grant) and told.snils and person.snils is None and not _snils_taken(told.snils):
        person.snils = told.snils
    person.name_key = names.name_key(person.last_name, person.first_name, person.patronymic)
    person.sort_key = names.sort_key(person.last_name, person.first_name, person.patronymic)
    person.save()


def _snils_taken(snils: str) -> bool:
    return Person.objects.filter(snils=snils, merged_into__isnull=True).exists()


def _keep_receipt(person: Person, scopes: tuple[str, ...], at: datetime) -> None:
    live = Consent.objects.filter(
        subject=person, given_by=person, purpose=Consent.Purpose.ESIA, withdrawn_at__isnull=True
    )
    if not live.filter(scopes=list(scopes)).exists():
        Consent.objects.create(
            subject=person, given_by=person, purpose=Consent.Purpose.ESIA, wording="", scopes=list(scopes), given_at=at
        )


@transaction.atomic
def log_out(*, session: Session, by: Actor, at: datetime) -> None:
    """End a session of one's own, on this device or another."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.ended_at is None:
        session.ended_at = at
        session.ended = Session.Ended.LOGGED_OUT if session.pk == by.session_id else Session.Ended.REMOTE
        session.save(update_fields=["ended_at", "ended"])
        rights_changed(session.person_id)
        chronicle.write(facts.LoggedOut(**by.stamp(at), ended_session_id=session.pk))


@transaction.atomic
def log_out_elsewhere(*, by: Actor, at: datetime) -> None:
    """End all of one's sessions but this one, and whatever link was given out before."""
    Person.objects.filter(pk=by.person_id).update(others_ended_at=at)
    others = Session.objects.select_for_update().filter(person=by.person_id, ended_at__isnull=True)
    for session in others.exclude(pk=by.session_id):
        log_out(session=session, by=by, at=at)
    chronicle.write(facts.LoggedOutElsewhere(**by.stamp(at)))


@transaction.atomic
def register(*, role: Role, by: Actor, at: datetime, day_somewhere: date) -> None:
    """Register in a role and accept the terms; `day_somewhere` is the date where it is latest.

    Raises:
        Unconfirmed: every profile but a student's wants a confirmed account.
        TooYoung: students register themselves from 14 on, everybody else from 18 on.
        NotAllowed: the role is not one to register in.
    """
    person = hold(person_id=by.person_id)
    if role not in queries.OFFERED_PROFILES:
        raise NotAllowed("Выберите один из предложенных профилей.")
    if role != Role.STUDENT:
        must_be_confirmed(by=by)
    if person.birth_date is None:
        raise NotAllowed(
            "В вашей учётной записи Госуслуг нет даты рождения. Добавьте её в личных данных на Госуслугах и войдите снова."
        )
    if role == Role.STUDENT and not ages.is_of_registration_age(person.birth_date, day_somewhere):
        if not Profile.objects.filter(person=person, role=role).exists():
            raise TooYoung(
                "До 14 лет ученика регистрирует родитель: в своём кабинете он нажимает «Добавить» и вводит ваши данные."
            )
    elif role != Role.STUDENT and not ages.is_of_full_age(person.birth_date, day_somewhere):
        raise TooYoung("Этот профиль доступен с 18 лет. Выберите профиль обучающегося.")
    Profile.objects.update_or_create(
        person=person,
        role=role,
        defaults={"terms_version": TERMS_VERSION},
        create_defaults={"terms_version": TERMS_VERSION, "registered_at": at},
    )
    consent = Consent.objects.create(
        subject=person, given_by=person, purpose=Consent.Purpose.TERMS, wording=TERMS_VERSION, given_at=at
    )
    if role not in STAFF:
        _act_in(role, None, by)
    chronicle.write(facts.ConsentGiven(**by.stamp(at), consent_id=consent.pk))
    chronicle.write(facts.ProfileRegistered(**by.stamp(at), role=role, terms_version=TERMS_VERSION))


@transaction.atomic
def switch_role(*, role: Role, organisation_id: int | None, by: Actor, at: datetime) -> None:
    """Act in another of one's roles from now on, in this session only.

    Raises:
        NotAllowed: not a role of this person.
        Unconfirmed: every role but a student's wants a confirmed account.
    """
    if role != Role.STUDENT:
        must_be_confirmed(by=by)
    places = queries.roles_held(by.person_id, at)
    if not any(place.role == role and place.organisation_id == organisation_id for place in places):
        raise NotAllowed("Этой роли у вас нет. Возможно, её закрыли, пока страница была открыта.")
    _act_in(role, organisation_id, by)
    chronicle.write(facts.RoleSwitched(**by.stamp(at), role=role, organisation_id=organisation_id))


def _act_in(role: Role, organisation_id: int | None, by: Actor) -> None:
    Session.objects.filter(pk=by.session_id).update(role=role, organisation=organisation_id)
    rights_changed(by.person_id)


@transaction.atomic
def take_post(*, person_id: int, organisation_id: int, role: Role, from_date: date, stamp: Stamp) -> None:
    """Give a person a post in an organisation; nothing changes if they hold it already."""
    current = Post.objects.filter(person=person_id, organisation=organisation_id, role=role)
    if current.filter(Q(to_date__isnull=True) | Q(to_date__gt=from_date)).exists():
        return
    Post.objects.create(person_id=person_id, organisation_id=organisation_id, role=role, from_date=from_date)
    rights_changed(person_id)
    chronicle.write(facts.PostTaken(**stamp, person_id=person_id, organisation_id=organisation_id, role=role))


@transaction.atomic
def leave_post(*, post: Post, day: date, by: Actor, at: datetime) -> None:
    """End a post from this day on; the role is gone with the next request.

    Raises:
        OwnMatter: it is one's own.
    """
    must_not_be_own_matter(by=by, person_ids=[post.person_id])
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.to_date is None or post.to_date > day:
        # A post that ends on its first day keeps its row, with an empty period.
        post.to_date = max(post.from_date, day)
        post.save(update_fields=["to_date"])
        rights_changed(post.person_id)
        chronicle.write(
            facts.PostLeft(
                **by.stamp(at), person_id=post.person_id, organisation_id=post.organisation_id, role=post.role
            )
        )


@transaction.atomic
def link_guardian(*, guardian_id: int, student_id: int, relation: str, from_date: date, stamp: Stamp) -> None:
    """Link a guardian with a student; nothing changes if they are linked already.

    Raises:
        RightsRestricted: a restriction of this guardian's rights about the student lives.
    """
    Person.objects.select_for_update().get(pk=student_id)
    _must_not_be_restricted(guardian_id, student_id, from_date, "связь подтвердить нельзя")
    live = Guardianship.objects.filter(guardian=guardian_id, student=student_id)
    if live.filter(Q(to_date__isnull=True) | Q(to_date__gt=from_date)).exists():
        return
    Guardianship.objects.create(guardian_id=guardian_id, student_id=student_id, relation=relation, from_date=from_date)
    rights_changed(guardian_id)
    chronicle.write(facts.GuardianLinked(**stamp, guardian_id=guardian_id, student_id=student_id))


def must_not_have_lost_rights(*, guardian_id: int, student_id: int, day: date) -> None:
    """Refuse what is done on a guardian's word, where this guardian's rights about the student were taken away.

    Whoever was never linked with the student has lost nothing. The student is kept from others from now on.

    Raises:
        RightsRestricted: a restriction lives, or the link was ended and not made anew.
    """
    Person.objects.select_for_update().get(pk=student_id)
    _must_not_be_restricted(guardian_id, student_id, day, "решать по запросу этого представителя нельзя")
    links = Guardianship.objects.filter(guardian=guardian_id, student=student_id)
    is_linked = links.filter(Q(to_date__isnull=True) | Q(to_date__gt=day)).exists()
    if not is_linked and links.exists():
        raise RightsRestricted(
            "Связь этого представителя с ребёнком прекращена, поэтому решать по его запросу нельзя. "
            "Запрос может подать другой законный представитель."
        )


def _must_not_be_restricted(guardian_id: int, student_id: int, day: date, consequence: str) -> None:
    restrictions = access.restrictions_on(day).filter(guardian=guardian_id, student=student_id)
    if restriction := restrictions.select_related("organisation").first():
        raise RightsRestricted(
            f"Права этого представителя ограничены: {restriction.get_ground_display().lower()}, "
            f"{restriction.organisation.short_name}. Пока ограничение не снято, {consequence}."
        )


@transaction.atomic
def unlink_guardian(*, guardianship: Guardianship, day: date, by: Actor, at: datetime) -> None:
    """End a guardian's link from this day on; the row stays, and who ended it, for whoever is asked to link them again.

    Raises:
        OwnMatter: the link is one's own, or with one's own child.
    """
    must_not_be_own_matter(by=by, person_ids=[guardianship.guardian_id, guardianship.student_id])
    guardianship = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
    if guardianship.to_date is None or guardianship.to_date > day:
        guardianship.to_date = max(guardianship.from_date, day)
        guardianship.ended_by_id, guardianship.ended_in_id = by.person_id, by.organisation_id
        guardianship.ended_at = at
        guardianship.save(update_fields=["to_date", "ended_by", "ended_in", "ended_at"])
        rights_changed(guardianship.guardian_id)
        chronicle.write(
            facts.GuardianUnlinked(
                **by.stamp(at), guardian_id=guardianship.guardian_id, student_id=guardianship.student_id
            )
        )


@transaction.atomic
def restrict_guardian(
    *,
    guardianship: Guardianship,
    kind: GuardianRestriction.Kind,
    ground: GuardianRestriction.Ground,
    document: str,
    document_number: str,
    document_day: date,
    until: date | None,
    day: date,
    by: Actor,
    at: datetime,
) -> GuardianRestriction:
    """Limit or end a guardian's rights about a student from this day on, by a document; `until` is the first free day.

    The link itself stays: with the restriction its rights return. Of a link that was ended it keeps anybody from making it anew.

    Raises:
        RestrictionOver: the last day has passed.
        DocumentNotYet: the document is of a later day.
        OwnMatter: the link is one's own, or with one's own child.
        AlreadyRestricted: the same was written down before and holds.
    """
    if until is not None and until <= day:
        raise RestrictionOver("Последний день действия уже прошёл. Проверьте дату.")
    if document_day > day:
        raise DocumentNotYet("Эта дата ещё не наступила. Проверьте дату документа.")
    must_not_be_own_matter(by=by, person_ids=[guardianship.guardian_id, guardianship.student_id])
    Person.objects.select_for_update().get(pk=guardianship.student_id)
    assert by.organisation_id is not None  # noqa: S101 - only somebody of a school finds the link
    pair = {
        "guardian_id": guardianship.guardian_id,
        "student_id": guardianship.student_id,
        "kind": kind,
        "ground": ground,
        "document": document,
        "document_number": document_number,
        "document_day": document_day,
        "to_date": until,
    }
    if access.restrictions_on(day).filter(**pair).exists():
        raise AlreadyRestricted("Такое ограничение по этому документу уже действует. Второе не нужно.")
    restriction = GuardianRestriction.objects.create(
        **pair, from_date=day, organisation_id=by.organisation_id, imposed_by_id=by.person_id, imposed_at=at
    )
    rights_changed(restriction.guardian_id)
    chronicle.write(
        facts.GuardianRestricted(
            **by.stamp(at),
            guardian_id=restriction.guardian_id,
            student_id=restriction.student_id,
            restriction_id=restriction.pk,
        )
    )
    return restriction


@transaction.atomic
def lift_restriction(*, restriction: GuardianRestriction, day: date, by: Actor, at: datetime) -> bool:
    """Lift a restriction from this day on, or ask another leader of the school to; answers whether it holds no longer.

    Whoever asks does not also decide, as long as the school has another leader who may. Said twice it is the same.

    Raises:
        OwnMatter: it is one's own, or about one's own child.
    """
    concerned = (restriction.guardian_id, restriction.student_id)
    must_not_be_own_matter(by=by, person_ids=concerned)
    restriction = GuardianRestriction.objects.select_for_update().get(pk=restriction.pk)
    if restriction.lifted_at is not None or not access.restrictions_on(day).filter(pk=restriction.pk).exists():
        return True
    if queries.other_leaders(by, concerned, day):
        if restriction.lifting_asked_by_id == by.person_id:
            return False
        if restriction.lifting_asked_by_id is None:
            restriction.lifting_asked_by_id = by.person_id
            restriction.save(update_fields=["lifting_asked_by"])
            chronicle.write(
                facts.LiftingAsked(
                    **by.stamp(at),
                    guardian_id=restriction.guardian_id,
                    student_id=restriction.student_id,
                    restriction_id=restriction.pk,
                )
            )
            return False
    restriction.to_date = max(restriction.from_date, day)
    restriction.lifted_by_id, restriction.lifted_at = by.person_id, at
    restriction.save(update_fields=["to_date", "lifted_by", "lifted_at"])
    rights_changed(restriction.guardian_id)
    chronicle.write(
        facts.RestrictionLifted(
            **by.stamp(at),
            guardian_id=restriction.guardian_id,
            student_id=restriction.student_id,
            restriction_id=restriction.pk,
        )
    )
    return True


@transaction.atomic
def take_lifting_back(*, restriction: GuardianRestriction, by: Actor, at: datetime) -> bool:
    """Ask no longer for a restriction to be lifted, if one has asked and nobody has lifted it; answers whether one had."""
    restriction = GuardianRestriction.objects.select_for_update().get(pk=restriction.pk)
    if restriction.lifting_asked_by_id != by.person_id or restriction.lifted_at is not None:
        return False
    restriction.lifting_asked_by_id = None
    restriction.save(update_fields=["lifting_asked_by"])
    chronicle.write(
        facts.LiftingTakenBack(
            **by.stamp(at),
            guardian_id=restriction.guardian_id,
            student_id=restriction.student_id,
            restriction_id=restriction.pk,
        )
    )
    return True


@transaction.atomic
def add_person(
    *,
    last_name: str,
    first_name: str,
    patronymic: str,
    birth_date: date | None,
    gender: str,
    snils: str = "",
    claimed_snils: str = "",
) -> Person:
    """A person known from a school's papers, who may or may not ever log in; no fact of its own, the caller's tells it."""
    return Person.objects.create(
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        birth_date=birth_date,
        gender=gender,
        snils=snils if snils and not _snils_taken(snils) else None,
        claimed_snils=claimed_snils,
        name_key=names.name_key(last_name, first_name, patronymic),
        sort_key=names.sort_key(last_name, first_name, patronymic),
    )


@transaction.atomic
def expect_account(*, person_id: int, issuer: str, oid: str) -> None:
    """Know a student's Gosuslugi account before its first login; an account that somebody has already is left alone."""
    Account.objects.get_or_create(
        issuer=issuer, oid=oid, defaults={"person_id": person_id, "level": Account.Level.UNDER_14, "trusted": True}
    )


@transaction.atomic
def register_by_guardian(*, student_id: int, given_by_id: int, at: datetime) -> None:
    """Open a student's profile on a guardian's agreement; at 14 the student will be asked personally."""
    _, is_new = Profile.objects.get_or_create(
        person_id=student_id, role=Role.STUDENT, defaults={"terms_version": "", "registered_at": at}
    )
    if is_new:
        Consent.objects.create(
            subject_id=student_id,
            given_by_id=given_by_id,
            purpose=Consent.Purpose.TERMS,
            wording=TERMS_VERSION,
            given_at=at,
        )


@transaction.atomic
def merge_persons(
    *, kept_id: int, merged_id: int, by: Actor, at: datetime, school_id: int | None = None, reason: str = ""
) -> PersonMerge:
    """Make two rows one person: all that the packages keep of `merged_id` passes to `kept_id`, and can be undone.

    `school_id` is the school that joins them, where it is not the actor's own.
    """
    primary, merged = (Person.objects.select_for_update().get(pk=pk) for pk in (kept_id, merged_id))
    whole: list[dict[str, Any]] = []
    parts = []
    for room, changes in subjects.join(kept_id=kept_id, merged_id=merged_id, at=at):
        if room.undone_whole:
            whole += changes.entries
        elif changes.entries:
            parts.append(
                MergePart(kept=primary, merged=merged, package=room.package, merged_at=at, changes=changes.entries)
            )
    MergePart.objects.bulk_create(parts)
    rights_changed(*_with_guardians(kept_id, merged_id))
    chronicle.write(facts.PersonsMerged(**by.stamp(at), kept_id=kept_id, merged_id=merged_id))
    return PersonMerge.objects.create(
        kept=primary,
        merged=merged,
        organisation_id=school_id or by.organisation_id,
        merged_by_id=by.person_id,
        merged_at=at,
        reason=reason,
        changes=whole,
    )


def _with_guardians(*person_ids: int) -> set[int]:
    """These persons and whoever was ever linked with one of them: what a guardian sees goes with the student's row."""
    links = Guardianship.objects.filter(student__in=person_ids)
    return {*person_ids, *links.values_list("guardian", flat=True)}


@transaction.atomic
def undo_merge(*, merge: PersonMerge, by: Actor, at: datetime) -> None:
    """Make two persons of two rows that were joined by mistake: what the merge moved is as it was.

    What has come to the row that stayed since then stays there; what was ended or restricted since then holds for both.

    Raises:
        OwnMatter: it concerns oneself, or one's own child.
        MergeStands: too late, done already, or something built on it stands in the way.
    """
    must_not_be_own_matter(by=by, person_ids=[merge.kept_id, merge.merged_id])
    primary, merged = (Person.objects.select_for_update().get(pk=pk) for pk in (merge.kept_id, merge.merged_id))
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None or not merge.changes or at >= merge.merged_at + MERGES_UNDONE_WITHIN:
        raise MergeStands("Это объединение уже отменено, или срок для отмены вышел.")
    later = PersonMerge.objects.filter(kept=primary, pk__gt=merge.pk, undone_at__isnull=True)
    if primary.merged_into_id or merged.merged_into_id != primary.pk or later.exists():
        raise MergeStands("С этой записью потом объединили ещё одну. Отмените сначала более позднее объединение.")
    _give_back_parts(merge)
    try:
        with transaction.atomic():
            undo(merge.changes)
            _keep_what_was_ended(merge, primary)
    except IntegrityError as fault:
        raise MergeStands(
            "После объединения записи изменились, и вернуть их как были уже нельзя. Обратитесь в поддержку."
        ) from fault
    subjects.split(kept_id=merge.kept_id, merged_id=merge.merged_id, at=at)
    # Who has logged in since then goes on as the person whose account it is.
    Session.objects.filter(person=primary, account__person=merged).update(person=merged)
    merge.undone_by_id, merge.undone_at, merge.changes = by.person_id, at, []
    merge.save(update_fields=["undone_by", "undone_at", "changes"])
    rights_changed(*_with_guardians(primary.pk, merged.pk))
    chronicle.write(facts.PersonsSplit(**by.stamp(at), kept_id=primary.pk, merged_id=merged.pk))


def _give_back_parts(merge: PersonMerge) -> None:
    """Give back what the upper packages have moved, the last change first, as far as nothing newer stands in the way."""
    parts = {part.package: part for part in MergePart.objects.filter(kept=merge.kept_id, merged=merge.merged_id)}
    for room in reversed(subjects.rooms()):
        if part := parts.get(room.package):
            undo_what_can_be(part.changes)
            part.delete()


def _keep_what_was_ended(merge: PersonMerge, kept: Person) -> None:
    """Let whatever ended access since the merge hold for both rows; `kept` is that row as it was before the undoing."""
    for side in ("guardian", "student"):
        since = GuardianRestriction.objects.filter(
            **{side: kept}, imposed_at__gte=merge.merged_at, lifted_at__isnull=True
        )
        for restriction in since:
            restriction.pk = None
            setattr(restriction, f"{side}_id", merge.merged_id)
            restriction.save(force_insert=True)
    for entry in merge.changes:
        if entry["is_gone"] and entry["table"] == Guardianship._meta.label_lower:
            _end_as_its_double(Guardianship, entry["was"], merge, ("guardian_id", "student_id"), ENDING)
        elif entry["is_gone"] and entry["table"] == Post._meta.label_lower:
            _end_as_its_double(Post, entry["was"], merge, ("person_id", "organisation_id", "role"), ("to_date",))
    if kept.others_ended_at and kept.others_ended_at >= merge.merged_at:
        Person.objects.filter(pk__in=[merge.kept_id, merge.merged_id]).update(others_ended_at=kept.others_ended_at)


def _end_as_its_double(
    model: type[Guardianship] | type[Post],
    was: dict[str, Any],
    merge: PersonMerge,
    same: tuple[str, ...],
    ending: tuple[str, ...],
) -> None:
    """End a row that has come back as the kept one's, for which it was dropped as a double, has been ended since."""
    alike = {name: merge.kept_id if was[name] == merge.merged_id else was[name] for name in same}
    doubles = model._default_manager.filter(**alike)
    if doubles.filter(to_date__isnull=True).exists():
        return
    returned = model._default_manager.filter(pk=was["id"])
    if last := doubles.order_by("-to_date", "-pk").values(*ending).first():
        last["to_date"] = max(last["to_date"], date.fromisoformat(was["from_date"]))
        returned.filter(Q(to_date__isnull=True) | Q(to_date__gt=last["to_date"])).update(**last)


@transaction.atomic
def remember_esia_posts(*, person_id: int, told: tuple[EsiaOrganisation, ...], at: datetime) -> None:
    """Write down where Gosuslugi says the person works; what it no longer says is forgotten."""
    EsiaPost.objects.filter(person=person_id).delete()
    by_ogrn = {organisation.ogrn: organisation for organisation in told if organisation.ogrn}
    EsiaPost.objects.bulk_create(
        EsiaPost(
            person_id=person_id,
            ogrn=ogrn,
            title=(organisation.short_name or organisation.full_name or "")[:500],
            is_chief=organisation.chief,
            is_admin=organisation.admin,
            told_at=at,
        )
        for ogrn, organisation in by_ogrn.items()
    )


@transaction.atomic
def remember_family(*, person_id: int, told: tuple[EsiaFamilyCard, ...], at: datetime) -> None:
    """Write down whom Gosuslugi shows in «Семья и дети»; cards without a name or a birth date are of no use here."""
    FamilyCard.objects.filter(person=person_id).delete()
    cards = {}
    for card in told:
        if card.last_name and card.first_name and card.birth_date:
            key = names.name_key(card.last_name, card.first_name, card.patronymic or "")
            cards[key, card.birth_date] = FamilyCard(
                person_id=person_id,
                oid=card.oid or "",
                last_name=card.last_name,
                first_name=card.first_name,
                patronymic=card.patronymic or "",
                birth_date=card.birth_date,
                gender=card.gender or "",
                snils=card.snils or "",
                name_key=key,
                told_at=at,
            )
    FamilyCard.objects.bulk_create(cards.values())


@transaction.atomic
def keep_scopes_receipt(*, person_id: int, scopes: tuple[str, ...], at: datetime) -> None:
    """Add to the person's receipts what was granted beyond the login."""
    _keep_receipt(Person.objects.get(pk=person_id), scopes, at)


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Actor, at: datetime) -> None:
    """Take back an agreement: what Gosuslugi told by it is forgotten, what the law orders goes on."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
        EsiaPost.objects.filter(person=consent.given_by_id).delete()
        FamilyCard.objects.filter(person=consent.given_by_id).delete()
        chronicle.write(facts.ConsentWithdrawn(**by.stamp(at), consent_id=consent.pk))


@transaction.atomic
def demand_deletion(*, subject_id: int, text: str, due_day: date, by: Actor, at: datetime) -> None:
    """Demand that a person's data be deleted; an operator answers by `due_day`.

    Raises:
        AlreadyDemanded: a demand waits for its answer.
    """
    Person.objects.select_for_update().get(pk=subject_id)
    if DeletionRequest.objects.filter(subject=subject_id, state=DeletionRequest.State.SUBMITTED).exists():
        raise AlreadyDemanded("Такое требование уже подано и рассматривается. Ответ появится на этой странице.")
    DeletionRequest.objects.create(
        subject_id=subject_id,
        filed_by_id=by.person_id,
        text=text,
        state=DeletionRequest.State.SUBMITTED,
        submitted_at=at,
        due_day=due_day,
    )
    chronicle.write(facts.DeletionDemanded(**by.stamp(at), subject_id=subject_id))


@transaction.atomic
def forget_person(*, person_id: int, by: Actor, at: datetime) -> subjects.Outcome:
    """Delete of a person what no law keeps; answers what went and what stays.

    If nothing stays, only a number is left that the chronicle knows: no names, no dates, no account, no session.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    person_ids = [row.pk for row in access.rows_of(person)]
    outcome = subjects.forget(person_ids=person_ids, by=by, at=at)
    if outcome.rest:
        return outcome
    rights_changed(*person_ids)
    merges = PersonMerge.objects.filter(Q(kept__in=person_ids) | Q(merged__in=person_ids))
    merges.update(changes=[], reason="")
    DeletionRequest.objects.filter(subject__in=person_ids).update(text="")
    Person.objects.filter(pk__in=person_ids).update(
        last_name="",
        first_name="",
        patronymic="",
        birth_date=None,
        gender="",
        snils=None,
        claimed_snils="",
        name_key="",
        sort_key="",
        others_ended_at=None,
    )
    chronicle.write(facts.PersonForgotten(**by.stamp(at), person_id=person_id))
    return outcome


@transaction.atomic
def note_export(*, subject_id: int, by: Actor, at: datetime) -> None:
    """Write down that a copy of a person's data was taken."""
    chronicle.write(facts.ExportTaken(**by.stamp(at), subject_id=subject_id))


def record_access(
    *, student_ids: Collection[int], section: str, by: Actor, at: datetime, reason: str = "", door: str = ""
) -> None:
    """Write down that a member of the staff looked at students outside their own class; the family will see it.

    The same look at the same student within the hour is written once. However many students, it is one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "students": list(student_ids),
                "viewer": by.person_id,
                "role": by.role or "",
                "section": section,
                "organisation": by.organisation_id,
                "reason": reason,
                "at": at,
                "since": at - LOOKED_LATELY,
                "door": door,
            },
        )


@transaction.atomic
def record_refusal(*, student_id: int | None, door: str, rows: str, by: Actor, at: datetime) -> None:
    """Write down that somebody asked for what is not theirs to see; a flood of it costs ever fewer rows.

    Attempts that name a student are counted apart: none of them is lost among wrong addresses.

    Of a family only where and when: they are no staff, and an old link is no attack.
    """
    key = f"refused:{by.person_id}:{'student' if student_id else 'address'}"
    number = throttle.times(key, at=at, per=timedelta(minutes=1))
    if refusals.is_written_down(number):
        is_staff = by.role in STAFF
        AccessRecord.objects.create(
            student_id=student_id if is_staff else None,
            viewer_id=by.person_id,
            role=by.role or "",
            organisation_id=by.organisation_id,
            section=AccessRecord.Section.REFUSED,
            door=door,
            rows=rows[:100] if is_staff else "",
            number=number,
            at=at,
        )


@transaction.atomic
def touch(*, session_id: int, at: datetime) -> None:
    """Note that the session is in use; called at most once a minute."""
    Session.objects.filter(pk=session_id, ended_at__isnull=True).update(seen_at=at)


@transaction.atomic
def keep_unsent_form(*, person_id: int, path: str, fields: list[tuple[str, str]], at: datetime) -> None:
    """Keep what was sent with an ended session, so that its person can send it again after logging in."""
    UnsentForm.objects.filter(Q(person=person_id) | Q(kept_at__lt=at - UNSENT_FORMS_LIVE)).delete()
    UnsentForm.objects.create(person_id=person_id, path=path, fields=fields, kept_at=at)


def forget_unsent_form(*, by: Actor) -> None:
    """Drop the kept form: it was sent, or is no longer wanted."""
    UnsentForm.objects.filter(person=by.person_id).delete()


@transaction.atomic
def drop_leftovers(*, at: datetime) -> None:
    """Delete what was to be kept for a while only: unsent forms, what Gosuslugi told, old sessions and views."""
    UnsentForm.objects.filter(kept_at__lt=at - UNSENT_FORMS_LIVE).delete()
    EsiaPost.objects.filter(told_at__lt=at - TOLD_LIVES).delete()
    FamilyCard.objects.filter(told_at__lt=at - TOLD_LIVES).delete()
    Session.objects.filter(expires_at__lt=at - SESSIONS_REMEMBERED).delete()
    with connection.cursor() as cursor:
        # Evidence is not ours to delete: the database deletes what is older than its term by its own clock.
        cursor.execute("SELECT people_forget_access_records()")
    PersonMerge.objects.filter(merged_at__lt=at - MERGES_UNDONE_WITHIN).exclude(changes=[]).update(changes=[])
    MergePart.objects.filter(merged_at__lt=at - MERGES_UNDONE_WITHIN).delete()
