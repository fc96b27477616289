"""The shape of what people send about the study plan."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from myschool.kernel.forms import Day, Line, Row
from myschool.kernel.text import row_id
from myschool.schools.models import TermScheme
from myschool.schools.rules.class_names import TOP_LEVEL
from myschool.schools.rules.terms import MOST_TERMS, Span
from myschool.timetable.actions.plan import MOST_PARTS

BIG = 2**62
MOST_TICKS = 500
SHOWN_TERMS = 4
TOO_FAR = date(3000, 1, 1)

Choices = list[tuple[int, str]]


class Hours(forms.DecimalField):
    """Hours a week: quarters of an hour count."""

    def __init__(self, *, least: str = "0.25", **options: Any) -> None:
        options.setdefault("label", "Часов в неделю")
        super().__init__(
            min_value=Decimal(least),
            max_value=Decimal(40),
            max_digits=4,
            decimal_places=2,
            widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
            error_messages={
                "required": "Укажите часы.",
                "invalid": "Напишите число часов: 2 или 1,5.",
                "max_value": "Не больше 40 часов в неделю.",
            },
            **options,
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take it for an integer
        """The number, with a comma or a point."""
        return super().to_python(str(value or "").replace(",", "."))


class LastDay(Day):
    """A last day as people say it; cleaned it is the day after, where the period ends."""

    def clean(self, value: Any) -> date | None:
        """The first day that does not belong to the period any more."""
        day: date | None = super().clean(value)
        if day is not None and day >= TOO_FAR:
            raise forms.ValidationError("Проверьте год.")
        return day + timedelta(days=1) if day else None


class NewSubject(forms.Form):
    """A subject, from the federal list or of the school's own."""

    title = Line(
        label="Название предмета",
        limit=100,
        help_text="Как он будет называться в журнале и дневнике.",
        error_messages={"required": "Напишите название предмета."},
    )
    code = forms.ChoiceField(label="Предмет федерального перечня", required=False, help_text="По нему сводятся отчёты.")

    def __init__(self, sent: Any, codes: list[tuple[str, str]]) -> None:
        super().__init__(sent)
        self.fields["code"].choices = [("", "Нет в перечне"), *codes]  # type: ignore[attr-defined] # a choice field


class PlannedSubject(forms.Form):
    """A subject for a class: hours and, if it is known, the teacher."""

    subject = forms.TypedChoiceField(label="Предмет", coerce=int, error_messages={"required": "Выберите предмет."})
    hours = Hours()
    teacher = forms.TypedChoiceField(label="Учитель", coerce=int, required=False, empty_value=None)

    def __init__(self, sent: Any, subjects: Choices, teachers: Choices) -> None:
        super().__init__(sent)
        self.fields["subject"].choices = [("", "Выберите"), *subjects]  # type: ignore[attr-defined] # a choice field
        self.fields["teacher"].choices = [("", "Назначить позже"), *teachers]  # type: ignore[attr-defined] # a choice field


class ClassHours(forms.Form):
    """Other hours of a subject; zero takes it out of the plan."""

    subject = forms.IntegerField(min_value=1, max_value=BIG)
    hours = Hours(least="0", help_text="Ноль убирает предмет из плана.")


class NewGroup(forms.Form):
    """A group of a class, of several classes, or of a part of them."""

    subject = forms.TypedChoiceField(label="Предмет", coerce=int, error_messages={"required": "Выберите предмет."})
    title = Line(
        label="Название группы",
        limit=100,
        help_text="Например: 7А, девочки; 7А и 7Б, технология.",
        error_messages={"required": "Напишите название группы."},
    )
    is_part = forms.BooleanField(
        label="Подгруппа: учится не весь класс, а ученики по списку, который вы отметите дальше", required=False
    )
    classes = forms.TypedMultipleChoiceField(
        label="Классы",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Отметьте хотя бы один класс."},
    )

    def __init__(self, sent: Any, subjects: Choices, classes: Choices, ticked: int) -> None:
        super().__init__(sent, initial={"classes": [ticked]})
        self.fields["subject"].choices = [("", "Выберите"), *subjects]  # type: ignore[attr-defined] # a choice field
        self.fields["classes"].choices = classes  # type: ignore[attr-defined] # a choice field


