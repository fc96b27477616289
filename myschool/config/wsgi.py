"""The pages' WSGI application: Django behind WhiteNoise, which serves the built front end, compressed beforehand."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")
os.environ["PGAPPNAME"] = "myschool pages"
# Nobody waits longer for a page, and nothing waits longer for what a page began.
os.environ.setdefault("MYSCHOOL_STATEMENT_SECONDS", "30")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

application = WhiteNoise(
    get_wsgi_application(),
    root=settings.FRONTEND_DIST,
    prefix=settings.STATIC_URL,
    # Every built file is named after its content.
    immutable_file_test=r"-[\w-]{8}\.",
)
