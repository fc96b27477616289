"""The choice of how pages look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from myschool.kernel.looks import CHOICES, COOKIE, looked

YEAR = 365 * 24 * 3600


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the contrast in a cookie and go back; nothing personal is in it."""
    before = request.headers.get("Referer", "")
    response = redirect(before if url_has_allowed_host_and_scheme(before, {request.get_host()}) else "/")
    chosen = looked(request)
    for name, values in CHOICES.items():
        if (value := request.GET.get(name)) in values:
            chosen[name] = value
    response.set_cookie(
        COOKIE, ".".join(chosen.values()), max_age=YEAR, httponly=True, secure=settings.SECURE_COOKIES, samesite="Lax"
    )
    return response


look.for_visitors = True  # type: ignore[attr-defined] # the mark of people.doors, which the kernel does not know
