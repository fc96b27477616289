"""Tests of the stand-in: a browser, client systems and the application, all in one process."""
