"""How uploads begin, as tus 1.0.0 describes it; whoever takes the file in the end has its own door, and asks for the right there."""

from django.http import HttpResponse
from django.urls import reverse

from myschool.files import uploading
from myschool.files.receiving import Kinds
from myschool.kernel.actors import ActorRequest

TUS = {"Tus-Resumable": "1.0.0"}


def begin(request: ActorRequest, *, purpose: str, kinds: Kinds, left: int) -> HttpResponse:
    """Begin an upload of the bytes that are left to the person for this purpose; or say what this server can."""
    if request.method == "OPTIONS":
        about = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,termination", "Tus-Max-Size": str(kinds.limit)}
        return HttpResponse(status=204, headers=TUS | about)
    length, metadata = (request.headers.get(name, "") for name in ("Upload-Length", "Upload-Metadata"))
    begun = uploading.begin(length, metadata, purpose=purpose, kinds=kinds, left=left, by=request.actor)
    place = reverse("upload", args=[begun.token])
    return HttpResponse(status=201, headers={**TUS, "Location": place, "Upload-Offset": "0"})
