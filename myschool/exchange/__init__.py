"""Other systems, both ways. Now: calendars for other programs; spreadsheets, OneRoster and federation are to come."""
