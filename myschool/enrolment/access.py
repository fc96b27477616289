"""Whose requests, classes, posts and students an actor may see and decide on."""

from datetime import date

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable, RawSQL

from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Invitation, Placement
from myschool.files.models import StoredFile
from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor, Role
from myschool.kernel.periods import lasts_on
from myschool.people.access import (
    guardianships_ever,
    guardianships_kept_on,
    guardianships_of,
    guardianships_outlived,
    left_to_operator,
    own_matter,
    posts_ever,
    posts_on,
    restrictions_ever,
    restrictions_on,
)
from myschool.people.models import (
    DeletionRequest,
    FamilyCard,
    GuardianRestriction,
    Guardianship,
    Person,
    PersonMerge,
    Post,
)
from myschool.schools.models import Organisation, School, SchoolClass


def own_requests(actor: Actor) -> QuerySet[EnrolmentRequest]:
    """Requests the person made, in whatever role."""
    return EnrolmentRequest.objects.filter(applicant=actor.person_id)


def _own_request(decider: Combinable, row: type[F] = F) -> Func:
    return own_matter(
        decider,
        row("applicant"),
        row("card__person"),
        name_key=row("card__name_key"),
        birth_date=row("card__birth_date"),
    )


# Of whom a request is the own matter: they made it, or it is about their child, recognised or not.
OWN_REQUEST = _own_request(F("person"), OuterRef)


def requests_not_to_decide(actor: Actor) -> QuerySet[EnrolmentRequest]:
    """Requests that are the actor's own matter, wherever they lie."""
    return EnrolmentRequest.objects.filter(_own_request(Value(actor.person_id)))


def _requests_before(actor: Actor, school: str, day: date) -> QuerySet[EnrolmentRequest]:
    """Requests on which the actor decides for the school in this column."""
    if actor.role in SCHOOL_LEADERS:
        return EnrolmentRequest.objects.filter(**{school: actor.school_id})
    if actor.role == Role.OPERATOR:
        return EnrolmentRequest.objects.filter(left_to_operator(actor, school, OWN_REQUEST, day))
    return EnrolmentRequest.objects.none()


def requests_to_decide(actor: Actor, day: date) -> QuerySet[EnrolmentRequest]:
    """Requests to the leader's own school, and to an operator those on which no leader of the school may decide.

    A draft is nobody's business yet.
    """
    return _requests_before(actor, "school", day).exclude(tray="draft")


def requests_to_release(actor: Actor, day: date) -> QuerySet[EnrolmentRequest]:
    """Transfers away from the leader's own school, and to an operator those on which no leader of it may decide."""
    return _requests_before(actor, "from_school", day).filter(tray="release")


def requests_leaving(actor: Actor) -> QuerySet[EnrolmentRequest]:
    """Requests that would take a student away from the administrator's own school, from the day they are sent."""
    if actor.role not in SCHOOL_LEADERS:
        return EnrolmentRequest.objects.none()
    # In so many words, not as parameters: a plan made for all their values would know no partial index.
    trays = [RawSQL("'new'", ()), RawSQL("'waiting'", ()), RawSQL("'release'", ())]
    return EnrolmentRequest.objects.filter(from_school=actor.school_id, tray__in=trays)


def requests_to_see(actor: Actor, day: date) -> QuerySet[EnrolmentRequest]:
    """Requests to decide on or to release, and to a leader those too that may take a student away later."""
    return EnrolmentRequest.objects.filter(
        Q(pk__in=requests_to_decide(actor, day).values("pk"))
        | Q(pk__in=requests_to_release(actor, day).values("pk"))
        | Q(pk__in=requests_leaving(actor).values("pk"))
    )


def school_to_lead(actor: Actor) -> QuerySet[School]:
    """The school whose classes and staff the actor keeps."""
    if actor.role not in SCHOOL_LEADERS:
        return School.objects.none()
    return School.objects.filter(organisation=actor.school_id)


def classes_to_keep(actor: Actor) -> QuerySet[SchoolClass]:
    """Classes of that school that are not closed."""
    return SchoolClass.objects.filter(school__in=school_to_lead(actor), closed_at__isnull=True)


def placements_on(day: date | Combinable) -> QuerySet[Placement]:
    """Who studies where on that day: the SQL word `enrolment_students_on`."""
    return Placement.objects.filter(lasts_on(day))


def placements_within(first_day: date, end_day: date) -> QuerySet[Placement]:
    """Who studies where on any day from the first to before the end: for sheets of a whole term, never to see by."""
    return Placement.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=first_day), from_date__lt=end_day)


def placements_ever() -> QuerySet[Placement]:
    """Places that are or ever were: to find where something is kept of a student, never to see by."""
    return Placement.objects.all()


def placements_to_keep(actor: Actor) -> QuerySet[Placement]:
    """Places held in that school now."""
    return Placement.objects.filter(school__in=school_to_lead(actor), to_date__isnull=True)


def students_listed(school_id: int) -> QuerySet[Person]:
    """Students on the list of a school."""
    return Person.objects.filter(placements__school=school_id, placements__to_date__isnull=True)


def students_to_match(actor: Actor) -> QuerySet[Person]:
    """Students on the list of the actor's own school."""
    return Person.objects.filter(pk__in=placements_to_keep(actor).values("student"))


