"""H5P packages."""

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
    for needed in settings.get("preloadedDependencies", []):
        name = f"{needed.get('machineName')}-{needed.get('majorVersion')}.{needed.get('minorVersion')}"
        if (
            f"{name}/library.json" not in package.paths
            and f"{needed.get('machineName')}/library.json" not in package.paths
        ):
            raise BadPackage(f"В пакете H5P нет библиотеки {name}. Выгрузите его вместе с библиотеками.")
    return Passport(format=FORMAT.code, launch=MARKER, title=str(settings.get("title", ""))[:200])


FORMAT = Format(code="h5p", title="H5P", order=90, marker=MARKER, turn=30, reads=read, package="H5P", is_judged=True)
