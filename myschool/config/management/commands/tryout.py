"""Try the platform on this machine: demo data, the stand-in of Gosuslugi, and the servers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command

from myschool.config import checks, tryout


class Command(BaseCommand):
    """`myschool tryout`: what `make run` runs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--live-port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve until a signal; the stand-in ends with us."""
        checks.refuse_in_production("tryout")
        call_command("migrate", verbosity=0)
        call_command("load_classifiers")
        call_command("demo")
        tryout.make_certificate()
        standin = tryout.start_standin()
        try:
            tryout.introduce()
            call_command("serve", port=options["port"], live_port=options["live_port"])
        finally:
            standin.terminate()
            standin.wait(timeout=30)
