"""Tags that draw a field where a page needs it otherwise than its form stands: in each row, with choices of the page."""

from collections.abc import Iterable
from copy import copy, deepcopy
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def field(
    bound: BoundField,
    *,
    of: object = "",
    in_row: object = "",
    value: object = None,
    choices: Iterable[Any] | None = None,
    empty: str | None = None,
    label: str = "",
    whose: str = "",
    help_text: str = "",
    required: bool = False,
) -> SafeString:
    """A field with its label, help and errors, drawn by the form's own template.

    Args:
        bound: the field: `{% field forms.decline.text of=row.id %}`.
        of: what tells this drawing from others of the same field on the page; it ends the control's id.
        in_row: the row whose value this is, where one form takes those of all rows: `mark` of row 7 is sent as `mark_7`.
        value: what stands in the control before anything is sent.
        choices: pairs of value and words, or rows with `id` and `title`, for a field of rows that the page offers.
        empty: words of the choice that chooses nothing.
        label: words instead of the form's own.
        whose: whose field this is, where the eye sees it anyway: said by screen readers after the label.
        help_text: words instead of the form's own.
        required: with this button it must be filled, although the form's other buttons do without it.
    """
    drawn = _drawn(bound, of=of, in_row=in_row, value=value, choices=choices, empty=empty)
    drawn.label = label or drawn.label
    drawn.help_text = help_text or drawn.help_text
    if whose:
        drawn.label = format_html('{}<span class="visually-hidden">: {}</span>', drawn.label, whose)
    if required:
        drawn.field.required = True
    return drawn.as_field_group()


@register.simple_tag
def control(
    bound: BoundField,
    *,
    label: str,
    of: object = "",
    in_row: object = "",
    value: object = None,
    choices: Iterable[Any] | None = None,
    empty: str | None = None,
) -> SafeString:
    """The control of a field alone, for a cell of a table, whose heads are its labels.

    Args:
        bound: the field.
        label: the control's name for those who hear the page: «Иванова Анна: причина».
        of, in_row, value, choices, empty: as of `field`.
    """
    drawn = _drawn(bound, of=of, in_row=in_row, value=value, choices=choices, empty=empty)
    drawn.help_text = ""  # it is not drawn here, and nothing may refer to it
    return drawn.as_widget(attrs={"aria-label": label})


def _drawn(
    bound: BoundField, *, of: object, in_row: object, value: object, choices: Iterable[Any] | None, empty: str | None
) -> BoundField:
    form, drawn = copy(bound.form), copy(bound.field)
    if of:
        form.auto_id = f"{form.auto_id}_{of}"
    if value is not None:
        form.initial = {**(form.initial or {}), bound.name: value}
    if choices is not None or empty is not None:
        drawn.widget = deepcopy(drawn.widget)
        offered = drawn.widget.choices if choices is None else [_pair(choice) for choice in choices]
        none = [] if empty is None else [("", empty)]
        drawn.widget.choices = [*none, *offered]
    result = drawn.get_bound_field(form, bound.name)
    if in_row:
        result.html_name = f"{bound.html_name}_{in_row}"
    return result


def _pair(choice: Any) -> tuple[Any, str]:
    return choice if isinstance(choice, tuple) else (choice.id, choice.title)
