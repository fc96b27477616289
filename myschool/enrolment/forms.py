"""The shape of what people send about joining a school."""

from typing import Any

from django import forms

from myschool.enrolment.models import EnrolmentRequest
from myschool.kernel.actors import SCHOOL_STAFF, Role
from myschool.kernel.forms import Day, Line, Row
from myschool.kernel.text import row_id
from myschool.people.models import Gender, GuardianRestriction, Guardianship
from myschool.people.rules.names import name_part_fault, tidied_name_part
from myschool.schools.rules import class_names, identifiers

BIG = 2**62
UNPROMPTED = {"autocomplete": "off"}
# What «this is nobody of the list» is sent as.
NOBODY_LISTED = 0
LEVELS = [("", "Выберите"), *((level, f"{level}") for level in range(1, 12))]
STAFF_ROLES = [(role.value, role.label) for role in Role if role in SCHOOL_STAFF]


class NamePart(Line):
    """A surname, first name or patronymic."""

    def __init__(self, **options: Any) -> None:
        super().__init__(limit=100, **options)

    def clean(self, value: Any) -> str:
        """The name part as it is kept."""
        part = super().clean(value)
        if part and (fault := name_part_fault(part)):
            raise forms.ValidationError(fault)
        return tidied_name_part(part)


class Snils(Line):
    """A СНИЛС in any usual writing, kept as eleven digits; may be left empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "123-456-789 64"}))
        super().__init__(limit=30, required=False, **options)

    def clean(self, value: Any) -> str:
        """The digits, checked."""
        number = identifiers.normalised_number(super().clean(value))
        if number and not identifiers.valid_snils(number):
            raise forms.ValidationError("В СНИЛС опечатка: проверьте цифры или оставьте поле пустым.")
        return number


class SchoolChoice(forms.Form):
    """ИНН, then the school it led to, then a level, then a class: later fields depend on earlier ones."""

    inn = Line(
        label="ИНН школы",
        limit=20,
        help_text="10 цифр. ИНН есть на сайте школы.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}),
        error_messages={"required": "Введите ИНН школы: 10 цифр."},
    )
    school = forms.IntegerField(
        label="Школа",
        min_value=1,
        max_value=BIG,
        error_messages={"required": "Дождитесь названия школы и выберите её."},
    )


class OwnPlace(SchoolChoice):
    """One's own school and class."""

    level = forms.TypedChoiceField(
        label="Класс", coerce=int, choices=LEVELS, error_messages={"required": "Выберите номер класса."}
    )
    school_class = Row(
        label="Буква",
        required=False,
        help_text="Если не знаете букву, оставьте как есть: класс назначит администратор школы.",
    )


class LevelOfSchool(forms.Form):
    """A level whose classes the page asks for."""

    school = forms.IntegerField(min_value=1, max_value=BIG, error_messages={"required": "Сначала выберите школу."})
    level = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, choices=LEVELS)


class NewStudent(forms.Form):
    """A student as a guardian describes them."""

    last_name = NamePart(label="Фамилия")
    first_name = NamePart(label="Имя")
    patronymic = NamePart(label="Отчество", required=False, help_text="Если есть.")
    birth_date = Day(label="Дата рождения")
    gender = forms.ChoiceField(label="Пол", choices=[("", "Не указывать"), *Gender.choices], required=False)
    snils = Snils(label="СНИЛС", help_text="Поможет школе не перепутать однофамильцев.")
    relation = forms.ChoiceField(
        label="Кто вы ребёнку",
        choices=[("", "Выберите"), *Guardianship.Relation.choices],
        error_messages={"required": "Выберите, кто вы ребёнку."},
    )


class StudentAndPlace(NewStudent, OwnPlace):
    """A child and the class the guardian asks for."""

    field_order = ["last_name", "first_name", "patronymic", "birth_date", "gender", "snils", "relation"]


class PostRequest(SchoolChoice):
    """A post in a school."""

    role = forms.TypedChoiceField(label="Кем вы работаете", coerce=Role, choices=STAFF_ROLES)


class Answer(forms.Form):
    """An answer to the school's question."""

    text = Line(label="Ваш ответ", limit=1000, multiline=True, error_messages={"required": "Напишите ответ."})


class Question(forms.Form):
    """A question to the requester."""

    text = Line(
        label="Что уточнить",
        limit=1000,
        multiline=True,
        help_text="Запрос подождёт ответа. Срок решения от этого не меняется.",
        error_messages={"required": "Напишите вопрос."},
    )


class Approval(forms.Form):
    """Whom the request is about and which class they get."""

    same_as = forms.IntegerField(label="Кто это в списке школы", required=False, min_value=NOBODY_LISTED, max_value=BIG)
    seen_in_person = forms.BooleanField(label="Ученик пришёл лично, личность проверена по документу", required=False)
    school_class = Row(label="Класс", required=False)


