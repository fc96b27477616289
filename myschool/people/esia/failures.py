"""Why signing in did not work: each cause, what it means for the person and what to do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Who = Literal["person", "school", "platform"]


class Cause(StrEnum):
    """Causes of our own, beside the codes of ЕСИА."""

    COOKIE_MISSING = "cookie-missing"
    STATE_MISMATCH = "state-mismatch"
    STATE_EXPIRED = "state-expired"
    CLOCK_SKEW = "clock-skew"
    TOKEN_INVALID = "token-invalid"  # noqa: S105 - a name, not a password
    ANSWER_MISMATCH = "answer-mismatch"
    NOT_GRANTED = "not-granted"
    GRANT_ENDED = "grant-ended"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    BAD_ANSWER = "bad-answer"
    SIGNING = "signing-unavailable"


class EsiaRefused(Exception):
    """ЕСИА, or our check of its answer, refused; `code` finds the text in `failure`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SigningUnavailable(EsiaRefused):
    """Our own certificate, key or openssl cannot be used; the reason is for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(Cause.SIGNING)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A refusal told to a person; `who` can put it right, `retry` says that another attempt may help."""

    code: str
    title: str
    explanation: str
    steps: tuple[str, ...]
    who: Who
    retry: bool


def refused(answer: Mapping[str, object]) -> EsiaRefused | None:
    """The refusal named by `error` and `error_description` of a redirect or of a token answer, if any."""
    error, description = answer.get("error"), answer.get("error_description")
    if not error and not description:
        return None
    if code := esia_code(str(description or "")):
        return EsiaRefused(code)
    return EsiaRefused(_BY_OAUTH_NAME.get(str(error), "007007"))


def esia_code(text: str) -> str | None:
    """The first code of ЕСИА («ESIA-007055» → 007055) in a text."""
    match = re.search(r"ESIA-(\d{6})(?!\d)", text, re.ASCII)
    return match[1] if match else None


def failure(code: str, *, under_14: bool = False) -> Failure:
    """The text for a code, ЕСИА's or ours; `under_14` speaks to a pupil whose account a parent creates."""
    if under_14 and code == _UNCONFIRMED:
        return _UNCONFIRMED_UNDER_14
    if explanation := _FAILURES.get(code):
        return explanation
    if code.startswith("0367"):
        return _consent(code)
    return _of_gosuslugi(code, "Госуслуги отказали во входе и не объяснили причину.")


_UNCONFIRMED = "007055"
_AGAIN = "Начните вход ещё раз."
_LATER = "Попробуйте войти ещё раз через несколько минут."
_SUPPORT = "Если не получится, напишите в поддержку и назовите код ошибки."

_BY_OAUTH_NAME = {
    "access_denied": "007004",
    "invalid_client": "007053",
    "invalid_grant": "007011",
    "invalid_request": "007003",
    "invalid_scope": "007006",
    "server_error": "007007",
    "temporarily_unavailable": "007008",
    "unauthorized_client": "007005",
    "unsupported_grant_type": "007009",
    "unsupported_response_type": "007012",
}


def _of_person(code: str, title: str, explanation: str, *steps: str, retry: bool = True) -> Failure:
    return Failure(code=code, title=title, explanation=explanation, steps=steps, who="person", retry=retry)


def _of_platform(code: str, explanation: str) -> Failure:
    """Only our operators can put it right: the person is told so and is not sent in circles."""
    return Failure(
        code=code,
        title="Вход временно не работает",
        explanation=f"{explanation} Вы всё сделали правильно: это ошибка на нашей стороне.",
        steps=("Напишите в поддержку и назовите код ошибки.", "Попробуйте войти позже."),
        who="platform",
        retry=False,
    )


def _of_gosuslugi(code: str, explanation: str) -> Failure:
    """It passes by itself."""
    return Failure(
        code=code,
        title="Госуслуги сейчас не отвечают",
        explanation=explanation,
        steps=(_LATER, _SUPPORT),
        who="platform",
        retry=True,
    )


def _consent(code: str) -> Failure:
    return _of_platform(code, "Госуслуги не приняли наш запрос согласия на передачу сведений.")


_UNCONFIRMED_UNDER_14 = Failure(
    code=_UNCONFIRMED,
    title="Попросите помощи у родителей",
    explanation="Чтобы войти, нужна детская учётная запись на Госуслугах. Её создаёт родитель или другой "
    "законный представитель.",
    steps=(
        "Попросите родителя войти на Госуслуги и открыть «Документы» → «Семья и дети».",
        "Пусть родитель добавит ваше свидетельство о рождении и создаст вам учётную запись.",
        "Через 15 минут — 5 рабочих дней запись проверят. Тогда войдите с её логином и паролем.",
        "Если такая запись у вас уже есть, покажите эту страницу родителю или классному руководителю.",
    ),
    who="person",
    retry=True,
)

