"""Links that open a document for an hour, and nothing but the signature says so: nothing is kept of them."""

from datetime import UTC, datetime

from django.core import signing

from myschool.folders.rules import LINK_LIVES
from myschool.kernel.errors import Refusal

SALT = "myschool.folders.links"


class LinkIsOver(Refusal):
    """The link's hour has passed, or it was never ours."""

    status = 410


def signed(document_id: int, at: datetime) -> str:
    """The link's own part of the address."""
    return signing.dumps([document_id, int((at + LINK_LIVES).timestamp())], salt=SALT)


def document_of(token: str, at: datetime) -> int:
    """The id of the document a link leads to.

    Raises:
        LinkIsOver: it does not lead there now.
    """
    over = LinkIsOver("Ссылка устарела или набрана с ошибкой. Попросите у владельца файла новую.")
    try:
        document_id, until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise over from error
    if datetime.fromtimestamp(until, UTC) <= at:
        raise over
    return int(document_id)
