"""The pages' WSGI application: Django behind WhiteNoise, which serves the built front end, compressed beforehand."""

import os
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")
os.environ["PGAPPNAME"] = "myschool pages"
# Nobody waits longer for a page, and nothing waits longer for what a page began.
os.environ.setdefault("MYSCHOOL_STATEMENT_SECONDS", "30")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from whitenoise import WhiteNoise

from myschool.config import lifeline
from myschool.kernel.headers import EVERYWHERE

if TYPE_CHECKING:
    from wsgiref.headers import Headers


def _headed(headers: "Headers", path: str, url: str) -> None:
    for name, value in EVERYWHERE.items():
        headers[name] = value


lifeline.end_with_server()
django_application = get_wsgi_application()
# Every address is imported before the first request and not by it: that took whoever asked first four seconds.
get_resolver().url_patterns  # noqa: B018

application = WhiteNoise(
    django_application,
    root=settings.FRONTEND_DIST,
    prefix=settings.STATIC_URL,
    # Every built file is named after its content.
    immutable_file_test=r"-[\w-]{8}\.",
    add_headers_function=_headed,
)
