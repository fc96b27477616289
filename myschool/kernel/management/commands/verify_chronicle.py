"""Find what was changed, removed, cut off or put in between in the chronicle and the records of access."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from myschool.kernel import heads, sealing


class Command(BaseCommand):
    """`myschool verify-chronicle`: recompute every chain and compare it with what was signed; the exit code tells."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Against what, and whose signatures count."""
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            default=Path(settings.EVIDENCE_FOLDER),
            help="a file or folder of signed heads; without it the one that the follower writes",
        )
        parser.add_argument(
            "--key",
            type=Path,
            metavar="PEM",
            action="append",
            default=[],
            help="a public key whose signatures count, and may be given often; without it our own",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is not sealed yet, then look at every chain and at every signed head."""
        while sealing.seal_all():
            pass
        faults = [fault for chain in sealing.verify() for fault in self._shown(chain)]
        faults += self._compared(options["against"], options["key"])
        for fault in faults:
            self.stdout.write(self.style.ERROR(fault))
        if faults:
            raise CommandError(f"The evidence is not whole: {len(faults)} faults.")
        self.stdout.write(self.style.SUCCESS("The evidence is whole."))

    def _shown(self, chain: sealing.Chain) -> list[str]:
        title = f"{chain.ledger} {chain.chain}"
        if chain.length:
            self.stdout.write(f"{title}: {chain.length} rows, head {chain.head[:16]}")
        return [f"{title}: {fault}" for fault in chain.faults]

    def _compared(self, against: Path, keys: list[Path]) -> list[str]:
        if not against.exists():
            raise CommandError(f"There are no signed heads at {against}.")
        compared = heads.check(against, keys)
        self.stdout.write(f"signed: {compared.heads} heads in {compared.lines} lines, until {compared.until}")
        for loss in compared.losses:
            self.stdout.write(self.style.WARNING(loss))
        return list(compared.faults)
