"""What happens by itself: requests expire, what was kept for an hour or a day is dropped, years get tables."""

from myschool.enrolment.actions.asking import expire_requests
from myschool.enrolment.actions.forgetting import forget_old_requests
from myschool.files.uploading import sweep
from myschool.folders.actions import forget_old_trash
from myschool.involvement.actions import forget_notes, remind_of_meetings
from myschool.journal.actions.codes import give_usual_codes
from myschool.kernel import clock, partitions, resends
from myschool.notices.actions import forget_old
from myschool.people.actions import drop_leftovers
from myschool.records.actions import sweep_keys

# The last place where a day ends: nothing expires before its own day is over everywhere.
WESTERNMOST_ZONE = "Europe/Kaliningrad"
BY_YEARS = ("kernel_entry", "journal_mark", "journal_attendance")


def keep() -> None:
    """Keep house once."""
    at = clock.now()
    expire_requests(day=clock.local_day(WESTERNMOST_ZONE, at), at=at)
    forget_old_requests(at=at)
    drop_leftovers(at=at)
    forget_old_trash(at=at)
    sweep(at=at)
    sweep_keys(at=at)
    give_usual_codes()
    remind_of_meetings(at=at)
    forget_notes(day=at.date())
    forget_old(at=at)
    resends.forget_old()
    partitions.keep_years(*BY_YEARS, day=at.date())