class Decline(forms.Form):
    """A reason from the list and words to it."""

    reason = forms.ChoiceField(
        label="Причина",
        choices=[("", "Выберите"), *EnrolmentRequest.Reason.choices],
        help_text="Заявитель её увидит и сможет исправить запрос.",
        error_messages={"required": "Выберите причину: заявитель её увидит."},
    )
    reason_text = Line(
        label="Пояснение для заявителя",
        limit=1000,
        multiline=True,
        required=False,
        help_text="Если причина другая, напишите какая.",
    )


class Chosen(forms.Form):
    """Requests ticked on the desk."""

    ids = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        ticked = [value for value in sent.getlist("ids")[:100] if row_id(value)]
        self.fields["ids"].choices = [(value, value) for value in ticked]  # type: ignore[attr-defined] # a choice field
        self.fields["ids"].error_messages["required"] = "Отметьте хотя бы один запрос."


class Filters(forms.Form):
    """What the administrator wants to see on the desk."""

    tray = forms.CharField(required=False, max_length=10)
    kind = forms.ChoiceField(label="Вид запроса", required=False, choices=[("", "Все"), *EnrolmentRequest.Kind.choices])
    level = forms.TypedChoiceField(
        label="Номер класса", required=False, coerce=int, empty_value=None, choices=[("", "Все"), *LEVELS[1:]]
    )
    name = Line(label="Фамилия или имя", limit=100, required=False, widget=forms.TextInput(attrs=UNPROMPTED))
    after = forms.CharField(required=False, max_length=60)

    def clean_tray(self) -> str:
        """The tray; from the menu one comes without naming any."""
        return self.cleaned_data["tray"] or "new"


class PersonSearch(forms.Form):
    """What is known of somebody's name."""

    name = Line(
        label="Фамилия или имя ученика или сотрудника",
        limit=100,
        required=False,
        widget=forms.TextInput(attrs=UNPROMPTED),
    )


class ClassName(forms.Form):
    """A class as people call it."""

    name = Line(
        label="Название класса",
        limit=40,
        help_text="Например: 7А, 10 физмат.",
        error_messages={"required": "Напишите название: например, 7А."},
    )

    def clean_name(self) -> class_names.ClassName:
        """Level and letter."""
        parsed = class_names.parsed_class_name(self.cleaned_data["name"])
        if parsed is None:
            raise forms.ValidationError(
                "Название начинается с номера от 1 до 11, дальше буква или слово до 15 знаков: 7А, 10 физмат."
            )
        return parsed


class Move(forms.Form):
    """The class a student goes to."""

    school_class = Row(label="Класс", error_messages={"required": "Выберите класс."})


class Restriction(forms.Form):
    """What a guardian may not do about a student, and by which document."""

    kind = forms.ChoiceField(
        label="Что меняется",
        choices=GuardianRestriction.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, что меняется для представителя."},
    )
    ground = forms.ChoiceField(
        label="Основание",
        choices=[("", "Выберите"), *GuardianRestriction.Ground.choices],
        error_messages={"required": "Выберите основание."},
    )
    document = Line(
        label="Документ",
        limit=200,
        help_text="Например: решение Кировского районного суда.",
        error_messages={"required": "Назовите документ."},
    )
    document_number = Line(label="Номер документа", limit=50, required=False)
    document_day = Day(label="Дата документа")
    last_day = Day(label="Последний день действия", required=False, help_text="Если срок не назван, оставьте пустым.")


class ListedStudent(forms.Form):
    """A student from the school's own papers."""

    last_name = NamePart(label="Фамилия")
    first_name = NamePart(label="Имя")
    patronymic = NamePart(label="Отчество", required=False)
    birth_date = Day(label="Дата рождения")
    gender = forms.ChoiceField(label="Пол", choices=[("", "Не указан"), *Gender.choices], required=False)
    snils = Snils(label="СНИЛС")


class Invite(forms.Form):
    """Somebody to invite to work in the school."""

    last_name = NamePart(label="Фамилия")
    first_name = NamePart(label="Имя")
    patronymic = NamePart(label="Отчество", required=False)
    role = forms.TypedChoiceField(label="Роль", coerce=Role, choices=STAFF_ROLES)


class Code(forms.Form):
    """An invitation's code."""

    code = Line(
        label="Код приглашения",
        limit=40,
        help_text="12 знаков, его вам передал администратор школы.",
        widget=forms.TextInput(attrs=UNPROMPTED),
        error_messages={"required": "Введите код."},
    )


class Connection(SchoolChoice):
    """A school to connect, and the appointing decree unless Gosuslugi vouches."""

    decree_number = Line(label="Номер приказа", limit=50, required=False)
    decree_day = Day(label="Дата приказа", required=False)
    decree = forms.FileField(
        label="Скан приказа о назначении ответственного", required=False, help_text="PDF, JPEG или PNG до 10 МБ."
    )


class Reason(forms.Form):
    """Why an application is declined."""

    text = Line(
        label="Причина",
        limit=1000,
        multiline=True,
        help_text="Заявитель её увидит.",
        error_messages={"required": "Напишите причину."},
    )
