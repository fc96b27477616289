"""Fields that take text from people: cleaned in one place, refused in plain Russian, drawn by one set of templates."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import EmailValidator, URLValidator
from django.forms.renderers import DjangoTemplates

from myschool.kernel import domains, text

_LETTER = re.compile(r"[^\W\x00-\x7f]")
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
HIGHEST_ID = 2**63 - 1


class Renderer(DjangoTemplates):
    """Draws every form and every field: `{{ form }}`, `{{ form.name.as_field_group }}`."""

    form_template_name = "forms/_form.html"
    field_template_name = "forms/_field.html"


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


class Mail(Line):
    """An address of mail, in a national domain too, as people read it; browsers' own fields take Latin names only."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}))
        super().__init__(limit=254, **options)

    def to_python(self, value: Any) -> str:
        """The one form of the address that is kept."""
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            name, _, domain = domains.mail_on_the_wire(typed).rpartition("@")
            # Letters of all languages may stand where Latin ones may (RFC 6531).
            EmailValidator()(_LETTER.sub("a", name) + f"@{domain}")
            return domains.mail_for_people(typed)
        except (domains.UnfitAddress, forms.ValidationError):
            raise forms.ValidationError("Проверьте адрес: он выглядит так — name@example.ru.") from None


class Web(Line):
    """A web address, in a national domain too, as people read it; without a scheme it is https."""

    def __init__(self, *, limit: int = 500, **options: Any) -> None:
        options.setdefault("widget", forms.URLInput)
        super().__init__(limit=limit, **options)

    def to_python(self, value: Any) -> str:
        """The one form of the address that is kept."""
        typed = super().to_python(value)
        if not typed:
            return ""
        url = typed if re.match(r"[a-z][a-z0-9+.-]*:", typed, re.IGNORECASE) else f"https://{typed}"
        try:
            URLValidator(schemes=["http", "https"])(domains.web_on_the_wire(url))
            return domains.web_for_people(url)
        except (domains.UnfitAddress, forms.ValidationError):
            raise forms.ValidationError("Проверьте ссылку: она начинается с https://.") from None


class Row(forms.IntegerField):
    """A row by its id, of those that the page offers: `{% field forms.place.room choices=page.rooms %}`.

    Whether the actor may use the row is asked by `access`, not by the list that was shown.
    """

    widget = forms.Select

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=HIGHEST_ID, **options)
