"""Who is told, and how they chose to be."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import Exists, OuterRef, QuerySet

from myschool.notices import rules
from myschool.notices.models import NoticeChoice, NoticeSettings, PushSubscription
from myschool.notices.telling import Kind, Told
from myschool.people.access import guardianships_on, guardianships_to_act_on
from myschool.people.models import Account, Guardianship, Person


@dataclass(kw_only=True)
class Receiver:
    """A person as a receiver of notices."""

    zone: str = ""
    quiet_from: time = rules.QUIET_FROM
    quiet_to: time = rules.QUIET_TO
    digest_at: time = rules.DIGEST_AT
    has_mail: bool = False
    choices: dict[str, tuple[str, bool]] = field(default_factory=dict)
    devices: list[int] = field(default_factory=list)

    def mail(self, kind: Kind) -> str:
        """How mail of a kind goes."""
        if not self.has_mail:
            return rules.OFF
        return self.choices[kind.code][0] if kind.code in self.choices else kind.mail

    def pushed(self, kind: Kind) -> list[int]:
        """The devices that take pushes of a kind."""
        wanted = self.choices[kind.code][1] if kind.code in self.choices else kind.push
        return self.devices if wanted else []


def whom(told: Sequence[Told], day: date) -> list[tuple[int, Told, str]]:
    """Each person with what they are told, and the student's first name for those who represent them.

    Who has never come here is told nothing: there is nobody to read it.
    """
    families = {
        to_decide: _guardians(links, {notice.student_id for notice in told if notice.to_decide is to_decide})
        for to_decide, links in ((False, guardianships_on(day)), (True, guardianships_to_act_on(day)))
    }
    recipients = []
    for notice in told:
        guardians = families[notice.to_decide].get(notice.student_id, [])
        family = [] if notice.student_id is None else [(notice.student_id, ""), *guardians]
        family = family[1:] if notice.guardians_only else family
        meant = [*family, *((person, "") for person in dict.fromkeys(notice.persons))]
        recipients += [(person, notice, name) for person, name in meant if person != notice.not_to]
    come = Account.objects.filter(person=OuterRef("pk"), last_login_at__isnull=False)
    here = set(
        Person.objects.filter(Exists(come), pk__in={person for person, _, _ in recipients}).values_list("pk", flat=True)
    )
    return [(person, notice, name) for person, notice, name in recipients if person in here]


def _guardians(
    links: QuerySet[Guardianship], student_ids: Collection[int | None]
) -> dict[int | None, list[tuple[int, str]]]:
    """By student who represents them by these links, each with the student's first name; nothing is asked of nobody."""
    guardians: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    students = [pk for pk in student_ids if pk is not None]
    if students:
        named = links.filter(student__in=students).values_list("student", "guardian", "student__first_name")
        for student, guardian, name in named.distinct():
            guardians[student].append((guardian, name))
    return guardians


def receivers(person_ids: Collection[int]) -> dict[int, Receiver]:
    """What these persons chose, and their devices, in three statements however many they are."""
    by_person: dict[int, Receiver] = {person: Receiver() for person in person_ids}
    for row in NoticeSettings.objects.filter(person__in=person_ids):
        receiver = by_person[row.person_id]
        receiver.zone, receiver.quiet_from, receiver.quiet_to = row.zone, row.quiet_from, row.quiet_to
        receiver.digest_at, receiver.has_mail = row.digest_at, row.confirmed_at is not None
    for choice in NoticeChoice.objects.filter(person__in=person_ids):
        by_person[choice.person_id].choices[choice.kind] = (choice.mail, choice.push)
    for device in PushSubscription.objects.filter(person__in=person_ids, withdrawn_at__isnull=True):
        by_person[device.person_id].devices.append(device.pk)
    return by_person
