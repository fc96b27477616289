"""Shapes of what the journal's pages send."""

from django import forms

from myschool.kernel.forms import Day, Line
from myschool.kernel.text import row_id


class CellText(forms.Form):
    """The new content of a cell, and the state in which it was seen."""

    text = Line(limit=100, required=False)
    seen = forms.RegexField(r"^(\d{1,19}(\.\d{1,19})?)?$", required=False)
    due = Day(required=False)
    comment = Line(limit=300, required=False)
    reason = Line(limit=300, required=False)

    def clean_comment(self) -> str | None:
        """Words beside the mark; None where none were sent, so that they stay as they are."""
        comment: str = self.cleaned_data["comment"]
        return comment if "comment" in self.data else None


class TermChoice(forms.Form):
    """Which term is asked for; anything odd is as none."""

    term = forms.CharField(required=False)

    def clean_term(self) -> int | None:
        """The term's id."""
        return row_id(self.cleaned_data["term"])


class Reason(forms.Form):
    """Why something is asked."""

    reason = Line(
        label="Причина", limit=300, error_messages={"required": "Напишите, что и почему нужно исправить."}
    )


class UnlockDecision(forms.Form):
    """A deputy's answer to a request to change an old lesson."""

    granted = forms.TypedChoiceField(
        choices=[("1", "Разрешить"), ("0", "Отказать")], coerce=lambda value: value == "1"
    )
    days = forms.IntegerField(min_value=1, max_value=30, initial=3, required=False)
    answer = Line(limit=300, required=False)

    def clean_days(self) -> int:
        """How many days the lesson stays open."""
        days: int | None = self.cleaned_data["days"]
        return days or 3
