"""The measure of everything: a Django project of one empty view, without any middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="signs nothing")


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, as fast as Django can say it."""
    return HttpResponse()


urlpatterns = [path("", empty)]
application = get_wsgi_application()
