"""Shapes of homework and hand-ins."""

from typing import Any

from django import forms

from myschool.kernel.forms import Day, Line
from myschool.kernel.text import row_id

MOST_FILES = 10


class SeveralFiles(forms.FileField):
    """Several files of one field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=SeveralInput(), **options)

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """Each file by itself."""
        uploads = value if isinstance(value, list) else [value] if value else []
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(f"Не больше {MOST_FILES} файлов.")
        return [super(SeveralFiles, self).clean(upload, initial) for upload in uploads]


class SeveralInput(forms.ClearableFileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class NewHomework(forms.Form):
    """A homework."""

    text = Line(label="Что задано", limit=5000, multiline=True, error_messages={"required": "Напишите, что задано."})
    due_day = Day(label="К какому дню", required=False, help_text="Пусто — к следующему уроку.")
    minutes = forms.IntegerField(
        label="Сколько минут займёт",
        required=False,
        min_value=1,
        max_value=600,
        help_text="Примерно, для ученика среднего темпа.",
    )
    needs_hand_in = forms.BooleanField(label="Нужно сдать здесь, в системе", required=False)
    attached = SeveralFiles(label="Файлы: PDF, JPEG, PNG до 10 МБ")
    students = forms.TypedMultipleChoiceField(
        label="Кому",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Никого не отмечать — всем.",
    )

    def __init__(self, sent: Any, files: Any, students: list[tuple[int, str]]) -> None:
        super().__init__(sent, files)
        self.fields["students"].choices = students  # type: ignore[attr-defined] # a choice field


class ChangedHomework(forms.Form):
    """A homework said otherwise."""

    text = Line(label="Что задано", limit=5000, multiline=True, error_messages={"required": "Напишите, что задано."})
    due_day = Day(label="К какому дню")
    minutes = forms.IntegerField(label="Сколько минут займёт", required=False, min_value=1, max_value=600)
    attached = SeveralFiles(label="Добавить файлы")


class Work(forms.Form):
    """What a student hands in."""

    text = Line(label="Ответ", limit=10000, multiline=True, required=False)
    attached = SeveralFiles(label="Файлы: PDF, JPEG, PNG до 10 МБ")


class Done(forms.Form):
    """Done, or not after all."""

    done = forms.BooleanField(required=False)


class Review(forms.Form):
    """The teacher's answer to a version."""

    accepted = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    comment = Line(label="Комментарий", limit=1000, required=False)
    mark = Line(label="Отметка в журнал", limit=20, required=False)


class Period(forms.Form):
    """Days of the report."""

    from_day = Day(label="С", required=False)
    last_day = Day(label="По", required=False)


class Rules(forms.Form):
    """By which hour homework is to be posted."""

    post_until = forms.TimeField(
        label="Не позже, накануне",
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Напишите время так: 18:00."},
    )


class OfLesson(forms.Form):
    """The lesson a homework is set at; anything odd is as none."""

    lesson = forms.CharField(required=False)

    def clean_lesson(self) -> int | None:
        """The lesson's id."""
        return row_id(self.cleaned_data["lesson"])
