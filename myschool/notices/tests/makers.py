"""A school's day for tests of notices: a journal with families that come here, and the follower that reads of it."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from myschool.journal.tests.makers import AT, make_journal
from myschool.kernel import chronicle, clock
from myschool.kernel.models import Entry
from myschool.notices import actions, handlers
from myschool.notices.models import Notice, NoticeSettings
from myschool.people.models import Person
from myschool.people.tests.makers import make_account, make_guardianship, make_person

_numbers = count(1)
FOLLOWER = handlers.FOLLOWER


def set_clock(moment):
    """The platform's clock shows this moment from now on; the test's settings are put back afterwards."""
    settings.CLOCK_AHEAD = timedelta(0)
    settings.CLOCK_AHEAD = moment - clock.now()


def make_family_school():
    """A journal whose first student and their mother have come here; the clock shows the day of its lesson."""
    set_clock(AT)
    journal = make_journal()
    student = journal.students[0]
    Person.objects.filter(pk__in=[pupil.pk for pupil in journal.students]).update(birth_date="2014-05-05")
    mother = make_person("Абрамова", "Мать")
    make_guardianship(mother, student)
    for person in (student, mother):
        make_account(person)
    skip()
    return SimpleNamespace(**vars(journal), student=student, mother=mother)


def skip():
    """Nothing of what has been told so far is to be read."""
    follow(deaf=True)


_read = [0]


def follow(*, deaf=False):
    """Let the follower read what was written since, as it does in its own process."""
    entries = list(Entry.objects.filter(pk__gt=_read[0]).order_by("pk"))
    _read[0] = max((entry.pk for entry in entries), default=_read[0])
    handlers = chronicle._handlers[FOLLOWER]
    wanted: dict[Any, list[Any]] = {}
    for entry in [] if deaf else entries:
        kind = chronicle.Fact.kinds[entry.kind]
        if kind in handlers:
            envelope = {name: getattr(entry, name) for name in chronicle.ENVELOPE}
            wanted.setdefault(handlers[kind], []).append(kind(**envelope, **entry.payload))
    for handler, facts in wanted.items():
        handler(facts)
    return wanted


def titles(person):
    """What a person was told, the first first."""
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("title", flat=True))


def texts(person):
    """The particulars of it."""
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("text", flat=True))


def give_mail(person, address="mother@example.com", **more):
    """An address that the person has confirmed."""
    defaults = {"address": address, "confirmed_at": AT} | more
    return NoticeSettings.objects.update_or_create(person=person, defaults=defaults)[0]


def give_device(actor, endpoint=None, p256dh="k", auth="a", at=AT):
    """A browser that takes pushes."""
    return actions.add_device(
        endpoint=endpoint or f"https://fcm.googleapis.com/{next(_numbers)}",
        p256dh=p256dh,
        auth=auth,
        device="Chrome, Android",
        by=actor,
        at=at,
    )
