"""Other systems, both ways: OneRoster, spreadsheets, iCalendar, federation. Will own batches and reconciliations."""
