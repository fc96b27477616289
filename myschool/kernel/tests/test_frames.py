"""What is kept of a page is what its values say, and nothing of whoever was the first to ask."""

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe

from myschool.kernel.addresses import address
from myschool.kernel.templatetags import frames


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_kept", {})


def template(source: str) -> Template:
    return Template("{% load frames %}" + source)


def test_it_is_rendered_once_for_each_value() -> None:
    page = template("{% kept word=word %}<b>{% for one in word %}{{ one }}{% endfor %}</b>{% endkept %}")
    pages = [page.render(Context({"word": word})) for word in ("да", "нет", "да")]
    assert pages == ["<b>да</b>", "<b>нет</b>", "<b>да</b>"]
    assert len(frames._kept) == 2


@pytest.mark.parametrize("asked", ["{{ actor }}", "{{ csrf_token }}", "{% if actor %}1{% endif %}"])
def test_whoever_asks_for_more_of_the_page_than_the_values_learns_it(asked: str) -> None:
    page = template(f"{{% kept place=place %}}{{{{ place }}}}{asked}{{% endkept %}}")
    with pytest.raises(frames.NotNamed):
        page.render(RequestContext(RequestFactory().get("/"), {"place": "Школа", "actor": "Орлова"}))


def test_a_fragment_that_sees_only_its_own_may_leave_values_out() -> None:
    page = template(
        '{% kept %}{% include "_empty.html" with title="Пусто" text="Появится" icon="calendar" only %}{% endkept %}'
    )
    assert "Пусто" in page.render(Context({}))


def test_text_that_is_equal_to_markup_is_still_escaped() -> None:
    page = template("{% kept word=word %}{{ word }}{% endkept %}")
    assert page.render(Context({"word": mark_safe("<b>")})) == "<b>"
    assert page.render(Context({"word": "<b>"})) == "&lt;b&gt;"


def test_so_is_text_within_rows() -> None:
    page = template("{% kept menu=menu %}{% for row in menu %}{{ row.0 }}{% endfor %}{% endkept %}")
    assert page.render(Context({"menu": ((mark_safe("<b>"), 1),)})) == "<b>"
    assert page.render(Context({"menu": (("<b>", 1),)})) == "&lt;b&gt;"


def test_two_places_with_the_same_values_are_two() -> None:
    page = template("{% kept word=word %}1{{ word }}{% endkept %}{% kept word=word %}2{{ word }}{% endkept %}")
    assert page.render(Context({"word": "а"})) == "1а2а"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST", 10)
    page = template("{% kept number=number %}{{ number }}{% endkept %}")
    for number in range(100):
        assert page.render(Context({"number": number})) == str(number)
        assert len(frames._kept) <= 10


def test_a_value_that_may_change_by_itself_is_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        template("{% kept rows=rows %}{% endkept %}").render(Context({"rows": [1]}))


def test_values_have_names() -> None:
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        template("{% kept word %}{% endkept %}")


def test_an_address_is_the_one_that_reverse_gives() -> None:
    page = template('{% address "journal-data" group %} {% address "journals" %}')
    page_text = page.render(Context({"group": 7}))
    assert page_text == f"{reverse('journal-data', args=[7])} {reverse('journals')}"
    assert address("save-cell", 1, 22, 333) == reverse("save-cell", args=[1, 22, 333])


def test_an_address_of_no_door_or_of_too_few_rows_is_a_fault() -> None:
    for door, ids in (("no-such-door", []), ("save-cell", [1])):
        with pytest.raises(NoReverseMatch):
            address(door, *ids)
    with pytest.raises(TypeError):
        address("journal-data", "7'")  # type: ignore[arg-type] # what a template may bring
