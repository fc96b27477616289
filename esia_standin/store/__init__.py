"""What the stand-in remembers, in one SQLite file: everything else asks here and never writes SQL."""
