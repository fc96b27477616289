"""What holds for people without asking the database: ages, names, and how alike two records are."""
