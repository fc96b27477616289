"""What holds for the timetable without asking the database: bells, weeks, lessons, clashes, changes, sanitary norms."""
