"""What conversations show."""
