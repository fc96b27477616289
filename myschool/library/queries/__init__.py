"""What the library's pages show, by who looks."""
