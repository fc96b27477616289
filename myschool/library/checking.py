"""The technical check of versions (техническая проверка): what publishers hand in is opened in a sandbox and kept.

A version is taken in a short transaction and judged in another; in between, where most of the time goes, none is open:
while one is, nobody who follows the chronicle gets past it.
"""

import logging
import mimetypes
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from myschool.files import actions as files
from myschool.files import sandbox
from myschool.files.gateways import CHUNK, ScannerIsAway, scanner, store
from myschool.files.received import Received
from myschool.files.rules import markup
from myschool.files.rules.archives import MOST_BYTES, MOST_ENTRIES, is_fit_path
from myschool.kernel import clock
from myschool.library import access, examiner
from myschool.library.actions import checking
from myschool.library.models import MaterialVersion
from myschool.library.rules import register
from myschool.library.rules.packages import Finding, Part, Passport

log = logging.getLogger(__name__)

SECONDS = 240
MEMORY = 1_000_000_000
LARGEST_FOUND = 20_000_000
# The hold on a version is renewed in time, however many files its package has.
RENEWED_SECONDS, NOTED_AT_ONCE = 60, 100
# What a browser must be told exactly of the web's own files and of each format's; the rest of the table is Python's own.
TYPES = register.endings() | {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
}
BROKEN = "Файл устроен так, что программа проверки с ним не справилась. Соберите его заново."
TOO_SLOW = (
    "Файл слишком сложный: за отведённое время проверить его не получилось. Упростите его или разделите на части."
)
GIVEN_UP = "Проверка несколько раз прервалась. Отправьте материал ещё раз, а если не поможет, соберите файл заново."

Package = list[tuple[str, Received]]


class Unfit(Exception):
    """The version cannot run; the message tells its maker why."""


class NotOurs(Exception):
    """The hold on the version was lost: another worker has taken it."""


def check_next(at: datetime) -> bool:
    """Check the version that has waited longest; answers whether there was one."""
    version = checking.take_version(at=at)
    if version is None:
        return False
    try:
        passport, package = _judged(version, at)
    except Unfit as error:
        finding = Finding("unfit", str(error), is_advice=False)
        checking.fail_check(version=version, findings=[finding], at=at)
    except NotOurs:
        log.warning("version %s: its check went over to another worker", version.pk)
    except ScannerIsAway as error:
        log.warning("version %s waits: the scanner is away: %s", version.pk, error)
        checking.put_back(version=version)
    else:
        checking.pass_check(version=version, passport=passport, package=package, at=at)
    return True


def _judged(version: MaterialVersion, at: datetime) -> tuple[Passport, Package]:
    """What the version is, and the files it runs from.

    Raises:
        Unfit: it cannot run.
        NotOurs: another worker has taken it meanwhile.
    """
    if version.tries > checking.MOST_TRIES:
        raise Unfit(GIVEN_UP)
    if version.tool is not None:
        return _of_tool(version), []
    if version.file is None:
        raise Unfit("К материалу не приложен файл.")
    return examined(version.file.key, version.file.size, at, go_on=_renewing(version))


def _renewing(version: MaterialVersion) -> Callable[[], None]:
    """What is called between files: it renews the hold on the version in time."""
    held_at = time.monotonic()

    def renew() -> None:
        nonlocal held_at
        if time.monotonic() - held_at > RENEWED_SECONDS:
            if not checking.hold_version(version=version, at=clock.now()):
                raise NotOurs
            held_at = time.monotonic()

    return renew


def examined(
    key: str, size: int, at: datetime, *, go_on: Callable[[], None] = lambda: None
) -> tuple[Passport, Package]:
    """What the stored bytes are, and the files they run from, which are in the store afterwards.

    Raises:
        Unfit: they are not of a kind that runs, infected, or lack what they need.
    """
    with tempfile.TemporaryDirectory(prefix="check-") as name:
        folder = Path(name)
        _fetch(key, folder / "document")
        go_on()
        passport, paths, kind = _found(folder)
        if kind:
            return passport, [(passport.launch, Received(key=key, name=passport.launch, content_type=kind, size=size))]
        return passport, list(_kept(folder / "unpacked", paths, at, go_on))


