"""The whole platform as an application of Django."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Makes every process know who reads facts and who answers questions."""

    name = "myschool.config"

    def ready(self) -> None:
        """Import the packages' handlers."""
        import_module("myschool.config.followers")
