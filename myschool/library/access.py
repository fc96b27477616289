"""Which materials, versions and reviews an actor may see and work with."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from myschool.enrolment.access import authority_to_act_for, placements_on
from myschool.enrolment.models import Placement
from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor, Role
from myschool.kernel.clock import latest_day
from myschool.kernel.prepared import Prepared
from myschool.library.models import (
    CatalogueEntry,
    Collection,
    Conflict,
    ErrorReport,
    ExpertSubject,
    LtiTool,
    Material,
    MaterialVersion,
    Play,
    PublisherApplication,
    Review,
)
from myschool.library.rules.states import EDITABLE, EXPERTS_NEEDED, State
from myschool.people.access import guardianships_of, posts_on, posts_since
from myschool.people.models import Person, Post
from myschool.people.queries import posts_at, roles_held

# Who worked for a publisher so lately does not judge it.
CONFLICT_YEARS = timedelta(days=3 * 365)
Outcome = PublisherApplication.Outcome
FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})
# Plays of what was published for all schools.
EVERYBODYS = Q(version__material__school__isnull=True, version__published_at__isnull=False)
CHECKERS = SCHOOL_LEADERS | {Role.DEPUTY_HEAD}


def own_schools(actor: Actor, day: date) -> QuerySet[Placement, int]:
    """Ids of the schools whose own materials a family reads."""
    if actor.role == Role.STUDENT:
        students = Q(student=actor.person_id)
    else:
        students = Q(student__in=guardianships_of(actor, day).values("student"))
    return placements_on(day).filter(students).values_list("school", flat=True)


def _prepared(role: Role) -> Prepared:
    def build(person_id: int, day: date) -> QuerySet[Placement, int]:
        return own_schools(Actor(person_id=person_id, session_id=0, role=role), day)

    return Prepared(build, person=int, day=date)


# The catalogue is asked so often that building this question took longer than its answer.
OWN_SCHOOLS = {Role.STUDENT: _prepared(Role.STUDENT), Role.GUARDIAN: _prepared(Role.GUARDIAN)}


def schools_of(actor: Actor, day: date) -> list[int]:
    """Ids of the schools whose own materials the actor reads."""
    if actor.role in SCHOOL_STAFF:
        return [actor.school_id or 0]
    if actor.role in (Role.STUDENT, Role.GUARDIAN):
        return sorted({school for (school,) in OWN_SCHOOLS[actor.role].rows(person=actor.person_id, day=day)})
    return []


def entries_to_read(actor: Actor, day: date) -> QuerySet[CatalogueEntry]:
    """What the catalogue shows the actor: everybody's, and their own schools'."""
    if actor.role is None:
        return CatalogueEntry.objects.none()
    return CatalogueEntry.objects.filter(Q(school__isnull=True) | Q(school__in=schools_of(actor, day)))


def materials_to_read(actor: Actor, day: date) -> QuerySet[Material]:
    """Materials of those entries."""
    return Material.objects.filter(pk__in=entries_to_read(actor, day).values("material"))


def own_plays(actor: Actor) -> QuerySet[Play]:
    """What the actor goes through, or has gone through."""
    return Play.objects.filter(person=actor.person_id)


def plays_to_go_on(actor: Actor, day: date) -> QuerySet[Play]:
    """Those of them whose material the actor may still read: a play opens nothing by itself."""
    schools = own_schools(actor, day) if actor.role in FAMILY else [actor.school_id or 0]
    return own_plays(actor).filter(
        EVERYBODYS
        | Q(version__material__school__in=schools, version__published_at__isnull=False)
        | Q(version__in=own_versions(actor))
        | Q(version__in=reviews_to_give(actor).values("version"))
        | Q(version__in=versions_to_approve(actor))
    )


def own_collections(actor: Actor) -> QuerySet[Collection]:
    """The actor's collections."""
    return Collection.objects.filter(person=actor.person_id)


