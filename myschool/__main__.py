"""`python -m myschool COMMAND`: every command of the platform, with its database running."""

import os
import sys

from myschool.config import checks, embedded, env


def main() -> None:
    """Start the embedded database unless another one is configured, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")
    # How the database calls this process in its lists of who does what.
    os.environ["PGAPPNAME"] = " ".join(["myschool", *sys.argv[1:3]])
    if sys.argv[1:] == ["check-production"]:
        # It judges the settings, so it cannot stand on them.
        sys.exit(checks.report())
    if "DATABASE_URL" not in os.environ and not env.flag("MYSCHOOL_PRODUCTION", default=False):
        embedded.ensure_running()
    from django.core.management import execute_from_command_line

    # People type verify-chronicle, Python's files are named verify_chronicle.
    command = [word.replace("-", "_") for word in sys.argv[1:2]]
    try:
        execute_from_command_line(["myschool", *command, *sys.argv[2:]])
    except KeyboardInterrupt:
        # A Ctrl+C is an order, not a fault.
        sys.exit(130)


if __name__ == "__main__":
    main()
