"""What surrounds every page: who you are, where you may go, how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Actor, Role
from myschool.kernel.looks import looked
from myschool.library.access import CHECKERS
from myschool.timetable.access import PLAN_KEEPERS

TALKERS = SCHOOL_STAFF | {Role.STUDENT, Role.GUARDIAN}
COUNTERS = {"/chat/": "/chat/unread/"}
MAKERS = frozenset({Role.TEACHER, Role.PUBLISHER})


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A section in the menu; `counter` is a door that tells, of its own, how much is new there."""

    title: str
    url: str
    icon: str
    current: bool = False
    count: int = 0
    counter: str = ""


# What is about oneself, whatever the role: it stands in the menu behind one's name.
OWN = [("Мои данные", "/privacy/mine/", "shield-lock"), ("Устройства", "/sessions/", "devices")]


def menu_of(actor: Actor, path: str) -> list[MenuItem]:
    """The sections for the actor's role: the day's work, the school's affairs, people, materials."""
    items = [("Кабинет", "/", "home")]
    if actor.role in (Role.STUDENT, Role.GUARDIAN):
        items += [("Дневник", "/diary/", "notebook")]
    if actor.role in SCHOOL_STAFF:
        items += [("Журналы", "/journal/", "notebook"), ("Расписание", "/timetable/", "calendar")]
    if actor.role in PLAN_KEEPERS:
        items += [("Замены", "/substitutions/", "replace"), ("Учебный план", "/plan/", "clipboard-list")]
    if actor.role in SCHOOL_LEADERS:
        items += [
            ("Запросы", "/desk/", "inbox"),
            ("Классы", "/desk/classes/", "school"),
            ("Сотрудники", "/desk/staff/", "users"),
            ("Жалобы", "/desk/complaints/", "flag"),
            ("Попытки доступа", "/privacy/refused/", "eye-off"),
        ]
    if actor.role == Role.OPERATOR:
        items += [
            ("Подключение школ", "/operator/connections/", "building"),
            ("Поставщики", "/operator/publishers/", "books"),
            ("Эксперты", "/operator/experts/", "users"),
            ("Решения вместо руководителя", "/operator/decisions/", "clipboard-check"),
            ("Удаление данных", "/operator/demands/", "trash"),
            ("Жалобы", "/desk/complaints/", "flag"),
            ("Доставка уведомлений", "/operator/deliveries/", "send"),
            ("Обработка событий", "/operator/followers/", "refresh"),
            ("Попытки доступа", "/privacy/refused/", "eye-off"),
        ]
    if actor.role in TALKERS:
        items += [("Чаты", "/chat/", "messages")]
    if actor.role in SCHOOL_STAFF | {Role.GUARDIAN}:
        items += [("Школа и семья", "/involvement/", "heart-handshake")]
    if actor.role is not None:
        items += [("Библиотека", "/library/", "books")]
    if actor.role in MAKERS:
        items += [("Мои материалы", "/library/own/", "file-plus")]
    if actor.role in CHECKERS:
        items += [("Материалы учителей", "/library/school/", "clipboard-check")]
    if actor.role == Role.EXPERT:
        items += [("Экспертиза", "/library/reviews/", "clipboard-check")]
    if actor.role:
        items += [("Файлы", "/files/", "folder")]
    return _items(items, path)


def _items(told: Sequence[tuple[str, str, str]], path: str) -> list[MenuItem]:
    """The longest address that begins the path is the current one."""
    matching = [url for _, url, _ in told if (path.startswith(url) if url != "/" else path == "/")]
    here = max(matching, key=len, default="")
    return [
        MenuItem(title=title, url=url, icon=icon, current=url == here, counter=COUNTERS.get(url, ""))
        for title, url, icon in told
    ]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    actor = getattr(request, "actor", None)
    look = looked(request)
    return {
        "actor": actor,
        "menu": menu_of(actor, request.path) if actor else [],
        "own_menu": _items(OWN, request.path) if actor else [],
        "look": {"theme": look["theme"], "contrast": look["contrast"] == "on"},
        "live_url": settings.LIVE_URL if actor else "",
        "live_since": int(request.asked_at.timestamp() * 1000) if actor else 0,  # type: ignore[attr-defined] # by Actors
        "support": settings.SUPPORT,
        "session_seconds": request.found.seconds_if_touched if actor else 0,  # type: ignore[attr-defined] # set by Actors
    }
