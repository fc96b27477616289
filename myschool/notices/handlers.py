"""Who is told when something has happened anywhere below."""

from collections.abc import Sequence
from typing import TypeVar

from myschool.chat import facts as chat
from myschool.enrolment import facts as enrolment
from myschool.folders import facts as folders
from myschool.homework import facts as homework
from myschool.involvement import facts as involvement
from myschool.journal import facts as journal
from myschool.kernel import chronicle, clock
from myschool.library import facts as library
from myschool.notices import access, actions, rules
from myschool.notices.queries import families, guardians, plan, school, talk, wider
from myschool.people import facts as people
from myschool.timetable import facts as timetable

FOLLOWER = "notices"
F = TypeVar("F", bound=chronicle.Fact)


def _news(told: Sequence[F]) -> Sequence[F]:
    """Those of the facts that somebody may be told of; the others are too old to be looked into."""
    at = clock.now()
    return [fact for fact in told if at - fact.at < rules.STALE]


@chronicle.reads(FOLLOWER, timetable.LessonChanged)
def tell_of_lessons(told: Sequence[timetable.LessonChanged]) -> None:
    """Families and teachers of lessons that were changed."""
    at = clock.now()
    actions.tell(told=school.lessons_told(_news(told), at), at=at)


@chronicle.reads(FOLLOWER, timetable.TimetablePublished)
def tell_of_timetables(told: Sequence[timetable.TimetablePublished]) -> None:
    """Families and teachers whose week is another one."""
    actions.tell(told=school.timetables_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, timetable.AbsenceAsked, timetable.AbsenceDecided, timetable.AbsenceEnded)
def tell_of_teachers_absences(told: Sequence[plan.AbsenceFact]) -> None:
    """Who keeps the plan of teachers who are away or ask to be, and the teachers of what was decided."""
    at = clock.now()
    actions.tell(told=plan.absences_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, timetable.PlanTaskRaised)
def tell_of_plan_tasks(told: Sequence[timetable.PlanTaskRaised]) -> None:
    """Who keeps the plan, of students whose groups are to be checked."""
    at = clock.now()
    actions.tell(told=plan.tasks_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, timetable.PlanTaskSettled)
def retract_plan_tasks(told: Sequence[timetable.PlanTaskSettled]) -> None:
    """What is settled need not be looked at."""
    actions.unsay(things=[plan.task_thing(fact.task_id) for fact in told])


@chronicle.reads(FOLLOWER, journal.WorkPlanned, journal.WorkDropped)
def tell_of_controls(told: Sequence[journal.WorkPlanned | journal.WorkDropped]) -> None:
    """Families of control works ahead."""
    actions.tell(told=school.controls_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, journal.MarkGiven, journal.MarkChanged, journal.MarkWithdrawn)
def tell_of_marks(told: Sequence[school.CellFact]) -> None:
    """Families of marks."""
    actions.tell(told=school.marks_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, journal.AttendanceNoted, journal.ClassAttendanceNoted)
def tell_of_absences(told: Sequence[school.NotedFact]) -> None:
    """Families of who was not there."""
    actions.tell(told=school.absences_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, journal.RemarkGiven, journal.RemarkWithdrawn)
def tell_of_remarks(told: Sequence[journal.RemarkGiven | journal.RemarkWithdrawn]) -> None:
    """Families of a teacher's words."""
    actions.tell(told=school.remarks_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, journal.TermMarkGiven, journal.YearMarkGiven)
def tell_of_finals(told: Sequence[school.FinalFact]) -> None:
    """Families of final marks."""
    actions.tell(told=school.finals_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, homework.HomeworkPosted, homework.HomeworkChanged, homework.HomeworkWithdrawn)
def tell_of_homework(told: Sequence[school.HomeworkFact]) -> None:
    """Families of what is set."""
    actions.tell(told=school.homework_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, folders.ItemShared)
