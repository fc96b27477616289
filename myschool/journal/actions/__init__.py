"""What is done in the journal."""

from myschool.journal.actions.cells import (
    CellChanged,
    CellIsClosed,
    CellUnfit,
    NotInGroupThatDay,
    SavedCell,
    save_cell,
)
from myschool.journal.actions.codes import give_usual_codes
from myschool.journal.actions.pages import (
    bump_pages,
    bump_pages_of_school,
    bump_pages_of_students,
    follow_lesson,
    join_persons,
)
from myschool.journal.actions.settings import (
    KindExists,
    MarksThere,
    RulesUnfit,
    add_kind,
    close_kind,
    declare_final_rule,
    declare_rules,
    set_group_scale,
)
from myschool.journal.actions.unlocking import (
    AlreadyAsked,
    AlreadyDecided,
    ReasonMissing,
    ask_unlock,
    decide_unlock,
)

__all__ = [
    "AlreadyAsked",
    "AlreadyDecided",
    "CellChanged",
    "CellIsClosed",
    "CellUnfit",
    "KindExists",
    "MarksThere",
    "NotInGroupThatDay",
    "ReasonMissing",
    "RulesUnfit",
    "SavedCell",
    "add_kind",
    "ask_unlock",
    "bump_pages",
    "bump_pages_of_school",
    "bump_pages_of_students",
    "close_kind",
    "decide_unlock",
    "declare_final_rule",
    "declare_rules",
    "follow_lesson",
    "give_usual_codes",
    "join_persons",
    "save_cell",
    "set_group_scale",
]
