"""SCORM 1.2 packages."""

from myschool.library.rules.packages import Format, Package, Passport
from myschool.library.rules.scorm import MANIFEST, passport_of


def read(package: Package) -> Passport | None:
    """The manifest of a package, if it is of this generation."""
    return passport_of(package, code=FORMAT.code, is_2004=False)


FORMAT = Format(
    code="scorm12", title="SCORM 1.2", order=70, marker=MANIFEST, turn=10, reads=read, package="SCORM", is_judged=True
)
