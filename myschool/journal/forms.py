"""Shapes of what the journal's pages send."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms

from myschool.journal.rules import topics
from myschool.kernel import numbers
from myschool.kernel.forms import Day, Line, Row, Web
from myschool.kernel.text import UnfitText, cleaned, row_id

BIG = 2**63 - 1
MOST_STUDENTS = 200
USUAL_DAYS = 3
UNPROMPTED = {"autocomplete": "off"}


class CellText(forms.Form):
    """The new content of a cell, and the state in which it was seen."""

    text = Line(label="Что в клетке", limit=100, required=False, widget=forms.TextInput(attrs=UNPROMPTED))
    seen = forms.RegexField(r"^(\d{1,19}(\.\d{1,19})?)?$", required=False)
    due = Day(label="Долг сдать до", required=False)
    comment = Line(
        label="Комментарий для ученика и родителей", limit=300, required=False, widget=forms.TextInput(attrs=UNPROMPTED)
    )
    reason = Line(limit=300, required=False)

    def clean_comment(self) -> str | None:
        """Words beside the mark; None where none were sent, so that they stay as they are."""
        comment: str = self.cleaned_data["comment"]
        return comment if "comment" in self.data else None


class TermChoice(forms.Form):
    """Which term is asked for; anything odd is as none."""

    term = forms.CharField(required=False)

    def clean_term(self) -> int | None:
        """The term's id."""
        return row_id(self.cleaned_data["term"])


class Reason(forms.Form):
    """Why something is asked."""

    reason = Line(
        label="Что и почему нужно исправить",
        limit=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что и почему нужно исправить."},
    )


class UnlockDecision(forms.Form):
    """A deputy's answer to a request to change an old lesson."""

    granted = forms.TypedChoiceField(choices=[("1", "Разрешить"), ("0", "Отказать")], coerce=lambda value: value == "1")
    days = forms.IntegerField(
        label="На сколько дней открыть", min_value=1, max_value=30, initial=USUAL_DAYS, required=False
    )
    answer = Line(label="Почему менять нельзя", limit=300, required=False)

    def clean_days(self) -> int:
        """How many days the lesson stays open."""
        days: int | None = self.cleaned_data["days"]
        return days or USUAL_DAYS


class Topic(forms.Form):
    """What a lesson is about."""

    text = Line(label="Тема урока", limit=500, required=False)


class StudentAttendance(forms.Form):
    """How one student of a lesson attended: a code's id, empty for being there, and the minutes of lateness."""

    code = Row(label="Присутствие", required=False)
    minutes = forms.IntegerField(
        label="Опоздание, минут",
        required=False,
        min_value=0,
        max_value=240,
        error_messages={"max_value": "Опоздание бывает от 1 до 240 минут."},
    )


class ClassAttendance(forms.Form):
    """How each student of a lesson attended: `code_7` is a code's id, empty for being there, `minutes_7` of lateness."""

    def __init__(self, sent: Any, student_ids: Collection[int]) -> None:
        super().__init__(sent)
        for student in student_ids:
            for name, field in StudentAttendance.base_fields.items():
                self.fields[f"{name}_{student}"] = field
        self.student_ids = student_ids

    def clean(self) -> dict[str, Any]:
        """By student the code and the minutes, of those that were sent."""
        values = super().clean() or {}
        sent = [student for student in self.student_ids if f"code_{student}" in self.data]
        return {
            "noted": {
                student: (values.get(f"code_{student}"), values.get(f"minutes_{student}") or 0) for student in sent
            }
        }


DECIMAL = forms.TextInput(attrs={"inputmode": "decimal"})


