"""What happened to persons, accounts and sessions."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class LoggedIn(Fact, kind="people.logged_in"):
    """A person logged in through Gosuslugi; `is_new` at their first time here."""

    is_new: bool


@dataclass(frozen=True, kw_only=True)
class LoggedOut(Fact, kind="people.logged_out"):
    """A session ended, by its own person or from another device."""

    ended_session_id: int


@dataclass(frozen=True, kw_only=True)
class LoggedOutElsewhere(Fact, kind="people.logged_out_elsewhere"):
    """A person ended whatever was given out before, on all devices but the one they did it from (`session_id`)."""


@dataclass(frozen=True, kw_only=True)
class ProfileRegistered(Fact, kind="people.profile_registered"):
    """A person has registered in a role and accepted the terms."""

    role: str
    terms_version: str


@dataclass(frozen=True, kw_only=True)
class RoleSwitched(Fact, kind="people.role_switched"):
    """A person acts in another of their roles from now on."""

    role: str
    organisation_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Fact, kind="people.consent_given"):
    """An agreement was recorded."""

    consent_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact, kind="people.consent_withdrawn"):
    """An agreement was taken back."""

    consent_id: int


@dataclass(frozen=True, kw_only=True)
class PostTaken(Fact, kind="people.post_taken"):
    """A person holds a post in an organisation."""

    person_id: int
    organisation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PostLeft(Fact, kind="people.post_left"):
    """A person holds the post no longer."""

    person_id: int
    organisation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class GuardianLinked(Fact, kind="people.guardian_linked"):
    """A guardian is linked with a student."""

    guardian_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class GuardianUnlinked(Fact, kind="people.guardian_unlinked"):
    """A guardian's link has ended."""

    guardian_id: int
    student_id: int


@dataclass(frozen=True, kw_only=True)
class GuardianRestricted(Fact, kind="people.guardian_restricted"):
    """A guardian's rights about a student were limited or ended."""

    guardian_id: int
    student_id: int
    restriction_id: int


@dataclass(frozen=True, kw_only=True)
class LiftingAsked(Fact, kind="people.lifting_asked"):
    """A leader of the school has asked another one to lift a restriction of a guardian's rights."""

    guardian_id: int
    student_id: int
    restriction_id: int


@dataclass(frozen=True, kw_only=True)
class LiftingTakenBack(Fact, kind="people.lifting_taken_back"):
    """The leader who had asked for a restriction to be lifted asks no longer."""

    guardian_id: int
    student_id: int
    restriction_id: int


@dataclass(frozen=True, kw_only=True)
class RestrictionLifted(Fact, kind="people.restriction_lifted"):
    """A restriction of a guardian's rights holds no longer."""

    guardian_id: int
    student_id: int
    restriction_id: int


@dataclass(frozen=True, kw_only=True)
class PersonsMerged(Fact, kind="people.persons_merged"):
    """Two rows turned out to be one person; `kept_id` stays."""

    kept_id: int
    merged_id: int


@dataclass(frozen=True, kw_only=True)
class PersonsSplit(Fact, kind="people.persons_split"):
    """A merge was undone: the two rows are two persons again."""

    kept_id: int
    merged_id: int


@dataclass(frozen=True, kw_only=True)
class DeletionDemanded(Fact, kind="people.deletion_demanded"):
    """Somebody demands that a person's data be deleted."""

    subject_id: int


@dataclass(frozen=True, kw_only=True)
class ExportTaken(Fact, kind="people.export_taken"):
    """Somebody took a copy of a person's data."""

    subject_id: int


@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Fact, kind="people.forgotten"):
    """Everything that named a person was deleted."""

    person_id: int
