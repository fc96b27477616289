"""What people do in the library, by who does it."""

from myschool.library.actions.checking import (
    MOST_TRIES,
    fail_check,
    hold_version,
    pass_check,
    put_back,
    take_version,
)
from myschool.library.actions.launching import is_first, judge_course, key_of_session, launch
from myschool.library.actions.making import (
    change_version,
    make_material,
    make_version,
    submit_version,
    take_cartridge,
    withdraw_material,
)
from myschool.library.actions.playing import begin_play, keep_play, take_into_lesson, tally_use
from myschool.library.actions.reading import (
    answer_report,
    change_collection,
    favour,
    make_collection,
    remove_collection,
    report_error,
)
from myschool.library.actions.reviewing import (
    appoint_expert,
    appoint_missing,
    approve_own,
    declare_conflict,
    give_review,
    return_own,
    set_expert_subjects,
)
from myschool.library.actions.supplying import approve_publisher, ask_publisher, decline_publisher
from myschool.library.actions.tools import (
    end_tool,
    keep_score,
    make_tool,
    subject_of,
    subjects_of,
    take_items,
)

__all__ = [
    "MOST_TRIES",
    "answer_report",
    "appoint_expert",
    "appoint_missing",
    "approve_own",
    "approve_publisher",
    "ask_publisher",
    "begin_play",
    "change_collection",
    "change_version",
    "declare_conflict",
    "decline_publisher",
    "end_tool",
    "fail_check",
    "favour",
    "give_review",
    "hold_version",
    "is_first",
    "judge_course",
    "keep_play",
    "keep_score",
    "key_of_session",
    "launch",
    "make_collection",
    "make_material",
    "make_tool",
    "make_version",
    "pass_check",
    "put_back",
    "remove_collection",
    "report_error",
    "return_own",
    "set_expert_subjects",
    "subject_of",
    "subjects_of",
    "submit_version",
    "take_cartridge",
    "take_into_lesson",
    "take_items",
    "take_version",
    "tally_use",
    "withdraw_material",
]
