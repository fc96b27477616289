"""What happened to files."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class FilesKept(Fact, kind="files.stored"):
    """Files were stored, one or several at once."""

    file_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class FilesForgotten(Fact, kind="files.forgotten"):
    """The rows of files were deleted: what they were part of is gone for good."""

    file_ids: list[int]
