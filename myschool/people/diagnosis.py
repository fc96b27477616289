"""Why a login does not work on this device: found out, not guessed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from myschool.people.actors import Found

PROBE = "__Host-cookie-check" if settings.SECURE_COOKIES else "cookie-check"


@dataclass(frozen=True)
class Check:
    """One thing looked at; `fine` is None where only the person can judge."""

    title: str
    fine: bool | None
    words: str


@dataclass(frozen=True)
class HelpPage:
    """The self-check."""

    title: str
    checks: tuple[Check, ...]
    server_time: datetime
    verdict: str


ENDED = {
    "unknown": "На этом устройстве остался старый вход, который больше не действует. Просто войдите ещё раз.",
    "logged_out": "Вы вышли из системы. Чтобы продолжить, войдите ещё раз.",
    "remote": "Этот вход завершили с другого устройства — в списке «Где выполнен вход». Войдите ещё раз и проверьте список.",
    "idle": "Вы долго ничего не делали, и вход закончился. Войдите ещё раз: незаконченная форма вернётся на место.",
    "long": "Один вход действует не дольше рабочего дня. Войдите ещё раз.",
}


def help_page(found: Found, *, cookies: bool, at: datetime) -> HelpPage:
    """What this browser and this session show."""
    checks = (
        Check(
            "Файлы cookie",
            cookies,
            "Браузер их принимает."
            if cookies
            else "Браузер их не принимает, поэтому вход теряется сразу после Госуслуг. Разрешите cookie для этого сайта "
            "в настройках браузера или откройте обычное, не приватное окно.",
        ),
        Check("Вход", *_session(found)),
        Check(
            "Электронная почта",
            True,
            "Здесь не нужна: войти можно и с учётной записью Госуслуг без почты и без телефона.",
        ),
        Check(
            "Часы устройства",
            None,
            "Сравните время на устройстве со временем ниже. Если оно расходится больше чем на пять минут, Госуслуги "
            "могут отказать: включите автоматическую установку даты и времени.",
        ),
    )
    return HelpPage("Помощь со входом", checks, at, _verdict(found, cookies=cookies))


def _session(found: Found) -> tuple[bool | None, str]:
    if found.actor:
        return True, "Вы вошли, вход действует."
    if found.ended:
        return False, ENDED[found.ended]
    return None, "Вы ещё не входили на этом устройстве."


def _verdict(found: Found, *, cookies: bool) -> str:
    if not cookies:
        return "Мешают настройки браузера: запрещены файлы cookie."
    if found.actor:
        return "Всё в порядке: вы вошли."
    if found.ended:
        return ENDED[found.ended]
    return "Препятствий не видно. Войдите через Госуслуги."
