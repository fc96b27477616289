"""What the worker does when there is something to do: long work that nobody waits for at a page."""

from collections.abc import Callable
from datetime import datetime

from myschool.files import previewing

# Each does one piece of work and answers whether there was any.
Job = Callable[[datetime], bool]
JOBS: tuple[Job, ...] = (previewing.make_next,)
