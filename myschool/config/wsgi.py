"""The pages' WSGI application: Django behind WhiteNoise, which serves the built front end, compressed beforehand."""

import os
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from myschool.kernel.headers import EVERYWHERE

if TYPE_CHECKING:
    from wsgiref.headers import Headers


def _headed(headers: "Headers", path: str, url: str) -> None:
    for name, value in EVERYWHERE.items():
        headers[name] = value


application = WhiteNoise(
    get_wsgi_application(),
    root=settings.FRONTEND_DIST,
    prefix=settings.STATIC_URL,
    # Every built file is named after its content.
    immutable_file_test=r"-[\w-]{8}\.",
    add_headers_function=_headed,
)
