"""What the pages of the journal show, and what a school has declared for it."""
