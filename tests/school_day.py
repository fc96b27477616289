"""The day on which stories are played, whenever the tests run: lessons lie behind it and ahead of it."""

from datetime import UTC, date, datetime

from myschool.config.demo.registry import year_start

NOW = datetime.now(UTC).date()
# A Wednesday or near one, in the middle of the second quarter.
SCHOOL_DAY = date(year_start(NOW).year, 11, 25)
# What the platform is told, so that its clock shows that day.
CLOCK = {"MYSCHOOL_CLOCK_DAYS": str((SCHOOL_DAY - NOW).days)}
