"""Marks on views: who may come in, and whose row the address names; and what a view says of the answer it makes.

Without a mark a door is for those who are logged in.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from myschool.kernel.actors import ActorRequest, Look

View = TypeVar("View", bound=Callable[..., Any])


def for_visitors(view: View) -> View:
    """Let in people who have not logged in."""
    view.for_visitors = True  # type: ignore[attr-defined] # a mark on the function, read by the middleware
    return view


def untouched(view: View) -> View:
    """Do not count a visit as use of the session: the page asks by itself, nobody did anything."""
    view.untouched = True  # type: ignore[attr-defined] # a mark on the function, read by the middleware
    return view


def before_agreement(view: View) -> View:
    """Let in students of 14 who have not agreed themselves yet: what they agree to, and their rights over their data."""
    view.before_agreement = True  # type: ignore[attr-defined] # a mark on the function, read by the middleware
    return view


def about(student_of: Callable[..., int | None]) -> Callable[[View], View]:
    """Say whose row the address names, so that a refused look at it is told to that family.

    `student_of` takes what the address holds. An address with a `student_id` needs no mark.
    """

    def marked(view: View) -> View:
        view.student_of = student_of  # type: ignore[attr-defined] # a mark on the function, read by the middleware
        return view

    return marked


def shows_students(request: ActorRequest, section: str, student_ids: Iterable[int], reason: str = "") -> None:
    """Say whose data the answer shows.

    Once it is made, the middleware writes down for the families what staff from outside the student's class were shown.
    """
    request.looks.append(Look(section=section, student_ids=frozenset(student_ids), reason=reason[:300]))
