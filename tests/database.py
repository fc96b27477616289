"""Before any test, and before the settings are read: the embedded database runs, and commits do not wait for the disk.

Tests own their tables: they make them, empty them, and look behind what the platform may do.
"""

import os

from myschool.config import embedded

if "DATABASE_URL" not in os.environ:
    embedded.ensure_running()
    os.environ["DATABASE_URL"] = embedded.owner_url() + "&options=-c%20synchronous_commit%3Doff"
