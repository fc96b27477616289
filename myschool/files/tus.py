"""How uploads begin, as tus 1.0.0 describes it; whoever takes the file in the end has its own door, and asks for the right there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from myschool.files import uploading
from myschool.files.receiving import Kinds
from myschool.kernel.actors import ActorRequest
from myschool.kernel.errors import Refusal
from myschool.kernel.pages import answers_json

Door = Callable[..., HttpResponse]
VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"


class OtherVersion(Refusal):
    """The program speaks another version of tus, or does not say which."""

    status = 412
    headers = {"Tus-Version": VERSION}


class NotAPiece(Refusal):
    """What was sent on does not say that it is the next bytes."""

    status = 415


def door(*methods: str) -> Callable[[Door], Door]:
    """A door of tus: it names its version in every answer, refusals too, and answers nobody who speaks another.

    Who cannot send a method sends POST and names it in X-HTTP-Method-Override.
    """

    def made(view: Door) -> Door:
        @require_http_methods([*methods])
        def of_this_version(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise OtherVersion(f"Нужен заголовок Tus-Resumable: {VERSION}.")
            return view(request, *args, **named)

        @answers_json
        @wraps(view)
        def speaking(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if request.method == "POST":
                request.method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
            return of_this_version(request, *args, **named)

        speaking.answer_headers = {"Tus-Resumable": VERSION}  # type: ignore[attr-defined] # read where headers are set
        return speaking

    return made


def begin(request: ActorRequest, *, purpose: str, kinds: Kinds, left: int) -> HttpResponse:
    """Begin an upload of the bytes that are left to the person for this purpose; or say what this server can."""
    if request.method == "OPTIONS":
        about = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination", "Tus-Max-Size": str(kinds.limit)}
        return HttpResponse(status=204, headers=about)
    length, metadata = (request.headers.get(name, "") for name in ("Upload-Length", "Upload-Metadata"))
    begun = uploading.begin(length, metadata, purpose=purpose, kinds=kinds, left=left, by=request.actor)
    place = reverse("upload", args=[begun.token])
    return HttpResponse(status=201, headers={"Location": place, "Upload-Offset": "0"})


def offset_of(request: HttpRequest) -> int:
    """Where the next bytes go, as the request says.

    Raises:
        BadUpload: it does not say, or names no number of bytes.
    """
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdecimal() or len(offset) > uploading.LONGEST_NUMBER:
        raise uploading.BadUpload(
            "Нужен заголовок Upload-Offset: с какого байта продолжается файл, целое число от нуля."
        )
    return int(offset)


def must_be_a_piece(request: HttpRequest) -> None:
    """See that what is sent on says of itself that it is the next bytes.

    Raises:
        NotAPiece: it does not.
    """
    if request.content_type != PIECE:
        raise NotAPiece(f"Нужен заголовок Content-Type: {PIECE}.")
