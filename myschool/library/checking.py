"""The technical check of versions (техническая проверка): programs open what publishers hand in, and unpack it."""

import io
import mimetypes
from collections.abc import Iterator
from datetime import datetime
from typing import IO, cast
from zipfile import ZipFile

from django.db import transaction
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from myschool.files import actions as files
from myschool.files.gateways import CHUNK, Store, scanner, store
from myschool.files.models import StoredFile
from myschool.files.received import Received
from myschool.files.rules.archives import BadArchive, Entry, chunks_of, entries_of, opened
from myschool.files.rules.sniffing import UnfitFile, type_of
from myschool.files.stored import StoredBytes
from myschool.library import access, actions
from myschool.library.models import Format, MaterialVersion
from myschool.library.rules.packages import BadPackage, Finding, Package, Passport, passport_of

ARCHIVES = frozenset({"application/zip", "application/epub+zip"})
SINGLE = {
    "application/pdf": ("pdf", "document.pdf"),
    "video/mp4": ("video", "video.mp4"),
    "video/webm": ("video", "video.webm"),
    "audio/mpeg": ("audio", "audio.mp3"),
    "audio/ogg": ("audio", "audio.ogg"),
    "audio/mp4": ("audio", "audio.m4a"),
    "audio/x-wav": ("audio", "audio.wav"),
    "image/jpeg": ("picture", "picture.jpg"),
    "image/png": ("picture", "picture.png"),
    "image/gif": ("picture", "picture.gif"),
    "image/webp": ("picture", "picture.webp"),
}
# What a browser must be told exactly; the rest of the table is Python's own.
TYPES = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".vtt": "text/vtt",
    ".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t", ".m4s": "video/iso.segment", ".wasm": "application/wasm",
    ".svg": "image/svg+xml", ".xhtml": "application/xhtml+xml", ".opf": "application/oebps-package+xml",
    ".ncx": "application/x-dtbncx+xml", ".woff2": "font/woff2", ".woff": "font/woff",
}  # fmt: skip
LARGEST_PART = 20_000_000


def check_next(at: datetime) -> bool:
    """Check the version that has waited longest; answers whether there was one."""
    version_id = actions.queue_again(at=at)
    if version_id is None:
        return False
    with transaction.atomic():
        version = (
            access.versions_to_check()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("file", "material", "tool")
            .filter(pk=version_id)
            .first()
        )
        if version is None:
            return True
        try:
            passport, package = _examined(version, at)
        except (UnfitFile, BadArchive, BadPackage) as error:
            actions.fail_check(
                version=version, findings=[Finding("unfit", str(error), is_advice=False)], at=at
            )
        else:
            actions.pass_check(version=version, passport=passport, package=package, at=at)
        return True


def _examined(version: MaterialVersion, at: datetime) -> tuple[Passport, list[tuple[str, Received]]]:
    """What the version is, and the files it runs from.

    Raises:
        UnfitFile: its file is not of a kind that runs, or infected.
        BadArchive: its archive may not be opened.
        BadPackage: its package lacks what it needs.
    """
    if version.tool is not None:
        return _of_tool(version), []
    if version.file is None:
        raise BadPackage("К материалу не приложен файл.")
    with StoredBytes(version.file.key, version.file.size) as raw:
        file = cast("IO[bytes]", io.BufferedReader(raw, 4 * CHUNK))
        kind = type_of(file)
        if kind in ARCHIVES:
            return _archive(file, at)
        if kind not in SINGLE:
            raise UnfitFile(
                "Материалом может быть PDF, EPUB, видео MP4 или WebM, звук, рисунок или архив ZIP с пакетом HTML5, "
                "SCORM, H5P, cmi5 или HLS. Презентацию и документ сохраните как PDF."
            )
        if kind == "application/pdf":
            _must_open(file)
        return _single(version.file, kind)


def _of_tool(version: MaterialVersion) -> Passport:
    """What runs on its supplier's servers: experts see the rest."""
    if version.tool is None or version.tool.ended_at is not None:
        raise BadPackage("Тренажёр отключён. Подключите его снова или приложите файл.")
    custom = version.passport.get("custom", {})
    told = Finding("outside", "Тренажёр работает на серверах поставщика: без связи с ними он не откроется.")
    return Passport(Format.LTI, version.launch, findings=(told,), custom=custom)


def _single(file: StoredFile, kind: str) -> tuple[Passport, list[tuple[str, Received]]]:
    format_, path = SINGLE[kind]
    findings = (
        (Finding("subtitles", "У видео нет субтитров. Приложите архив ZIP: видео и субтитры .vtt."),)
        if format_ == "video"
        else ()
    )
    return Passport(format_, path, findings=findings), [(path, Received(file.key, path, kind, file.size))]


def _must_open(file: IO[bytes]) -> None:
    try:
        pages = len(PdfReader(file).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise UnfitFile("PDF повреждён и не открывается. Сохраните его заново.") from error
    if pages == 0:
        raise UnfitFile("В PDF нет страниц.")


def _archive(file: IO[bytes], at: datetime) -> tuple[Passport, list[tuple[str, Received]]]:
    entries = {entry.path: entry for entry in _inside(entries_of(file))}
    with opened(file) as archive:
        passport = _passport(archive, entries)
        package = list(_unpacked(archive, entries, store()))
    files.note_bytes(keys=sorted({received.key for _, received in package}), at=at)
    return passport, package


def _inside(entries: list[Entry]) -> list[Entry]:
    """The entries without the one folder that some programs put around everything, and without what they leave behind."""
    kept = [
        entry
        for entry in entries
        if not entry.path.startswith("__MACOSX/")
        and entry.path.rpartition("/")[2] not in (".DS_Store", "Thumbs.db")
    ]
    tops = {entry.path.partition("/")[0] for entry in kept}
    if len(tops) == 1 and all("/" in entry.path for entry in kept):
        cut = len(tops.pop()) + 1
        return [Entry(entry.path[cut:], entry.size, entry.record) for entry in kept]
    return kept


def _passport(archive: ZipFile, entries: dict[str, Entry]) -> Passport:
    def read(path: str) -> bytes:
        return b"".join(chunks_of(archive, entries[path], CHUNK))[:LARGEST_PART]

    movies = sorted(path for path in entries if path.endswith((".mp4", ".webm")))
    playable = [path for path in entries if path.endswith((".html", ".htm", ".xml", ".json", ".m3u8"))]
    if len(movies) == 1 and not playable:
        subtitles = any(path.endswith(".vtt") for path in entries)
        advice = () if subtitles else (Finding("subtitles", "У видео нет субтитров (.vtt)."),)
        return Passport("video", movies[0], findings=advice)
    return passport_of(Package(frozenset(entries), read))


def _unpacked(archive: ZipFile, entries: dict[str, Entry], kept_in: Store) -> Iterator[tuple[str, Received]]:
    for path, entry in entries.items():
        if scanner().found_in(chunks_of(archive, entry, CHUNK)):
            raise UnfitFile(f"В файле «{path}» найден вирус.")
        stored = kept_in.put(chunks_of(archive, entry, CHUNK))
        yield path, Received(stored.key, path, content_type_of(path), stored.size)


def content_type_of(path: str) -> str:
    """The media type a package's file is sent with."""
    ending = path[path.rfind(".") :].lower() if "." in path else ""
    return TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"