class Load(forms.Form):
    """A teacher and their hours in a group."""

    teacher = forms.TypedChoiceField(label="Учитель", coerce=int, error_messages={"required": "Выберите учителя."})
    hours = Hours()

    def __init__(self, sent: Any, teachers: Choices) -> None:
        super().__init__(sent)
        self.fields["teacher"].choices = [("", "Выберите"), *teachers]  # type: ignore[attr-defined] # a choice field


class Parts(forms.Form):
    """How many parts a group is split into."""

    parts = forms.TypedChoiceField(
        label="Сколько подгрупп",
        coerce=int,
        choices=[(count, str(count)) for count in range(2, MOST_PARTS + 1)],
        error_messages={"required": "Выберите, на сколько подгрупп делить."},
    )


class OneClass(forms.Form):
    """A class to join a group."""

    school_class = Row(label="Класс", error_messages={"required": "Выберите класс."})


class Ticked(forms.Form):
    """Rows ticked on a page: students of a part, classes of a scheme. None is an answer too."""

    ids = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        ticked = [value for value in sent.getlist("ids")[:MOST_TICKS] if row_id(value)]
        self.fields["ids"].choices = [(value, value) for value in ticked]  # type: ignore[attr-defined] # a choice field


class TermDates(forms.Form):
    """The days of one term."""

    first = Day(label="Первый день", required=False)
    last = LastDay(label="Последний день", required=False)


class TermDays(forms.Form):
    """As many terms as have dates, in order."""

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        for number in range(1, MOST_TERMS + 1):
            self.fields[f"first_{number}"] = Day(label=f"Период {number}: первый день", required=False)
            self.fields[f"last_{number}"] = LastDay(label=f"Период {number}: последний день", required=False)

    def clean(self) -> dict[str, Any]:
        """The form with its terms, each from its first day to the day after its last."""
        values = super().clean() or {}
        terms = []
        for number in range(1, MOST_TERMS + 1):
            first, end = values.get(f"first_{number}"), values.get(f"last_{number}")
            if first and end:
                terms.append(Span(first, end))
            elif (first or end) and not {f"first_{number}", f"last_{number}"} & set(self.errors):
                self.add_error(f"last_{number}", "Укажите обе даты периода или ни одной.")
        return {**values, "terms": terms}

    def usual(self) -> Iterator[forms.BoundField]:
        """Dates of as many terms as most schools have."""
        return self._dates(1, SHOWN_TERMS)

    def further(self) -> Iterator[forms.BoundField]:
        """Dates of the other terms."""
        return self._dates(SHOWN_TERMS + 1, MOST_TERMS)

    def _dates(self, first: int, last: int) -> Iterator[forms.BoundField]:
        for number in range(first, last + 1):
            yield self[f"first_{number}"]
            yield self[f"last_{number}"]


class Scheme(TermDays):
    """A way to divide the year."""

    title = Line(
        label="Название",
        limit=100,
        help_text="Например: Четверти 1–9 классов.",
        error_messages={"required": "Напишите название."},
    )
    kind = forms.TypedChoiceField(label="Вид периодов", coerce=TermScheme.Kind, choices=TermScheme.Kind.choices)

    def heads(self) -> list[forms.BoundField]:
        """The title and the kind."""
        return [self["title"], self["kind"]]


class NewHoliday(forms.Form):
    """Days without lessons."""

    title = Line(
        label="Название",
        limit=100,
        help_text="Например: Осенние каникулы.",
        error_messages={"required": "Напишите название каникул."},
    )
    from_date = Day(label="Первый день")
    last_day = LastDay(label="Последний день")
    up_to_level = forms.TypedChoiceField(
        label="Для кого",
        coerce=int,
        required=False,
        empty_value=None,
        choices=[
            ("", "Для всех классов"),
            (1, "Только для 1-х классов"),
            *((level, f"Для 1–{level} классов") for level in range(2, TOP_LEVEL)),
        ],
    )
