"""Who represents a student changes, or may change."""

from collections.abc import Sequence
from datetime import datetime

from myschool.enrolment.access import placements_on
from myschool.kernel import clock
from myschool.kernel.actors import SCHOOL_LEADERS
from myschool.kernel.text import MOSCOW
from myschool.notices.rosters import staff_of
from myschool.notices.rules import AT_ONCE, EVERYBODY
from myschool.notices.telling import Kind, Retraction, Telling, Told
from myschool.people import access
from myschool.people.access import restrictions_ever
from myschool.people.facts import GuardianLinked, GuardianRestricted, GuardianUnlinked, LiftingAsked, RestrictionLifted
from myschool.people.models import GuardianRestriction, Person
from myschool.people.queries import last_link, leaders_apart, name_of
from myschool.people.rules.ages import is_of_registration_age
from myschool.schools.models import School

GuardianFact = GuardianLinked | GuardianUnlinked | GuardianRestricted | RestrictionLifted
TITLES = {
    GuardianLinked: "Новый законный представитель ребёнка",
    GuardianUnlinked: "Связь представителя с ребёнком прекращена",
    GuardianRestricted: "Права представителя ребёнка ограничены",
    RestrictionLifted: "Ограничение прав представителя снято",
}
# To the guardian whose own rights have changed; of a new link the answer to their request tells.
TO_ONESELF = {
    GuardianUnlinked: "Ваша связь с ребёнком прекращена",
    GuardianRestricted: "Ваши права представителя ограничены",
    RestrictionLifted: "Ограничение ваших прав снято",
}
WHERE_TO_TURN = "Кто решил, на каком основании и куда обратиться — на странице «Мои данные»."
IF_WRONG = "Если это ошибка, сразу сообщите в школу."


def guardians_told(facts: Sequence[GuardianFact], at: datetime) -> list[Told]:
    """Each change of a link: to whom it binds, to the other guardians, to the student from 14 on, to a school that did not make it."""
    day = clock.latest_day(at)
    persons = Person.objects.in_bulk({pk for fact in facts for pk in (fact.guardian_id, fact.student_id)})
    kinds = dict(
        restrictions_ever()
        .filter(pk__in=[fact.restriction_id for fact in facts if isinstance(fact, GuardianRestricted)])
        .values_list("pk", "kind")
    )
    places = placements_on(day).filter(student__in={fact.student_id for fact in facts})
    schools = {row.student_id: row.school for row in places.select_related("school")}
    deciding = School.objects.select_related("organisation").in_bulk(
        {fact.school_id for fact in facts if fact.school_id is not None}
    )
    leaders = staff_of({school.pk for school in schools.values()}, SCHOOL_LEADERS, day)
    notices = []
    for fact in facts:
        guardian, student = persons[fact.guardian_id], persons[fact.student_id]
        words, own_words = name_of(guardian), name_of(student)
        if isinstance(fact, GuardianRestricted):
            change = GuardianRestriction.Kind(kinds[fact.restriction_id]).label.lower()
            words, own_words = f"{words}: {change}", f"{own_words}: {change}"
        school = schools.get(student.pk)
        thing, zone = f"guardians:{student.pk}:{guardian.pk}", school.time_zone if school else MOSCOW.key
        if title := TO_ONESELF.get(type(fact)):
            decided = deciding.get(fact.school_id or 0)
            by = f" {decided.organisation.short_name}." if decided else ""
            # About no student: who sees the student's data no longer keeps no notice about them.
            notices.append(
                Told(
                    thing=f"{thing}:own",
                    at=fact.at,
                    title=title,
                    text=f"{own_words}.{by} {WHERE_TO_TURN}",
                    path="/privacy/mine/",
                    zone=zone,
                    school_id=fact.school_id,
                    persons=(guardian.pk,),
                )
            )
        is_old_enough = student.birth_date is not None and is_of_registration_age(student.birth_date, day)
        notices.append(
            Told(
                thing=thing,
                at=fact.at,
                title=TITLES[type(fact)],
                text=f"{words}. {IF_WRONG}",
                path="/privacy/mine/",
                zone=zone,
                school_id=fact.school_id,
                student_id=student.pk,
                guardians_only=True,
                persons=(student.pk,) if is_old_enough else (),
                not_to=guardian.pk,
            )
        )
        if school and school.pk != fact.school_id:
            notices.append(
                Told(
                    thing=f"{thing}:school",
                    at=fact.at,
                    title=TITLES[type(fact)],
                    text=f"{name_of(student)}: {words}. Решение принято не вашей школой.",
                    path="/desk/classes/",
                    zone=zone,
                    school_id=school.pk,
                    persons=leaders.get(school.pk, ()),
                    not_to=fact.actor_id,
                )
            )
    return notices


def liftings_told(facts: Sequence[LiftingAsked], at: datetime) -> list[Told]:
    """A restriction that one leader asks to lift: to the other leaders of the school who may, while it waits for them."""
    day = clock.latest_day(at)
    waiting = access.restrictions_on(day).filter(
        pk__in=[fact.restriction_id for fact in facts], lifting_asked_by__isnull=False
    )
    restrictions = waiting.select_related("guardian", "student").in_bulk()
    schools = School.objects.in_bulk({fact.school_id for fact in facts if fact.school_id is not None})
    notices = []
    for fact in facts:
        row, school = restrictions.get(fact.restriction_id), schools.get(fact.school_id or 0)
        link = last_link(fact.guardian_id, fact.student_id)
        if row is None or school is None or link is None:
            continue
        notices.append(
            Told(
                thing=lifting(fact.restriction_id),
                at=fact.at,
                title="Предложено снять ограничение прав представителя",
                text=f"{name_of(row.student)}: {name_of(row.guardian)}, {row.get_kind_display().lower()}. Снять может только "
                "второй руководитель школы.",
                path=f"/desk/guardianships/{link}/",
                zone=school.time_zone,
                school_id=school.pk,
                persons=leaders_apart(school.pk, (fact.guardian_id, fact.student_id), day),
                not_to=fact.actor_id,
            )
        )
    return notices


def lifting_things(facts: Sequence[RestrictionLifted]) -> list[str]:
    """What is lifted need not be looked at."""
    return [lifting(fact.restriction_id) for fact in facts]


def lifting(restriction_id: int) -> str:
    """The thing that leaders are told of who may lift a restriction."""
    return f"lifting:{restriction_id}"


KIND = Kind(
    code="guardians",
    title="Кто представляет ребёнка",
    order=170,
    audience=EVERYBODY,
    mail=AT_ONCE,
    tells=(
        Telling(GuardianLinked, GuardianUnlinked, GuardianRestricted, RestrictionLifted, words=guardians_told),
        Telling(LiftingAsked, words=liftings_told),
    ),
    retracts=(Retraction(RestrictionLifted, things=lifting_things),),
)
