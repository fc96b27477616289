"""What the pages of one's files show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from myschool.files.queries import Shown, shown
from myschool.folders import access, rules
from myschool.folders.models import Document, DocumentShare, DocumentVersion, Folder
from myschool.kernel.actors import STAFF, Actor
from myschool.kernel.numbers import size_in_words
from myschool.kernel.text import in_order_of_numbers
from myschool.people.models import Person
from myschool.people.rules.names import short_name

ONE_DAY = timedelta(days=1)
MOST_FOUND, MOST_SHARED = 100, 300
OWN = "Мои файлы"


@dataclass(frozen=True)
class Way:
    """A place one can go to, or put something into."""

    id: int
    title: str


@dataclass(frozen=True)
class FolderLine:
    """A folder in a list."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A document in a list."""

    id: int
    name: str
    size: str
    version: int
    changed_at: datetime


@dataclass(frozen=True)
class Space:
    """How much of one's space is taken."""

    used: int
    total: int

    @property
    def left(self) -> int:
        """Bytes that still fit."""
        return max(0, self.total - self.used)

    @property
    def percent(self) -> int:
        """How full it is."""
        return rules.percent(self.used, self.total)

    @property
    def in_words(self) -> str:
        """«Занято 1,2 ГБ из 2 ГБ»."""
        return f"Занято {size_in_words(self.used)} из {size_in_words(self.total)}"


@dataclass(frozen=True, kw_only=True)
class FolderPage:
    """A folder, the top of one's files, or what was found in them; `space` is shown to the owner only."""

    title: str
    folder_id: int | None
    is_own: bool
    trail: list[Way]
    folders: list[FolderLine]
    documents: list[DocumentLine]
    space: Space | None
    zone: str
    sought: str = ""


def space_of(actor: Actor) -> Space:
    """The space of the person's files, every version and the trash among them; staff have more of it."""
    used = DocumentVersion.objects.filter(document__owner=actor.person_id).aggregate(total=Sum("file__size"))
    staff, others = settings.FILES_QUOTA
    return Space(used["total"] or 0, staff if actor.role in STAFF else others)


def top_page(actor: Actor) -> FolderPage:
    """What lies at the top of one's own files."""
    folders, documents = access.own_folders(actor), access.own_documents(actor)
    return FolderPage(
        title=OWN,
        folder_id=None,
        is_own=True,
        trail=[],
        folders=_folder_lines(folders.filter(parent__isnull=True)),
        documents=_document_lines(documents.filter(folder__isnull=True)),
        space=space_of(actor),
        zone=actor.clocks,
    )


def found_page(actor: Actor, sought: str) -> FolderPage:
    """What of one's own files has these letters in its name, wherever it lies."""
    folders = access.own_folders(actor).filter(name__icontains=sought)
    documents = access.own_documents(actor).filter(name__icontains=sought)
    return FolderPage(
        title=OWN,
        folder_id=None,
        is_own=True,
        trail=[],
        folders=_folder_lines(folders)[:MOST_FOUND],
        documents=_document_lines(documents)[:MOST_FOUND],
        space=space_of(actor),
        zone=actor.clocks,
        sought=sought,
    )


def folder_page(folder: Folder, actor: Actor) -> FolderPage:
    """What lies in a folder the actor may read; others' folders above it are not named."""
    is_own = folder.owner_id == actor.person_id
    above = Folder.objects.filter(pk__in=folder.path[:-1]) if is_own else Folder.objects.none()
    names = dict(above.values_list("pk", "name"))
    inside = Folder.objects.filter(parent=folder, trashed_at__isnull=True)
    documents = Document.objects.filter(folder=folder, trashed_at__isnull=True)
    return FolderPage(
        title=folder.name,
        folder_id=folder.pk,
        is_own=is_own,
        trail=[Way(pk, names[pk]) for pk in folder.path[:-1] if pk in names],
        folders=_folder_lines(inside),
        documents=_document_lines(documents),
        space=space_of(actor) if is_own else None,
        zone=actor.clocks,
    )


def _folder_lines(rows: QuerySet[Folder]) -> list[FolderLine]:
    lines = [FolderLine(pk, name) for pk, name in rows.values_list("pk", "name")[: rules.MOST_IN_FOLDER]]
    return sorted(lines, key=lambda line: in_order_of_numbers(line.name.casefold()))


def _document_lines(rows: QuerySet[Document]) -> list[DocumentLine]:
    last = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    values = rows.annotate(
        size=Subquery(last.values("file__size")[:1]),
        version=Subquery(last.values("number")[:1]),
        changed_at=Subquery(last.values("added_at")[:1]),
    ).values_list("pk", "name", "size", "version", "changed_at")[: rules.MOST_IN_FOLDER]
    lines = [
        DocumentLine(id=pk, name=name, size=size_in_words(size), version=version, changed_at=changed_at)
        for pk, name, size, version, changed_at in values
    ]
    return sorted(lines, key=lambda line: in_order_of_numbers(line.name.casefold()))


def last_version(document: Document) -> DocumentVersion:
    """What is in a document now, with its file."""
    return document.versions.select_related("file").order_by("-number")[:1].get()


@dataclass(frozen=True)
class ShareLine:
    """A class that may read it, and the last day of that."""

    id: int
    school_class: str
    last_day: date


@dataclass(frozen=True)
class VersionLine:
    """A version of one's own document."""

    id: int
    number: int
    size: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Options:
    """What an owner may do with a folder or a document: where it may be moved, whom shared with."""

    id: int
    name: str
    targets: list[Way]
    shares: list[ShareLine]
    classes: list[Way]


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    """A document as it is shown; `options` and `versions` are its owner's."""

    title: str
    id: int
    folder_id: int | None
    content_type: str
    size: str
    version: int
    owner: str
    shown: Shown
    text: str
    options: Options | None
    versions: list[VersionLine]
    left: int
    zone: str


