"""The program that opens what publishers hand in (техническая проверка): it runs in a sandbox and trusts nothing.

`python -m myschool.library.examiner DOCUMENT FOLDER` says what the document is and unpacks it into the folder, its files
under numbers; what it has found lies in `FOLDER/found.json`. It knows no settings, no database and no network.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from myschool.files.rules.archives import Archive, BadArchive, opened
from myschool.files.rules.pdfs import BadPdf
from myschool.files.rules.sniffing import UnfitFile, type_of
from myschool.library.rules.packages import BadPackage, Package, Passport
from myschool.library.rules.register import accepted, archives, of_file, passport_of

FOUND = "found.json"
# What programs leave behind in an archive and nobody opens.
LEFT_BEHIND = re.compile(r"__MACOSX/|(.*/)?(\.DS_Store|Thumbs\.db)$")


def examined(file: IO[bytes], folder: Path) -> dict[str, Any]:
    """What a document is: its passport with the paths of its unpacked files, or the words it is refused with.

    Of a document that is one file, which is not unpacked, `kind` is the type it is sent with.
    """
    try:
        kind = type_of(file)
        if kind in archives():
            with opened(file) as archive:
                return _package(archive, folder)
        single = of_file(kind)
        if single is None:
            raise UnfitFile(f"Материалом может быть {accepted()}. Презентацию и документ сохраните как PDF.")
        if single.looks_at:
            single.looks_at(file)
    except (UnfitFile, BadArchive, BadPackage, BadPdf) as error:
        return {"refused": str(error)}
    passport = Passport(format=single.code, launch=single.files[kind], findings=single.advice)
    return {"passport": asdict(passport), "paths": [], "kind": kind}


def _package(archive: Archive, folder: Path) -> dict[str, Any]:
    """Passport and files of a package, without the one folder that some programs put around everything."""
    entries = [path for path in archive.entries if not LEFT_BEHIND.match(path)]
    tops = {path.partition("/")[0] for path in entries}
    around = f"{tops.pop()}/" if len(tops) == 1 and all("/" in path for path in entries) else ""
    paths = [path.removeprefix(around) for path in entries]
    package = Package(frozenset(paths), lambda path, limit: archive.head(around + path, limit))
    passport = passport_of(package)
    for number, path in enumerate(paths):
        _write(folder / str(number), archive.chunks(around + path))
    return {"passport": asdict(passport), "paths": paths, "kind": ""}


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with path.open("xb") as file:
        file.writelines(chunks)


def main(document: str, folder: str) -> None:
    """Examine the document and write down what was found."""
    with Path(document).open("rb") as file:
        report = examined(file, Path(folder))
    (Path(folder) / FOUND).write_text(json.dumps(report, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
