"""Taking files into somebody's space: what does not fit is not even received."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from myschool.files import uploading
from myschool.files.access import own_uploads
from myschool.files.received import Received
from myschool.files.receiving import DOCUMENTS, receive
from myschool.folders.actions import demand_space
from myschool.kernel.actors import Actor

FIELD, PURPOSE = "attached", "own"


def take(attached: "Sequence[UploadedFile[Any]]", tokens: Sequence[str], *, by: Actor) -> list[Received]:
    """Files of a form, and those that have come in parts, checked by their content.

    Raises:
        OverQuota: they do not fit.
        FileRefused: one is broken, infected or of a kind that is not taken.
    """
    come = own_uploads(by).filter(token__in=tokens, purpose=PURPOSE).values_list("length", flat=True)
    demand_space(size=sum(come) + sum(upload.size or 0 for upload in attached), by=by)
    return [
        *(receive(upload, DOCUMENTS, field=FIELD) for upload in attached),
        *(uploading.take(token, DOCUMENTS, purpose=PURPOSE, field=FIELD, by=by) for token in tokens),
    ]