def own_materials(actor: Actor) -> QuerySet[Material]:
    """Materials of the actor's publisher; a teacher's own of this school."""
    if actor.role == Role.PUBLISHER:
        return Material.objects.filter(publisher=actor.organisation_id, school__isnull=True)
    if actor.role in SCHOOL_STAFF:
        return Material.objects.filter(school=actor.school_id, made_by=actor.person_id)
    return Material.objects.none()


def own_versions(actor: Actor) -> QuerySet[MaterialVersion]:
    """Versions of those materials."""
    return MaterialVersion.objects.filter(material__in=own_materials(actor))


def versions_to_change(actor: Actor) -> QuerySet[MaterialVersion]:
    """Those that are not handed in."""
    return own_versions(actor).filter(state__in=EDITABLE)


def own_reports(actor: Actor) -> QuerySet[ErrorReport]:
    """Errors that were found in the actor's materials."""
    return ErrorReport.objects.filter(version__in=own_versions(actor))


def own_applications(actor: Actor) -> QuerySet[PublisherApplication]:
    """The person's applications to become a publisher."""
    return PublisherApplication.objects.filter(applicant=actor.person_id)


def applications_to_decide(actor: Actor) -> QuerySet[PublisherApplication]:
    """Applications of publishers of the region the operator acts for."""
    regions = authority_to_act_for(actor).values("region")
    return PublisherApplication.objects.filter(region_code__in=regions, outcome=Outcome.SUBMITTED)


def reviews_to_give(actor: Actor) -> QuerySet[Review]:
    """What the expert is to judge."""
    if actor.role != Role.EXPERT:
        return Review.objects.none()
    return Review.objects.filter(expert=actor.person_id, declined_at__isnull=True, given_at__isnull=True)


def reviews_given(actor: Actor) -> QuerySet[Review]:
    """What the expert has judged."""
    return Review.objects.filter(expert=actor.person_id, given_at__isnull=False)


def versions_to_approve(actor: Actor) -> QuerySet[MaterialVersion]:
    """Teachers' own materials that wait for the school's word."""
    if actor.role not in CHECKERS:
        return MaterialVersion.objects.none()
    return MaterialVersion.objects.filter(material__school=actor.school_id, state=State.IN_REVIEW)


def versions_to_try(actor: Actor, day: date) -> QuerySet[MaterialVersion]:
    """Versions the actor may open: published ones they read, their own, those they judge, those lessons still use."""
    entries = entries_to_read(actor, day)
    return MaterialVersion.objects.filter(
        Q(pk__in=entries.values("version"))
        | Q(pk__in=own_versions(actor).values("pk"))
        | Q(pk__in=reviews_to_give(actor).values("version"))
        | Q(pk__in=versions_to_approve(actor).values("pk"))
        | Q(pk__in=plays_to_go_on(actor, day).values("version")),
        # What the check has found to run.
        format__gt="",
    )


def reviews_to_watch(actor: Actor) -> QuerySet[MaterialVersion]:
    """Versions in review, for the operator who watches over their terms."""
    if actor.role != Role.OPERATOR:
        return MaterialVersion.objects.none()
    return MaterialVersion.objects.filter(state=State.IN_REVIEW, material__school__isnull=True)


def experts_of(actor: Actor, day: date) -> QuerySet[Post]:
    """Experts of the operator's own organisation on that day."""
    experts = posts_on(day).filter(organisation=actor.organisation_id, role=Role.EXPERT)
    return experts if actor.role == Role.OPERATOR else experts.none()


