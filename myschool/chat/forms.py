"""Shapes of messages, complaints and rules of talk."""

from typing import Any

from django import forms

from myschool.chat.models import Complaint
from myschool.chat.rules.formatting import MOST
from myschool.chat.rules.talking import PAIRS
from myschool.kernel.forms import Line, Row

MOST_FILES = 10


class SeveralInput(forms.ClearableFileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Several files of one field."""

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """Each file by itself."""
        uploads = value if isinstance(value, list) else [value] if value else []
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(f"Не больше {MOST_FILES} файлов в одном сообщении.")
        return [super(SeveralFiles, self).clean(upload, initial) for upload in uploads]


class NewMessage(forms.Form):
    """A message as it is sent."""

    text = Line(
        label="Сообщение",
        limit=MOST,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Сообщение", "aria-describedby": "talk-hint"}),
    )
    reply_to = forms.IntegerField(required=False, min_value=1)
    client_key = forms.UUIDField(error_messages={"required": "Страница не назвала сообщение. Обновите её."})
    urgent = forms.BooleanField(label="Отправить сразу, не дожидаясь утра", required=False)
    attached = SeveralFiles(label="Файлы", required=False, widget=SeveralInput())


class EditedMessage(forms.Form):
    """What a message says instead."""

    text = Line(label="Сообщение", limit=MOST, multiline=True, required=False)


class Signed(forms.Form):
    """A sign under a message."""

    sign = forms.CharField(max_length=8)


class Pinned(forms.Form):
    """Above the others, or no longer."""

    pinned = forms.BooleanField(required=False)


class ReadUpTo(forms.Form):
    """The last message that was read."""

    number = forms.IntegerField(min_value=0)


class After(forms.Form):
    """The version that the page has."""

    after = forms.IntegerField(min_value=0)


class Before(forms.Form):
    """The first message that the page has."""

    before = forms.IntegerField(min_value=1)


class Around(forms.Form):
    """A message to show with its neighbours."""

    number = forms.IntegerField(min_value=1, required=False)


class Search(forms.Form):
    """Words to find in one's conversations."""

    q = forms.CharField(
        label="Поиск в сообщениях",
        max_length=200,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": "Например: экскурсия"}),
    )


class Whom(forms.Form):
    """A school, and what is known of somebody's name."""

    school = Row(label="Школа", required=False)
    q = forms.CharField(label="Фамилия или имя", max_length=100, required=False, widget=forms.SearchInput)


class Begin(forms.Form):
    """Whom to write to."""

    school = forms.IntegerField(min_value=1)
    person = forms.IntegerField(min_value=1)


class Named(forms.Form):
    """A conversation of several."""

    title = Line(label="Название", limit=150, error_messages={"required": "Назовите группу."})
    persons = forms.TypedMultipleChoiceField(
        label="Участники",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Выберите хотя бы одного участника."},
    )

    def __init__(self, sent: Any, people: list[tuple[int, str]]) -> None:
        super().__init__(sent)
        self.fields["persons"].choices = people  # type: ignore[attr-defined] # a choice field


class Report(forms.Form):
    """A complaint."""

    reason = forms.ChoiceField(
        label="Что не так",
        choices=Complaint.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, что не так."},
    )
    words = Line(label="Подробнее", limit=1000, multiline=True, required=False, help_text="Необязательно.")


class Decide(forms.Form):
    """A decision on a complaint."""

    decision = forms.ChoiceField(
        label="Решение",
        choices=Complaint.Decision,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите решение."},
    )
    days = forms.IntegerField(label="На сколько дней запретить писать", required=False, min_value=1, max_value=90)
    answer = Line(
        label="Ответ тому, кто пожаловался",
        limit=1000,
        multiline=True,
        error_messages={"required": "Объясните решение: его увидит тот, кто пожаловался."},
    )


class Rules(forms.Form):
    """Who may write to whom, and when staff is left in peace."""

    pairs = forms.MultipleChoiceField(
        label="Кто с кем может переписываться лично",
        choices=list(PAIRS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Если снять отметку, такие переписки закроются сразу: прежние сообщения останутся, новых не будет.",
    )
    quiet_from = forms.TimeField(
        label="Тихие часы сотрудников с",
        required=False,
        widget=forms.TimeInput({"type": "time"}),
        help_text="Личные сообщения сотрудникам в эти часы дойдут, когда они закончатся. Пусто — без тихих часов.",
    )
    quiet_to = forms.TimeField(label="до", required=False, widget=forms.TimeInput({"type": "time"}))