def _of_tool(version: MaterialVersion) -> Passport:
    """What runs on its supplier's servers: experts see the rest."""
    if not access.working_tools(clock.now()).filter(pk=version.tool_id or 0).exists():
        raise Unfit("Тренажёр отключён. Подключите его снова или приложите файл.")
    custom = version.passport.get("custom", {})
    finding = Finding("outside", "Тренажёр работает на серверах поставщика: без связи с ними он не откроется.")
    return Passport(format=register.outside().code, launch=version.launch, findings=(finding,), custom=custom)


def _fetch(key: str, path: Path) -> None:
    with path.open("xb") as written:
        written.writelines(store().read(key))


def _found(folder: Path) -> tuple[Passport, Sequence[str], str]:
    """What the examiner says of the document in the folder; of one file that is not unpacked also its type."""
    (folder / "unpacked").mkdir()
    try:
        sandbox.run_own(
            examiner.__name__,
            "{place}/document",
            "{place}/unpacked",
            folder=folder,
            seconds=SECONDS,
            memory=MEMORY,
            largest_file=MOST_BYTES,
        )
        report = _answer(folder / "unpacked" / examiner.FOUND)
        if refused := report.get("refused"):
            raise Unfit(str(refused))
        return _passport(report["passport"]), _paths(report["paths"]), _kind(report["kind"])
    except sandbox.TooSlow as error:
        raise Unfit(TOO_SLOW) from error
    except (sandbox.ProgramFailed, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        # What a program says that has read a stranger's file is itself a stranger's.
        log.warning("a document could not be examined: %s", type(error).__name__)
        raise Unfit(BROKEN) from error


def _answer(path: Path) -> dict[str, Any]:
    with _regular(path).open("rb") as file:
        report = markup.json_of(file.read(LARGEST_FOUND), largest=LARGEST_FOUND)
    return dict(report)


def _regular(path: Path) -> Path:
    if path.is_symlink() or not path.is_file():
        raise ValueError("not a file")
    return path


def _passport(told: dict[str, Any]) -> Passport:
    return Passport(
        format=_format(told["format"]),
        launch=_text(told["launch"]),
        title=_text(told["title"]),
        parts=tuple(Part(**fields) for fields in told["parts"]),
        findings=tuple(Finding(**fields) for fields in told["findings"]),
    )


def _format(told: Any) -> str:
    if told not in register.FORMATS:
        raise ValueError("not a format that is known")
    return str(told)


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > 500:
        raise ValueError("not a text that fits")
    return told


def _paths(told: Sequence[Any]) -> Sequence[str]:
    if len(told) > MOST_ENTRIES or not all(isinstance(path, str) and is_fit_path(path) for path in told):
        raise ValueError("not paths of a package")
    return told


def _kind(told: Any) -> str:
    if told and register.of_file(str(told)) is None:
        raise ValueError("not a type that is known")
    return str(told)


def _kept(
    folder: Path, paths: Sequence[str], at: datetime, go_on: Callable[[], None]
) -> Iterator[tuple[str, Received]]:
    """The unpacked files, each looked over and put into the store."""
    noted: list[str] = []
    for number, path in enumerate(paths):
        unpacked = folder / str(number)
        if unpacked.is_symlink() or not unpacked.is_file():
            raise Unfit(BROKEN)
        if scanner().found_in(_chunks(unpacked)):
            raise Unfit(f"В файле «{path}» найден вирус.")
        stored = store().put(_chunks(unpacked))
        noted.append(stored.key)
        # Bytes are noted soon after they have come: of a check that breaks off nothing is left for ever.
        if len(noted) == NOTED_AT_ONCE or number == len(paths) - 1:
            files.note_bytes(keys=sorted(set(noted)), at=at)
            noted.clear()
        go_on()
        yield path, Received(key=stored.key, name=path, content_type=content_type_of(path), size=stored.size)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def content_type_of(path: str) -> str:
    """The media type a package's file is sent with."""
    ending = path[path.rfind(".") :].lower() if "." in path else ""
    return TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"