class Weight(forms.DecimalField):
    """A weight with at most two decimals, written with a comma or a point."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=4, decimal_places=2, min_value=Decimal(0), widget=DECIMAL, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take it for an integer
        """The number; «1,234» is refused, since it may mean a thousand."""
        if not str(value or "").strip():
            return None
        try:
            exact = numbers.parsed_number(str(value))
        except numbers.UnfitNumber as unfit:
            raise forms.ValidationError(str(unfit)) from None
        return Decimal(exact.numerator) / Decimal(exact.denominator)


class NewWork(forms.Form):
    """A work for a lesson."""

    kind = Row(label="Вид работы", error_messages={"required": "Выберите вид работы."})
    title = Line(label="Название", limit=200, required=False)
    weight = Weight(label="Другой вес", required=False)


class NewRemark(forms.Form):
    """Words to a family."""

    student = Row(label="Ученик", error_messages={"required": "Выберите ученика."})
    text = Line(
        label="Что передать",
        limit=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что передать семье."},
    )
    is_praise = forms.BooleanField(label="Это благодарность", required=False)


class NewMaterial(forms.Form):
    """A link or a file beside a lesson."""

    title = Line(label="Название", limit=200, required=False)
    url = Web(label="Ссылка", required=False)
    file = forms.FileField(label="Или файл: PDF, JPEG, PNG до 10 МБ", required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        values = super().clean() or {}
        if not self.errors and bool(values.get("url")) == bool(values.get("file")):
            raise forms.ValidationError("Добавьте ссылку или файл, что-то одно.")
        return values


class TopicPlanText(forms.Form):
    """A plan of topics, a topic a line."""

    title = Line(label="Название плана", limit=200, error_messages={"required": "Напишите название плана."})
    text = forms.CharField(
        label="Темы, каждая с новой строки",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Можно вставить столбцы из таблицы. Часы, если их больше одного, — через точку с запятой: «Дроби; 4».",
        error_messages={"required": "Напишите хотя бы одну тему."},
    )

    def clean_text(self) -> list[topics.Topic]:
        """The topics."""
        try:
            tidy = cleaned(self.cleaned_data["text"], limit=100_000, multiline=True)
            return topics.parsed_topics(tidy)
        except (UnfitText, topics.UnfitTopics) as unfit:
            raise forms.ValidationError(str(unfit)) from None


class NewTopicPlan(TopicPlanText):
    """A new plan, for a subject and a level."""

    subject = forms.TypedChoiceField(label="Предмет", coerce=int, error_messages={"required": "Выберите предмет."})
    level = forms.TypedChoiceField(label="Класс", coerce=int, choices=[(level, f"{level}-й") for level in range(1, 13)])
    field_order = ("subject", "level", "title", "text")

    def __init__(self, sent: Any, subjects: list[tuple[int, str]]) -> None:
        super().__init__(sent)
        self.fields["subject"].choices = [("", "Выберите"), *subjects]  # type: ignore[attr-defined] # a choice field


class PlanChoice(forms.Form):
    """A plan to follow."""

    plan = forms.IntegerField(min_value=1, max_value=BIG)


class FinalMark(forms.Form):
    """One student's final mark."""

    mark = Line(label="Итоговая отметка", limit=20, required=False, widget=forms.TextInput(attrs={"size": 4}))
    reason = Line(label="Причина", limit=300, required=False)


class FinalMarks(forms.Form):
    """Final marks: `mark_7` as it is written, `reason_7` where it departs from the rule's."""

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        self.student_ids = [student for name in sent if name.startswith("mark_") and (student := row_id(name[5:]))][
            :MOST_STUDENTS
        ]
        for student in self.student_ids:
            for name, field in FinalMark.base_fields.items():
                self.fields[f"{name}_{student}"] = field

    def clean(self) -> dict[str, Any]:
        """By student the mark and the reason."""
        values = super().clean() or {}
        return {
            "given": {
                student: (values.get(f"mark_{student}", ""), values.get(f"reason_{student}", ""))
                for student in self.student_ids
            }
        }


class Reopening(forms.Form):
    """Why a closed term is opened."""

    term = forms.IntegerField(min_value=1, max_value=BIG)
    reason = Line(
        label="Зачем открываете", limit=300, error_messages={"required": "Напишите, зачем открываете период."}
    )


class OneTerm(forms.Form):
    """A term."""

    term = forms.IntegerField(min_value=1, max_value=BIG)


class NoteDecision(forms.Form):
    """The homeroom teacher's answer to a paper."""

    accepted = forms.TypedChoiceField(
        choices=[("1", "Принять"), ("0", "Не принять")], coerce=lambda value: value == "1"
    )
    answer = Line(label="Почему", limit=300, required=False)


