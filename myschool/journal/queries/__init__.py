"""What the pages of the journal show, and what a school has declared for it."""

from myschool.journal.queries.averages import (
    AveragePage,
    average_page,
    held_of,
    needs_of,
    results_of,
    since_of,
)
from myschool.journal.queries.cells import CellHistory, Standing, cell_history, standing
from myschool.journal.queries.declared import Declared, codes_of, declared, scale_code_of, term_on, terms_of
from myschool.journal.queries.lists import (
    JournalShell,
    JournalsPage,
    UnlocksPage,
    families_of,
    journal_shell,
    journals_page,
    term_title,
    unlocks_page,
)
from myschool.journal.queries.page import Head, lesson_head, page_document, page_head, students_on_page

__all__ = [
    "AveragePage",
    "CellHistory",
    "Declared",
    "Head",
    "JournalShell",
    "JournalsPage",
    "Standing",
    "UnlocksPage",
    "average_page",
    "cell_history",
    "codes_of",
    "declared",
    "families_of",
    "held_of",
    "journal_shell",
    "journals_page",
    "lesson_head",
    "needs_of",
    "page_document",
    "page_head",
    "results_of",
    "scale_code_of",
    "since_of",
    "standing",
    "students_on_page",
    "term_on",
    "term_title",
    "terms_of",
    "unlocks_page",
]
