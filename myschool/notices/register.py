"""All kinds of notices, as the files of `kinds` offer them."""

from myschool.kernel.growth import gather
from myschool.notices import kinds
from myschool.notices.telling import Kind

KINDS = {kind.code: kind for kind in sorted(gather(kinds, "KIND", Kind), key=lambda kind: kind.order)}


def title_of(code: str) -> str:
    """What people call a kind; nothing where it is none, or no longer."""
    return KINDS[code].title if code in KINDS else ""
