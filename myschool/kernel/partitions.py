"""Tables that lie in a part for each school year, from 1 August on: an old year costs nothing.

Migrations make the first parts; housekeeping makes the following ones in time, before anything is written into them.
"""

from datetime import date

from django.db import connection

FIRST_MONTH = 8
AHEAD = 2


def year_of(day: date) -> int:
    """The calendar year in which the school year of a day begins."""
    return day.year - (day.month < FIRST_MONTH)


def keep_years(*tables: str, day: date) -> list[str]:
    """Make the parts of the year of a day and of the next two, where they are missing; answers the names of new ones."""
    partitions = []
    with connection.cursor() as cursor:
        for table in tables:
            for year in range(year_of(day), year_of(day) + 1 + AHEAD):
                # The tables are their owner's; the function makes a year's part for whoever runs the platform.
                cursor.execute("SELECT kernel_keep_year(%s::regclass, %s)", [table, year])
                if cursor.fetchone() == (True,):
                    partitions.append(f"{table}_{year}")
    return partitions
