"""What facts of guardians' links and restrictions are told as."""

from collections.abc import Sequence
from datetime import date

from myschool.enrolment.access import placements_on
from myschool.kernel.actors import SCHOOL_LEADERS
from myschool.kernel.text import MOSCOW
from myschool.notices.queries.school import staff_of
from myschool.notices.queries.told import Told
from myschool.people.access import guardianships_on, restrictions_ever
from myschool.people.facts import GuardianLinked, GuardianRestricted, GuardianUnlinked, RestrictionLifted
from myschool.people.models import GuardianRestriction, Person
from myschool.people.queries import name_of
from myschool.people.rules import is_of_registration_age

GuardianFact = GuardianLinked | GuardianUnlinked | GuardianRestricted | RestrictionLifted
TITLES = {
    GuardianLinked: "Новый законный представитель ребёнка",
    GuardianUnlinked: "Связь представителя с ребёнком прекращена",
    GuardianRestricted: "Права представителя ребёнка ограничены",
    RestrictionLifted: "Ограничение прав представителя снято",
}
IF_WRONG = "Если это ошибка, сразу сообщите в школу."


def links_that_ended(facts: Sequence[GuardianFact], day: date) -> list[tuple[int, int]]:
    """Guardians and students of these facts, as far as the one does not see the other's data on that day."""
    students = {fact.student_id for fact in facts}
    seen = set(guardianships_on(day).filter(student__in=students).values_list("guardian", "student"))
    return sorted({(fact.guardian_id, fact.student_id) for fact in facts} - seen)


def guardians_told(facts: Sequence[GuardianFact], day: date) -> list[Told]:
    """Each change of a link: to the other guardians, to the student from 14 on, and to a school that did not make it."""
    persons = Person.objects.in_bulk({one for fact in facts for one in (fact.guardian_id, fact.student_id)})
    kinds = dict(
        restrictions_ever()
        .filter(pk__in=[fact.restriction_id for fact in facts if isinstance(fact, GuardianRestricted)])
        .values_list("pk", "kind")
    )
    places = placements_on(day).filter(student__in={fact.student_id for fact in facts})
    schools = {row.student_id: row.school for row in places.select_related("school")}
    leaders = staff_of({school.pk for school in schools.values()}, SCHOOL_LEADERS, day)
    found = []
    for fact in facts:
        guardian, student = persons[fact.guardian_id], persons[fact.student_id]
        words = name_of(guardian)
        if isinstance(fact, GuardianRestricted):
            words += f": {GuardianRestriction.Kind(kinds[fact.restriction_id]).label.lower()}"
        school = schools.get(student.pk)
        thing, zone = f"guardians:{student.pk}:{guardian.pk}", school.time_zone if school else MOSCOW.key
        is_old_enough = student.birth_date is not None and is_of_registration_age(student.birth_date, day)
        found.append(
            Told(
                kind="guardians", thing=thing, at=fact.at, title=TITLES[type(fact)], text=f"{words}. {IF_WRONG}",
                path="/privacy/mine/", zone=zone, school_id=fact.school_id, student_id=student.pk,
                guardians_only=True, persons=(student.pk,) if is_old_enough else (), not_to=guardian.pk,
            )
        )  # fmt: skip
        if school and school.pk != fact.school_id:
            found.append(
                Told(
                    kind="guardians", thing=f"{thing}:school", at=fact.at, title=TITLES[type(fact)],
                    text=f"{name_of(student)}: {words}. Решение принято не вашей школой.", path="/desk/classes/",
                    zone=zone, school_id=school.pk, persons=leaders.get(school.pk, ()), not_to=fact.actor_id,
                )
            )  # fmt: skip
    return found
