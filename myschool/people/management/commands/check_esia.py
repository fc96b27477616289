"""Tell what is wrong with this system's registration in ЕСИА."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from myschool.kernel import clock
from myschool.people import gateways
from myschool.people.esia.diagnosis import diagnose


class Command(BaseCommand):
    """`myschool check-esia`: certificate, key, hash, clock, mnemonic, trusted keys; fails if one is wrong."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every finding."""
        findings = diagnose(gateways.esia_settings(), at=clock.now())
        for finding in findings:
            self.stdout.write(f"{finding.verdict}: {finding.subject}: {finding.text}")
        if any(finding.verdict == "wrong" for finding in findings):
            raise CommandError("ЕСИА would refuse us.")
