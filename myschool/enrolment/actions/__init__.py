"""What people do about joining a school: ask, decide, invite, connect."""

from myschool.enrolment.actions.asking import (
    AlreadyPlaced,
    AlreadyRequested,
    MayNotAsk,
    answer,
    expire_requests,
    request_for_student,
    request_own_place,
    request_post,
    send_draft,
    withdraw,
)
from myschool.enrolment.actions.connecting import (
    AlreadyConnected,
    DecreeMissing,
    approve_connection,
    ask_connection,
    decline_connection,
)
from myschool.enrolment.actions.deciding import (
    AlreadyDecided,
    Bulk,
    MatchNotChosen,
    MatchTaken,
    NotOurStudent,
    NotSeenInPerson,
    ReasonMissing,
    WrongMatch,
    approve,
    approve_many,
    ask_to_clarify,
    decline,
    release,
    undo_merge,
)
from myschool.enrolment.actions.forgetting import forget_old_requests, grant_deletion, refuse_deletion
from myschool.enrolment.actions.placing import (
    AlreadyListed,
    ClassNotEmpty,
    add_student,
    close_class,
    depart,
    move,
    place,
    rename_class,
)
from myschool.enrolment.actions.staffing import (
    InvitationUnfit,
    LastAdministrator,
    accept_invitation,
    dismiss,
    invite,
    withdraw_invitation,
)
from myschool.schools.queries import WrongClass

__all__ = [
    "AlreadyConnected", "AlreadyDecided", "AlreadyListed", "AlreadyPlaced", "AlreadyRequested", "Bulk", "ClassNotEmpty", "DecreeMissing",
    "InvitationUnfit", "LastAdministrator", "MatchNotChosen", "MatchTaken", "MayNotAsk", "NotOurStudent", "NotSeenInPerson", "ReasonMissing", "WrongClass", "WrongMatch",
    "accept_invitation", "add_student", "answer", "approve", "approve_connection", "approve_many", "ask_connection",
    "ask_to_clarify", "close_class", "decline", "decline_connection", "depart", "dismiss", "expire_requests", "forget_old_requests", "grant_deletion", "invite", "move",
    "place", "refuse_deletion", "release", "rename_class", "request_for_student", "request_own_place", "request_post", "send_draft", "undo_merge", "withdraw",
    "withdraw_invitation",
]  # fmt: skip
