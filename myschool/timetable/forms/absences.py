"""Shapes of teachers' absences."""

from typing import Any

from django import forms

from myschool.kernel.forms import Day, Line

BIG = 2**63 - 1
KINDS = [
    ("illness", "Болезнь"),
    ("leave", "Отпуск"),
    ("trip", "Командировка"),
    ("courses", "Курсы"),
    ("other", "Другая причина"),
]
Choices = list[tuple[int, str]]


class Absence(forms.Form):
    """From which day to which, both included, and why."""

    from_day = Day(label="Первый день", error_messages={"required": "Укажите первый день."})
    last_day = Day(label="Последний день", error_messages={"required": "Укажите последний день."})
    kind = forms.ChoiceField(
        label="Причина", choices=[("", "Выберите"), *KINDS], error_messages={"required": "Выберите причину."}
    )
    reason = Line(
        label="Пояснение",
        limit=300,
        required=False,
        help_text="Причину и пояснение увидят только вы и руководители школы.",
    )


class EnteredAbsence(Absence):
    """An absence of somebody of the staff, as a keeper of the plan enters it."""

    teacher = forms.IntegerField(
        label="Учитель",
        min_value=1,
        max_value=BIG,
        widget=forms.Select(),
        error_messages={"required": "Выберите учителя."},
    )
    field_order = ("teacher", "from_day", "last_day", "kind", "reason")

    def __init__(self, sent: Any, teachers: Choices) -> None:
        super().__init__(sent)
        self.fields["teacher"].widget.choices = [("", "Выберите"), *teachers]
        self.fields["reason"].help_text = "Причину и пояснение увидят учитель и руководители школы."


class AbsenceDecision(forms.Form):
    """Whether the teacher may be away; the button says which."""

    answer = Line(label="Ответ учителю", limit=300, required=False)
    accepted = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")],
        coerce=lambda word: word == "1",
        widget=forms.HiddenInput(),
        error_messages={"required": "Согласуйте отсутствие или откажите."},
    )

    def clean(self) -> dict[str, Any]:
        """Who refuses says why."""
        values = super().clean() or {}
        if values.get("accepted") is False and not values.get("answer"):
            self.add_error("answer", "Напишите, почему отказываете.")
        return values


class BackOn(forms.Form):
    """From which day on the teacher leads lessons again."""

    day = Day(label="Выходит на работу", error_messages={"required": "Укажите день."})