def experts_for(version: MaterialVersion, at: datetime) -> QuerySet[Person]:
    """Experts who know the version's subject and have nothing to do with its publisher; `due` is what they have to do.

    Who works for a publisher, or did so lately, has to do with it.
    """
    publisher = version.material.publisher_id
    posts = posts_at(at).filter(role=Role.EXPERT)
    close = posts_since(at.date() - CONFLICT_YEARS).filter(organisation=publisher)
    open_reviews = Q(review_due__given_at__isnull=True, review_due__declined_at__isnull=True)
    return (
        Person.objects.filter(pk__in=ExpertSubject.objects.filter(subject=version.subject).values("person"))
        .filter(pk__in=posts.values("person"))
        .exclude(pk__in=close.values("person"))
        .exclude(pk__in=Conflict.objects.filter(publisher=publisher).values("person"))
        .exclude(pk=version.material.made_by_id)
        .annotate(due=Count("review_due", filter=open_reviews & ~Q(review_due=None)))
        .order_by(F("due").asc(), "pk")
    )


def versions_without_experts() -> QuerySet[MaterialVersion]:
    """Publishers' versions in review with fewer experts than they need."""
    waiting = Count("reviews", filter=Q(reviews__declined_at__isnull=True))
    return (
        MaterialVersion.objects.filter(state=State.IN_REVIEW, material__school__isnull=True)
        .annotate(appointed=waiting)
        .filter(appointed__lt=EXPERTS_NEEDED)
    )


def versions_to_check() -> QuerySet[MaterialVersion]:
    """Versions that wait for the programs, the longest waiting first."""
    return MaterialVersion.objects.filter(state=State.CHECKING).order_by("queued_at", "pk")


def may_make(actor: Actor) -> bool:
    """Whether the actor makes materials: for a publisher, or as a teacher for their school."""
    return actor.role == Role.PUBLISHER or actor.role in SCHOOL_STAFF


def own_tools(actor: Actor) -> QuerySet[LtiTool]:
    """The programs of the supplier that the actor acts for."""
    if actor.role != Role.PUBLISHER:
        return LtiTool.objects.none()
    return LtiTool.objects.filter(publisher=actor.organisation_id)


def is_supplier(actor: Actor) -> bool:
    """Whether the actor acts for a publisher."""
    return actor.role == Role.PUBLISHER and actor.organisation_id is not None


def materials_of_tool(tool: LtiTool) -> QuerySet[Material]:
    """The materials that a tool runs: it comes in by its own token."""
    return Material.objects.filter(versions__tool=tool).distinct()


def working_tools(at: datetime) -> QuerySet[LtiTool]:
    """Programs that have not been disconnected; they come in by their own keys.

    A program works while its supplier has somebody here who answers for it.
    """
    posts = posts_at(at).filter(organisation=OuterRef("publisher"), role=Role.PUBLISHER)
    return LtiTool.objects.filter(Exists(posts), ended_at__isnull=True)


def is_expert(actor: Actor) -> bool:
    """Whether the actor judges versions."""
    return actor.role == Role.EXPERT


def is_checker(actor: Actor) -> bool:
    """Whether the actor decides what teachers share in the school."""
    return actor.role in CHECKERS


def is_operator(actor: Actor) -> bool:
    """Whether the actor keeps publishers and experts."""
    return actor.role == Role.OPERATOR


def persons_by_snils(snils: str) -> QuerySet[Person]:
    """Persons whose СНИЛС Gosuslugi has vouched for."""
    return Person.objects.filter(snils=snils)


def plays_to_run(play_id: int, at: datetime) -> QuerySet[Play]:
    """The play that a signed token of the content's origin names, while its person may go on with it.

    The token says neither who they are nor as what they act: one of the roles they hold must do.
    """
    plays = Play.objects.filter(pk=play_id)
    person_id = plays.values_list("person", flat=True).first()
    if person_id is None or plays.filter(EVERYBODYS).exists():
        return plays
    day = latest_day(at)
    actors = (
        Actor(person_id=person_id, session_id=0, role=place.role, organisation_id=place.organisation_id)
        for place in roles_held(person_id, at)
    )
    is_open = any(plays_to_go_on(actor, day).filter(pk=play_id).exists() for actor in actors)
    return plays if is_open else plays.none()
