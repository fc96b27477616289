"""Common Cartridges as files: a collection packed into one, and materials taken out of one."""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from typing import IO, Any, cast
from urllib.parse import quote

from django.conf import settings

from myschool.files.actions import note_bytes
from myschool.files.gateways import CHUNK, Store, store
from myschool.files.received import Received
from myschool.files.receiving import DOCUMENTS, FileRefused, pieces_of, receive_file
from myschool.files.rules.archives import MOST_BYTES, Archive, BadArchive, NewArchive, new_archive, opened
from myschool.files.stored import StoredBytes
from myschool.kernel import clock
from myschool.kernel.errors import Refusal
from myschool.library.models import MaterialVersion
from myschool.library.rules.cartridges import MANIFEST, Resource, content_of, link_of, manifest_of
from myschool.library.rules.packages import PAGE, BadPackage, Package
from myschool.library.rules.register import FORMATS

LARGEST = 1_000_000_000
IN_MEMORY = 10_000_000
# What other systems can show by themselves; the rest is a link to its page here.
PLAIN = frozenset(entry.code for entry in FORMATS.values() if entry.is_portable)


class TooBig(Refusal):
    """A cartridge would be larger than anybody could carry."""

    status = 422


class NotACartridge(Refusal):
    """What was sent cannot be taken apart."""

    status = 422
    field = "file"


@dataclass(frozen=True)
class TakenOut:
    """A material that was in a cartridge."""

    title: str
    received: Received


@dataclass(frozen=True)
class Unpacked:
    """What was taken out of a cartridge, and what was left in it: titles with the reason."""

    taken: list[TakenOut]
    left: list[tuple[str, str]]


def packed(identifier: str, title: str, versions: Sequence[MaterialVersion]) -> IO[bytes]:
    """A cartridge with the versions, as an open file at its beginning; their packages must be loaded.

    Raises:
        TooBig: there is too much of it.
    """
    plain = [version for version in versions if version.format in PLAIN]
    if sum(part.file.size for version in plain for part in version.package.all()) > LARGEST:
        raise TooBig("Подборка больше 1 ГБ. Разделите её на несколько и выгрузите каждую.")
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with new_archive(cast("IO[bytes]", file)) as archive:
        resources = [_put(archive, version) for version in versions]
        archive.writestr(MANIFEST, manifest_of(identifier, title, resources))
    file.seek(0)
    return cast("IO[bytes]", file)


def _put(archive: NewArchive, version: MaterialVersion) -> Resource:
    folder = f"m{version.material_id}"
    if version.format not in PLAIN:
        address = f"{settings.SITE_URL}/library/materials/{version.material_id}/"
        archive.writestr(f"{folder}.xml", link_of(version.title, address))
        return Resource(version.title, "", (f"{folder}.xml",), address)
    paths = []
    for part in version.package.all():
        path = f"{folder}/{part.path}"
        with archive.open(path, "w", force_zip64=True) as inside:
            for chunk in store().read(part.file.key):
                inside.write(chunk)
        paths.append(quote(path))
    launch = f"{folder}/{version.launch}"
    return Resource(version.title, quote(launch), (quote(launch), *(href for href in paths if href != quote(launch))))


def unpacked(received: Received) -> Unpacked:
    """The materials of a cartridge whose bytes are in the store; theirs are there too afterwards.

    Raises:
        NotACartridge: saying why.
    """
    with StoredBytes(received.key, received.size) as raw:
        file = cast("IO[bytes]", io.BufferedReader(raw, 4 * CHUNK))
        try:
            with opened(file) as archive:
                return _taken(archive, store())
        except (BadArchive, BadPackage) as error:
            raise NotACartridge(str(error)) from error


def _taken(archive: Archive, kept_in: Store) -> Unpacked:
    content = content_of(Package(frozenset(archive.entries), archive.head))
    # Several may name the same files, and each of them gets its own.
    if sum(archive.entries[path].size for resource in content.taken for path in resource.paths) > MOST_BYTES:
        raise BadPackage("Материалы картриджа вместе больше 4 ГБ. Разделите его на части.")
    materials, left = [], list(content.left)
    for resource in content.taken:
        try:
            file = (
                _page(archive, resource, kept_in) if PAGE.search(resource.launch) else _file(archive, resource.launch)
            )
        except FileRefused as error:
            left.append((resource.title, error.message))
        else:
            materials.append(TakenOut(resource.title, file))
    return Unpacked(materials, left)


def _file(archive: Archive, path: str) -> Received:
    """A file that is a material by itself."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        for chunk in archive.chunks(path):
            file.write(chunk)
        size = archive.entries[path].size
        return receive_file(cast("Any", file), PurePosixPath(path).name, size, DOCUMENTS, field="file")


def _page(archive: Archive, one: Resource, kept_in: Store) -> Received:
    """A page with all that belongs to it, as a package of HTML5."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with new_archive(cast("IO[bytes]", file)) as package:
            for path in one.paths:
                with package.open(path, "w", force_zip64=True) as inside:
                    for chunk in archive.chunks(path):
                        inside.write(chunk)
            if "index.html" not in one.paths:
                package.writestr("index.html", _door(one))
        size = file.tell()
        file.seek(0)
        stored = kept_in.put(pieces_of(file))
    note_bytes(keys=[stored.key], at=clock.now())
    return Received(key=stored.key, name=f"{one.title}.zip"[-200:], content_type="application/zip", size=size)


def _door(one: Resource) -> str:
    """A first page that leads to the one that is meant."""
    address = escape(quote(one.launch), quote=True)
    return (
        f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{escape(one.title)}</title>'
        f'<meta http-equiv="refresh" content="0; url={address}"><a href="{address}">{escape(one.title)}</a></html>'
    )
