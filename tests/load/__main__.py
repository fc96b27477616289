"""The bench (`make bench`): speeds as ratios to an empty view, and the plans of the hot statements."""

import argparse
import sys

import django

from tests import machine
from tests.load import place, wrk

SCHOOLS, QUICK_SCHOOLS = 1_000, 200


def main() -> None:
    """Fill the database, measure, print; ends with 1 where a plan reads a big table from end to end."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SCHOOLS} schools are enough, and short rounds")
    parser.add_argument("--fresh", action="store_true", help="make the bench's database anew")
    parser.add_argument("--plans", action="store_true", help="only the plans, without load")
    options = parser.parse_args()
    wrk.ensure()
    machine.ensure_chromium()
    place.choose(fresh=options.fresh)
    place.fill(QUICK_SCHOOLS if options.quick else SCHOOLS)
    django.setup()
    # What knows the models can be imported only now.
    from tests.load import library, moving, plans, report, rounds, screen, talk

    library.fill(library.QUICK_ENTRIES if options.quick else library.ENTRIES)
    if not options.plans:
        report.show_screen(screen.look())
        report.show_upload(library.upload())
        report.show_talk(talk.listen())
        report.show_moved(moving.measure())
        report.show_speeds(rounds.measure(rounds.QUICK if options.quick else rounds.FULL))
    sys.exit(0 if report.show_plans(plans.plans()) else 1)


if __name__ == "__main__":
    main()
