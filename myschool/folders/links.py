"""Links that open a document for an hour, and nothing but the signature says so: nothing is kept of them."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Link:
    """What a link says: to which document it leads, and when it was made."""

    document_id: int
    made_at: datetime


def read(token: str, at: datetime) -> Link:
    """What a link says.

    Raises:
        LinkIsOver: it does not lead there now.
    """
    over = LinkIsOver("Ссылка устарела или набрана с ошибкой. Попросите у владельца файла новую.")
    try:
        document_id, until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise over from error
    ends_at = datetime.fromtimestamp(until, UTC)
    if ends_at <= at:
        raise over
    return Link(int(document_id), ends_at - LINK_LIVES)
