import re

import pytest
from django import forms
from django.template import Context, Template

from myschool.kernel.forms import Day, Line, Row


class Place(forms.Form):
    """A form of which a page draws single fields."""

    room = Row(label="Кабинет")
    reason = Line(label="Причина", limit=300, help_text="Её увидят семьи.")
    mark = Line(limit=20, required=False)
    day = Day(label="День")


def drawn(source: str, form: forms.Form, **context: object) -> str:
    text = Template("{% load fields %}" + source).render(Context({"form": form, **context}))
    return " ".join(text.split())


def test_a_field_is_tied_to_its_label_and_its_help_in_each_drawing() -> None:
    page = drawn("{% field form.reason of=7 %}{% field form.reason of=8 %}", Place())
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert ids == ["id_reason_7_helptext", "id_reason_7", "id_reason_8_helptext", "id_reason_8"]
    assert re.findall(r'for="([^"]+)"', page) == ["id_reason_7", "id_reason_8"]
    assert re.findall(r'aria-describedby="([^"]+)"', page) == ["id_reason_7_helptext", "id_reason_8_helptext"]


def test_a_control_has_the_limits_of_its_form() -> None:
    page = drawn('{% control form.reason label="Причина: Аня" %}', Place())
    assert page == (
        '<input type="text" name="reason" maxlength="300" aria-label="Причина: Аня" required id="id_reason">'
    )


def test_a_field_of_rows_offers_what_the_page_has_and_shows_what_is_chosen() -> None:
    source = '{% field form.room choices=rooms empty="Прежний" value=2 %}'
    page = drawn(source, Place(), rooms=[(1, "101"), (2, "Спортзал")])
    assert re.findall(r'<option value="(\d*)"( selected)?>([^<]+)', page) == [
        ("", "", "Прежний"),
        ("1", "", "101"),
        ("2", " selected", "Спортзал"),
    ]


def test_what_was_sent_stands_in_the_control_rather_than_what_stood_there_before() -> None:
    form = Place({"reason": "карантин", "room": "1"})
    assert 'value="карантин"' in drawn("{% field form.reason value='болезнь' %}", form)
    assert '<option value="1" selected>' in drawn("{% field form.room choices=rooms %}", form, rooms=[(1, "101")])


def test_a_control_of_a_row_is_named_by_the_row_and_keeps_what_was_sent_for_it() -> None:
    source = '{% control form.mark label="Аня" in_row=7 %}{% control form.mark label="Боря" in_row=8 value="4" %}'
    assert re.findall(r'name="(\w+)"', drawn(source, Place())) == ["mark_7", "mark_8"]
    assert re.findall(r'id="(\w+)"', drawn(source, Place())) == ["id_mark_7", "id_mark_8"]
    assert re.findall(r'value="(\d)"', drawn(source, Place({"mark_7": "5", "mark_8": "3"}))) == ["5", "3"]


def test_a_drawing_changes_nothing_for_the_next_one() -> None:
    form = Place()
    drawn('{% field form.room choices=rooms empty="—" label="Где" value=1 of=3 %}', form, rooms=[(1, "101")])
    page = drawn("{% field form.room choices=rooms %}", form, rooms=[(2, "202")])
    assert re.findall(r"<option[^>]*>([^<]+)", page) == ["202"]
    assert "Кабинет" in page
    assert 'id="id_room"' in page


@pytest.mark.parametrize("sent", ["0", "9223372036854775808", "x", "-1"])
def test_what_is_no_id_is_no_row(sent: str) -> None:
    assert "room" in Place({"room": sent, "reason": "x", "day": "2026-09-01"}).errors


def test_what_one_button_needs_is_not_called_optional() -> None:
    assert "необязательно" in drawn("{% field form.mark %}", Place())
    page = drawn("{% field form.mark required=True %}", Place())
    assert "необязательно" not in page
    assert " required " in page
    assert "необязательно" in drawn("{% field form.mark %}", Place())
