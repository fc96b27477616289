"""Giving a file to a browser; whoever calls has found the row that allows it."""

from urllib.parse import quote

from django.http import StreamingHttpResponse

from myschool.files.gateways import store
from myschool.files.models import StoredFile


def serve(file: StoredFile) -> StreamingHttpResponse:
    """The file as a download: never shown as a page of ours, whatever is inside."""
    response = StreamingHttpResponse(store().read(file.key), content_type=file.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
