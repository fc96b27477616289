"""Trainers that run on their suppliers' servers (LTI)."""

from myschool.library.rules.packages import Format

FORMAT = Format(code="lti", title="Внешний тренажёр", order=110, is_judged=True, is_outside=True)
