"""What is done in the journal."""
