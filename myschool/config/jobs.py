"""What takes longer than a page may: each job takes the next piece of its work and answers whether there was one."""

from collections.abc import Callable
from datetime import datetime

from myschool.chat import delivering
from myschool.files import previewing
from myschool.library import checking
from myschool.notices import sending

Job = Callable[[datetime], bool]
JOBS: tuple[Job, ...] = (checking.check_next, previewing.make_next, delivering.keep_next)
# What must not wait for any of these: a lesson's change goes out while a package is being looked over.
SENDING: tuple[Job, ...] = (sending.send_next, delivering.deliver_next)