def tell_of_shares(told: Sequence[folders.ItemShared]) -> None:
    """Families of what their class may read."""
    at = clock.now()
    actions.tell(told=school.shares_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, folders.SharingEnded)
def untell_shares(told: Sequence[folders.SharingEnded]) -> None:
    """What may be read no longer is not told any more."""
    actions.unsay(things=[f"share:{fact.share_id}" for fact in told])


@chronicle.reads(FOLLOWER, homework.HandInReviewed)
def tell_of_reviews(told: Sequence[homework.HandInReviewed]) -> None:
    """Families of works that were looked at."""
    actions.tell(told=school.reviews_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, homework.HandedIn)
def tell_of_works(told: Sequence[homework.HandedIn]) -> None:
    """Teachers of works that came in."""
    actions.tell(told=school.handed_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, journal.NoteFiled, journal.NoteDecided)
def tell_of_notes(told: Sequence[journal.NoteFiled | journal.NoteDecided]) -> None:
    """Homeroom teachers of papers about absences, families of the answers."""
    at = clock.now()
    actions.tell(told=school.notes_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, journal.NoteWithdrawn)
def untell_notes(told: Sequence[journal.NoteWithdrawn]) -> None:
    """A paper taken back need not be looked at."""
    actions.unsay(things=[f"note:{fact.note_id}" for fact in told])


