"""Run the platform: pages, live streams, the follower, the worker and the sender, each a process of its own."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from myschool.config import checks, servers


class Command(BaseCommand):
    """`myschool serve`: migrate, then run until a signal; a process that dies is started again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and how many workers."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--live-port", type=int, default=8001)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start six processes and keep them."""
        if settings.PRODUCTION:
            checks.demand_database(settings.DATABASE_URL)
        host, port, live_port = options["host"], options["port"], options["live_port"]
        with servers.holding({"--port": (host, port), "--live-port": (host, live_port)}):
            call_command("migrate", verbosity=0)
            if settings.PRODUCTION:
                # Now there is evidence, and it is clear who may change it.
                checks.demand_database(settings.DATABASE_URL)
            self.stdout.write(f"http://{host}:{port}/")
            servers.run(
                servers.programs_of(host=host, port=port, live_port=live_port, workers=options["workers"]),
                self.stderr.write,
            )
