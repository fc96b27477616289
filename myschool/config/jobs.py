"""What takes longer than a page may: each job takes the next piece of its work and answers whether there was one."""

from collections.abc import Callable
from datetime import datetime

from myschool.library.checking import check_next

JOBS: tuple[Callable[[datetime], bool], ...] = (check_next,)
