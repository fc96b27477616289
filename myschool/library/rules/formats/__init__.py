"""Formats of content, each a file: what people call it, how it is known, and what runs it."""
