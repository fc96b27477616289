"""Organisations, schools, school years and classes, and the classifiers (справочники) they are described by."""
