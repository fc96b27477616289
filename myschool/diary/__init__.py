"""The family's diary (дневник). Owns no rows: reads journal, homework and timetable."""
