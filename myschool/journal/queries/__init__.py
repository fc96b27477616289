"""What the pages of the journal show, and what a school has declared for it."""

from myschool.journal.queries.declared import Declared, codes_of, declared, scale_code_of, term_on, terms_of

__all__ = ["Declared", "codes_of", "declared", "scale_code_of", "term_on", "terms_of"]
