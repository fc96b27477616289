"""The public part of the signing keys: a page, the JWK set, PEM files and the zip."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from esia_standin import keys as signing
from esia_standin.pages import show
from esia_standin.standin import standin_of
from esia_standin.store.keys import StoredKey


def _live(request: Request) -> list[StoredKey]:
    standin = standin_of(request)
    return standin.store.keys.live(standin.now)


async def keys(request: Request) -> Response:
    """GET /public/keys"""
    shown = [(signing.file_name(key), key, signing.pem(key)) for key in _live(request)]
    return show(request, "keys.html", keys=shown, issuer=standin_of(request).issuer)


async def jwk(request: Request) -> Response:
    """GET /public/keys/jwk.json"""
    return JSONResponse(signing.jwk_set(_live(request)))


async def all_pem(request: Request) -> Response:
    """GET /public/keys/all.pem"""
    return PlainTextResponse("".join(map(signing.pem, _live(request))))


async def one_pem(request: Request) -> Response:
    """GET /public/keys/{name}.pem"""
    for key in _live(request):
        if signing.file_name(key) == request.path_params["name"]:
            return PlainTextResponse(signing.pem(key))
    raise HTTPException(404)


async def archive(request: Request) -> Response:
    """GET /public/esia.zip"""
    return Response(signing.archive(_live(request)), media_type="application/zip")
