"""Guardians who see a student's data no longer."""

from collections.abc import Sequence
from datetime import date

from myschool.people.access import guardianships_on
from myschool.people.facts import GuardianLinked, GuardianRestricted, GuardianUnlinked, RestrictionLifted

LinkFact = GuardianLinked | GuardianUnlinked | GuardianRestricted | RestrictionLifted


def links_that_ended(facts: Sequence[LinkFact], day: date) -> list[tuple[int, int]]:
    """Guardians and students of these facts, as far as the one does not see the other's data on that day."""
    students = {fact.student_id for fact in facts}
    current_links = set(guardianships_on(day).filter(student__in=students).values_list("guardian", "student"))
    return sorted({(fact.guardian_id, fact.student_id) for fact in facts} - current_links)
