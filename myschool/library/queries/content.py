"""What the content's origin needs of a version: its passport, its files, and what a play has kept."""

from dataclasses import dataclass
from typing import Any

from myschool.files.models import StoredFile
from myschool.library.models import Format, MaterialVersion, PackageFile, Play


@dataclass(frozen=True)
class PlayerPage:
    """A player's page; `told` is what its program reads."""

    title: str
    format: str
    parts: list[dict[str, Any]]
    told: dict[str, Any]


def player_page(version_id: int, play_id: int) -> PlayerPage | None:
    """The player of a version, with what this play has kept."""
    version = MaterialVersion.objects.filter(pk=version_id).first()
    if version is None:
        return None
    memory = Play.objects.filter(pk=play_id, version=version).values_list("memory", flat=True).first()
    subtitles = (
        sorted(version.package.filter(path__endswith=".vtt").values_list("path", flat=True))
        if version.format == Format.VIDEO
        else []
    )
    parts = version.passport.get("parts", [])
    told = {"launch": version.launch, "parts": parts, "memory": memory or {}, "subtitles": subtitles}
    return PlayerPage(version.title, version.format, parts, told)


def course(version_id: int) -> MaterialVersion | None:
    """A version that is a cmi5 course."""
    return MaterialVersion.objects.select_related("material").filter(pk=version_id, format=Format.CMI5).first()


def package_file(version_id: int, path: str) -> StoredFile | None:
    """A file of a version's package."""
    if "\0" in path:
        return None
    found = PackageFile.objects.select_related("file").filter(version=version_id, path=path[:300]).first()
    return found.file if found else None
