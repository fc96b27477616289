"""Doors of uploads, as tus 1.0.0 describes them: begin, ask how far, go on, give up."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from myschool.files import access, forms, uploading
from myschool.kernel import pages
from myschool.kernel.actors import ActorRequest

TUS = {"Tus-Resumable": "1.0.0"}
ABOUT = {
    "Tus-Version": "1.0.0",
    "Tus-Extension": "creation,termination",
    "Tus-Max-Size": str(uploading.LARGEST),
}


@pages.answers_json
@require_http_methods(["OPTIONS", "POST"])
def uploads(request: ActorRequest) -> HttpResponse:
    """Begin an upload; or what this server can."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=TUS | ABOUT)
    begun = uploading.begin(
        request.headers.get("Upload-Length", ""), request.headers.get("Upload-Metadata", ""), by=request.actor
    )
    place = reverse("upload", args=[begun.token])
    return HttpResponse(status=201, headers={**TUS, "Location": place, "Upload-Offset": "0"})


@pages.answers_json
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: ActorRequest, token: str) -> HttpResponse:
    """How far an upload has come; its next bytes; its end."""
    found = get_object_or_404(access.own_uploads(request.actor), token=token)
    if request.method == "DELETE":
        uploading.drop(found)
        return HttpResponse(status=204, headers=TUS)
    if request.method == "HEAD":
        here = str(uploading.arrived(found))
        told = {"Upload-Offset": here, "Upload-Length": str(found.length), "Cache-Control": "no-store"}
        return HttpResponse(headers=TUS | told)
    given = pages.accepted(
        forms.Part({"offset": request.headers.get("Upload-Offset", ""), "kind": request.content_type})
    )
    here = str(uploading.append(found, given["offset"], request))
    return HttpResponse(status=204, headers={**TUS, "Upload-Offset": here})