@chronicle.reads(FOLLOWER, journal.UnlockAsked, journal.UnlockDecided)
def tell_of_unlocks(told: Sequence[journal.UnlockAsked | journal.UnlockDecided]) -> None:
    """Those who may open an old lesson, and who asked."""
    at = clock.now()
    actions.tell(told=school.unlocks_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(
    FOLLOWER,
    enrolment.RequestSubmitted,
    enrolment.ClarificationAsked,
    enrolment.RequestAnswered,
    enrolment.ReleaseAsked,
    enrolment.RequestApproved,
    enrolment.RequestDeclined,
    enrolment.RequestExpired,
)
def tell_of_requests(told: Sequence[enrolment.RequestFact]) -> None:
    """Requesters, and the desks where requests lie."""
    at = clock.now()
    actions.tell(told=wider.requests_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, enrolment.ApprovalUndone)
def tell_of_undone_approvals(told: Sequence[enrolment.ApprovalUndone]) -> None:
    """Requesters of approvals that have turned out to be somebody else's."""
    actions.tell(told=wider.undone_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, enrolment.ConnectionAsked, library.PublisherAsked)
def tell_operators(told: Sequence[enrolment.ConnectionAsked | library.PublisherAsked]) -> None:
    """Operators of who wants to join."""
    at = clock.now()
    actions.tell(told=wider.applications_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, enrolment.DeletionDecided)
def tell_of_demands(told: Sequence[enrolment.DeletionDecided]) -> None:
    """Who demanded that data be deleted."""
    actions.tell(told=wider.demands_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, enrolment.ConnectionDecided)
def tell_of_connections(told: Sequence[enrolment.ConnectionDecided]) -> None:
    """Who asked to connect a school."""
    actions.tell(told=wider.connections_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, library.PublisherDecided)
def tell_of_publishers(told: Sequence[library.PublisherDecided]) -> None:
    """Who asked to supply content."""
    actions.tell(told=wider.publishers_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, library.VersionMoved)
def tell_of_versions(told: Sequence[library.VersionMoved]) -> None:
    """Authors of where their material has come to."""
    actions.tell(told=wider.versions_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, library.ExpertAppointed)
def tell_experts(told: Sequence[library.ExpertAppointed]) -> None:
    """Experts of what there is to judge."""
    actions.tell(told=wider.reviews_asked(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, library.ErrorReported, library.ReportAnswered)
def tell_of_reports(told: Sequence[library.ErrorReported | library.ReportAnswered]) -> None:
    """Authors of errors found, and their finders of the answers."""
    actions.tell(told=wider.reports_told(_news(told)), at=clock.now())


@chronicle.reads(FOLLOWER, chat.MessagePosted)
def tell_of_messages(told: Sequence[chat.MessagePosted]) -> None:
    """Who is written to, or named; a whole school of its announcements. Who reads along is not told by mail and push."""
    at = clock.now()
    actions.tell(told=talk.messages_told(_news(told), at), at=at)


@chronicle.reads(FOLLOWER, chat.MessageDeleted)
def untell_messages(told: Sequence[chat.MessageDeleted]) -> None:
    """What was deleted is not told any more."""
    actions.unsay(things=[f"{access.TALK}{fact.conversation_id}:{fact.message_id}" for fact in told])


@chronicle.reads(FOLLOWER, chat.ComplaintFiled, chat.ComplaintDecided)
def tell_of_complaints(told: Sequence[chat.ComplaintFiled | chat.ComplaintDecided]) -> None:
    """Who keeps order in the school, and who complained."""
    at = clock.now()
    actions.tell(told=talk.complaints_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, involvement.FamiliesAsked, involvement.AnswersReminded)
def tell_of_asks(told: Sequence[involvement.FamiliesAsked | involvement.AnswersReminded]) -> None:
    """Guardians of what the school asks them."""
    at = clock.now()
    actions.tell(told=families.asks_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, involvement.AskWithdrawn)
def untell_asks(told: Sequence[involvement.AskWithdrawn]) -> None:
    """What is asked no longer need not be answered."""
    actions.unsay(things=[f"ask:{fact.ask_id}" for fact in told])


@chronicle.reads(FOLLOWER, involvement.EveningAnnounced, involvement.EveningWithdrawn)
def tell_of_evenings(told: Sequence[involvement.EveningAnnounced | involvement.EveningWithdrawn]) -> None:
    """Guardians of evenings, and all concerned of those that are not held."""
    at = clock.now()
    actions.tell(told=families.evenings_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, involvement.SlotBooked, involvement.SlotFreed, involvement.MeetingReminderDue)
def tell_of_meetings(told: Sequence[families.MeetingFact]) -> None:
    """Teachers and guardians of their meetings."""
    actions.tell(told=families.meetings_told(_news(told)), at=clock.now())


@chronicle.reads(
    FOLLOWER, people.GuardianLinked, people.GuardianUnlinked, people.GuardianRestricted, people.RestrictionLifted
)
def tell_of_guardians(told: Sequence[guardians.GuardianFact]) -> None:
    """The student from 14 on and the other guardians; who sees the student's data no longer keeps nothing."""
    at = clock.now()
    day = clock.latest_day(at)
    actions.unsay_of_guardian(links=guardians.links_that_ended(told, day))
    actions.tell(told=guardians.guardians_told(_news(told), day), at=at)
    lifted = [fact.restriction_id for fact in told if isinstance(fact, people.RestrictionLifted)]
    actions.unsay(things=[guardians.lifting(restriction_id) for restriction_id in lifted])


@chronicle.reads(FOLLOWER, people.LiftingAsked)
def tell_of_liftings(told: Sequence[people.LiftingAsked]) -> None:
    """The leaders of a school who may lift a restriction that one of them asks to lift."""
    at = clock.now()
    actions.tell(told=guardians.liftings_told(_news(told), clock.latest_day(at)), at=at)


@chronicle.reads(FOLLOWER, people.LoggedOut)
def follow_sessions(told: Sequence[people.LoggedOut]) -> None:
    """A browser that its person has logged out of gets no more pushes."""
    actions.end_sessions(session_ids=[fact.ended_session_id for fact in told], at=clock.now())


@chronicle.reads(FOLLOWER, people.LoggedOutElsewhere)
def follow_ended_devices(told: Sequence[people.LoggedOutElsewhere]) -> None:
    """A device that was left behind gets no more pushes, also one whose login had ended by itself."""
    for fact in told:
        if fact.actor_id and fact.session_id:
            actions.end_other_devices(
                person_id=fact.actor_id, but_session_id=fact.session_id, before=fact.at, at=clock.now()
            )
