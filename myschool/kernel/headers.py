"""What browsers are told with every answer: headers of pages, of the content's origin and of the built front end.

Here is what each kind of answer says unless its door says otherwise; `library/content.py` adds the content's own policy.
"""

from typing import Final

from django.conf import settings

# Streams may come from another port; a path is our own origin and needs no leave.
LIVE_ORIGIN = "/".join(settings.LIVE_URL.split("/")[:3]) if "//" in settings.LIVE_URL else ""
PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        # Untrusted content runs in frames of an origin of its own.
        f"frame-src {settings.CONTENT_ORIGIN.replace('{}', '*')}",
        "media-src 'self'",
        "font-src 'self'",
        f"connect-src 'self' {LIVE_ORIGIN}".strip(),
        # Chromium also holds a form's redirects to this: signing out goes on to Gosuslugi.
        f"form-action 'self' {settings.ESIA['host']}",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
# Nothing of ours, and no package, needs what a device can feel or reach; sound and the whole screen it may have.
CLOSED: Final = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "serial",
    "usb",
)
KEPT_NOWHERE: Final = "no-store"
# Asked for again each time by its tag; kept by the browser alone, which forgets it at logout.
KEPT_BY_TAG: Final = "private, no-cache"


def transport(site: str) -> dict[str, str]:
    """A site of https is never asked for by http again, for a year."""
    is_safe = site.startswith("https://")
    return {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if is_safe else {}


EVERYWHERE: Final = {
    **transport(settings.SITE_URL),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in CLOSED),
}
PAGES: Final = {
    **EVERYWHERE,
    "Content-Security-Policy": PAGE_POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def kept(*, tagged: bool) -> str:
    """How long an answer may be kept: people's data nowhere, what has a tag as long as its tag is true."""
    return KEPT_BY_TAG if tagged else KEPT_NOWHERE
