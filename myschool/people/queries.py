"""What pages about oneself show: roles, sessions, consents, who looked."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from myschool.kernel import clock
from myschool.kernel.actors import SCHOOL_STAFF, Actor, Role
from myschool.kernel.paging import Pager, paged
from myschool.kernel.statements import Statement
from myschool.people import access
from myschool.people.models import (
    AccessRecord,
    Account,
    Consent,
    DeletionRequest,
    EsiaPost,
    GuardianRestriction,
    Guardianship,
    Person,
    Post,
    Profile,
    Session,
    UnsentForm,
)
from myschool.people.processing import answer_term
from myschool.people.rules import ages, assurance, names

ESIA_POST_BELIEVED = timedelta(hours=1)
VIEWS_SHOWN = 100


CONFIRM_ACCOUNT = (
    "Для этого нужна подтверждённая учётная запись Госуслуг. Подтвердите её: в приложении своего банка, "
    "в центре обслуживания или электронной подписью. Затем выйдите отсюда и войдите снова."
)


OWN_MATTER = Statement("SELECT people_is_own_matter(%(person)s, NULL, NULL, VARIADIC %(persons)s::bigint[]) AS is_own")


def is_own_matter(person_id: int, person_ids: Collection[int]) -> bool:
    """Whether a matter that concerns these persons is the person's own; `access.own_matter` asks the same of rows."""
    return bool(OWN_MATTER.row({"person": person_id, "persons": list(person_ids)}).is_own)


def deciders(rows: "QuerySet[Any]", school: str, matter: Func, day: date) -> dict[int, tuple[int, ...]]:
    """Who decides on each of these rows: the leaders of its school whose own matter it is not, else the operators."""
    triples = rows.values_list(
        "pk",
        ArraySubquery(access.leaders_to_decide(school, matter, day).values("person")),
        ArraySubquery(access.operators_to_decide(school, matter, day).values("person")),
    )
    return {pk: tuple(sorted({*(leaders or operators)})) for pk, leaders, operators in triples}


def other_leaders(actor: Actor, person_ids: Collection[int], day: date) -> tuple[int, ...]:
    """Leaders of the actor's school beside the actor who may decide on what concerns these persons."""
    leaders = leaders_apart(actor.school_id or 0, person_ids, day)
    return tuple(leader for leader in leaders if leader != actor.person_id)


def leaders_apart(organisation_id: int, person_ids: Collection[int], day: date) -> tuple[int, ...]:
    """Leaders of a school who may decide on what concerns these persons."""
    posts = access.leaders_apart(organisation_id, person_ids, day)
    return tuple(sorted({*posts.values_list("person", flat=True)}))


@dataclass(frozen=True)
class Offer:
    """A profile one may register in."""

    role: Role
    title: str
    explanation: str


