"""What browsers fetch at the root of the site: the program that shows pushes, and the platform as an application."""

import json
from pathlib import Path

from django.conf import settings

from myschool.kernel.templatetags.assets import asset_url


def worker_script() -> bytes:
    """The built service worker."""
    name = str(asset_url("service-worker.ts")).rsplit("/", 1)[-1]
    return (Path(settings.FRONTEND_DIST) / name).read_bytes()


def web_manifest() -> bytes:
    """The web application's manifest."""
    icon = {"src": str(asset_url("mark.svg")), "type": "image/svg+xml", "sizes": "any"}
    manifest = {
        "name": "Моя школа",
        "short_name": "Моя школа",
        "lang": "ru",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [icon],
    }
    return json.dumps(manifest, ensure_ascii=False).encode()
