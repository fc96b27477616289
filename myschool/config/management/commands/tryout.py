"""Try the platform on this machine: demo data, the stand-in of Gosuslugi, and the servers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command

from myschool.config import checks, servers, tryout

HOST = "127.0.0.1"


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
        port, live_port = options["port"], options["live_port"]
        ports = {"--port": (HOST, port), "--live-port": (HOST, live_port), "ESIA_HOST": tryout.standin_place()}
        with servers.holding(ports):
            call_command("migrate", verbosity=0)
            call_command("load_classifiers")
            call_command("demo")
            tryout.make_certificate()
            programs = servers.programs_of(host=HOST, port=port, live_port=live_port, workers=2)
            with tryout.standin():
                tryout.introduce()
                self.stdout.write(f"http://{HOST}:{port}/")
                servers.run(programs, self.stderr.write)
