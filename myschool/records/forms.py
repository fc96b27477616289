"""Shapes of what the store's pages send."""

from django import forms

from myschool.kernel.forms import Line


class NewKey(forms.Form):
    """A key for a program."""

    title = Line(label="Для какой программы", limit=200)
