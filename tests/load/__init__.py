"""The bench: how fast the platform answers, as ratios to an empty view of the same server in the same run.

`place` has the database and what lies in it, `targets` what is asked, `servers` who answers, `wrk` who asks, `plans` how
the database goes about it, `report` what is printed. Nothing here is a test: timings of two runs are not compared.
"""
