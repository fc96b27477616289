"""All formats of content, as the files of `formats` offer them, and what is made of them together."""

from myschool.kernel.growth import gather
from myschool.library.rules import formats
from myschool.library.rules.packages import BadPackage, Format, Package, Passport

FORMATS = {entry.code: entry for entry in sorted(gather(formats, "FORMAT", Format), key=lambda entry: entry.order)}
NOT_CHECKED = Format(code="", title="", order=0)
ZIP = "application/zip"


def passport_of(package: Package) -> Passport:
    """What the package is and how it opens.

    Raises:
        BadPackage: it is none of the formats that run, or lacks what it names.
    """
    for entry in _by_turn():
        if entry.reads and (not entry.marker or entry.marker in package.paths) and (passport := entry.reads(package)):
            return passport
    raise BadPackage(
        f"В архиве нет ни index.html, ни описания {in_words(_described())}: непонятно, что открывать первым."
    )


def of_file(media_type: str) -> Format | None:
    """The format of one file by its media type; None where there is none."""
    return next((entry for entry in FORMATS.values() if media_type in entry.files), None)


def archives() -> set[str]:
    """The media types of what is unpacked."""
    return {ZIP} | {entry.archive for entry in FORMATS.values() if entry.archive}


def outside() -> Format:
    """The format of what runs on its supplier's servers."""
    return next(entry for entry in FORMATS.values() if entry.is_outside)


def with_sessions() -> frozenset[str]:
    """The codes of what runs part by part in sessions of their own."""
    return frozenset(entry.code for entry in FORMATS.values() if entry.has_sessions)


def endings() -> dict[str, str]:
    """By a file's ending the media type that a player needs to be told exactly."""
    return {ending: media for entry in FORMATS.values() for ending, media in entry.endings.items()}


def format_of(code: str) -> Format:
    """The format of this code; before a version is checked, one without a title."""
    return FORMATS.get(code, NOT_CHECKED)


def accepted_in_short() -> str:
    """What a material may be, for who chooses a file."""
    return f"{', '.join(entry.alone for entry in _alone())} или архив ZIP с {', '.join(_packages())}"


def accepted() -> str:
    """What a material may be, for who has sent something else."""
    alone = ", ".join(entry.alone_exactly or entry.alone for entry in _alone())
    return f"{alone} или архив ZIP с пакетом {in_words(_packages())}"


def in_words(names: list[str]) -> str:
    """«SCORM, H5P или EPUB»."""
    return " или ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _by_turn() -> list[Format]:
    """The formats of packages, as they are asked whether one is theirs."""
    return sorted(FORMATS.values(), key=lambda one: one.turn)


def _alone() -> list[Format]:
    return [entry for entry in FORMATS.values() if entry.alone]


def _packages() -> list[str]:
    """What archives are called; last the formats that come as a file of their own too."""
    named = sorted((entry for entry in FORMATS.values() if entry.package), key=lambda entry: bool(entry.files))
    return list(dict.fromkeys(entry.package for entry in named))


def _described() -> list[str]:
    """The formats whose packages say of themselves what they are."""
    return list(dict.fromkeys(entry.package or entry.alone for entry in _by_turn() if entry.marker))
