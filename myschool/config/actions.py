"""What operators do to the platform's own machinery."""

from datetime import datetime

from django.db import connection, transaction

from myschool.config import facts
from myschool.kernel import chronicle, waking
from myschool.kernel.actors import Actor
from myschool.kernel.models import SetAside


@transaction.atomic
def try_again(*, aside: SetAside, by: Actor, at: datetime) -> None:
    """Let the follower try an entry again that was set aside; it does so at once."""
    if SetAside.objects.filter(pk=aside.pk, followed_at=None, again_at=None).update(again_at=at):
        chronicle.write(facts.EntryTriedAgain(set_aside_id=aside.pk, **by.stamp(at)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [waking.CHANNEL, aside.follower])