_FAILURES = {
    each.code: each
    for each in (
        _of_platform("007002", "Госуслуги не узнали нашу систему."),
        _of_platform("007003", "Госуслуги не приняли наш запрос."),
        _of_person(
            "007004",
            "Вы не дали доступ",
            "Чтобы войти, разрешите Госуслугам передать нам сведения, перечисленные на их странице. "
            "Без них мы не узнаем, кто вы.",
            _AGAIN,
            "На странице «Предоставление прав доступа» нажмите «Предоставить».",
        ),
        _of_platform("007005", "Госуслуги не разрешают нашей системе входить этим способом."),
        _of_platform("007006", "Мы запросили у Госуслуг сведения, которых они не знают."),
        _of_gosuslugi("007007", "На Госуслугах произошла ошибка."),
        _of_gosuslugi("007008", "Госуслуги перегружены или закрыты на технические работы."),
        _of_platform("007009", "Госуслуги не поддерживают наш способ входа."),
        _of_person(
            "007011",
            "Вход устарел",
            "Разрешение на вход действует несколько минут и только один раз. Так бывает, если обновить "
            "страницу, нажать «Назад» или долго не отвечать.",
            _AGAIN,
            _SUPPORT,
        ),
        _of_platform("007012", "Госуслуги не поддерживают наш способ входа."),
        _of_platform("007013", "Мы не указали Госуслугам, какие сведения нам нужны."),
        _of_platform("007014", "В нашем запросе к Госуслугам не хватает обязательных сведений."),
        _of_platform("007015", "Часы нашей системы расходятся с часами Госуслуг."),
        _of_platform("007019", "Госуслуги не разрешают нашей системе получать часть сведений."),
        _of_platform("007023", "Адрес нашей системы не внесён в список разрешённых на Госуслугах."),
        _of_platform("007038", "Госуслуги не смогли прочитать наш запрос."),
        _of_platform("007039", "В нашем запросе к Госуслугам не было защитного кода."),
        _of_person(
            "007040",
            "Вход не завершён",
            "Защитный код входа не совпал. Так бывает, если начать вход в двух окнах сразу.",
            "Закройте лишние окна с Госуслугами.",
            _AGAIN,
            _SUPPORT,
        ),
        _of_person(
            "007046",
            "Включите вход с подтверждением",
            "Для этого входа нужен второй шаг — код из сообщения или приложения, — а на Госуслугах он у вас "
            "не включён.",
            "Войдите на Госуслуги и откройте «Профиль» → «Безопасность» → «Вход в систему».",
            "Включите вход с подтверждением.",
            "Вернитесь сюда и войдите ещё раз.",
        ),
        _of_platform("007053", "Госуслуги не приняли подпись нашей системы."),
        _of_person(
            _UNCONFIRMED,
            "Подтвердите учётную запись на Госуслугах",
            "Войти можно только с подтверждённой учётной записью, а ваша пока не подтверждена.",
            "Войдите на Госуслуги: в профиле написано, как подтвердить личность — "
            "через банк, в МФЦ или другом центре обслуживания.",
            "После подтверждения вернитесь сюда и войдите ещё раз.",
            "Если вам нет 14 лет, учётную запись для вас создаёт родитель: на Госуслугах откройте "
            "«Документы» → «Семья и дети».",
        ),
        _of_platform("007060", "Госуслуги не приняли роль, указанную в нашем запросе."),
        _of_platform("007061", "Госуслуги не приняли наш запрос."),
        _of_platform("007062", "Госуслуги не приняли вид пользователя, указанный в нашем запросе."),
        Failure(
            code="007194",
            title="Вы не сотрудник этой организации на Госуслугах",
            explanation="Чтобы действовать от имени организации, нужно быть её сотрудником на Госуслугах.",
            steps=(
                "Попросите руководителя добавить вас в разделе «Сотрудники» профиля организации.",
                "Примите приглашение, которое придёт на электронную почту.",
                "Пока приглашения нет, войдите как частное лицо.",
            ),
            who="school",
            retry=True,
        ),
        _of_platform("008010", "Госуслуги не узнали нашу систему."),
        _of_person(
            Cause.COOKIE_MISSING,
            "Браузер не сохранил начало входа",
            "Мы не можем проверить, что вход начали вы. Так бывает, если в браузере отключены cookie "
            "или вход начат в другом браузере.",
            "Разрешите cookie для нашего сайта или откройте его в обычном, не частном окне.",
            _AGAIN,
        ),
        _of_person(
            Cause.STATE_MISMATCH,
            "Вход начат в другом окне",
            "Ответ Госуслуг относится не к тому входу, который начат в этом браузере. "
            "Для безопасности мы его не приняли.",
            "Закройте лишние окна входа.",
            _AGAIN,
        ),
        _of_person(
            Cause.STATE_EXPIRED,
            "Вход устарел",
            "С начала входа прошло слишком много времени. Для безопасности мы его не приняли.",
            _AGAIN,
        ),
        _of_platform(Cause.CLOCK_SKEW, "Часы нашей системы расходятся с часами Госуслуг."),
        _of_platform(Cause.TOKEN_INVALID, "Ответ Госуслуг не прошёл проверку подлинности."),
        _of_person(
            Cause.ANSWER_MISMATCH,
            "Вход не завершён",
            "Ответ Госуслуг относится к другому запросу. Для безопасности мы его не приняли.",
            _AGAIN,
            _SUPPORT,
        ),
        _of_person(
            Cause.NOT_GRANTED,
            "Не хватает вашего разрешения",
            "Вы не разрешали Госуслугам передавать нам эти сведения, или разрешение отозвано.",
            "Начните ещё раз и на странице «Предоставление прав доступа» нажмите «Предоставить».",
        ),
        _of_person(
            Cause.GRANT_ENDED,
            "Разрешение закончилось",
            "Разрешение Госуслуг действует недолго и уже закончилось.",
            "Войдите через Госуслуги ещё раз.",
        ),
        _of_gosuslugi(Cause.TIMEOUT, "Госуслуги не ответили вовремя."),
        _of_gosuslugi(Cause.UNAVAILABLE, "Не удалось связаться с Госуслугами."),
        _of_gosuslugi(Cause.BAD_ANSWER, "Госуслуги ответили непонятно. Так бывает при технических работах."),
        _of_platform(Cause.SIGNING, "Наша система не может подписать запрос к Госуслугам."),
    )
}

CODES = frozenset(_FAILURES)
