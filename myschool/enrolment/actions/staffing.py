"""Who works in a school: inviting, accepting, dismissing."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from myschool.enrolment import facts
from myschool.enrolment.models import Invitation
from myschool.kernel import chronicle, clock
from myschool.kernel.actors import SCHOOL_LEADERS, Actor, Role
from myschool.kernel.errors import Refusal
from myschool.people import actions as people
from myschool.people.access import posts_on
from myschool.people.models import Person, Post
from myschool.people.queries import has_profile
from myschool.people.rules.names import name_key
from myschool.schools.models import School

INVITATIONS_LIVE = timedelta(days=14)
# Without letters and digits that people mix up when they read a code aloud.
ALPHABET = "АВГДЕЖКЛМНПРСТУФХ23456789"


class InvitationUnfit(Refusal):
    """No living invitation has this code, or it is for somebody else."""

    status = 404
    field = "code"


class LastAdministrator(Refusal):
    """A school is never left without an administrator."""

    status = 409


@transaction.atomic
def invite(
    *,
    school: School,
    role: Role,
    last_name: str,
    first_name: str,
    patronymic: str,
    secret: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Invite somebody to work in the school; answers the code, which is shown once and handed over in person.

    The same secret makes the same invitation: a form that is sent again invites nobody anew.

    Raises:
        OwnMatter: one's own name.
    """
    key = name_key(last_name, first_name, patronymic)
    if Person.objects.filter(pk=by.person_id, name_key=key).exists():
        people.must_not_be_own_matter(by=by, person_ids=[by.person_id])
    code = _code_of(secret or secrets.token_urlsafe(32))
    invitation, is_new = Invitation.objects.get_or_create(
        code_hash=hash_of(code),
        defaults={
            "school": school,
            "role": role,
            "last_name": last_name,
            "first_name": first_name,
            "patronymic": patronymic,
            "name_key": key,
            "invited_by_id": by.person_id,
            "invited_at": at,
            "expires_at": at + INVITATIONS_LIVE,
        },
    )
    if is_new:
        chronicle.write(facts.StaffInvited(**by.stamp(at), invitation_id=invitation.pk))
    return code


def _code_of(secret: str) -> str:
    """Twelve signs that are dictated without mistakes: «АВГД-2345-ЕЖКЛ»."""
    number, signs = int.from_bytes(sha256(secret.encode()).digest(), "big"), []
    for _ in range(12):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def hash_of(code: str) -> bytes:
    """What is kept of a code, typed in whatever case and with whatever dashes."""
    return sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).digest()


@transaction.atomic
def accept_invitation(*, code: str, by: Actor, at: datetime) -> None:
    """Take the post one is invited to.

    Raises:
        Unconfirmed: Gosuslugi has not checked whose account it is.
        InvitationUnfit: a wrong or old code, or it names another person.
        OwnMatter: one has written the invitation oneself.
    """
    people.must_be_confirmed(by=by)
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("school")
        .filter(code_hash=hash_of(code), accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
        .first()
    )
    person = Person.objects.get(pk=by.person_id)
    # The same words for a wrong code and for another's code: nobody learns whether a code exists.
    if invitation is None or invitation.name_key != person.name_key:
        raise InvitationUnfit(
            "Приглашения с таким кодом для вас нет. Проверьте код и фамилию, имя, отчество в приглашении; "
            "если срок вышел, попросите администратора школы пригласить вас снова."
        )
    people.must_not_be_own_matter(by=by, person_ids=[invitation.invited_by_id])
    if not has_profile(by.person_id, Role(invitation.role), at):
        raise InvitationUnfit("Сначала зарегистрируйтесь с профилем сотрудника школы.")
    invitation.accepted_by_id, invitation.accepted_at = by.person_id, at
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    stamp = by.stamp(at, school_id=invitation.school_id)
    people.take_post(
        person_id=by.person_id,
        organisation_id=invitation.school_id,
        role=Role(invitation.role),
        from_date=clock.local_day(invitation.school.time_zone, at),
        stamp=stamp,
    )
    chronicle.write(facts.InvitationAccepted(**stamp, invitation_id=invitation.pk))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """Let a code work no longer; nothing changes if it was used."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        chronicle.write(facts.InvitationWithdrawn(**by.stamp(at), invitation_id=invitation.pk))


@transaction.atomic
def dismiss(*, post: Post, day: date, by: Actor, at: datetime) -> None:
    """End a post in the school from that day on.

    Raises:
        LastAdministrator: nobody else could let people in.
    """
    School.objects.select_for_update().get(pk=post.organisation_id)
    leaders = posts_on(day).filter(organisation=post.organisation_id, role__in=SCHOOL_LEADERS)
    if post.role in SCHOOL_LEADERS and not leaders.exclude(pk=post.pk).exists():
        raise LastAdministrator("Это последний администратор школы. Сначала назначьте другого.")
    people.leave_post(post=post, day=day, by=by, at=at)
