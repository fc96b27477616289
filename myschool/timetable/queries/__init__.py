"""What the pages of the study plan and the timetable show."""
