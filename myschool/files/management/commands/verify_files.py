"""Find files whose bytes the store has lost or changed."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from myschool.files import verifying
from myschool.files.gateways import store


class Command(BaseCommand):
    """`myschool verify-files`: read all that rows point to; the exit code tells whether all is there."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each key that is missing."""
        missing = 0
        for key in verifying.missing(store()):
            missing += 1
            self.stdout.write(self.style.ERROR(f"{key} is missing or was changed"))
        if missing:
            raise CommandError(f"The store is not whole: {missing} missing.")
        self.stdout.write(self.style.SUCCESS("Every file is there."))
