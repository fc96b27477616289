"""Stored files (файлы): bytes behind a Protocol, with limits of size and type.

Knows nothing of why a file is kept: whoever owns the row that points at it decides who may read it."""
