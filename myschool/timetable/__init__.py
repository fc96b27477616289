"""Bells, lessons and substitutions: will own the timetable (расписание)."""
