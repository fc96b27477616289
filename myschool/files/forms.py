"""Shapes of what uploads send."""

from django import forms


class Part(forms.Form):
    """Where the next bytes go, and that they are just bytes."""

    offset = forms.IntegerField(min_value=0)
    kind = forms.RegexField("^application/offset\\+octet-stream$")
