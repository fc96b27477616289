"""How doors answer: pages that find the database closed, and forms that give back what was typed."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.test import RequestFactory

from myschool.kernel import pages
from myschool.kernel.errors import Refusal
from myschool.kernel.forms import Day, Line
from myschool.kernel.models import Bookmark

pytestmark = pytest.mark.django_db
TEMPLATES = {
    "rows.html": "{% for row in page.rows %}{{ row.follower }},{% endfor %}",
    "form.html": "{{ page }}|{{ form.non_field_errors }}|{{ form.title.errors }}|{{ form.title }}|{{ form.day }}",
}


class Taken(Refusal):
    """The title is somebody's already."""

    status = 409
    field = "title"


class Titled(forms.Form):
    """A form as doors have them."""

    title = Line(limit=10)
    day = Day(required=False)


@dataclass(frozen=True)
class Rows:
    """A page."""

    rows: Any


@pytest.fixture(autouse=True)
def templates(settings):
    loader = ("django.template.loaders.locmem.Loader", TEMPLATES)
    engine = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": engine, "OPTIONS": {"loaders": [loader]}}]


def words(response):
    return response.content.decode()


def show(rows):
    return pages.show(RequestFactory().get("/"), "rows.html", Rows(rows))


def answer(sent, refusal=None, page=lambda: "страница"):
    """What a door answers to a sent form, whose action refuses or agrees."""

    def accept(given):
        if refusal:
            raise refusal
        return HttpResponse(f"принято: {given['title']}")

    form = Titled(RequestFactory().post("/", sent).POST if sent is not None else None)
    return pages.form_page(RequestFactory().get("/"), form, "form.html", page, accept)


def test_a_page_that_brought_its_rows_is_shown():
    Bookmark.objects.create(follower="a")
    assert words(show(list(Bookmark.objects.all()))) == "a,"


def test_a_template_that_asks_the_database_raises():
    with pytest.raises(pages.QueryInTemplate, match=r"rows\.html: SELECT"):
        show(Bookmark.objects.all())


def test_the_database_is_open_again_after_the_template():
    with pytest.raises(pages.QueryInTemplate):
        show(Bookmark.objects.all())
    assert not Bookmark.objects.exists()


def test_in_production_such_a_query_is_logged_and_the_page_is_shown(settings, caplog):
    settings.QUERIES_IN_TEMPLATES_RAISE = False
    Bookmark.objects.create(follower="a")
    with caplog.at_level(logging.ERROR):
        assert words(show(Bookmark.objects.all())) == "a,"
    assert [record.getMessage() for record in caplog.records] == ["query in template"]


def test_a_form_not_sent_yet_is_shown():
    response = answer(None)
    assert (response.status_code, "errorlist" in words(response)) == (200, False)


def test_a_right_form_is_answered_by_its_action():
    assert words(answer({"title": " 7А ", "day": "05.09.2012"})) == "принято: 7А"


def test_a_wrong_form_comes_back_with_what_was_typed():
    response = answer({"title": "слишком длинно", "day": "вчера"})
    assert response.status_code == 422
    assert 'value="слишком длинно"' in words(response)
    assert 'value="вчера"' in words(response)
    assert "помещается не больше 10" in words(response)


def test_a_refusal_comes_back_beside_its_field_with_everything_still_in_place():
    response = answer({"title": "7А", "day": "2012-09-05"}, Taken("Такой класс уже есть."))
    assert response.status_code == 409
    _, general, beside_title, title, day = words(response).split("|")
    assert (general, "Такой класс уже есть." in beside_title) == ("", True)
    assert ('value="7А"' in title, 'value="2012-09-05"' in day) == (True, True)


@pytest.mark.parametrize("field", [None, "absent"])
def test_a_refusal_about_no_field_of_the_form_is_said_above_it(field):
    response = answer({"title": "7А"}, Refusal("Не сейчас.", field=field))
    assert response.status_code == 400
    assert "Не сейчас." in words(response).split("|")[1]


def test_the_page_is_read_after_the_action_has_refused():
    """What the action saw last is what the page shows."""
    calls = []
    answer({"title": "7А"}, Taken("Занято."), page=lambda: calls.append("page"))
    assert calls == ["page"]


def test_a_bug_in_an_action_is_no_refusal():
    with pytest.raises(ZeroDivisionError):
        answer({"title": "7А"}, ZeroDivisionError())


def test_a_door_without_a_form_of_its_own_refuses_in_words():
    assert pages.accepted(Titled({"title": "7А"})) == {"title": "7А", "day": None}
    with pytest.raises(pages.NotAccepted, match=r"Напишите дату так: 05\.09\.2012") as refused:
        pages.accepted(Titled({"title": "7А", "day": "вчера"}))
    assert refused.value.status == 422


@pytest.mark.parametrize("typed", ["a\0b", "\x1b[0m", "\ud800"])
def test_a_line_refuses_what_cannot_be_kept_in_russian(typed):
    form = Titled({"title": typed})
    assert "служебные символы" in str(form.errors["title"])


@pytest.mark.parametrize(
    "typed", ["31.02.2012", "2012-02-31", "0000-00-00", "9" * 50, "5 сентября", "12/09/2012", "\0", "10000-01-01"]
)
def test_a_day_that_is_none_is_refused_with_an_example(typed):
    assert "05.09.2012" in str(Titled({"title": "7А", "day": typed}).errors["day"])
