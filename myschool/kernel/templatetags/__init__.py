"""What templates of every package may use: the built front end."""
