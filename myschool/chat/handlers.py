"""Conversations follow the school's rosters."""

from collections.abc import Sequence

from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.facts import MessagePosted
from myschool.chat.queries.schools import members_of, schools_of_people, schools_to_keep
from myschool.enrolment.facts import StudentDeparted, StudentPlaced
from myschool.kernel import chronicle, clock, live
from myschool.kernel.chronicle import Fact
from myschool.people.facts import (
    GuardianLinked,
    GuardianRestricted,
    GuardianUnlinked,
    PersonsMerged,
    PersonsSplit,
    PostLeft,
    PostTaken,
    RestrictionLifted,
)
from myschool.schools.facts import ClassCreated, ClassRenamed, SchoolConnected
from myschool.timetable.facts import (
    ClassJoined,
    ClassLeft,
    GroupClosed,
    GroupMade,
    HomeroomGiven,
    LoadEnded,
    PartFilled,
    TeacherAssigned,
)


# A fact may be read long after it happened: rosters are judged by this moment, never by the fact's.
@chronicle.reads(
    "chat",
    StudentPlaced,
    StudentDeparted,
    ClassCreated,
    ClassRenamed,
    SchoolConnected,
    GroupMade,
    GroupClosed,
    ClassJoined,
    ClassLeft,
    PartFilled,
    TeacherAssigned,
    LoadEnded,
    HomeroomGiven,
)
def follow_rosters(told: Sequence[Fact]) -> None:
    """Who learns, teaches or leads elsewhere from now on."""
    keep_rosters(school_ids=schools_to_keep({fact.school_id for fact in told if fact.school_id}), at=clock.now())


@chronicle.reads("chat", PostTaken, PostLeft)
def follow_posts(told: Sequence[PostTaken | PostLeft]) -> None:
    """Who works in a school, or no longer."""
    keep_rosters(school_ids=schools_to_keep({fact.organisation_id for fact in told}), at=clock.now())


@chronicle.reads("chat", GuardianLinked, GuardianUnlinked, GuardianRestricted, RestrictionLifted)
def follow_families(told: Sequence[GuardianLinked | GuardianUnlinked | GuardianRestricted | RestrictionLifted]) -> None:
    """Who speaks for whom."""
    keep_rosters(school_ids=schools_of_people({fact.student_id for fact in told}), at=clock.now())


@chronicle.reads("chat", PersonsMerged, PersonsSplit)
def follow_merges(told: Sequence[PersonsMerged | PersonsSplit]) -> None:
    """Who learns and teaches in whose place."""
    persons = {person for fact in told for person in (fact.kept_id, fact.merged_id)}
    keep_rosters(school_ids=schools_of_people(persons), at=clock.now())


@chronicle.reads("chat.live", MessagePosted)
def tell_members(told: Sequence[MessagePosted]) -> None:
    """Everybody's count of unread conversations."""
    at = clock.now()
    live.tell(*(f"chats:{person}" for person in members_of({fact.conversation_id for fact in told}, at)))
