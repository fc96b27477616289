"""Find changed or removed entries of the chronicle."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from myschool.kernel import chronicle


class Command(BaseCommand):
    """`myschool verify-chronicle`: recompute every school's chain; the exit code tells whether all is whole."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is not sealed yet, then look at every chain."""
        while chronicle.follow(chronicle.SEALER):
            pass
        broken = 0
        for chain in chronicle.verify():
            self.stdout.write(f"school {chain.school_id}: {chain.length} entries, head {chain.head[:16]}")
            for fault in chain.broken:
                broken += 1
                self.stdout.write(self.style.ERROR(f"school {chain.school_id}: {fault}"))
        if broken:
            raise CommandError(f"The chronicle is not whole: {broken} faults.")
        self.stdout.write(self.style.SUCCESS("The chronicle is whole."))
