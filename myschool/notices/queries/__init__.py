"""What is told, how it is shown, and how it goes on its way."""
