"""Making previews: a worker turns a document into PDF, and PDF into pictures of its pages, one document at a time."""

import logging
import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from myschool.files import actions, sandbox
from myschool.files.gateways import CHUNK, store
from myschool.files.models import Preview
from myschool.files.received import Picture
from myschool.files.rules.previews import ENDINGS, MOST_PAGES

log = logging.getLogger(__name__)

PROGRAMS = ("soffice", "pdftoppm", "pdfinfo")
SECONDS = 90
LARGEST = 100_000_000
# The longer side of a picture, in points of a screen: a page is read on a laptop at its full width.
LONG_SIDE = 1400
PNG = b"\x89PNG\r\n\x1a\n"
PAGES = re.compile(rb"^Pages:\s+(\d{1,9})$", re.MULTILINE)

BROKEN = "Файл повреждён или сохранён необычным образом, показать его не получилось. Скачайте его или сохраните заново."
TOO_SLOW = "Файл слишком сложный: за отведённое время показать его не получилось. Скачайте его."
TOO_BIG = "Файл слишком большой для предпросмотра. Скачайте его."
EMPTY = "В документе нет ни одной страницы."


class Unshowable(Exception):
    """The file cannot be shown; the message tells people why."""


@cache
def missing() -> tuple[str, ...]:
    """Programs this machine lacks for making previews."""
    return tuple(program for program in PROGRAMS if not shutil.which(program))


def make_next(at: datetime) -> bool:
    """Make the preview that has waited longest; answers whether there was one."""
    # Without the programs documents wait for them: what failed once is not tried again.
    preview = None if missing() else actions.take_preview(at=at)
    if preview is None:
        return False
    with tempfile.TemporaryDirectory(prefix="preview-") as name:
        folder = Path(name)
        try:
            pages, pictures = _pictures(preview, folder)
        except Unshowable as error:
            actions.fail_preview(preview=preview, reason=str(error))
        except sandbox.ProgramFailed as error:
            log.warning("preview %s: %s", preview.pk, error)
            slow = isinstance(error, sandbox.TooSlow)
            actions.fail_preview(preview=preview, reason=TOO_SLOW if slow else BROKEN)
        else:
            actions.finish_preview(preview=preview, pages=pages, pictures=[_kept(path, at) for path in pictures])
    return True


def _pictures(preview: Preview, folder: Path) -> tuple[int, Sequence[Path]]:
    source = _fetched(preview, folder)
    if preview.content_type in ENDINGS:
        source = _as_pdf(source, folder)
    output = sandbox.run(["pdfinfo", f"{{place}}/{source.name}"], folder, seconds=SECONDS // 9)
    counted = PAGES.search(output)
    if not counted or counted[1] == b"0":
        raise Unshowable(EMPTY)
    sandbox.run(
        [
            "pdftoppm",
            "-png",
            "-scale-to",
            str(LONG_SIDE),
            "-l",
            str(MOST_PAGES),
            f"{{place}}/{source.name}",
            "{place}/page",
        ],
        folder,
        seconds=SECONDS,
    )
    # What came out of a program that has read a stranger's file is itself a stranger's.
    pictures = sorted(path for path in folder.glob("page-*.png") if path.is_file() and not path.is_symlink())
    if not pictures or not all(_begins_as_png(path) for path in pictures):
        raise Unshowable(BROKEN)
    return int(counted[1]), pictures[:MOST_PAGES]


def _fetched(preview: Preview, folder: Path) -> Path:
    """The file, under a name that says nothing but its type."""
    path = folder / f"document.{ENDINGS.get(preview.content_type, 'pdf')}"
    size = 0
    with path.open("wb") as file:
        for chunk in store().read(preview.key):
            size += len(chunk)
            if size > LARGEST:
                raise Unshowable(TOO_BIG)
            file.write(chunk)
    return path


def _as_pdf(source: Path, folder: Path) -> Path:
    sandbox.run(
        [
            "soffice",
            "-env:UserInstallation=file://{place}/profile",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            "pdf",
            "--outdir",
            "{place}",
            f"{{place}}/{source.name}",
        ],
        folder,
        seconds=SECONDS,
    )
    pdf = source.with_suffix(".pdf")
    # It also says that all is well when it could not read the file.
    if pdf.is_symlink() or not pdf.is_file():
        raise Unshowable(BROKEN)
    return pdf


def _begins_as_png(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(PNG)) == PNG


def _kept(path: Path, at: datetime) -> Picture:
    with path.open("rb") as file:
        stored = store().put(iter(lambda: file.read(CHUNK), b""))
    actions.note_bytes(keys=[stored.key], at=at)
    return Picture(stored.key, stored.size, "image/png")
