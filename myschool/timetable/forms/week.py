"""Shapes of bells, rooms, the weekly template and changes of lessons."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from myschool.kernel.forms import Day, Line, Row
from myschool.kernel.text import UnfitText, cleaned, row_id
from myschool.timetable.rules import bells

MOST_LESSONS, MOST_NUMBER, MOST_SUBSTITUTED = 12, 15, 20
ANY_DAY = date(2000, 1, 3)
TOP_LEVEL = 12
WEEKDAYS = [(0, "понедельник"), (1, "вторник"), (2, "среда"), (3, "четверг"), (4, "пятница"), (5, "суббота")]
Choices = list[tuple[int, str]]


class Clock(forms.TimeField):
    """A time of the school's clocks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H:%M:%S"],
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"required": "Укажите время.", "invalid": "Напишите время так: 08:30."},
            **options,
        )


class Ids(forms.TypedMultipleChoiceField):
    """Numbers ticked on a page, out of those offered."""

    def __init__(self, choices: Choices, **options: Any) -> None:
        super().__init__(coerce=int, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options)


class NewBells(forms.Form):
    """Bells of a day: the first lesson, how long lessons are, and the breaks between them."""

    title = Line(label="Название", limit=100, error_messages={"required": "Назовите звонки."})
    shift = forms.TypedChoiceField(label="Смена", coerce=int, choices=[(1, "Первая"), (2, "Вторая")])
    starts = Clock(label="Первый урок начинается")
    minutes = forms.IntegerField(label="Урок длится, минут", min_value=10, max_value=120, initial=45)
    breaks = Line(
        label="Перемены, минут",
        limit=100,
        initial="10 20 20 10 10 10",
        help_text="Через пробел, после каждого урока, кроме последнего.",
    )
    levels = Ids([(level, f"{level}-е") for level in range(1, TOP_LEVEL)], label="Для каких классов (пусто — для всех)")
    weekdays = Ids(WEEKDAYS, label="В какие дни недели (пусто — во все)")
    on_day = Day(label="Только в один день", required=False)

    def clean_breaks(self) -> list[int]:
        """Minutes of each break."""
        words = self.cleaned_data["breaks"].replace(",", " ").split()
        if not all(word.isdecimal() and len(word) <= 3 for word in words) or len(words) >= MOST_LESSONS:
            raise forms.ValidationError(f"Напишите числа через пробел, не больше {MOST_LESSONS - 1}: 10 20 20 10.")
        return [int(word) for word in words]

    def clean(self) -> dict[str, Any]:
        """The form with its slots."""
        values = super().clean() or {}
        if self.errors:
            return values
        slots, start = [], datetime.combine(ANY_DAY, values.pop("starts"))
        for number, pause in enumerate([*values.pop("breaks"), 0], start=1):
            end = start + timedelta(minutes=values["minutes"])
            if end.date() != ANY_DAY:
                raise forms.ValidationError("Уроки не помещаются в один день.")
            slots.append(bells.BellSlot(number, start.time(), end.time()))
            start = end + timedelta(minutes=pause)
        values.pop("minutes")
        return {**values, "slots": slots}


class NewRooms(forms.Form):
    """Rooms, one a line."""

    titles = forms.CharField(
        label="Добавить кабинеты, каждый с новой строки",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите хотя бы один кабинет."},
    )
    is_shared = forms.BooleanField(label="Общие: несколько уроков сразу (спортзал, бассейн)", required=False)

    def clean_titles(self) -> list[str]:
        """The names, without empty lines."""
        try:
            lines = cleaned(self.cleaned_data["titles"], limit=5000, multiline=True).splitlines()
        except UnfitText as unfit:
            raise forms.ValidationError(str(unfit)) from None
        titles = [" ".join(line.split()) for line in lines if line.strip()]
        if any(len(title) > 50 for title in titles):
            raise forms.ValidationError("Название кабинета не длиннее 50 знаков.")
        return titles


class NewMovedDay(forms.Form):
    """A day on which another one's lessons are held."""

    day = Day(label="Учимся в этот день")
    instead_of = Day(label="По расписанию этого дня")


class Regime(forms.Form):
    """How a class studies."""

    shift = forms.TypedChoiceField(label="Смена", coerce=int, choices=[(1, "1-я смена"), (2, "2-я смена")])
    days_a_week = forms.TypedChoiceField(label="Учебная неделя", coerce=int, choices=[(5, "5 дней"), (6, "6 дней")])
    profile = Line(label="Профиль", limit=50, required=False, widget=forms.TextInput(attrs={"placeholder": "профиль"}))


class Homeroom(forms.Form):
    """Who leads a class."""

    teacher = Row(label="Классный руководитель", required=False)


class NewLine(forms.Form):
    """A line of the weekly template."""

    teaching_group = Row(label="Группа", error_messages={"required": "Выберите группу."})
    weekday = forms.TypedChoiceField(label="День", coerce=int, choices=WEEKDAYS)
    number = forms.IntegerField(label="Урок", min_value=0, max_value=MOST_NUMBER)
    room = Row(label="Кабинет", required=False)
    week = forms.ChoiceField(
        label="Недели",
        required=False,
        choices=[("", "Каждую неделю"), ("A", "Только неделя А"), ("B", "Только неделя Б")],
    )


class ClassChoice(forms.Form):
    """Whose timetable is asked for, and in which week; anything odd is as nothing."""

    school_class = Row(label="Класс", required=False)
    teacher = Row(label="Учитель", required=False)
    room = Row(label="Кабинет", required=False)
    day = Day(label="День", required=False)


class Span(forms.Form):
    """A period of days, both included."""

    from_day = Day(label="С", required=False)
    last_day = Day(label="По", required=False)


class Reasoned(forms.Form):
    """A cancellation."""

    reason = Line(label="Причина", limit=300, required=False)


class Substitutes(Reasoned):
    """Who leads which lesson instead: `teacher_7` names who takes lesson 7; an empty one is left as it is."""

    teacher = Row(label="Кто заменит", required=False)

    def clean(self) -> dict[str, Any]:
        """The form with `choices`, teachers by lesson."""
        values = super().clean() or {}
        chosen = [
            (row_id(name.removeprefix("teacher_")), row_id(value))
            for name, value in self.data.items()
            if name.startswith("teacher_") and value
        ]
        if len(chosen) > MOST_SUBSTITUTED:
            raise forms.ValidationError(f"За один раз можно заменить не больше {MOST_SUBSTITUTED} уроков.")
        if any(lesson is None or teacher is None for lesson, teacher in chosen):
            raise forms.ValidationError("Выберите учителей из списка.")
        return {"reason": values.get("reason", ""), "choices": dict(chosen)}


class MoveTo(Reasoned):
    """Where a lesson moves to."""

    day = Day(label="День")
    number = forms.IntegerField(label="Номер урока", min_value=0, max_value=MOST_NUMBER)
    starts = Clock(label="Начало")
    ends = Clock(label="Конец")
    room = Row(label="Кабинет", required=False)


class NewLesson(MoveTo):
    """A lesson that the template does not have."""

    teaching_group = Row(label="Группа", error_messages={"required": "Выберите группу."})
    teacher = Row(label="Учитель", error_messages={"required": "Выберите учителя."})
    field_order = ("teaching_group", "teacher", "day", "number", "starts", "ends", "reason")

    def __init__(self, sent: Any, groups: Choices, teachers: Choices) -> None:
        super().__init__(sent)
        for name, choices in (("teaching_group", groups), ("teacher", teachers)):
            self.fields[name].widget.choices = [("", "Выберите"), *choices]
