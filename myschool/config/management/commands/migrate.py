"""Django's own migrations, run as the owner of the tables; then the application is let in to what they have made."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate

from myschool.config import privileges
from myschool.kernel import sealing


class Command(migrate.Command):
    """`myschool migrate`: as Django's; a whole one also says what the application may do, and where the data are."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, grant, and notice a copy that was restored."""
        application = privileges.account(settings.DATABASE_URL)
        with privileges.as_owner():
            is_another = application != privileges.account(settings.DATABASE_OWNER_URL)
            with privileges.readable(by=application) if is_another else nullcontext():
                super().handle(*args, **options)
            if not options["app_label"]:
                if is_another:
                    privileges.grant(to=application)
                sealing.enter_cluster()
