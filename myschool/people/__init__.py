"""Persons, their accounts and sessions, guardianship, posts and consents; the client of Gosuslugi (ЕСИА).

Owns who somebody is and what they agreed to. Where they study belongs to `enrolment`."""
