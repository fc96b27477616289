"""The family's diary (дневник). Owns no marks: reads journal, homework and timetable; will own acknowledgements."""
