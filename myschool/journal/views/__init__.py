"""Doors of the journal: its page, one lesson, and what is kept beside them."""
