"""What a file is called: one line that no program takes for a way to somewhere, with the ending it came with."""

import re
import sys

from myschool.kernel import text

LONGEST = 200
NAMELESS = "файл"

_ENDING = re.compile(r"(?:\.tar)?\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,10}$", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What no name on a disk may hold (Windows knows most of them).
_FORBIDDEN = re.compile(r'[/\\<>:"|?*]')
# Endings that say what is inside; another one in a name is part of the name.
_KINDS = frozenset(
    [
        ".docx",
        ".xlsx",
        ".pptx",
        ".doc",
        ".xls",
        ".ppt",
        ".odt",
        ".ods",
        ".odp",
        ".rtf",
        ".pdf",
        ".epub",
        ".txt",
        ".zip",
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".svg",
        ".mp4",
        ".webm",
        ".mp3",
        ".ogg",
        ".wav",
        ".m4a",
    ]
)


def ending_of(name: str) -> str:
    """«.docx», «.tar.gz» or nothing; «1.2» is no ending, and a name is more than its ending."""
    ending = _ENDING.search(name)
    return ending[0] if ending else ""


def file_name(told: str) -> str:
    """The name of a file that comes from outside, without folders and signs that mislead; never empty.

    A name that is too long is cut before its ending; one that is nothing but an ending gets a name before it.
    """
    last = told.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _fitted(text.cleaned(_UNSEEN.sub("", last), limit=sys.maxsize))


def made_name(title: str, ending: str) -> str:
    """The name of a file that is made here and called by a title that people have written."""
    return _fitted(text.cleaned(_FORBIDDEN.sub(" ", title), limit=sys.maxsize).rstrip(". ") + ending)


def name_as(name: str, of: str, content_type: str) -> str:
    """A name that people have chosen for a file called `of`, with the ending that says what is inside.

    What is text may have any ending: programs are texts.
    """
    ending, chosen = ending_of(of), ending_of(name)
    if not ending or chosen.casefold() == ending.casefold() or (chosen and content_type == "text/plain"):
        return _fitted(name)
    stem = name.removesuffix(chosen) if chosen.casefold() in _KINDS else name.rstrip(". ")
    return _fitted(stem + ending)


def _fitted(name: str) -> str:
    whole = name.strip(" ").rstrip(". ")
    ending = ending_of(whole)
    stem = whole.removesuffix(ending).lstrip(".").strip(" ") if ending else whole.lstrip(". ")
    return text.cut(stem or NAMELESS, LONGEST - len(ending)).rstrip(". ") + ending
