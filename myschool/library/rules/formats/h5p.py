"""H5P packages."""

from collections.abc import Iterator
from typing import Any

from myschool.library.rules.packages import BadPackage, Format, Package, Passport

MARKER = "h5p.json"


def read(package: Package) -> Passport:
    """What h5p.json says, with the libraries that it needs.

    Raises:
        BadPackage: it cannot run.
    """
    settings = package.json(MARKER)
    if not isinstance(settings, dict) or not settings.get("mainLibrary"):
        raise BadPackage("В h5p.json не названа основная библиотека (mainLibrary).")
    if "content/content.json" not in package.paths:
        raise BadPackage("В пакете H5P нет файла content/content.json.")
    package.json("content/content.json")
    for machine_name, version in _libraries(settings.get("preloadedDependencies", [])):
        name = f"{machine_name}-{version}"
        if f"{name}/library.json" not in package.paths and f"{machine_name}/library.json" not in package.paths:
            raise BadPackage(f"В пакете H5P нет библиотеки {name}. Выгрузите его вместе с библиотеками.")
    title = settings.get("title")
    return Passport(format=FORMAT.code, launch=MARKER, title=title[:200] if isinstance(title, str) else "")


def _libraries(told: Any) -> Iterator[tuple[str, str]]:
    """Each library's name and version."""
    for needed in told if isinstance(told, list) else [told]:
        if not isinstance(needed, dict) or not isinstance(needed.get("machineName"), str):
            raise BadPackage("В h5p.json не читается список библиотек (preloadedDependencies). Выгрузите пакет заново.")
        yield needed["machineName"], f"{needed.get('majorVersion')}.{needed.get('minorVersion')}"


FORMAT = Format(code="h5p", title="H5P", order=90, marker=MARKER, turn=30, reads=read, package="H5P", is_judged=True)
