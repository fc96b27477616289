"""Doors of uploads, as tus 1.0.0 describes them: ask how far, go on, give up."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from myschool.files import access, forms, uploading
from myschool.files.tus import TUS
from myschool.kernel import pages
from myschool.kernel.actors import ActorRequest


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
