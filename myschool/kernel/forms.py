"""Fields that take text from people: cleaned in one place, refused in plain Russian."""

from datetime import date
from typing import Any

from django import forms

from myschool.kernel import text

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Line(forms.CharField):
    """One line of text without control characters, at most `limit` characters."""

    def __init__(self, *, limit: int, multiline: bool = False, **options: Any) -> None:
        self.limit, self.multiline = limit, multiline
        if multiline:
            options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=limit, **options)

    def to_python(self, value: Any) -> str:
        """The text as it may be stored."""
        try:
            return text.cleaned(str(value or ""), limit=self.limit, multiline=self.multiline)
        except text.UnfitText as error:
            raise forms.ValidationError(str(error)) from None


class Day(forms.DateField):
    """A calendar date, from the browser's own date field or typed the Russian way."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("error_messages", {"invalid": "Напишите дату так: 05.09.2012."})
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y"], **options)

    def to_python(self, value: Any) -> date | None:
        """The date, if it lies in the centuries of which the school speaks: weeks and years around it are counted."""
        day = super().to_python(value)
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError("Проверьте год: такой даты здесь быть не может.")
        return day
