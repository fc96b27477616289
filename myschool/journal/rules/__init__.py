"""Exact arithmetic of marks and attendance, asking no database: scales, averages, final marks, absences."""
