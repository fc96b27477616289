"""What happened to requests, placements, invitations and connections."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class RequestFact(Fact, kind="enrolment.request"):
    """Something happened to a request of this applicant; never written itself."""

    request_id: int
    applicant_id: int


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted(RequestFact, kind="enrolment.request_submitted"):
    """A request lies on the school's desk."""


@dataclass(frozen=True, kw_only=True)
class ClarificationAsked(RequestFact, kind="enrolment.clarification_asked"):
    """The school has asked the requester something."""


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(RequestFact, kind="enrolment.request_answered"):
    """The requester has answered."""


@dataclass(frozen=True, kw_only=True)
class ReleaseAsked(RequestFact, kind="enrolment.release_asked"):
    """The new school agreed; the old school must let the student go."""

    from_school_id: int


@dataclass(frozen=True, kw_only=True)
class RequestApproved(RequestFact, kind="enrolment.request_approved"):
    """A request came true."""


@dataclass(frozen=True, kw_only=True)
class ApprovalUndone(RequestFact, kind="enrolment.approval_undone"):
    """What was approved for a student belongs to another record: a merge was undone."""


@dataclass(frozen=True, kw_only=True)
class RequestDeclined(RequestFact, kind="enrolment.request_declined"):
    """A request was declined for a reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(RequestFact, kind="enrolment.request_withdrawn"):
    """The requester took the request back."""


@dataclass(frozen=True, kw_only=True)
class RequestExpired(RequestFact, kind="enrolment.request_expired"):
    """Nobody decided in time."""


@dataclass(frozen=True, kw_only=True)
class StudentPlaced(Fact, kind="enrolment.student_placed"):
    """A student has a place in the school from now on; `left_class_id` is the class they were in before, if any."""

    student_id: int
    class_id: int | None
    left_class_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StudentDeparted(Fact, kind="enrolment.student_departed"):
    """A student has left the school; `left_class_id` is the class they were in, if any."""

    student_id: int
    left_class_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StaffInvited(Fact, kind="enrolment.staff_invited"):
    """The school invites somebody to work in it."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Fact, kind="enrolment.invitation_accepted"):
    """The invited person has come."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Fact, kind="enrolment.invitation_withdrawn"):
    """The school invites that person no longer."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class ConnectionAsked(Fact, kind="enrolment.connection_asked"):
    """Somebody applied to connect an organisation."""

    connection_id: int


@dataclass(frozen=True, kw_only=True)
class ConnectionDecided(Fact, kind="enrolment.connection_decided"):
    """An application to connect was decided."""

    connection_id: int
    is_approved: bool


@dataclass(frozen=True, kw_only=True)
class DeletionDecided(Fact, kind="enrolment.deletion_decided"):
    """A demand to delete a person's data was decided."""

    subject_id: int
    is_granted: bool
