"""What happened to files."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class FileKept(Fact, kind="files.kept"):
    """A file was stored."""

    file_id: int