def students_to_answer_for(actor: Actor) -> QuerySet[Person]:
    """Students of the actor's own school and, until another takes them, those who studied there last."""
    latest = Placement.objects.filter(student=OuterRef("student")).order_by(
        F("to_date").desc(nulls_first=True), "-from_date", "-pk"
    )
    placements = Placement.objects.filter(school__in=school_to_lead(actor), pk=Subquery(latest.values("pk")[:1]))
    return Person.objects.filter(pk__in=placements.values("student"))


def placements_to_show(actor: Actor) -> QuerySet[Placement]:
    """Places in that school of the students it answers for, those that are over among them."""
    return Placement.objects.filter(school__in=school_to_lead(actor), student__in=students_to_answer_for(actor))


def guardianships_to_keep(actor: Actor, day: date) -> QuerySet[Guardianship]:
    """Links with the students the school answers for, those that are restricted among them."""
    return guardianships_kept_on(day).filter(student__in=students_to_answer_for(actor))


def guardianships_outlived_here(actor: Actor, day: date) -> QuerySet[Guardianship]:
    """Links with those students that were ended, while a restriction still holds: nothing else leads to it."""
    return guardianships_outlived(students_to_answer_for(actor), day)


def restrictions_to_keep(actor: Actor, day: date) -> QuerySet[GuardianRestriction]:
    """Restrictions about the students the school answers for, whichever school wrote them down."""
    return restrictions_on(day).filter(student__in=students_to_answer_for(actor))


def guardianships_to_show(actor: Actor) -> QuerySet[Guardianship]:
    """Links with those students, ended ones too: what was ended or restricted stays for the school to see and to lift."""
    return guardianships_ever().filter(student__in=students_to_answer_for(actor))


def restrictions_to_show(actor: Actor) -> QuerySet[GuardianRestriction]:
    """Restrictions about those students, also those that hold no longer."""
    return restrictions_ever().filter(student__in=students_to_answer_for(actor))


def merges_of_school(actor: Actor) -> QuerySet[PersonMerge]:
    """Rows that the actor's school has joined, those that are two again among them."""
    return PersonMerge.objects.filter(organisation__in=school_to_lead(actor).values("pk"))


def merges_to_undo(actor: Actor) -> QuerySet[PersonMerge]:
    """Rows that the actor's school has joined, not yet undone."""
    return merges_of_school(actor).filter(undone_at=None)


def posts_to_keep(actor: Actor, day: date) -> QuerySet[Post]:
    """The school's staff on that day."""
    schools = school_to_lead(actor).values("pk")
    return posts_on(day).filter(organisation__in=schools, role__in=SCHOOL_STAFF)


def invitations_to_keep(actor: Actor) -> QuerySet[Invitation]:
    """The school's invitations that are neither used nor taken back."""
    return Invitation.objects.filter(
        school__in=school_to_lead(actor), accepted_at__isnull=True, withdrawn_at__isnull=True
    )


def own_connections(actor: Actor) -> QuerySet[ConnectionRequest]:
    """Applications the person made."""
    return ConnectionRequest.objects.filter(applicant=actor.person_id)


def authority_to_act_for(actor: Actor) -> QuerySet[Organisation]:
    """The authority whose region the operator keeps."""
    if actor.role != Role.OPERATOR:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk=actor.organisation_id or 0)


def connections_to_decide(actor: Actor) -> QuerySet[ConnectionRequest]:
    """Applications of the operator's own region."""
    return ConnectionRequest.objects.filter(organisation__region__in=authority_to_act_for(actor).values("region"))


def demands_to_decide(actor: Actor) -> QuerySet[DeletionRequest]:
    """Demands to delete data of the operator's region: where the person, or their child, ever studied or worked.

    Of those who have no such place the operators of all regions may decide.
    """
    regions = authority_to_act_for(actor).values("region")
    places = placements_ever().filter(school__organisation__region__in=regions)
    posts = posts_ever().filter(organisation__region__in=regions)
    students = places.values("student")
    here = (
        Q(subject__in=students)
        | Q(subject__in=posts.values("person"))
        | Q(subject__in=guardianships_ever().filter(student__in=students).values("guardian"))
    )
    subject = OuterRef("subject")
    nowhere = (
        ~Exists(placements_ever().filter(student=subject))
        & ~Exists(posts_ever().filter(person=subject))
        & ~Exists(guardianships_ever().filter(guardian=subject))
    )
    demands = DeletionRequest.objects.filter(here | nowhere).distinct()
    return demands if actor.role == Role.OPERATOR else demands.none()


def decrees_to_read(actor: Actor) -> QuerySet[StoredFile]:
    """Decrees the actor may read: of one's own applications, and of those one decides on."""
    return StoredFile.objects.filter(
        Q(connectionrequest__in=own_connections(actor).values("pk"))
        | Q(connectionrequest__in=connections_to_decide(actor).values("pk"))
    )


def family_cards(actor: Actor) -> QuerySet[FamilyCard]:
    """Cards that Gosuslugi showed of the guardian's own family."""
    if actor.role != Role.GUARDIAN:
        return FamilyCard.objects.none()
    return FamilyCard.objects.filter(person=actor.person_id)


def students_of(actor: Actor, day: date) -> QuerySet[Person]:
    """The students whose data the actor sees as family: oneself as a student, or one's children under 18."""
    if actor.role == Role.STUDENT:
        return Person.objects.filter(pk=actor.person_id)
    return Person.objects.filter(pk__in=guardianships_of(actor, day).values("student"))
