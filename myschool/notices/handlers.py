"""Who is told when something has happened anywhere below: each kind of notice says it of the facts that it names."""

from collections.abc import Sequence

from myschool.kernel import chronicle, clock
from myschool.notices import actions, rules
from myschool.notices.queries.guardians import links_that_ended
from myschool.notices.register import KINDS
from myschool.notices.telling import Kind, Telling
from myschool.people import facts as people

FOLLOWER = "notices"
LINKS = (people.GuardianLinked, people.GuardianUnlinked, people.GuardianRestricted, people.RestrictionLifted)
READ = {
    *LINKS,
    *(fact for kind in KINDS.values() for telling in kind.tells for fact in telling.facts),
    *(fact for kind in KINDS.values() for retraction in kind.retracts for fact in retraction.facts),
}


@chronicle.reads(FOLLOWER, *READ)
def tell_people(told: Sequence[chronicle.Fact]) -> None:
    """Tell of what is news, as it happened; then retract what was taken back meanwhile.

    Who sees a student's data no longer keeps nothing that they were told about the student.
    """
    at = clock.now()
    if links := links_that_ended([fact for fact in told if isinstance(fact, LINKS)], clock.latest_day(at)):
        actions.unsay_of_guardian(links=links)
    # What is too old to be told is not even looked into.
    for kind, telling, facts in _tellings([fact for fact in told if at - fact.at < rules.STALE]):
        actions.tell(kind=kind, told=telling.words(facts, at), at=at)
    actions.unsay(things=_things(told))


def _tellings(news: Sequence[chronicle.Fact]) -> list[tuple[Kind, Telling, list[chronicle.Fact]]]:
    """Each kind's tellings with their facts; what happened first comes first."""
    batches: dict[tuple[str, int], tuple[Kind, Telling, list[chronicle.Fact]]] = {}
    for fact in news:
        for kind in KINDS.values():
            for number, telling in enumerate(kind.tells):
                if isinstance(fact, telling.facts):
                    batches.setdefault((kind.code, number), (kind, telling, []))[2].append(fact)
    return list(batches.values())


def _things(told: Sequence[chronicle.Fact]) -> list[str]:
    """What is taken back by these facts."""
    return sorted(
        {
            thing
            for kind in KINDS.values()
            for retraction in kind.retracts
            if (facts := [fact for fact in told if isinstance(fact, retraction.facts)])
            for thing in retraction.things(facts)
        }
    )


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
