"""The application: every address of the stand-in."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esia_standin import codes, consent, exchange, family, faultpages, keypages, login, profile, rest
from esia_standin.pages import http_refused
from esia_standin.standin import Standin

HEADERS = {
    # No form-action: after a form the browser is sent on to the client's address.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Headers:
    """Adds the protective headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def make_app(standin: Standin) -> Starlette:
    """The stand-in as an ASGI application."""
    form = ["GET", "POST"]
    app = Starlette(
        routes=[
            Route("/", login.front),
            Route("/aas/oauth2/ac", codes.authorise_v1),
            Route("/aas/oauth2/te", exchange.exchange_v1, methods=["POST"]),
            Route("/aas/oauth2/v2/ac", codes.authorise_v2),
            Route("/aas/oauth2/v3/te", exchange.exchange_v3, methods=["POST"]),
            Route("/login", login.login, methods=form),
            Route("/login/code", login.one_time_code, methods=form),
            Route("/consent", consent.consent, methods=form),
            Route("/idp/ext/Logout", login.client_logs_out),
            Route("/logout", login.log_out, methods=["POST"]),
            Route("/profile", profile.profile),
            Route("/profile/withdraw", profile.withdraw, methods=["POST"]),
            Route("/profile/family", family.family),
            Route("/profile/family/new", family.new_card, methods=form),
            Route("/profile/family/{card:int}/submit", family.submit, methods=["POST"]),
            Route("/profile/family/{card:int}/account", family.account, methods=form),
            Route("/public/keys", keypages.keys),
            Route("/public/keys/jwk.json", keypages.jwk),
            Route("/public/keys/all.pem", keypages.all_pem),
            Route("/public/keys/{name}.pem", keypages.one_pem),
            Route("/public/esia.zip", keypages.archive),
            Route("/faults", faultpages.faults, methods=form),
            *rest.routes,
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Headers)],
        exception_handlers={HTTPException: http_refused},
    )
    app.state.standin = standin
    return app
