"""Whose data and sessions an actor may see."""

from collections.abc import Collection
from datetime import date

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL

from myschool.kernel.actors import SCHOOL_LEADERS, Actor, Role
from myschool.kernel.periods import lasts_on
from myschool.people.models import AccessRecord, Consent, GuardianRestriction, Guardianship, Person, Post, Session
from myschool.schools.models import Organisation

UNKNOWN = Value(None)


def own_sessions(actor: Actor) -> QuerySet[Session]:
    """The person's sessions that still run."""
    return Session.objects.filter(person=actor.person_id, ended_at__isnull=True)


def guardianships_on(day: date) -> QuerySet[Guardianship]:
    """Links by which a guardian sees a student's data on that day: until the student is 18, unless access was ended.

    It asks the published SQL word, so whoever asks by SQL asks the same.
    """
    return Guardianship.objects.filter(pk__in=RawSQL("SELECT guardianship_id FROM people_guardians_on(%s)", [day]))


def guardianships_kept_on(day: date) -> QuerySet[Guardianship]:
    """Links that are written down for that day, restricted or not: for the school that keeps them, never to see by."""
    return Guardianship.objects.filter(
        Func(
            F("from_date"),
            F("to_date"),
            F("student__birth_date"),
            Value(day),
            function="people_represents",
            output_field=BooleanField(),
        )
    )


def guardianships_outlived(students: QuerySet[Person], day: date) -> QuerySet[Guardianship]:
    """Links with these students that were ended, while what restricts their guardian still holds: the last one of each pair."""
    pair = {"guardian": OuterRef("guardian"), "student": OuterRef("student")}
    live = Guardianship.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=day), **pair)
    later = Guardianship.objects.filter(pk__gt=OuterRef("pk"), **pair)
    return (
        guardianships_ever()
        .filter(student__in=students)
        .filter(~Exists(live), ~Exists(later), Exists(restrictions_on(day).filter(**pair)))
    )


def guardianships_to_act_on(day: date) -> QuerySet[Guardianship]:
    """Links by which a guardian decides for a student on that day: those of `guardianships_on` that nothing limits."""
    return Guardianship.objects.filter(
        pk__in=RawSQL("SELECT guardianship_id FROM people_guardians_to_act_on(%s)", [day])
    )


def guardianships_ever() -> QuerySet[Guardianship]:
    """Links that are or ever were: to find what is kept of a family, never to see or decide by."""
    return Guardianship.objects.all()


def posts_on(day: date | Combinable) -> QuerySet[Post]:
    """Posts that are held on that day: the SQL word `people_staff_on`."""
    return Post.objects.filter(lasts_on(day))


def posts_since(day: date) -> QuerySet[Post]:
    """Posts that are held on that day or end later, begun or not: for what a post forbids after it is over."""
    return Post.objects.filter(Q(to_date__isnull=True) | Q(to_date__gt=day))


def posts_ever() -> QuerySet[Post]:
    """Posts that are or ever were: to find where something is kept of a person, never to let them in by."""
    return Post.objects.all()


def restrictions_on(day: date) -> QuerySet[GuardianRestriction]:
    """Restrictions of guardians' rights that hold on that day: as long as they bind, they can be seen and lifted.

    The SQL word says how long, a day longer than is written in `to_date` where nobody has lifted it.
    """
    return GuardianRestriction.objects.filter(
        Func(
            F("from_date"),
            F("to_date"),
            F("lifted_at"),
            Value(day),
            function="people_restriction_lasts",
            output_field=BooleanField(),
        )
    )


def restrictions_ever() -> QuerySet[GuardianRestriction]:
    """Restrictions that hold or ever held: to tell of one, never to judge a guardian's rights by."""
    return GuardianRestriction.objects.all()


def restrictions_of(actor: Actor, day: date) -> QuerySet[GuardianRestriction]:
    """Restrictions of the actor's own rights, to be told of politely."""
    return restrictions_on(day).filter(guardian=actor.person_id)


def guardianships_of(actor: Actor, day: date) -> QuerySet[Guardianship]:
    """The actor's links with students whose data they see; empty unless they act as a guardian."""
    if actor.role != Role.GUARDIAN:
        return Guardianship.objects.none()
    return guardianships_on(day).filter(guardian=actor.person_id)


def guardianships_to_act_for(actor: Actor, day: date) -> QuerySet[Guardianship]:
    """The actor's links with students for whom they decide; empty unless they act as a guardian."""
    if actor.role != Role.GUARDIAN:
        return Guardianship.objects.none()
    return guardianships_to_act_on(day).filter(guardian=actor.person_id)


