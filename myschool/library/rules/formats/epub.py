"""Books in EPUB."""

from myschool.library.rules.packages import BadPackage, Format, Package, Passport, attribute, elements, first_text

MARKER, MEDIA = "META-INF/container.xml", "application/epub+zip"


def read(package: Package) -> Passport:
    """What a book says of itself.

    Raises:
        BadPackage: it cannot run.
    """
    container = package.xml(MARKER)
    root = next((attribute(path, "full-path") for path in elements(container, "rootfile")), "")
    if root not in package.paths:
        raise BadPackage("В EPUB нет файла с описанием книги.")
    if "META-INF/encryption.xml" in package.paths:
        raise BadPackage("EPUB защищён от копирования. Отправьте книгу без защиты.")
    described = package.xml(root)
    return Passport(format=FORMAT.code, launch=root, title=first_text(described, "title"))


FORMAT = Format(
    code="epub",
    title="EPUB",
    order=20,
    archive=MEDIA,
    marker=MARKER,
    turn=50,
    reads=read,
    alone="EPUB",
    media=MEDIA,
    dcmi="Text",
    endings={
        ".xhtml": "application/xhtml+xml",
        ".opf": "application/oebps-package+xml",
        ".ncx": "application/x-dtbncx+xml",
    },
    is_portable=True,
)
