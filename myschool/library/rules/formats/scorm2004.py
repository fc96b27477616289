"""SCORM 2004 packages."""

from myschool.library.rules.packages import Format, Package, Passport
from myschool.library.rules.scorm import MANIFEST, passport_of


def read(package: Package) -> Passport | None:
    """The manifest of a package, if it is of this generation."""
    return passport_of(package, code=FORMAT.code, is_2004=True)


FORMAT = Format(
    code="scorm2004",
    title="SCORM 2004",
    order=80,
    marker=MANIFEST,
    turn=20,
    reads=read,
    package="SCORM",
    is_judged=True,
)
