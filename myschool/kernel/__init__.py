"""What every floor stands on: the chronicle, pages, refusals, clock, text. Imports nothing of the house."""
