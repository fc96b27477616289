"""Shapes of what the pages of the study plan and the timetable send."""
