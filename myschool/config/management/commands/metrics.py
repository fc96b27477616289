"""Numbers for a monitoring system, in the text format of Prometheus: how far followers are behind and what they set aside.

Run it by a timer into a file of node_exporter's textfile collector; nobody's data is in it.
"""

from typing import Any

from django.core.management import BaseCommand

from myschool.config import queries
from myschool.kernel import clock, transactions

GAUGES = {
    "entries": ("myschool_follower_lag_entries", "Entries that the follower has still to read."),
    "seconds": ("myschool_follower_lag_seconds", "Age of the oldest of them."),
    "aside": ("myschool_follower_set_aside", "Entries that were set aside and not followed since."),
}


class Command(BaseCommand):
    """`myschool metrics`: print them once."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """All of them, as they are at this moment."""
        rows = queries.lag_rows(clock.now())
        for name, (gauge, words) in GAUGES.items():
            self._say(gauge, words, {f'{{follower="{row.follower}"}}': getattr(row, name) for row in rows})
        waiting = transactions.facts_waiting()
        self._say("myschool_facts_unreadable", "Facts that a running transaction keeps from everybody.", {"": waiting})

    def _say(self, gauge: str, words: str, values: dict[str, int]) -> None:
        self.stdout.write(f"# HELP {gauge} {words}\n# TYPE {gauge} gauge")
        for labels, value in values.items():
            self.stdout.write(f"{gauge}{labels} {value}")
