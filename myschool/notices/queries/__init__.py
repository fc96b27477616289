"""What is told, how it is shown, and how it goes on its way."""

from myschool.notices.queries.browser import web_manifest, worker_script
from myschool.notices.queries.pages import (
    ConfirmPage,
    SettingsPage,
    StopPage,
    bell_page,
    list_page,
    settings_page,
    watch_page,
)

__all__ = [
    "ConfirmPage", "SettingsPage", "StopPage", "bell_page", "list_page", "settings_page", "watch_page", "web_manifest",
    "worker_script",
]  # fmt: skip
