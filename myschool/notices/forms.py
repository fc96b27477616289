"""Shapes of what people choose about notices."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django import forms

from myschool.kernel.forms import Line, Mail
from myschool.kernel.text import row_id
from myschool.notices import rules
from myschool.notices.register import KINDS
from myschool.notices.telling import Kind

MAIL = ((rules.AT_ONCE, "Сразу"), (rules.IN_DIGEST, "В сводке"), (rules.OFF, "Не присылать"))


class RowId(forms.CharField):
    """A row's id, or nothing."""

    def clean(self, value: Any) -> int | None:
        """The id; None for what cannot be one."""
        return row_id(str(value or ""))


def _kinds() -> list[tuple[str, str]]:
    return [("", ""), *((kind.code, kind.title) for kind in KINDS.values())]


class Narrowed(forms.Form):
    """What of the list is wanted."""

    kind = forms.ChoiceField(label="О чём", choices=_kinds, required=False)
    student = RowId(label="О ком", widget=forms.Select, required=False)
    before = RowId(required=False)


class UpTo(forms.Form):
    """The newest notice that the person has seen."""

    newest = forms.IntegerField(min_value=0)


def _hours(label: str, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Напишите время так: 21:00."},
    )


class Choices(forms.Form):
    """How one is told: the hours, and each kind."""

    quiet_from = _hours("Не беспокоить с")
    quiet_to = _hours(
        "Не беспокоить до", "Замены и отмены ближайших уроков приходят и в это время, если иначе будет поздно."
    )
    zone = forms.ChoiceField(label="Часовой пояс", choices=[("", "Как в школе"), *rules.ZONES.items()], required=False)
    digest_at = _hours("Когда присылать сводку")
    with_details = forms.BooleanField(
        label="С подробностями",
        required=False,
        help_text="Без подробностей в письме и на экране телефона не будет отметок и текста, только предмет.",
    )

    def __init__(self, sent: Any, kinds: Sequence[tuple[Kind, str, bool]], initial: dict[str, Any]) -> None:
        super().__init__(sent, initial=initial)
        self.kinds = [kind for kind, _, _ in kinds]
        for kind, mail, push in kinds:
            self.fields[f"mail_{kind.code}"] = forms.ChoiceField(
                label=f"{kind.title}: письмо", choices=MAIL, initial=mail
            )
            self.fields[f"push_{kind.code}"] = forms.BooleanField(
                label=f"{kind.title}: push", required=False, initial=push
            )

    def chosen(self) -> list[tuple[str, str, bool]]:
        """Each kind's mail and push."""
        fields = self.cleaned_data
        return [(kind.code, fields[f"mail_{kind.code}"], fields[f"push_{kind.code}"]) for kind in self.kinds]

    def rows(self) -> list[tuple[str, Any, Any]]:
        """The table of kinds: title, mail, push."""
        return [(kind.title, self[f"mail_{kind.code}"], self[f"push_{kind.code}"]) for kind in self.kinds]


class Address(forms.Form):
    """An address of mail; an empty one takes it back."""

    address = Mail(label="Адрес почты", required=False)


def _of_length(name: str, *lengths: int) -> Any:
    def check(value: str) -> None:
        try:
            raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (ValueError, binascii.Error):
            raw = b""
        if len(raw) not in lengths:
            raise forms.ValidationError(f"{name}: ключ подписки не читается.")

    return check


class Device(forms.Form):
    """A browser's subscription, as the browser itself tells it."""

    endpoint = Line(limit=1000)
    p256dh = forms.CharField(max_length=100, validators=[_of_length("p256dh", 65)])
    auth = forms.CharField(max_length=40, validators=[_of_length("auth", 16)])


class Page(forms.Form):
    """Where the list of dead deliveries goes on."""

    before = RowId(required=False)
