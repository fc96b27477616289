"""Shapes of what the library's pages send."""

from typing import Any

from django import forms
from django.conf import settings

from myschool.kernel.domains import UnfitAddress, web_on_the_wire
from myschool.kernel.forms import Day, Line
from myschool.library.models import Accessibility, Kind, Licence
from myschool.library.rules.lti import address_fits
from myschool.library.rules.register import accepted_in_short
from myschool.library.rules.states import CRITERIA, TOP_SCORE, VERDICTS, Verdict
from myschool.schools.queries import items_of
from myschool.schools.rules.identifiers import inn_fault, normalised_number, valid_kpp, valid_ogrn, valid_snils

MOST_SOUGHT = 200
LEVELS = [(level, str(level)) for level in range(1, 12)]
LANGUAGES = [
    ("ru", "Русский"),
    ("en", "Английский"),
    ("de", "Немецкий"),
    ("fr", "Французский"),
    ("tt", "Татарский"),
    ("ba", "Башкирский"),
    ("sah", "Якутский"),
    ("zh", "Китайский"),
]


class Described(forms.Form):
    """A material's description."""

    title = Line(label="Название", limit=200)
    annotation = Line(label="О чём материал", limit=3000, multiline=True, required=False)
    subject = forms.ChoiceField(label="Предмет")
    from_level = forms.TypedChoiceField(label="Классы: с", choices=LEVELS, coerce=int)
    to_level = forms.TypedChoiceField(label="по", choices=LEVELS, coerce=int)
    topic = Line(label="Тема программы", limit=300, required=False)
    kind = forms.ChoiceField(label="Вид", choices=Kind)
    licence = forms.ChoiceField(label="Лицензия", choices=Licence)
    accessibility = forms.MultipleChoiceField(
        label="Доступность", choices=Accessibility, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label="Язык", choices=LANGUAGES)
    minutes = forms.IntegerField(label="Сколько минут занимает", required=False, min_value=1, max_value=600)
    file = forms.FileField(label="Файл или пакет", required=False, help_text=f"{accepted_in_short()} — до 2 ГБ.")
    upload = forms.CharField(required=False, max_length=43, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["subject"].choices = items_of("subjects")  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        """The lowest class is not above the highest."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("from_level", 0) > values.get("to_level", 11):
            self.add_error("to_level", "Последний класс не может быть меньше первого.")
        return values


class Search(forms.Form):
    """What is looked for; anything odd is as nothing."""

    q = forms.CharField(
        label="Что найти",
        required=False,
        widget=forms.SearchInput(attrs={"maxlength": MOST_SOUGHT, "placeholder": "Например: задачи на дроби"}),
    )
    subject = forms.CharField(required=False)
    level = forms.CharField(required=False)
    kind = forms.CharField(required=False)
    format = forms.CharField(required=False)
    licence = forms.CharField(required=False)
    accessibility = forms.CharField(required=False)
    publisher = forms.CharField(required=False)
    page = forms.CharField(required=False)

    def clean_q(self) -> str:
        """As many signs as are sought."""
        q: str = self.cleaned_data["q"]
        return q[:MOST_SOUGHT]


class Reason(forms.Form):
    """Why something is done."""

    reason = Line(label="Причина", limit=1000, error_messages={"required": "Напишите причину."})


class Words(forms.Form):
    """A few words."""

    text = Line(label="Что не так", limit=2000, multiline=True, error_messages={"required": "Напишите несколько слов."})


class Kept(forms.Form):
    """Kept, or no longer."""

    kept = forms.BooleanField(required=False)


class NewCollection(forms.Form):
    """A collection's title."""

    title = Line(label="Название подборки", limit=200)


class IntoCollection(forms.Form):
    """Which material goes in or out."""

    material = forms.IntegerField(min_value=1)
    kept = forms.BooleanField(required=False)


class Verdicts(forms.Form):
    """An expert's word: a score for each criterion, a verdict, and why."""

    verdict = forms.TypedChoiceField(
        label="Решение",
        choices=[(verdict.value, words) for verdict, words in VERDICTS.items()],
        coerce=Verdict,
        widget=forms.RadioSelect,
    )
    comment = Line(label="Обоснование", limit=5000, multiline=True, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, words in CRITERIA.items():
            self.fields[f"score_{name}"] = forms.TypedChoiceField(
                label=words,
                choices=[(score, str(score)) for score in range(TOP_SCORE + 1)],
                coerce=int,
                widget=forms.RadioSelect,
            )
        self.order_fields([f"score_{name}" for name in CRITERIA])

    def clean(self) -> dict[str, Any]:
        """The scores by their criteria; who does not accept says why."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("verdict") in (Verdict.FIX, Verdict.REJECT) and not values.get("comment"):
            self.add_error("comment", "Напишите, что исправить или почему материал не подходит.")
        scores = {name: values.pop(f"score_{name}", 0) for name in CRITERIA}
        return {**values, "scores": scores}


class Comment(forms.Form):
    """A word for the author."""

    comment = Line(label="Что исправить", limit=1000, error_messages={"required": "Напишите, что исправить."})


class Supplier(forms.Form):
    """An organisation that would supply content."""

    inn = forms.CharField(label="ИНН", max_length=20)
    kpp = forms.CharField(label="КПП", max_length=20)
    ogrn = forms.CharField(label="ОГРН", max_length=20)
    full_name = Line(label="Полное название", limit=500)
    short_name = Line(label="Краткое название", limit=200)
    region_code = forms.ChoiceField(label="Регион")
    agreement_number = Line(label="Номер соглашения с оператором", limit=50)
    agreement_day = Day(label="Дата соглашения")
    agreement = forms.FileField(label="Скан соглашения: PDF, JPEG или PNG до 10 МБ")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["region_code"].choices = items_of("regions")  # type: ignore[attr-defined] # a choice field

    def clean_inn(self) -> str:
        """A real ИНН of an organisation."""
        number = normalised_number(self.cleaned_data["inn"])
        if inn_fault(number):
            raise forms.ValidationError("Проверьте ИНН: в нём ошибка. У организации он состоит из 10 цифр.")
        return number

    def clean_kpp(self) -> str:
        """A real КПП."""
        number = normalised_number(self.cleaned_data["kpp"]).upper()
        if not valid_kpp(number):
            raise forms.ValidationError("Проверьте КПП: он состоит из 9 знаков.")
        return number

    def clean_ogrn(self) -> str:
        """A real ОГРН."""
        number = normalised_number(self.cleaned_data["ogrn"])
        if not valid_ogrn(number):
            raise forms.ValidationError("Проверьте ОГРН: в нём ошибка. Он состоит из 13 цифр.")
        return number


class NewExpert(forms.Form):
    """Who is to be an expert, and of what."""

    snils = forms.CharField(label="СНИЛС", max_length=20)
    subjects = forms.MultipleChoiceField(label="Предметы", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["subjects"].choices = items_of("subjects")  # type: ignore[attr-defined] # a choice field

    def clean_snils(self) -> str:
        """A real СНИЛС."""
        number = normalised_number(self.cleaned_data["snils"])
        if not valid_snils(number):
            raise forms.ValidationError("Проверьте СНИЛС: в нём ошибка.")
        return number


def _of_tool(typed: str, refusal: str) -> str:
    """The address as programs write it: a tool's own is compared with it letter by letter."""
    try:
        url = web_on_the_wire(typed)
    except UnfitAddress:
        raise forms.ValidationError(refusal) from None
    if len(url) > 500 or not address_fits(url, may_be_plain=not settings.PRODUCTION):
        raise forms.ValidationError(refusal)
    return url


class Address(forms.CharField):
    """An address of a tool: https, or of this very machine where the platform is tried out."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=500, **more)

    def clean(self, value: Any) -> str:
        """The address.

        Raises:
            ValidationError: it is none.
        """
        typed = str(super().clean(value))
        return _of_tool(typed, "Нужен адрес вида https://…") if typed else ""


class Addresses(forms.CharField):
    """Addresses of a tool, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[str]:
        """The addresses.

        Raises:
            ValidationError: one is none, or there are too many.
        """
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        refusal = "Нужны адреса вида https://…, каждый на своей строке, не больше десяти."
        if len(lines) > 10:
            raise forms.ValidationError(refusal)
        return [_of_tool(line, refusal) for line in lines]


class NewTool(forms.Form):
    """A supplier's program."""

    title = Line(label="Название", limit=200)
    login_url = Address(label="Адрес начала входа (OIDC login initiation)")
    target_url = Address(label="Адрес выбора содержания (deep linking)")
    redirect_urls = Addresses(label="Куда возвращать вход (redirect URI), по одному на строке")
    keys = forms.CharField(
        label="Открытый ключ тренажёра",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="RSA от 2048 бит: PEM или JWKS.",
    )


class Question(forms.Form):
    """A tool's question for a login (OIDC third-party initiated, as LTI narrows it)."""

    scope = forms.CharField()
    response_type = forms.CharField()
    response_mode = forms.CharField()
    client_id = forms.CharField(max_length=22)
    redirect_uri = forms.CharField(max_length=500)
    login_hint = forms.CharField(max_length=200)
    lti_message_hint = forms.CharField(max_length=1000)
    nonce = forms.CharField(max_length=300)
    state = forms.CharField(max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        """All values, where the fixed ones are what LTI fixes.

        Raises:
            ValidationError: one is not.
        """
        values = super().clean() or {}
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}
        if not self.errors and any(values[name] != value for name, value in fixed.items()):
            raise forms.ValidationError("Тренажёр спросил вход не так, как требует LTI 1.3.")
        return values


class Chosen(forms.Form):
    """What a supplier has chosen in a tool."""

    items = forms.CharField(max_length=50_000, widget=forms.HiddenInput)


class Cartridge(Described):
    """A cartridge, and what its materials have in common."""

    field_order = ("file", "subject", "from_level", "to_level", "kind", "licence", "language")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in ("title", "annotation", "topic", "accessibility", "minutes"):
            del self.fields[name]
        self.fields["file"].label, self.fields["file"].required = "Картридж (.imscc)", False
        self.fields["file"].help_text = "Common Cartridge 1.0–1.3 из Moodle, Canvas и других систем, до 2 ГБ."

    def clean(self) -> dict[str, Any]:
        """There is a file, in one go or in parts."""
        values = super().clean()
        if not values.get("file") and not values.get("upload"):
            self.add_error("file", "Приложите файл картриджа.")
        return values
