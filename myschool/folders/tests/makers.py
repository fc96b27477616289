"""People's files for tests: plain functions with sensible defaults."""

from itertools import count

from myschool.files.received import Received
from myschool.folders import actions
from myschool.schools.tests.makers import NOON

_numbers = count(1)


def received(name="план.pdf", size=1000):
    """A file whose bytes are said to be in the store."""
    return Received(key=f"{next(_numbers):064d}", name=name, content_type="application/pdf", size=size)


def make_folder(by, name="Уроки", parent=None, at=NOON):
    return actions.make_folder(name=name, parent=parent, by=by, at=at)


def make_document(by, name="план.pdf", folder=None, size=1000, at=NOON):
    (document,) = actions.add_documents(folder=folder, received=[received(name, size)], by=by, at=at)
    return document
