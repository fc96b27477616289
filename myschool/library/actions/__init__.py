"""What people do in the library, by who does it."""
