"""What the stand-in remembers, in one SQLite file: everything else asks here and never writes SQL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from esia_standin.persons import KidCard, Person
from esia_standin.store.browsers import Browsers
from esia_standin.store.clients import Clients
from esia_standin.store.file import File
from esia_standin.store.keys import Keys
from esia_standin.store.kids import Kids
from esia_standin.store.people import People
from esia_standin.store.permits import Permits


class Store:
    """The shelves of the store. Several processes may hold it open at once."""

    def __init__(self, folder: Path) -> None:
        self._file = File(folder)
        self.clients = Clients(self._file)
        self.people = People(self._file)
        self.kids = Kids(self._file, self.people)
        self.keys = Keys(self._file)
        self.browsers = Browsers(self._file)
        self.permits = Permits(self._file)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; may be nested, the outermost one counts."""
        return self._file.transaction()

    def bring(self, persons: Sequence[Person]) -> None:
        """Add people or replace those with the same oid; cards of kids made by hand stay.

        Raises:
            Conflict: two accounts would share a login, or a kid's oid is unknown.
        """
        with self.transaction():
            for person in persons:
                self.people.write(person)
            for person in persons:
                for kid in person.kids:
                    if isinstance(kid, KidCard):
                        self.kids.add_card(person.oid, kid)
                    else:
                        self.kids.add_account(person.oid, kid)
