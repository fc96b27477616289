"""Rules of talk: safe formatting, who may talk with whom, quiet hours."""
