"""Rows of the world by package: what the doors of lessons, journals, homework and diaries are about."""
