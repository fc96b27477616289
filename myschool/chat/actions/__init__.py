"""What is done in conversations: their rosters, talking, keeping order."""
