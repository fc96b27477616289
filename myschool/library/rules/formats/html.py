"""Packages of pages, HTML5."""

from myschool.library.rules.packages import Format, Package, Passport, page_findings


def read(package: Package) -> Passport | None:
    """A package of pages that says nothing of itself: the first page is the one nearest to its top."""
    starts = [path for path in package.paths if path.rpartition("/")[2].lower() in ("index.html", "index.htm")]
    if not starts:
        return None
    launch = min(starts, key=lambda path: (path.count("/"), path))
    return Passport(format=FORMAT.code, launch=launch, findings=tuple(page_findings(package)))


FORMAT = Format(code="html", title="Пакет HTML5", order=60, turn=90, reads=read, package="HTML5", is_portable=True)
