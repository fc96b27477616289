"""Shapes of what the diary's pages are asked and sent."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from myschool.kernel.forms import Day, Line
from myschool.kernel.text import row_id

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Week(forms.Form):
    """Which week; anything odd is as none."""

    week = forms.CharField(required=False)

    def clean_week(self) -> date | None:
        """The Monday of the week of the day that was named."""
        try:
            day = date.fromisoformat(self.cleaned_data["week"])
        except ValueError:
            return None
        return day - timedelta(days=day.weekday()) if EARLIEST < day < LATEST else None


class Month(forms.Form):
    """Which month; anything odd is as none."""

    month = forms.CharField(required=False)

    def clean_month(self) -> date | None:
        """The first day of the month."""
        try:
            day = date.fromisoformat(self.cleaned_data["month"])
        except ValueError:
            return None
        return day.replace(day=1) if EARLIEST < day < LATEST else None


class TermChoice(forms.Form):
    """Which term; anything odd is as none."""

    term = forms.CharField(required=False)

    def clean_term(self) -> int | None:
        """The term's id."""
        return row_id(self.cleaned_data["term"])


class Before(forms.Form):
    """Before which moment; anything odd is as now."""

    before = forms.CharField(required=False)

    def clean_before(self) -> datetime | None:
        """The moment."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["before"])
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class NewNote(forms.Form):
    """What a guardian tells about an absence."""

    from_day = Day(label="Первый день", error_messages={"required": "Укажите первый день."})
    last_day = Day(label="Последний день", error_messages={"required": "Укажите последний день."})
    meaning = forms.ChoiceField(
        label="Причина", choices=[("illness", "Болезнь"), ("excused", "Другая уважительная причина")]
    )
    text = Line(label="Пояснение", limit=500, required=False)
    file = forms.FileField(label="Справка: PDF, JPEG, PNG до 10 МБ", required=False)

    def clean(self) -> dict[str, Any]:
        """The form with the period up to the day after the last."""
        values = super().clean() or {}
        if (last := values.pop("last_day", None)) is not None:
            if not EARLIEST < last < LATEST:
                raise forms.ValidationError("Проверьте год.")
            values["to_day"] = last + timedelta(days=1)
        return values


class OneWeek(forms.Form):
    """The Monday of a week to acknowledge."""

    monday = Day()

    def clean_monday(self) -> date:
        """A Monday."""
        day: date = self.cleaned_data["monday"]
        if day.weekday():
            raise forms.ValidationError("Неделя начинается с понедельника.")
        return day
