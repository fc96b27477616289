"""Shapes of what uploads send."""

from django import forms


class Part(forms.Form):
    """Where the next bytes go."""

    offset = forms.IntegerField(min_value=0)
