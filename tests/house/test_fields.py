"""Every form is drawn by one set of field templates, which take labels, limits and words from the form itself."""

import re

from tests.house.source import ROOT, files, none_of

# The set itself is drawn by Django's widgets. Ticks of rows and choices among cards stay in the templates that lay them out.
BY_HAND = re.compile(r"<select\b|<textarea\b|<input\b(?![^>]*\btype=[\"']?(?:hidden|checkbox|radio)\b)[^>]*>")
NO_FORM = {
    "chat/templates/chat/talk.html": ("attached", "a button of the island opens it; what was chosen is shown beside"),
    "exchange/templates/exchange/feed.html": ("readonly", "an address to copy: nothing is sent"),
    "folders/templates/folders/link.html": ("readonly", "an address to copy: nothing is sent"),
    "journal/templates/journal/_grid.html": ("<select", "turns the island's own pages: nothing is sent"),
    "library/templates/library/player.html": ("parts", "turns to a part of the content, on the content's own origin"),
}


def by_hand(name: str, text: str) -> list[str]:
    """The controls that a template draws without a form."""
    sign, _ = NO_FORM.get(name, ("", ""))
    drawn = [text[match.start() : text.index(">", match.start()) + 1] for match in BY_HAND.finditer(text)]
    return [control for control in drawn if not sign or sign not in control]


def test_every_field_is_drawn_by_the_set() -> None:
    none_of(
        f"{path.relative_to(ROOT)}: {control[:80]} — let a form draw it: `{{{{ forms.reason.text.as_field_group }}}}`"
        for path in files(ROOT / "myschool", ".html")
        for control in by_hand(path.relative_to(ROOT / "myschool").as_posix(), path.read_text("utf-8"))
    )
    assert by_hand("x", '<input name="q">')
    assert by_hand("x", '<p><textarea name="text"></textarea></p>')
    assert not by_hand("x", '<input name="ids" type="checkbox"><input type="hidden" name="subject">')
    assert by_hand("exchange/templates/exchange/feed.html", '<input name="q">')


def test_every_exception_is_still_needed() -> None:
    for name, (sign, _) in NO_FORM.items():
        text = (ROOT / "myschool" / name).read_text("utf-8")
        assert any(sign in text[match.start() : text.index(">", match.start()) + 1] for match in BY_HAND.finditer(text))


def test_every_form_that_a_page_draws_is_handed_to_it() -> None:
    """A template shows nothing in place of a form that its view forgot."""
    none_of(
        f"{path.relative_to(ROOT)}: no view of the package hands it forms[{form!r}]"
        for path in files(ROOT / "myschool", ".html")
        for form in sorted(set(re.findall(r"\bforms\.(\w+)", path.read_text("utf-8"))))
        if f'"{form}": ' not in views_of(path.relative_to(ROOT / "myschool").parts[0])
    )
    assert '"decline": ' in views_of("enrolment")
    assert '"declines": ' not in views_of("enrolment")


def views_of(package: str) -> str:
    """The text of a package's views."""
    return "".join(path.read_text("utf-8") for path in (ROOT / "myschool" / package).glob("views*/**/*.py")) + "".join(
        path.read_text("utf-8") for path in (ROOT / "myschool" / package).glob("views.py")
    )
