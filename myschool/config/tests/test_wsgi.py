"""A fresh worker answers its first request as fast as any other."""

import subprocess
import sys

LOADED = """
import sys
from myschool.config import wsgi
before = set(sys.modules)
assert "myschool.journal.urls" in before and "myschool.library.urls" in before
from django.urls import get_resolver
assert get_resolver().url_patterns
assert not {name for name in set(sys.modules) - before if name.startswith("myschool.")}
"""


def test_no_address_is_left_to_be_imported_by_the_first_request():
    subprocess.run([sys.executable, "-c", LOADED], check=True)
