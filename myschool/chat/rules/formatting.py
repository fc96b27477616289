"""What a message looks like: text made safe, with links, emphasis, code, lists of lines and names that were called.

No markup of the writer's is ever passed on: the text is escaped, and only our own tags are put in. A mark of emphasis is
one only around words, where no number, formula or name of a program has it: «2**3**4» and «a_b_c» stay as they are.
"""

import re
from collections.abc import Callable, Mapping
from html import escape

MOST = 4000
# What is taken as it stands, in this order: code, links, names that are called.
ATOM = re.compile(
    r"```(?P<fence>.+?)```|`(?P<code>[^`\n]+)`|(?P<link>\bhttps?://[^\s<>\"'`]+)|@\[(?P<person>\d{1,18})\]",
    re.IGNORECASE | re.DOTALL,
)
# What may stand before emphasis and after it: nothing, a space, a sign of the sentence; `\0` is an atom's edge.
BEFORE, AFTER = r"(?<![^\s(«\"„\1\3*_—–])(?<!\w[*_])", r"(?![^\s.,;:!?)»\"“…\2\4*_—–])(?![*_]\w)"
STRONG = re.compile(BEFORE + r"(?<!\*)\*\*(?=[^\s*])((?:(?!\*\*).)+)(?<=[^\s*])\*\*(?!\*)" + AFTER)
EMPHASIS = re.compile(BEFORE + r"(?<!_)_(?=[^\s_])([^_\n]+?)(?<=\S)_(?!_)" + AFTER)
MARKS = str.maketrans({"\1": "<strong>", "\2": "</strong>", "\3": "<em>", "\4": "</em>", "\n": "<br>"})
NO_MARKS = str.maketrans("", "", "\1\2\3\4")
OURS = re.compile("[\0-\4]")
ENDING = '.,;:!?»"“”…'
BRACKETS = {")": "(", "]": "[", "}": "{"}


def mentioned(text: str) -> list[int]:
    """Ids of the persons called by `@[id]`, each once; in code nobody is called."""
    return list(dict.fromkeys(int(atom["person"]) for atom in ATOM.finditer(text) if atom["person"]))


def as_html(text: str, names: Mapping[int, str]) -> str:
    """The text as safe HTML; `names` are those of the persons who may be called here."""

    def shown(atom: re.Match[str]) -> str:
        if atom["fence"]:
            return f"<pre>{escape(_within(atom['fence']))}</pre>"
        if atom["code"]:
            return f"<code>{escape(atom['code'])}</code>"
        if atom["person"]:
            return f'<span class="mention" data-person="{atom["person"]}">{escape(_called(atom, names))}</span>'
        address = escape(atom["link"])
        return f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>'

    return _formatted(text, shown, lambda words: escape(words).translate(MARKS))


def as_words(text: str, names: Mapping[int, str]) -> str:
    """The text in one line, for lists: names in place of calls, no marks of emphasis."""

    def shown(atom: re.Match[str]) -> str:
        return _called(atom, names) if atom["person"] else atom["fence"] or atom["code"] or atom["link"]

    return " ".join(_formatted(text, shown, lambda words: words.translate(NO_MARKS)).split())


def _formatted(text: str, shown: Callable[[re.Match[str]], str], words: Callable[[str], str]) -> str:
    """The text with each atom as `shown` has it and all else as `words` has it, where `\1`–`\4` stand for emphasis."""
    text, atoms, plain, at = OURS.sub("", text), [], "", 0
    while atom := ATOM.search(text, at):
        end = atom.end()
        if atom["link"]:
            end = atom.start() + _length_of_link(atom["link"])
            atom = ATOM.fullmatch(text, atom.start(), end)
        plain += text[at : atom.start() if atom else end]
        if atom:
            plain += "\0"
            atoms.append(shown(atom))
        at = end
    plain = STRONG.sub("\1\\1\2", plain + text[at:])
    first, *rest = EMPHASIS.sub("\3\\1\4", plain).split("\0")
    return words(first) + "".join(atom + words(after) for atom, after in zip(atoms, rest, strict=True))


def _length_of_link(link: str) -> int:
    """How much of it is the address: the sentence's signs after it, and brackets around it, are not."""
    while link:
        last = link[-1]
        if link.endswith("**"):
            link = link[:-2]
        elif last in ENDING or link.count(last) > link.count(BRACKETS.get(last, last)):
            link = link[:-1]
        else:
            break
    return len(link)


def _within(fence: str) -> str:
    return fence.removeprefix("\n").removesuffix("\n")


def _called(atom: re.Match[str], names: Mapping[int, str]) -> str:
    return f"@{names.get(int(atom['person']), 'участник')}"
