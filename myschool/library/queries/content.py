"""What the content's origin needs of a version: its passport, its files, and what a play has kept."""

from dataclasses import dataclass
from typing import Any

from myschool.files.models import StoredFile
from myschool.library.models import MaterialVersion, PackageFile, Play
from myschool.library.rules.register import FORMATS, with_sessions


@dataclass(frozen=True, kw_only=True)
class PlayerPage:
    """A player's page; `format` is the name of its program, `told` what the program reads."""

    title: str
    format: str
    parts: list[dict[str, Any]]
    told: dict[str, Any]


def player_page(version_id: int, play_id: int) -> PlayerPage | None:
    """The player of a version, with what this play has kept; None for what no program of ours runs."""
    version = MaterialVersion.objects.filter(pk=version_id).first()
    runs = FORMATS.get(version.format) if version else None
    if version is None or runs is None or runs.is_outside:
        return None
    memory = Play.objects.filter(pk=play_id, version=version).values_list("memory", flat=True).first()
    subtitles = (
        sorted(version.package.filter(path__endswith=runs.subtitles).values_list("path", flat=True))
        if runs.subtitles
        else []
    )
    parts = version.passport.get("parts", [])
    config = {"launch": version.launch, "parts": parts, "memory": memory or {}, "subtitles": subtitles}
    return PlayerPage(title=version.title, format=version.format, parts=parts, told=config)


def course(version_id: int) -> MaterialVersion | None:
    """A version whose parts run in sessions of their own."""
    return MaterialVersion.objects.select_related("material").filter(pk=version_id, format__in=with_sessions()).first()


def package_file(version_id: int, path: str) -> StoredFile | None:
    """A file of a version's package."""
    if "\0" in path:
        return None
    row = PackageFile.objects.select_related("file").filter(version=version_id, path=path[:300]).first()
    return row.file if row else None
