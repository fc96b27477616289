"""A stand-in of Gosuslugi's login (ЕСИА) for development and tests.

It owns accounts of invented people, a registry of client systems and its own signing keys, and answers on
the addresses, in the shapes and with the refusals of the real ЕСИА. Everything else is the client's: nothing
here imports the platform, nothing in the platform imports it. How to run it: README.md.
"""
