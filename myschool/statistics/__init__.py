"""Indicators (показатели) kept from facts. Will own tallies and reports; reads the chronicle, never the journal's tables."""
