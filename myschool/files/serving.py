"""Giving a file to a browser; whoever calls has found the row that allows it."""

import re
from codecs import getincrementaldecoder
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from myschool.files.gateways import store
from myschool.files.models import PreviewPage, StoredFile
from myschool.files.rules.names import name_as

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
TEXT_SHOWN = 200_000


def serve(file: StoredFile, request: HttpRequest | None = None, *, name: str = "") -> HttpResponseBase:
    """The file as a download, perhaps under another name but with its own ending: never shown as a page of ours, whatever is inside."""
    shown = name_as(name or file.name, file.name, file.content_type)
    response = stream(file.key, file.size, file.content_type, request)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(shown)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def show(file: StoredFile, request: HttpRequest | None = None) -> HttpResponseBase:
    """The file inside a page of ours: a picture, a film, a sound; opened by itself it can do nothing."""
    response = stream(file.key, file.size, file.content_type, request)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def show_page(page: PreviewPage, request: HttpRequest | None = None) -> HttpResponseBase:
    """The picture of a page."""
    response = stream(page.key, page.size, page.content_type, request)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def beginning_of(file: StoredFile) -> str:
    """The first 200 kB of a text, in whichever of the two encodings it is."""
    head = b"".join(store().read(file.key, 0, min(file.size, TEXT_SHOWN)))
    try:
        # A character may be cut in two at the end.
        return getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < TEXT_SHOWN)
    except UnicodeDecodeError:
        return head.decode("cp1251", "replace")


def stream(key: str, size: int, content_type: str, request: HttpRequest | None = None) -> HttpResponseBase:
    """Bytes of the store, whole or the range that is asked for (RFC 9110); their tag is the hash they lie under."""
    tag = f'"{key}"'
    request_headers = request.headers if request else {}
    if tag in request_headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": tag})
    headers = {"ETag": tag, "Accept-Ranges": "bytes"}
    span = _span(request_headers.get("Range", ""), size) if request_headers.get("If-Range", tag) == tag else None
    if span == ():
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if span:
        first, last = span
        headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
        chunks = store().read(key, first, last - first + 1)
        return StreamingHttpResponse(chunks, content_type=content_type, status=206, headers=headers)
    headers["Content-Length"] = str(size)
    return StreamingHttpResponse(store().read(key), content_type=content_type, headers=headers)


def _span(asked: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """The first and last byte of a range; None if the whole is asked for, () if there is no such part."""
    matched = RANGE.fullmatch(asked.strip())
    if not matched or not any(matched.groups()):
        # Several ranges at once are answered with the whole, as the standard lets a server do.
        return None
    start, end = matched.groups()
    first = int(start) if start else max(0, size - int(end))
    last = min(int(end), size - 1) if start and end else size - 1
    return (first, last) if first <= last and first < size and (start or int(end)) else ()
