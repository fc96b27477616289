"""Doors of joining a school, by whose screen they belong to."""

from myschool.enrolment.views.asking import (
    add_student,
    answer,
    classes_of_level,
    invitation,
    own_place,
    own_post,
    own_request,
    school_by_inn,
    send_draft,
    withdraw,
)
from myschool.enrolment.views.connecting import (
    approve_connection,
    connect,
    connection,
    connections,
    decline_connection,
    decree,
    demands,
    grant_deletion,
    refuse_deletion,
)
from myschool.enrolment.views.deciding import (
    approve,
    approve_many,
    clarify,
    decide,
    decisions,
    decline,
    desk,
    release,
    search_desk,
)
from myschool.enrolment.views.keeping import (
    classes,
    close_class,
    depart,
    dismiss,
    end_guardianship,
    lift_restriction,
    merges,
    move,
    people,
    rename_class,
    restrict_guardian,
    school_class,
    staff,
    undo_merge,
    withdraw_invitation,
)

__all__ = [
    "add_student", "answer", "approve", "approve_connection", "approve_many", "clarify", "classes", "classes_of_level",
    "close_class", "connect", "connection", "connections", "decide", "decisions", "decline", "decline_connection", "decree",
    "demands", "depart", "desk", "dismiss", "end_guardianship", "grant_deletion", "invitation", "lift_restriction", "merges", "move", "own_place", "own_post", "own_request", "people",
    "refuse_deletion", "release", "rename_class", "restrict_guardian",
    "school_by_inn", "school_class", "search_desk", "send_draft", "staff", "undo_merge", "withdraw", "withdraw_invitation",
]  # fmt: skip