OFFERED_PROFILES = {
    offer.role: offer
    for offer in (
        Offer(Role.STUDENT, "Профиль обучающегося", "Если вам исполнилось 14 лет. Младших регистрируют родители."),
        Offer(
            Role.GUARDIAN,
            "Профиль законного представителя",
            "Родители, опекуны, попечители: дневник детей и запросы в школу.",
        ),
        Offer(
            Role.TEACHER,
            "Профиль сотрудника школы",
            "Учителя и администрация: место в школе подтвердит её администратор.",
        ),
        Offer(
            Role.PUBLISHER,
            "Профиль поставщика контента",
            "Издательства и авторы: материалы для библиотеки после проверки.",
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class RolePlace:
    """A role a person holds and where."""

    role: Role
    organisation_id: int | None
    title: str
    subtitle: str
    current: bool = False


def posts_on(day: date) -> Q:
    """Posts held on that day."""
    return Q(from_date__lte=day) & (Q(to_date__isnull=True) | Q(to_date__gt=day))


def posts_of(person_id: int, day: date) -> set[tuple[str, int]]:
    """The roles that a person holds in organisations on that day."""
    posts = Post.objects.filter(posts_on(day), person=person_id)
    return {*posts.values_list("role", "organisation")}


def last_link(guardian_id: int, student_id: int) -> int | None:
    """The last link of a guardian with a student, ended or not."""
    links = Guardianship.objects.filter(guardian=guardian_id, student=student_id)
    return links.order_by("-pk").values_list("pk", flat=True).first()


def posts_at(at: datetime) -> QuerySet[Post]:
    """Posts held at that moment, each by the date at its own place."""
    zone = Coalesce("organisation__school__time_zone", "organisation__region__time_zone")
    day_there = Cast(Func(zone, Value(at), function="timezone", output_field=DateTimeField()), DateField())
    open_condition = Q(to_date__isnull=True) | Q(to_date__gt=F("day_there"))
    return Post.objects.alias(day_there=day_there).filter(open_condition, from_date__lte=F("day_there"))


def profiles_at(person_id: int, at: datetime) -> QuerySet[Profile]:
    """The person's profiles that count: from 14 on a student's own agreement is needed, a guardian's is not enough."""
    grown_up = ages.born_by(clock.latest_day(at), ages.AGE_OF_REGISTRATION)
    return Profile.objects.filter(person=person_id).exclude(
        role=Role.STUDENT, terms_version="", person__birth_date__lte=grown_up
    )


def roles_held(person_id: int, at: datetime, actor: Actor | None = None) -> list[RolePlace]:
    """Everything the person may act as at that moment; the actor's own role is marked."""
    profiles = profiles_at(person_id, at).filter(role__in=[Role.STUDENT, Role.GUARDIAN]).order_by("pk")
    posts = posts_at(at).filter(person=person_id).select_related("organisation").order_by("pk")
    roles: list[tuple[Role, int | None, str]] = [(Role(profile.role), None, "") for profile in profiles]
    roles += [(Role(post.role), post.organisation_id, post.organisation.short_name) for post in posts]
    return [
        RolePlace(
            role=role,
            organisation_id=organisation_id,
            title=str(role.label),
            subtitle=place,
            current=actor is not None and (actor.role, actor.organisation_id) == (role, organisation_id),
        )
        for role, organisation_id, place in roles
    ]


def is_student_alone(person_id: int, at: datetime) -> bool:
    """Whether the person is here for themselves only: no guardian of anybody, and in no post."""
    guards = access.guardianships_on(clock.latest_day(at)).filter(guardian=person_id)
    return not guards.exists() and all(place.role == Role.STUDENT for place in roles_held(person_id, at))


def role_to_start_with(person: Person, at: datetime) -> RolePlace | None:
    """The role of the person's last session if still held, else the only one held, else none: they will choose."""
    places = roles_held(person.pk, at)
    last = Session.objects.filter(person=person).order_by("-created_at").values("role", "organisation_id").first()
    for place in places:
        if last and (last["role"], last["organisation_id"]) == (place.role, place.organisation_id):
            return place
    return places[0] if len(places) == 1 else None


@dataclass(frozen=True)
class Step:
    """A step of a longer way."""

    title: str
    current: bool = False


WAY_IN = (Step("Вход через Госуслуги"), Step("Профиль и условия", current=True), Step("Личный кабинет"))


@dataclass(frozen=True, kw_only=True)
class RegistrationPage:
    """The choice of a profile."""

    title: str
    offers: tuple[Offer, ...]
    is_registered: bool
    terms_version: str
    steps: tuple[Step, ...] = WAY_IN


def registration_page(actor: Actor, day: date, terms_version: str) -> RegistrationPage:
    """The profiles this person has not yet, with the terms' version to accept."""
    agreed = set(
        Profile.objects.filter(person=actor.person_id).exclude(terms_version="").values_list("role", flat=True)
    )
    offers = tuple(
        offer
        for offer in OFFERED_PROFILES.values()
        if offer.role not in agreed and (actor.is_confirmed or offer.role == Role.STUDENT)
    )
    return RegistrationPage(title="Регистрация", offers=offers, is_registered=bool(agreed), terms_version=terms_version)


def is_registered(actor: Actor, at: datetime) -> bool:
    """Whether the person has any profile here that counts."""
    return profiles_at(actor.person_id, at).exists()


def is_confirmed(person_id: int) -> bool:
    """Whether Gosuslugi has checked in person who one of the person's accounts belongs to."""
    accounts = Account.objects.filter(person=person_id).values_list("level", "trusted")
    return any(assurance.is_confirmed(level, trusted=trusted) for level, trusted in accounts)


def has_profile(person_id: int, role: Role, at: datetime) -> bool:
    """Whether the person registered in that role and it counts; for the school's staff any of its roles is «staff»."""
    wanted = Role.TEACHER if role in SCHOOL_STAFF else role
    return profiles_at(person_id, at).filter(role=wanted).exists()


@dataclass(frozen=True)
class RolesPage:
    """The role switch."""

    title: str
    places: list[RolePlace]


def roles_page(actor: Actor, at: datetime) -> RolesPage:
    """All roles of the actor's person."""
    return RolesPage("Ваши роли", roles_held(actor.person_id, at, actor))


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A device one is logged in on."""

    id: int
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True)
class SessionsPage:
    """Where one is logged in."""

    title: str
    rows: list[SessionRow]


def sessions_page(actor: Actor, at: datetime) -> SessionsPage:
    """The person's live sessions, the latest first."""
    idle_since = at - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    live = Session.objects.filter(
        person=actor.person_id, ended_at__isnull=True, expires_at__gt=at, seen_at__gt=idle_since
    )
    return SessionsPage(
        "Где выполнен вход",
        [
            SessionRow(
                id=row.pk,
                device=row.device,
                created_at=row.created_at,
                seen_at=row.seen_at,
                current=row.pk == actor.session_id,
            )
            for row in live.order_by("-seen_at")[:50]
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was agreed to."""

    id: int
    subject: str
    given_by: str
    purpose: str
    wording: str
    scopes: tuple[str, ...]
    given_at: datetime
    withdrawn_at: datetime | None
    can_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class DeletionRow:
    """A demand to delete data and its answer."""

    subject: str
    state: str
    submitted_at: datetime
    due_day: date
    answer: str


@dataclass(frozen=True, kw_only=True)
class RestrictionLine:
    """A restriction of a guardian's rights, in words."""

    id: int
    guardian: str
    student: str
    kind: str
    ground: str
    document: str
    from_date: date
    to_date: date | None
    organisation: str
    is_ended: bool
    is_lifting_asked: bool


def restriction_line(row: GuardianRestriction) -> RestrictionLine:
    """A restriction whose persons and organisation were fetched with it."""
    number = f" № {row.document_number}" if row.document_number else ""
    return RestrictionLine(
        id=row.pk,
        guardian=name_of(row.guardian),
        student=name_of(row.student),
        kind=row.get_kind_display(),
        ground=row.get_ground_display(),
        document=f"{row.document}{number} от {row.document_day:%d.%m.%Y}",
        from_date=row.from_date,
        to_date=row.to_date,
        organisation=row.organisation.short_name,
        is_ended=row.kind == GuardianRestriction.Kind.ENDED,
        is_lifting_asked=row.lifting_asked_by_id is not None,
    )


def lines_that_count(rows: Sequence[GuardianRestriction]) -> list[RestrictionLine]:
    """Of one guardian's restrictions about one student those that matter: an ended access covers whatever limits it."""
    ended = [row for row in rows if row.kind == GuardianRestriction.Kind.ENDED]
    return [restriction_line(row) for row in ended or rows]


@dataclass(frozen=True, kw_only=True)
class LostRight:
    """What somebody may do no more about a child, why, and where to turn.

    `is_ended`: the link is no more; `is_shown`: the child's data are still theirs to see.
    """

    student_id: int
    student: str
    is_ended: bool
    is_shown: bool
    organisation: str
    ended_day: date | None
    restrictions: list[RestrictionLine]


def lost_rights(actor: Actor, day: date) -> list[LostRight]:
    """What is limited or ended of the actor's rights about children, a line for each; of who is 18 nothing is left to lose."""
    restrictions: dict[int, list[GuardianRestriction]] = defaultdict(list)
    rows = access.restrictions_of(actor, day).select_related("guardian", "student", "organisation")
    for row in rows.order_by("pk"):
        restrictions[row.student_id].append(row)
    ended: dict[int, Guardianship] = {}
    active_ids = set()
    links = Guardianship.objects.filter(guardian=actor.person_id).select_related("student", "ended_in")
    for link in links.order_by("to_date", "pk"):
        if link.to_date is None or link.to_date > day:
            active_ids.add(link.student_id)
        elif not (link.student.birth_date and ages.is_of_full_age(link.student.birth_date, day)):
            ended[link.student_id] = link
    lost = []
    for student_id in sorted({*restrictions, *ended.keys() - active_ids}):
        last = None if student_id in active_ids else ended.get(student_id)
        lines = restrictions[student_id]
        shown = lines_that_count(lines)
        student = last.student if last else lines[0].student
        by = last.ended_in if last else lines[0].organisation
        lost.append(
            LostRight(
                student_id=student_id,
                student=name_of(student),
                is_ended=last is not None,
                is_shown=last is None and not any(line.is_ended for line in shown),
                organisation=by.short_name if by else "",
                ended_day=last.to_date if last else None,
                restrictions=shown,
            )
        )
    return lost


@dataclass(frozen=True, kw_only=True)
class Representative:
    """A legal representative of a student, before the student and the other representatives."""

    student: str
    name: str
    relation: str
    from_date: date
    rights: str
    is_limited: bool
    is_self: bool


def _representatives(actor: Actor, subjects: Sequence[Person], day: date) -> list[Representative]:
    """Who represents these students on that day and what they may; to a student this is told from 14 on."""
    student_ids = [
        person.pk
        for person in subjects
        if person.pk != actor.person_id or (person.birth_date and ages.is_of_registration_age(person.birth_date, day))
    ]
    restrictions: dict[tuple[int, int], list[GuardianRestriction]] = defaultdict(list)
    for row in (
        access.restrictions_on(day)
        .filter(student__in=student_ids)
        .select_related("guardian", "student", "organisation")
    ):
        restrictions[row.guardian_id, row.student_id].append(row)
    links = access.guardianships_kept_on(day).filter(student__in=student_ids).select_related("guardian", "student")
    representatives = []
    for link in links.order_by("student", "pk"):
        lines = lines_that_count(restrictions[link.guardian_id, link.student_id])
        representatives.append(
            Representative(
                student=name_of(link.student),
                name=name_of(link.guardian),
                relation=link.get_relation_display(),
                from_date=link.from_date,
                rights=lines[0].kind if lines else "Видит данные и решает",
                is_limited=bool(lines),
                is_self=link.guardian_id == actor.person_id,
            )
        )
    return representatives


def warnings_about(guardian_id: int, student_ids: Collection[int], day: date) -> list[str]:
    """What whoever is asked to link this guardian with one of these students must know: what was ended or restricted."""
    pair = {"guardian": guardian_id, "student__in": student_ids}
    ended = Guardianship.objects.filter(**pair, to_date__lte=day).select_related("student", "ended_by", "ended_in")
    restricted = access.restrictions_on(day).filter(**pair)
    lines = [restriction_line(row) for row in restricted.select_related("guardian", "student", "organisation")]
    return [
        *(
            f"{line.student}: права представителя ограничены с {line.from_date:%d.%m.%Y}"
            f"{f' до {line.to_date:%d.%m.%Y}' if line.to_date else ''} ({line.kind.lower()}). "
            f"{line.ground}: {line.document}. {line.organisation}."
            for line in lines
        ),
        *(
            f"{name_of(row.student)}: связь с этим представителем прекращена {row.to_date:%d.%m.%Y}"
            + (f", {row.ended_in.short_name}" if row.ended_in else "")
            + (f", {name_of(row.ended_by)}" if row.ended_by else "")
            + "."
            for row in ended.order_by("pk")
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class OwnPrivacyPage:
    """Consents, views and demands of a person and their children."""

    title: str
    subjects: list[Person]
    receipts: list[Receipt]
    deletions: list[DeletionRow]
    answer_term: str
    demandable: list[Person]
    lost: list[LostRight]
    representatives: list[Representative]


# In people's words; the names of scopes are ЕСИА's.
SCOPES_IN_RUSSIAN = {
    "openid": "подтверждение входа",
    "fullname": "фамилия, имя, отчество",
    "birthdate": "дата рождения",
    "gender": "пол",
    "snils": "СНИЛС",
    "email": "электронная почта",
    "mobile": "телефон",
    "usr_org": "организации, где вы работаете",
    "kid_fullname": "имена детей",
    "kid_birthdate": "даты рождения детей",
    "kid_gender": "пол детей",
    "kid_snils": "СНИЛС детей",
    "kid_birth_cert_doc": "свидетельства о рождении детей",
}


def own_privacy_page(actor: Actor, subjects: list[Person], day: date) -> OwnPrivacyPage:
    """Receipts and demands about these persons, who represents them, and what of the actor's rights is limited or ended.

    Only what the actor agreed to is theirs to take back; what they agreed to for a child whom they represent no more is
    still shown to them.
    """
    lost = lost_rights(actor, day)
    bound = {row.student_id for row in lost}
    consents = (
        Consent.objects.filter(Q(subject__in=subjects) | Q(given_by=actor.person_id))
        .select_related("subject", "given_by")
        .order_by("-given_at")[:200]
    )
    deletions = DeletionRequest.objects.filter(subject__in=subjects).select_related("subject").order_by("-pk")[:50]
    return OwnPrivacyPage(
        title="Мои персональные данные",
        subjects=subjects,
        receipts=[
            Receipt(
                id=consent.pk,
                subject=name_of(consent.subject),
                given_by=name_of(consent.given_by),
                purpose=consent.get_purpose_display(),
                wording=consent.wording,
                scopes=tuple(SCOPES_IN_RUSSIAN.get(scope, scope) for scope in consent.scopes),
                given_at=consent.given_at,
                withdrawn_at=consent.withdrawn_at,
                can_withdraw=(consent.given_by_id, consent.withdrawn_at, consent.purpose)
                == (actor.person_id, None, Consent.Purpose.ESIA),
            )
            for consent in consents
        ],
        deletions=[
            DeletionRow(
                subject=name_of(row.subject),
                state=row.get_state_display(),
                submitted_at=row.submitted_at,
                due_day=row.due_day,
                answer=row.answer,
            )
            for row in deletions
        ],
        answer_term=answer_term(),
        demandable=[person for person in subjects if person.pk not in bound],
        lost=lost,
        representatives=_representatives(actor, subjects, day),
    )


@dataclass(frozen=True, kw_only=True)
class View:
    """Somebody looked, or tried to."""

    at: datetime
    role: str
    organisation: str
    section: str
    reason: str
    is_refused: bool


@dataclass(frozen=True)
class ViewsPage:
    """Who looked at a student's record."""

    title: str
    student: str
    views: list[View]
    pager: Pager


def views_page(student: Person, after: str = "") -> ViewsPage:
    """Each time that staff outside the student's own class looked or tried to, the latest first; roles, not names."""
    records, pager = paged(access.looks_at(student).select_related("organisation"), after, VIEWS_SHOWN)
    return ViewsPage(
        "Кто смотрел данные",
        name_of(student),
        [
            View(
                at=record.at,
                role=record.get_role_display(),
                organisation=record.organisation.short_name if record.organisation else "",
                section=record.get_section_display(),
                reason=record.reason,
                is_refused=record.section == AccessRecord.Section.REFUSED,
            )
            for record in records
        ],
        pager,
    )


# An address that is there no longer keeps its records.
OTHER_DOOR = "Прежний адрес"


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A member of the staff asked for what is not theirs to see; `door` is the address's Russian name."""

    at: datetime
    zone: str
    name: str
    role: str
    organisation: str
    door: str
    rows: str
    number: int
    names_a_student: bool


@dataclass(frozen=True)
class RefusedPage:
    """Refused looks of staff."""

    title: str
    rows: list[RefusedRow]
    pager: Pager


def refused_page(actor: Actor, after: str = "") -> RefusedPage:
    """Refused looks of the staff the actor answers for, the latest first."""
    records, pager = paged(
        access.refusals_to_watch(actor).select_related("organisation", "viewer__merged_into"), after, VIEWS_SHOWN
    )
    return RefusedPage(
        "Попытки доступа",
        [
            RefusedRow(
                at=record.at,
                zone=actor.time_zone,
                name=name_of(_now(record.viewer)),
                role=record.get_role_display(),
                organisation=record.organisation.short_name if record.organisation else "",
                door=settings.DOOR_TITLES.get(record.door, OTHER_DOOR),
                rows=record.rows,
                number=record.number,
                names_a_student=record.student_id is not None,
            )
            for record in records
        ],
        pager,
    )


def _now(person: Person) -> Person:
    """The row that stands for this person today."""
    return _now(person.merged_into) if person.merged_into else person


def name_of(person: Person) -> str:
    """Full name as people write it."""
    return names.full_name(person.last_name, person.first_name, person.patronymic)


@dataclass(frozen=True)
class ReplayPage:
    """A form that was sent after the session had ended."""

    title: str
    path: str
    fields: list[tuple[str, str]]


def replay_page(actor: Actor, not_before: datetime) -> ReplayPage | None:
    """The form kept for this person, if there is one and it is fresh."""
    form = UnsentForm.objects.filter(person=actor.person_id, kept_at__gte=not_before).first()
    return ReplayPage("Сохранённая форма", form.path, [(name, value) for name, value in form.fields]) if form else None


def esia_posts(person_id: int, at: datetime) -> list[EsiaPost]:
    """Where Gosuslugi lately said that the person works."""
    return list(EsiaPost.objects.filter(person=person_id, told_at__gt=at - ESIA_POST_BELIEVED).order_by("title"))


def leads_by_esia(person_id: int, ogrn: str, at: datetime) -> bool:
    """Whether Gosuslugi lately said that the person heads or administers the organisation of this ОГРН."""
    fresh = EsiaPost.objects.filter(person=person_id, ogrn=ogrn, told_at__gt=at - ESIA_POST_BELIEVED)
    return fresh.filter(Q(is_chief=True) | Q(is_admin=True)).exists()


def last_logins(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these persons has logged in last; who never has is not among them."""
    accounts = Account.objects.filter(person__in=person_ids, last_login_at__isnull=False)
    logins = accounts.order_by("last_login_at").values_list("person", "last_login_at")
    return {person: at for person, at in logins if at is not None}


def is_account_of(actor: Actor, issuer: str, oid: str) -> bool:
    """Whether this Gosuslugi account belongs to the actor's person."""
    return Account.objects.filter(issuer=issuer, oid=oid, person=actor.person_id).exists()


def person_vouched_for(issuer: str, oid: str, snils: str) -> Person | None:
    """The person of a Gosuslugi account, else of a СНИЛС that Gosuslugi vouches for, if we know them."""
    if oid and (account := Account.objects.select_related("person").filter(issuer=issuer, oid=oid).first()):
        return account.person
    return Person.objects.filter(snils=snils, merged_into__isnull=True).first() if snils else None


def person_of(issuer: str, oid: str) -> int:
    """The person behind a known Gosuslugi account."""
    return Account.objects.values_list("person", flat=True).get(issuer=issuer, oid=oid)


def student_of_guardianship(guardianship_id: int) -> int | None:
    """Whom a guardian is or was linked with."""
    return access.guardianships_ever().filter(pk=guardianship_id).values_list("student", flat=True).first()


def known_person(person_id: int) -> int | None:
    """The id, if there is such a person."""
    return person_id if Person.objects.filter(pk=person_id).exists() else None
