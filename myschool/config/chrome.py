"""What surrounds every page: who you are, where you may go, how it looks."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from myschool.kernel.actors import SCHOOL_LEADERS, SCHOOL_STAFF, Role
from myschool.kernel.looks import appearance
from myschool.library.access import CHECKERS
from myschool.timetable.access import PLAN_KEEPERS

TALKERS = SCHOOL_STAFF | {Role.STUDENT, Role.GUARDIAN}
COUNTERS = {"/chat/": "/chat/unread/"}
MAKERS = frozenset({Role.TEACHER, Role.PUBLISHER})


class MenuItem(NamedTuple):
    """A section in the menu; `counter` is a door that tells, of its own, how much is new there."""

    title: str
    url: str
    icon: str
    current: bool = False
    counter: str = ""


Sections = tuple[tuple[str, str, str], ...]
# What is about oneself, whatever the role: it stands in the menu behind one's name.
OWN: Sections = (("Мои данные", "/privacy/mine/", "shield-lock"), ("Устройства", "/sessions/", "devices"))


@lru_cache(maxsize=len(Role) + 1)
def sections_of(role: Role | None) -> Sections:
    """The sections for a role: the day's work, the school's affairs, people, materials."""
    items = [("Кабинет", "/", "home")]
    if role in (Role.STUDENT, Role.GUARDIAN):
        items += [("Дневник", "/diary/", "notebook")]
    if role in SCHOOL_STAFF:
        items += [("Журналы", "/journal/", "notebook"), ("Расписание", "/timetable/", "calendar")]
    if role in PLAN_KEEPERS:
        items += [("Замены", "/substitutions/", "replace"), ("Учебный план", "/plan/", "clipboard-list")]
    if role in SCHOOL_LEADERS:
        items += [
            ("Запросы", "/desk/", "inbox"),
            ("Классы", "/desk/classes/", "school"),
            ("Сотрудники", "/desk/staff/", "users"),
            ("Жалобы", "/desk/complaints/", "flag"),
            ("Попытки доступа", "/privacy/refused/", "eye-off"),
        ]
    if role == Role.OPERATOR:
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
    if role in TALKERS:
        items += [("Чаты", "/chat/", "messages")]
    if role in SCHOOL_STAFF | {Role.GUARDIAN}:
        items += [("Школа и семья", "/involvement/", "heart-handshake")]
    if role is not None:
        items += [("Библиотека", "/library/", "books")]
    if role in MAKERS:
        items += [("Мои материалы", "/library/own/", "file-plus")]
    if role in CHECKERS:
        items += [("Материалы учителей", "/library/school/", "clipboard-check")]
    if role == Role.EXPERT:
        items += [("Экспертиза", "/library/reviews/", "clipboard-check")]
    if role is not None:
        items += [("Файлы", "/files/", "folder")]
    return tuple(items)


def menu_of(sections: Sections, path: str) -> tuple[MenuItem, ...]:
    """A menu as it stands on the page of this path: the longest address that begins the path is the current one."""
    here = ""
    for _, url, _ in sections:
        if len(url) > len(here) and (path.startswith(url) if url != "/" else path == "/"):
            here = url
    return _menu(sections, here)


@lru_cache(maxsize=200)
def _menu(sections: Sections, here: str) -> tuple[MenuItem, ...]:
    return tuple(
        MenuItem(title=title, url=url, icon=icon, current=url == here, counter=COUNTERS.get(url, ""))
        for title, url, icon in sections
    )


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "menu": menu_of(sections_of(actor.role), request.path) if actor else (),
        "own_menu": menu_of(OWN, request.path) if actor else (),
        "look": appearance(request),
        "live_url": settings.LIVE_URL if actor else "",
        "live_since": str(int(request.asked_at.timestamp() * 1000)) if actor else "",  # type: ignore[attr-defined] # by Actors
        "support": settings.SUPPORT,
        # As text: a template takes longer to write a number than all the rest of this.
        "session_seconds": str(request.found.seconds_if_touched or "") if actor else "",  # type: ignore[attr-defined] # set by Actors
    }
