"""What a file is by its content, and which archives may be opened."""
