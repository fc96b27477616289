"""Shapes of asks, answers and evenings."""

from typing import Any

from django import forms

from myschool.involvement.models import Ask
from myschool.kernel.forms import Day, Line


class NewAsk(forms.Form):
    """Something to ask families."""

    kind = forms.ChoiceField(label="Что нужно", choices=Ask.Kind, widget=forms.RadioSelect)
    title = Line(label="Название", limit=200, error_messages={"required": "Назовите документ, выезд или опрос."})
    text = Line(
        label="Текст",
        limit=10000,
        multiline=True,
        error_messages={"required": "Напишите, о чём вы спрашиваете."},
        help_text="Для выезда: куда, когда, кто сопровождает, во сколько вернётесь, что взять с собой.",
    )
    attached = forms.FileField(label="Файл: PDF, JPEG или PNG до 10 МБ", required=False)
    options = Line(
        label="Варианты ответа",
        limit=2000,
        multiline=True,
        required=False,
        help_text="Для опроса: каждый с новой строки.",
    )
    is_anonymous = forms.BooleanField(
        label="Анонимный опрос", required=False, help_text="Никто, в том числе школа, не узнает, кто что выбрал."
    )
    closes_day = Day(label="Ответить до")
    classes = forms.TypedMultipleChoiceField(
        label="Классы", coerce=int, widget=forms.CheckboxSelectMultiple, error_messages={"required": "Выберите классы."}
    )

    def __init__(self, sent: Any, files: Any, classes: list[tuple[int, str]]) -> None:
        super().__init__(sent, files)
        self.fields["classes"].choices = classes  # type: ignore[attr-defined] # a choice field

    def clean_options(self) -> list[str]:
        """Each line an option."""
        return [line.strip()[:200] for line in self.cleaned_data["options"].splitlines() if line.strip()]


class ChangedAsk(forms.Form):
    """The same, asked otherwise."""

    title = Line(label="Название", limit=200)
    text = Line(label="Текст", limit=10000, multiline=True)
    closes_day = Day(label="Ответить до")


class Answer(forms.Form):
    """An answer to what the page has shown."""

    option = forms.IntegerField(min_value=1, error_messages={"required": "Выберите ответ."})
    seen = forms.IntegerField(min_value=1)
    note = Line(
        label="Что важно знать о здоровье",
        limit=500,
        required=False,
        help_text="Увидят только сопровождающие и администрация, после поездки удалим.",
    )


class NewEvening(forms.Form):
    """A parents' evening."""

    title = Line(label="Название", limit=200, initial="Родительский вечер")
    place = Line(label="Где", limit=200, help_text="Кабинет, этаж или ссылка.")
    day = Day(label="День")
    begins = forms.TimeField(label="Начало", widget=forms.TimeInput({"type": "time"}))
    ends = forms.TimeField(label="Конец", widget=forms.TimeInput({"type": "time"}))
    minutes = forms.IntegerField(label="Минут на встречу", min_value=5, max_value=60, initial=10)
    pause = forms.IntegerField(label="Минут между встречами", min_value=0, max_value=30, initial=0, required=False)
    book_until = Day(label="Записываться можно до")
    teachers = forms.TypedMultipleChoiceField(
        label="Кто принимает",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Выберите учителей."},
    )

    def __init__(self, sent: Any, teachers: list[tuple[int, str]]) -> None:
        super().__init__(sent)
        self.fields["teachers"].choices = teachers  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        """Booking ends by the day itself."""
        values = super().clean() or {}
        if values.get("day") and values.get("book_until") and values["book_until"] > values["day"]:
            self.add_error("book_until", "Запись должна закончиться не позже дня вечера.")
        return values


class Closing(forms.Form):
    """Why a teacher receives nobody at a time."""

    reason = Line(label="Почему", limit=200, error_messages={"required": "Напишите, почему: семья увидит."})
