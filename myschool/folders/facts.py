"""What happened to people's files; of `folder_id` and `document_id` one is set."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class FolderMade(Fact, kind="folders.made"):
    """A folder was made."""

    folder_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentsAdded(Fact, kind="folders.added"):
    """Documents were added, one or several at once."""

    document_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class VersionAdded(Fact, kind="folders.version_added"):
    """A document has a new version."""

    document_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ItemRenamed(Fact, kind="folders.renamed"):
    """A folder or a document has another name."""

    folder_id: int | None
    document_id: int | None


@dataclass(frozen=True, kw_only=True)
class ItemMoved(Fact, kind="folders.moved"):
    """A folder or a document lies elsewhere."""

    folder_id: int | None
    document_id: int | None


@dataclass(frozen=True, kw_only=True)
class ItemTrashed(Fact, kind="folders.trashed"):
    """A folder with all in it, or a document, was put into the trash."""

    folder_id: int | None
    document_id: int | None


@dataclass(frozen=True, kw_only=True)
class ItemRestored(Fact, kind="folders.restored"):
    """It was taken out of the trash."""

    folder_id: int | None
    document_id: int | None


@dataclass(frozen=True, kw_only=True)
class TrashEmptied(Fact, kind="folders.trash_emptied"):
    """What lay in the trash is gone for good."""

    folder_ids: list[int]
    document_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ItemShared(Fact, kind="folders.shared"):
    """A class may read a folder or a document."""

    share_id: int
    folder_id: int | None
    document_id: int | None
    school_class_id: int


@dataclass(frozen=True, kw_only=True)
class SharingEnded(Fact, kind="folders.sharing_ended"):
    """The class may read it no longer."""

    share_id: int
    school_class_id: int


@dataclass(frozen=True, kw_only=True)
class LinkMade(Fact, kind="folders.link_made"):
    """Somebody made a link by which others may fetch a document for a while."""

    document_id: int
