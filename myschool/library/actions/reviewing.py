"""What experts do with a version, and a school's deputy head with a teacher's own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, Role, nobody
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.library import access, facts
from myschool.library.actions.steps import locked, move, publish, stamp_of, stop_clock
from myschool.library.models import Conflict, ExpertSubject, MaterialVersion, Review
from myschool.library.rules.states import EXPERTS_NEEDED, State, Verdict, decided
from myschool.people import actions as people


def appoint(version: MaterialVersion, at: datetime) -> int:
    """Give a version in review the experts it lacks: who knows the subject, has no conflict and the least to do.

    In a later round those who asked for corrections look again. Answers how many experts are still missing.
    """
    rounds = Review.objects.filter(version=version)
    current = _round(version)
    busy = rounds.filter(round=current, declined_at__isnull=True)
    missing = EXPERTS_NEEDED - busy.count()
    former = set(rounds.filter(round=current - 1, declined_at__isnull=True).values_list("expert", flat=True))
    free = access.experts_for(version, at).exclude(pk__in=rounds.filter(round=current).values("expert"))
    chosen = sorted(free, key=lambda row: row.pk not in former)[: max(0, missing)]
    for expert in chosen:
        review = Review.objects.create(version=version, expert=expert, round=current, appointed_at=at)
        chronicle.write(facts.ExpertAppointed(**nobody(at), version_id=version.pk, review_id=review.pk))
    return missing - len(chosen)


def _round(version: MaterialVersion) -> int:
    """The number of times the version has come to the experts."""
    finished = Review.objects.filter(version=version, declined_at__isnull=True, given_at__isnull=False)
    waiting = Review.objects.filter(version=version, declined_at__isnull=True, given_at__isnull=True)
    latest = Review.objects.filter(version=version).order_by("-round").values_list("round", flat=True).first() or 1
    over = finished.filter(round=latest).count() >= EXPERTS_NEEDED and not waiting.filter(round=latest).exists()
    return latest + 1 if over else latest


@transaction.atomic
def appoint_missing(*, version: MaterialVersion, at: datetime) -> int:
    """Look for experts again, after some were found; answers how many are still missing."""
    version = locked(version)
    return appoint(version, at) if version.state == State.IN_REVIEW else 0


@transaction.atomic
def give_review(
    *, review: Review, verdict: Verdict, scores: Mapping[str, int], comment: str, by: Actor, at: datetime
) -> None:
    """Say what one thinks of a version; with the last word the version goes its way.

    Raises:
        ChangedMeanwhile: the expert has spoken already, or the version is no longer in review.
    """
    version = locked(review.version)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.given_at or review.declined_at or version.state != State.IN_REVIEW:
        raise ChangedMeanwhile("Заключение по этой версии уже дано. Обновите страницу.")
    review.verdict, review.scores, review.comment, review.given_at = verdict, dict(scores), comment, at
    review.save()
    chronicle.write(facts.ReviewGiven(**by.stamp(at), version_id=version.pk, review_id=review.pk))
    reviews = Review.objects.filter(version=version, round=review.round, declined_at__isnull=True)
    if reviews.filter(given_at__isnull=True).exists():
        return
    state = decided([Verdict(word) for word in reviews.values_list("verdict", flat=True)])
    if state:
        _settle(version, state, by, at)


def _settle(version: MaterialVersion, state: State, by: Actor, at: datetime) -> None:
    stop_clock(version, at)
    # Who of the experts spoke last is not told to the publisher: the step itself is nobody's.
    stamp = stamp_of(version, by, at) if version.material.school_id else nobody(at)
    if state == State.PUBLISHED:
        publish(version, stamp, at)
    else:
        move(version, state, stamp)


@transaction.atomic
def declare_conflict(*, review: Review, by: Actor, at: datetime) -> None:
    """Step back from a publisher's versions, now and later; somebody else is appointed.

    Raises:
        ChangedMeanwhile: the expert has spoken already.
    """
    version = locked(review.version)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.given_at or review.declined_at:
        raise ChangedMeanwhile("Заключение по этой версии уже дано. Обновите страницу.")
    review.declined_at = at
    review.save(update_fields=["declined_at"])
    publisher_id = version.material.publisher_id
    Conflict.objects.get_or_create(person_id=by.person_id, publisher_id=publisher_id, defaults={"declared_at": at})
    chronicle.write(facts.ConflictDeclared(**by.stamp(at), review_id=review.pk, publisher_id=publisher_id))
    appoint(version, at)


class UnknownPerson(Refusal):
    """Nobody with this СНИЛС has been on the platform."""

    status = 422
    field = "snils"


@transaction.atomic
def appoint_expert(*, snils: str, subjects: Sequence[str], today: date, by: Actor, at: datetime) -> None:
    """Make somebody who has logged in an expert of the operator's organisation.

    Raises:
        UnknownPerson: nobody with this СНИЛС has.
        OwnMatter: one's own СНИЛС.
    """
    person = access.persons_by_snils(snils).first()
    if person is None or by.organisation_id is None:
        raise UnknownPerson("Человек с таким СНИЛС ещё не входил на платформу. Попросите его войти через Госуслуги.")
    people.must_not_be_own_matter(by=by, person_ids=[person.pk])
    people.take_post(
        person_id=person.pk, organisation_id=by.organisation_id, role=Role.EXPERT, from_date=today, stamp=by.stamp(at)
    )
    set_expert_subjects(person_id=person.pk, subjects=subjects, by=by, at=at)


@transaction.atomic
def set_expert_subjects(*, person_id: int, subjects: Sequence[str], by: Actor, at: datetime) -> None:
    """Say what an expert judges; those who wait for one are given them."""
    ExpertSubject.objects.filter(person=person_id).exclude(subject__in=subjects).delete()
    ExpertSubject.objects.bulk_create(
        (ExpertSubject(person_id=person_id, subject=subject) for subject in subjects), ignore_conflicts=True
    )
    chronicle.write(facts.ExpertSubjectsSet(**by.stamp(at), person_id=person_id, subjects=list(subjects)))
    for version in access.versions_without_experts().filter(subject__in=subjects):
        appoint_missing(version=version, at=at)


@transaction.atomic
def approve_own(*, version: MaterialVersion, by: Actor, at: datetime) -> None:
    """Share a teacher's material with the school.

    Raises:
        ChangedMeanwhile: it is decided already.
    """
    version = locked(version)
    _settle(version, State.PUBLISHED, by, at)


@transaction.atomic
def return_own(*, version: MaterialVersion, comment: str, by: Actor, at: datetime) -> None:
    """Send a teacher's material back with a word.

    Raises:
        ChangedMeanwhile: it is decided already.
    """
    version = locked(version)
    version.end_reason = comment
    _settle(version, State.TO_FIX, by, at)
