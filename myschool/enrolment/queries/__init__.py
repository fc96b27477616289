"""What pages about joining a school show."""