def document_page(document: Document, version: DocumentVersion, actor: Actor, day: date, text: str) -> DocumentPage:
    """A document the actor may read; the owner must be loaded."""
    is_own = document.owner_id == actor.person_id
    versions: Iterable[DocumentVersion] = document.versions.select_related("file").order_by("-number") if is_own else ()
    return DocumentPage(
        title=document.name,
        id=document.pk,
        folder_id=document.folder_id,
        content_type=version.file.content_type,
        size=size_in_words(version.file.size),
        version=version.number,
        owner=_short(document.owner),
        shown=shown(version.file),
        text=text,
        options=options_of(document, actor, day) if is_own else None,
        versions=[VersionLine(row.pk, row.number, size_in_words(row.file.size), row.added_at) for row in versions],
        left=space_of(actor).left if is_own else 0,
        zone=actor.clocks,
    )


def options_of(item: Folder | Document, actor: Actor, day: date) -> Options:
    """What its owner may do with a folder or a document, in three statements."""
    folders = access.own_folders(actor)
    if isinstance(item, Folder):
        folders = folders.exclude(path__contains=[item.pk])
    rows = list(folders.only("pk", "name", "path"))
    names = {row.pk: row.name for row in rows}
    targets = [Way(row.pk, " / ".join(names.get(pk, "…") for pk in row.path)) for row in rows]
    classes = [Way(row.pk, row.title) for row in access.classes_to_share_with(actor, day).only("pk", "level", "letter")]
    shares = item.shares.filter(to_date__gt=day).select_related("school_class").order_by("pk")
    return Options(
        id=item.pk,
        name=item.name,
        targets=sorted(targets, key=lambda way: way.title.casefold()),
        shares=[ShareLine(row.pk, row.school_class.title, row.to_date - ONE_DAY) for row in shares],
        classes=sorted(classes, key=lambda way: in_order_of_numbers(way.title)),
    )


@dataclass(frozen=True)
class OptionsPage:
    """A folder's options on a page of their own."""

    title: str
    options: Options


def options_page(folder: Folder, actor: Actor, day: date) -> OptionsPage:
    """What the owner may do with a folder."""
    return OptionsPage(f"Папка: {folder.name}", options_of(folder, actor, day))


@dataclass(frozen=True)
class TrashLine:
    """Something in the trash that can be taken out by itself."""

    kind: str
    id: int
    name: str
    trashed_at: datetime | None


@dataclass(frozen=True)
class TrashPage:
    """What was put into the trash, the latest first."""

    title: str
    lines: list[TrashLine]
    zone: str


def trash_page(actor: Actor) -> TrashPage:
    """Folders and documents that were put there themselves, not along with a folder they lie in."""
    folders = access.trashed_folders(actor).filter(_alone("parent"))
    documents = access.trashed_documents(actor).filter(_alone("folder"))
    lines = [
        TrashLine(kind, *row)
        for kind, rows in (
            ("folders", folders.values_list("pk", "name", "trashed_at")),
            ("documents", documents.values_list("pk", "name", "trashed_at")),
        )
        for row in rows[: rules.MOST_IN_FOLDER]
    ]
    return TrashPage("Корзина", sorted(lines, key=lambda line: str(line.trashed_at), reverse=True), actor.clocks)


def _alone(above: str) -> Q:
    """Not put there along with the folder it lies in, which would have the same moment."""
    return ~Q(Exists(Folder.objects.filter(pk=OuterRef(above), trashed_at=OuterRef("trashed_at"))))


@dataclass(frozen=True, kw_only=True)
class SharedLine:
    """Something a class may read: from whom, and until when."""

    kind: str
    id: int
    name: str
    owner: str
    school_class: str
    last_day: date


@dataclass(frozen=True)
class SharedPage:
    """What others have shared with one's class, or one's children's."""

    title: str
    lines: list[SharedLine]


def shared_page(actor: Actor, day: date) -> SharedPage:
    """What may be read on that day, the latest first; in one statement."""
    there = Q(document__isnull=False, document__trashed_at__isnull=True) | Q(
        folder__isnull=False, folder__trashed_at__isnull=True
    )
    rows = (
        access.shares_to_read(actor, day)
        .filter(there)
        .select_related("document", "folder", "school_class", "shared_by")
        .order_by("-shared_at", "-pk")[:MOST_SHARED]
    )
    return SharedPage("Мне доступно", [_shared_line(row) for row in rows])


def _shared_line(row: DocumentShare) -> SharedLine:
    kind, item = ("document", row.document) if row.document else ("folder", row.folder)
    assert item is not None  # noqa: S101 - a constraint of the table
    return SharedLine(
        kind=kind,
        id=item.pk,
        name=item.name,
        owner=_short(row.shared_by),
        school_class=row.school_class.title,
        last_day=row.to_date - ONE_DAY,
    )


@dataclass(frozen=True)
class LinkPage:
    """A link that has just been made."""

    title: str
    document_id: int
    name: str
    url: str


def link_page(document: Document, url: str) -> LinkPage:
    """The link to a document."""
    return LinkPage("Ссылка на файл", document.pk, document.name, url)


@dataclass(frozen=True, kw_only=True)
class PreviewPart:
    """The part of a document's page that waits for its preview."""

    title: str
    id: int
    content_type: str
    shown: Shown
    text: str = ""


def preview_part(document: Document, version: DocumentVersion) -> PreviewPart:
    """How far a document's preview is."""
    return PreviewPart(
        title=document.name, id=document.pk, content_type=version.file.content_type, shown=shown(version.file)
    )


def _short(person: Person) -> str:
    return short_name(person.last_name, person.first_name, person.patronymic)
