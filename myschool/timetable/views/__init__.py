"""Doors of the study plan and the timetable, by whose screen they belong to."""
