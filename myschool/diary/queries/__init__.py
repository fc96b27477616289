"""What the diary shows."""
