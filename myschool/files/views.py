"""Doors of uploads, as tus 1.0.0 describes them: ask how far, go on, give up."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from myschool.files import access, tus, uploading
from myschool.kernel.actors import ActorRequest


@tus.door("HEAD", "PATCH", "DELETE")
def upload(request: ActorRequest, token: str) -> HttpResponse:
    """How far an upload has come; its next bytes; its end."""
    upload = get_object_or_404(access.own_uploads(request.actor), token=token)
    if request.method == "DELETE":
        uploading.drop(upload)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        here = str(uploading.arrived(upload))
        headers = {"Upload-Offset": here, "Upload-Length": str(upload.length), "Cache-Control": "no-store"}
        metadata = {"Upload-Metadata": upload.metadata} if upload.metadata else {}
        return HttpResponse(headers=headers | metadata)
    tus.must_be_a_piece(request)
    offset = tus.offset_of(request)
    here = str(uploading.append(upload, offset, request))
    return HttpResponse(status=204, headers={"Upload-Offset": here})
