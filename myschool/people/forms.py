"""The shape of what people send about their own identity."""

from django import forms

from myschool.kernel.actors import Role
from myschool.kernel.forms import Line


class Registration(forms.Form):
    """A profile and the terms' tick."""

    role = forms.TypedChoiceField(
        label="Профиль",
        coerce=Role,
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите профиль."},
    )
    terms = forms.BooleanField(
        label="Я принимаю условия использования",
        error_messages={"required": "Чтобы продолжить, примите условия использования."},
    )


class RoleChoice(forms.Form):
    """A role to act in; staff roles come with their organisation."""

    role = forms.TypedChoiceField(coerce=Role, choices=Role.choices)
    organisation = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class Demand(forms.Form):
    """A demand to delete data."""

    text = Line(label="Что удалить и почему", limit=2000, multiline=True, required=False)


class Page(forms.Form):
    """Where the page before ended; anything odd is the list's beginning."""

    after = forms.CharField(required=False, max_length=60)
