"""Marks on views: who may come in. Without a mark a door is for those who are logged in."""

from collections.abc import Callable
from typing import Any, TypeVar

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
