"""The bench: how fast the platform answers, as ratios to an empty view of the same server in the same run.

`place` has the database and what lies in it, `doors` what is asked, `servers` who answers, `wrk` who asks, `rounds` when,
`screen` how it looks in a browser, `moving` how soon an open page hears, `plans` how the database goes about it, `report` what is printed. Nothing here is a test: two runs cannot be compared.
"""