def persons_to_see(actor: Actor, day: date) -> QuerySet[Person]:
    """The person and, as a guardian, the students under 18 whose data they see."""
    return Person.objects.filter(Q(pk=actor.person_id) | Q(pk__in=guardianships_of(actor, day).values("student")))


def persons_to_speak_for(actor: Actor, day: date) -> QuerySet[Person]:
    """The person and, as a guardian, the students under 18 for whom they decide."""
    return Person.objects.filter(
        Q(pk=actor.person_id) | Q(pk__in=guardianships_to_act_for(actor, day).values("student"))
    )


def own_matter(
    decider: Combinable, *persons: Combinable, name_key: Combinable = UNKNOWN, birth_date: Combinable = UNKNOWN
) -> Func:
    """Whether a matter that concerns these persons is the decider's own: the SQL word `people_is_own_matter`.

    It is, if one of them is the decider or a child whom the decider represents or ever represented, or if such a child
    has the name and birth date of somebody whom nobody has recognised yet.
    """
    return Func(decider, name_key, birth_date, *persons, function="people_is_own_matter", output_field=BooleanField())


def _posts_apart(roles: Collection[Role], matter: Func, day: date) -> QuerySet[Post]:
    """Posts on that day of those whose own matter it is not; `matter` is an `own_matter` of the post's `person`."""
    return posts_on(day).filter(role__in=roles).exclude(matter)


def leaders_to_decide(school: str, matter: Func, day: date) -> QuerySet[Post]:
    """Inside a query of rows with a school: posts of those of its leaders who may decide, as it is not their own matter."""
    return _posts_apart(SCHOOL_LEADERS, matter, day).filter(organisation=OuterRef(school))


def leaders_apart(organisation_id: int, person_ids: Collection[int], day: date) -> QuerySet[Post]:
    """Posts of the organisation's leaders on that day whose own matter it is not what concerns these persons."""
    matter = own_matter(F("person"), *(Value(person_id) for person_id in person_ids))
    return _posts_apart(SCHOOL_LEADERS, matter, day).filter(organisation=organisation_id)


def operators_to_decide(school: str, matter: Func, day: date) -> QuerySet[Post]:
    """Inside such a query: posts of the operators of the school's region who may decide where no leader of it may."""
    region = OuterRef(f"{school}__organisation__region")
    return _posts_apart({Role.OPERATOR}, matter, day).filter(organisation__region=region)


def left_to_operator(actor: Actor, school: str, matter: Func, day: date) -> Q:
    """Rows of which no leader of their school may decide, so that the operator of its region does."""
    own_post = {"person": actor.person_id, "organisation": actor.organisation_id}
    return Q(
        ~Exists(leaders_to_decide(school, matter, day)),
        Exists(operators_to_decide(school, matter, day).filter(**own_post)),
    )


def consents_to_withdraw(actor: Actor) -> QuerySet[Consent]:
    """Agreements the person gave and may take back: those to read data from Gosuslugi."""
    return Consent.objects.filter(given_by=actor.person_id, purpose=Consent.Purpose.ESIA, withdrawn_at__isnull=True)


def rows_of(person: Person) -> QuerySet[Person]:
    """Every row that is this person now: their own and those that were merged into it."""
    return Person.objects.filter(pk__in=RawSQL("SELECT person_id FROM people_rows_of(%s)", [person.pk]))


def looks_at(student: Person) -> QuerySet[AccessRecord]:
    """Who looked at the student or tried to, under whichever row the student was known then."""
    return AccessRecord.objects.filter(student__in=rows_of(student))


def place_to_watch(actor: Actor) -> QuerySet[Organisation]:
    """The organisation for whose staff the actor answers: a leader's school, an operator's authority."""
    watches = actor.role in SCHOOL_LEADERS or actor.role == Role.OPERATOR
    return Organisation.objects.filter(pk=(actor.organisation_id if watches else None) or 0)


def refusals_to_watch(actor: Actor) -> QuerySet[AccessRecord]:
    """Refused looks of staff: for leaders those of their school, for operators those of every place in their region."""
    places = place_to_watch(actor)
    if actor.role == Role.OPERATOR:
        places = Organisation.objects.filter(region__in=places.values("region"))
    return AccessRecord.objects.filter(section=AccessRecord.Section.REFUSED, organisation__in=places.values("pk"))
