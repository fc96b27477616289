"""Kinds of notices, each a file: its words, whom it is for, and what facts are told as."""
