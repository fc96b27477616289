"""Policy of the library: kinds, ways of a version, criteria, queries in Russian, packages."""