class SchoolRules(forms.Form):
    """How a school keeps its journals."""

    scale = forms.ChoiceField(
        label="Шкала",
        choices=[
            ("five", "Пятибалльная"),
            ("ten", "Десятибалльная"),
            ("hundred", "Стобалльная"),
            ("pass_fail", "Зачёт"),
        ],
    )
    lowest_mark = forms.TypedChoiceField(label="Низшая отметка", coerce=int, choices=[(2, "2"), (1, "1")])
    five = Weight(label="«5» — от стольких баллов", required=False, help_text="Для десяти и ста баллов.")
    four = Weight(label="«4» — от", required=False)
    three = Weight(label="«3» — от", required=False)
    window_days = forms.IntegerField(
        label="Сколько дней после урока отметки можно исправлять самому",
        required=False,
        min_value=0,
        max_value=366,
        help_text="Пусто — до закрытия периода.",
    )
    control_works_a_day = forms.IntegerField(
        label="Контрольных работ в день у класса, не больше", min_value=1, max_value=10
    )
    marks_when_absent = forms.BooleanField(label="Отсутствовавшему можно поставить отметку", required=False)
    newcomers_begin_anew = forms.BooleanField(
        label="Пришедшим в середине периода прежние отметки не считаются", required=False
    )


class NewKind(forms.Form):
    """A kind of work."""

    title = Line(label="Вид работы", limit=100, error_messages={"required": "Назовите вид работы."})
    short = Line(label="Коротко, до 4 знаков", limit=4, error_messages={"required": "Сократите до 4 знаков."})
    weight = Weight(label="Вес", error_messages={"required": "Укажите вес."})
    is_control = forms.BooleanField(label="Контрольная: считается в дневной норме", required=False)
    is_default = forms.BooleanField(label="Для уроков без запланированной работы", required=False)


class NewWeight(forms.Form):
    """Another weight of a kind of work, from a day on."""

    weight = Weight(label="Новый вес", error_messages={"required": "Укажите вес."})
    from_day = Day(label="Для уроков начиная с", error_messages={"required": "Укажите день."})


class NewFinalRule(forms.Form):
    """A rule of final marks, from a day on."""

    from_day = Day(label="Действует с")
    five = Weight(label="«5» — от", error_messages={"required": "Укажите порог."})
    four = Weight(label="«4» — от", error_messages={"required": "Укажите порог."})
    three = Weight(label="«3» — от", error_messages={"required": "Укажите порог."})
    year_five = Weight(label="За год: «5» — от", required=False, help_text="Пусто — как за период.")
    year_four = Weight(label="За год: «4» — от", required=False)
    year_three = Weight(label="За год: «3» — от", required=False)
    least_marks = forms.IntegerField(label="Отметок за период, не меньше", min_value=1, max_value=50)
    control_works_needed = forms.BooleanField(label="Нужны отметки за все контрольные", required=False)
    debt_blocks = forms.BooleanField(label="Долг не даёт вывести отметку", required=False)


class ScaleChoice(forms.Form):
    """A group's own scale; empty for the school's."""

    scale = forms.ChoiceField(
        required=False, choices=[("", ""), ("five", ""), ("ten", ""), ("hundred", ""), ("pass_fail", "")]
    )


class ForLesson(forms.Form):
    """Which of the teacher's lessons."""

    lesson = forms.TypedChoiceField(label="Урок", coerce=int)

    def __init__(self, sent: Any, *, lessons: list[tuple[int, str]]) -> None:
        super().__init__(sent)
        self.fields["lesson"].choices = lessons  # type: ignore[attr-defined] # a choice field


class ResultMark(forms.Form):
    """A mark for one student's result."""

    mark = Line(label="Отметка", limit=20, required=False)


class ResultMarks(forms.Form):
    """Marks for results: `mark_7` as it is written; empty ones are left out."""

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        self.student_ids = [
            student for name in sent or () if name.startswith("mark_") and (student := row_id(name[5:]))
        ][:MOST_STUDENTS]
        for student in self.student_ids:
            self.fields[f"mark_{student}"] = ResultMark.base_fields["mark"]

    def clean(self) -> dict[str, Any]:
        """By student the mark."""
        values = super().clean() or {}
        marks = {student: values.get(f"mark_{student}", "") for student in self.student_ids}
        return {"marks": {student: mark for student, mark in marks.items() if mark}}
