"""Requests to ЕСИА over HTTP: limited in time and size, never redirected, silent about persons."""

import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from . import reading
from .failures import Cause, EsiaRefused, esia_code, refused
from .settings import EsiaSettings

logger = logging.getLogger(__name__)

_BY_STATUS = {401: Cause.GRANT_ENDED, 403: Cause.NOT_GRANTED}


@dataclass(frozen=True, repr=False)
class Reply:
    """An answer read to its end; it may hold personal data and does not print itself."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """The way to one ЕСИА; one object serves all threads."""

    def __init__(self, settings: EsiaSettings, *, by: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._client = httpx.Client(
            transport=by,
            timeout=settings.timeout,
            verify=ssl.create_default_context(cafile=settings.ca_file),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            follow_redirects=False,
        )

    def post(self, path: str, form: Mapping[str, str]) -> Mapping[str, object]:
        """The JSON object that answers a form.

        Raises:
            EsiaRefused: ЕСИА refused, did not answer in time or answered something else.
        """
        return self._answer(self._client.build_request("POST", self._settings.host + path, data=form))

    def get(self, path: str, access_token: str) -> Mapping[str, object]:
        """The JSON object at a path, read with a person's grant.

        Raises:
            EsiaRefused: as for `post`.
        """
        try:
            url = httpx.URL(self._settings.host + path)
        except httpx.InvalidURL:
            raise EsiaRefused(Cause.BAD_ANSWER) from None
        headers = {"Authorization": f"Bearer {access_token}"}
        return self._answer(self._client.build_request("GET", url, headers=headers))

    def look(self, url: str) -> Reply:
        """The answer to an address as it is, redirects too.

        Raises:
            EsiaRefused: there was no answer in time or it was too long.
        """
        return self._send(self._client.build_request("GET", url))

    def _answer(self, request: httpx.Request) -> Mapping[str, object]:
        reply = self._send(request)
        try:
            return _understood(reply)
        except EsiaRefused as refusal:
            logger.warning("ESIA: %s, HTTP %s, %s", refusal.code, reply.status, request.url.path)
            raise

    def _send(self, request: httpx.Request) -> Reply:
        deadline = time.monotonic() + self._settings.timeout
        body = bytearray()
        try:
            response = self._client.send(request, stream=True)
            try:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > self._settings.answer_limit:
                        raise EsiaRefused(Cause.BAD_ANSWER)
                    if time.monotonic() > deadline:
                        raise EsiaRefused(Cause.TIMEOUT)
            finally:
                response.close()
        except httpx.TimeoutException:
            logger.warning("ESIA: no answer in time, %s", request.url.path)
            raise EsiaRefused(Cause.TIMEOUT) from None
        except httpx.HTTPError as error:
            logger.warning("ESIA: %s, %s", type(error).__name__, request.url.path)
            raise EsiaRefused(Cause.UNAVAILABLE) from None
        return Reply(response.status_code, response.headers, bytes(body))


def _understood(reply: Reply) -> Mapping[str, object]:
    """The object of a good answer. The type of the content is not asked: ЕСИА sends errors with none."""
    try:
        answer = reading.mapping(json.loads(reply.body))
    except (ValueError, RecursionError):
        answer = {}
    if refusal := refused(answer):
        raise refusal
    if cause := _BY_STATUS.get(reply.status):
        raise EsiaRefused(cause)
    if reply.status >= 500:
        raise EsiaRefused(Cause.UNAVAILABLE)
    if reply.status != 200 or not answer:
        raise EsiaRefused(esia_code(reply.body.decode(errors="replace")) or Cause.BAD_ANSWER)
    return answer
