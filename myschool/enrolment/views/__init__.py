"""Doors of joining a school, by whose screen they belong to."""
