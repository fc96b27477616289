"""An empty view behind everything that each request of the platform pays for: middleware, session, actor, headers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.ROOT_URLCONF = __name__


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, said to somebody who is known."""
    return HttpResponse()


urlpatterns = [path("", empty)]
application = get_wsgi_application()
