"""What holds for schools without asking the database: numbers, names of classes, terms, hours, working days."""
