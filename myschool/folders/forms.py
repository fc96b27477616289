"""Shapes of what is sent about files."""

from typing import Any

from django import forms

from myschool.folders.rules import MOST_AT_ONCE
from myschool.kernel.forms import Day, Line, Row
from myschool.kernel.text import row_id

TOKEN_LENGTH = 43


class SeveralInput(forms.ClearableFileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Several files of one field."""

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """Each file by itself; an empty one is refused by whoever takes it, in words of its own."""
        uploads = value if isinstance(value, list) else [value] if value else []
        if len(uploads) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Не больше {MOST_AT_ONCE} файлов за один раз.")
        return [super(SeveralFiles, self).clean(upload, initial) for upload in uploads]


class Tokens(forms.Field):
    """Uploads that have come in parts, each by its token."""

    def clean(self, value: Any) -> list[str]:
        """The tokens, none longer than one can be."""
        tokens = [str(token) for token in value or [] if token]
        if len(tokens) > MOST_AT_ONCE or any(len(token) > TOKEN_LENGTH for token in tokens):
            raise forms.ValidationError(f"Не больше {MOST_AT_ONCE} файлов за один раз.")
        return tokens


class NewFiles(forms.Form):
    """Files, whole or come in parts already."""

    attached = SeveralFiles(
        label="Файлы",
        required=False,
        allow_empty_file=True,
        widget=SeveralInput(),
        help_text="Документ, таблица, презентация, PDF, рисунок, звук, видео, текст или архив ZIP.",
    )
    uploads = Tokens(required=False, widget=forms.MultipleHiddenInput)


class NewVersion(forms.Form):
    """A file instead of the last one."""

    attached = SeveralFiles(
        label="Новая версия", required=False, allow_empty_file=True, widget=forms.ClearableFileInput()
    )
    uploads = Tokens(required=False, widget=forms.MultipleHiddenInput)


class Name(forms.Form):
    """What to call it."""

    name = Line(label="Название", limit=200, error_messages={"required": "Напишите название."})

    def clean_name(self) -> str:
        """A name that no program takes for a way to somewhere."""
        name: str = self.cleaned_data["name"]
        if any(sign in name for sign in '/\\<>:"|?*') or name.strip(".") == "":
            raise forms.ValidationError('Название не может состоять из точек и содержать / \\ < > : " | ? *')
        return name


class Place(forms.Form):
    """A folder by its id; empty is the top, and anything odd is nowhere."""

    folder = forms.CharField(label="Куда", required=False, widget=forms.Select)

    def clean_folder(self) -> int | None:
        """The folder's id."""
        folder_id: str = self.cleaned_data["folder"]
        return (row_id(folder_id) or 0) if folder_id else None


class Sharing(forms.Form):
    """A class by its id, and the last day on which it may read."""

    school_class = Row(label="Класс", error_messages={"required": "Выберите класс."})
    last_day = Day(label="По какой день", required=False, help_text="Пусто — до конца учебного года.")


class Search(forms.Form):
    """What to look for; anything odd is as nothing."""

    q = forms.CharField(label="Найти по названию", required=False, max_length=200, widget=forms.SearchInput)
