"""What a message looks like: text made safe, with links, emphasis, lists of lines and names that were called.

No markup of the writer's is ever passed on: the text is escaped first, and only our own tags are put in.
"""

import re
from collections.abc import Mapping
from html import escape

MOST = 4000
LINK = re.compile(r"\bhttps?://[^\s<>\"'`]+", re.IGNORECASE)
MENTION = re.compile(r"@\[(\d{1,18})\]")
STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
EMPHASIS = re.compile(r"(?<![\w*])_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)")
CODE = re.compile(r"`([^`\n]+)`")
ENDING = '.,;:!?)»"'


def mentioned(text: str) -> list[int]:
    """Ids of the persons called by `@[id]`, each once."""
    return list(dict.fromkeys(int(one) for one in MENTION.findall(text)))


def as_html(text: str, names: Mapping[int, str]) -> str:
    """The text as safe HTML; `names` are those of the persons who may be called here."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        address = found[0].rstrip(ENDING)
        parts.append(_words(text[at : found.start()], names))
        shown = escape(address)
        parts.append(f'<a href="{shown}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>')
        at = found.start() + len(address)
    parts.append(_words(text[at:], names))
    return "".join(parts)


def as_words(text: str, names: Mapping[int, str]) -> str:
    """The text in one line, for lists: names in place of calls, no marks of emphasis."""
    named = MENTION.sub(lambda call: f"@{names.get(int(call[1]), 'участник')}", text)
    return re.sub(r"\s+", " ", re.sub(r"\*\*|`", "", named)).strip()


def _words(text: str, names: Mapping[int, str]) -> str:
    safe = escape(text)
    safe = CODE.sub(r"<code>\1</code>", safe)
    safe = STRONG.sub(r"<strong>\1</strong>", safe)
    safe = EMPHASIS.sub(r"<em>\1</em>", safe)
    safe = MENTION.sub(
        lambda call: (
            f'<span class="mention" data-person="{call[1]}">@{escape(names.get(int(call[1]), "участник"))}</span>'
        ),
        safe,
    )
    return safe.replace("\n", "<br>")
