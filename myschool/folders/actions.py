"""Folders and documents are made, renamed, moved, trashed, restored and shared."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from myschool.files import actions as files
from myschool.files.received import Received
from myschool.files.rules.names import file_name, name_as
from myschool.folders import access, facts, links, rules
from myschool.folders.models import Document, DocumentShare, DocumentVersion, Folder
from myschool.folders.queries import ONE_DAY, last_version, space_of
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, nobody
from myschool.kernel.changes import Changes
from myschool.kernel.errors import Refusal
from myschool.people.models import Person
from myschool.schools.models import SchoolClass

Item = Folder | Document


class NameTaken(Refusal):
    """There is another of that name in the same place."""

    status = 409


class MoveUnfit(Refusal):
    """The folder would lie in itself, or too deep."""

    status = 409


class FolderIsFull(Refusal):
    """As much lies in one folder as a page can show."""

    status = 409


class OverQuota(Refusal):
    """There is no space for so much."""

    status = 422


class NothingSent(Refusal):
    """No file was chosen."""

    status = 422


class ShareUnfit(Refusal):
    """The last day has passed, or is of another school year."""

    status = 422


@transaction.atomic
def make_folder(*, name: str, parent: Folder | None, by: Actor, at: datetime) -> Folder:
    """Make a folder in another one, or at the top.

    Raises:
        NameTaken: there is a folder of that name.
        MoveUnfit: it would lie too deep.
        FolderIsFull: there are too many already.
    """
    lock_files(person_id=by.person_id)
    parent = _there(parent)
    if parent is not None and len(parent.path) >= rules.DEEPEST:
        raise MoveUnfit(f"Папки вкладываются не глубже {rules.DEEPEST} уровней.")
    beside = Folder.objects.filter(owner=by.person_id, parent=parent, trashed_at__isnull=True)
    if beside.count() >= rules.MOST_IN_FOLDER:
        raise FolderIsFull(f"Здесь уже {rules.MOST_IN_FOLDER} папок. Создайте новую внутри одной из них.")
    _demand_name(Folder(owner_id=by.person_id, parent=parent), name)
    folder = Folder.objects.create(owner_id=by.person_id, parent=parent, name=name, path=[], made_at=at)
    folder.path = [*(parent.path if parent else []), folder.pk]
    folder.save(update_fields=["path"])
    chronicle.write(facts.FolderMade(**by.stamp(at), folder_id=folder.pk))
    return folder


@transaction.atomic
def add_documents(*, folder: Folder | None, received: Sequence[Received], by: Actor, at: datetime) -> list[Document]:
    """Put files into a folder, or at the top: all of them or none.

    Raises:
        NothingSent: there is no file.
        OverQuota: they do not fit.
        FolderIsFull: there are too many already.
        NameTaken: there is a document of that name; a new version of it is added on its own page.
    """
    if not received:
        raise NothingSent("Выберите файл.", field="attached")
    lock_files(person_id=by.person_id)
    folder = _there(folder)
    demand_space(size=sum(upload.size for upload in received), by=by)
    beside = Document.objects.filter(owner=by.person_id, folder=folder, trashed_at__isnull=True)
    if beside.count() + len(received) > rules.MOST_IN_FOLDER:
        raise FolderIsFull(f"В одной папке помещается {rules.MOST_IN_FOLDER} файлов. Создайте ещё одну.")
    names = [upload.name for upload in received]
    existing = set(beside.filter(name__in=names).values_list("name", flat=True))
    if existing or len(set(names)) < len(names):
        shown = sorted(existing or {name for name in names if names.count(name) > 1})[0]
        raise NameTaken(
            f"Файл «{shown}» здесь уже есть. Откройте его и добавьте новую версию или переименуйте этот файл.",
            field="attached",
        )
    stored_files = files.keep_all(received=received, by=by, at=at)
    documents = Document.objects.bulk_create(
        Document(owner_id=by.person_id, folder=folder, name=upload.name, made_at=at) for upload in received
    )
    DocumentVersion.objects.bulk_create(
        DocumentVersion(document=document, number=1, file=file, added_at=at)
        for document, file in zip(documents, stored_files, strict=True)
    )
    files.ask_previews(files=stored_files, at=at)
    chronicle.write(facts.DocumentsAdded(**by.stamp(at), document_ids=[document.pk for document in documents]))
    return documents


@transaction.atomic
def add_version(*, document: Document, received: Sequence[Received], by: Actor, at: datetime) -> None:
    """Put a new version of a document; it keeps its name, the old versions stay.

    Raises:
        NothingSent: there is no file.
        OverQuota: it does not fit.
    """
    if not received:
        raise NothingSent("Выберите файл.", field="attached")
    lock_files(person_id=by.person_id)
    upload = received[0]
    demand_space(size=upload.size, by=by)
    last = DocumentVersion.objects.filter(document=document).aggregate(last=Max("number"))["last"]
    (stored_file,) = files.keep_all(received=[upload], by=by, at=at)
    DocumentVersion.objects.create(document=document, number=last + 1, file=stored_file, added_at=at)
    files.ask_previews(files=[stored_file], at=at)
    chronicle.write(facts.VersionAdded(**by.stamp(at), document_id=document.pk, number=last + 1))


def demand_space(*, size: int, by: Actor) -> None:
    """Make sure that so many bytes more fit; asked before bytes are taken, and again when they are kept.

    Raises:
        OverQuota: they do not.
    """
    left = space_of(by).left
    if size > left:
        raise OverQuota(rules.lacking_in_words(size, left), field="attached")


@transaction.atomic
def rename(*, item: Item, name: str, by: Actor, at: datetime) -> None:
    """Call a folder or a document otherwise; a document keeps the ending that says what is in it.

    Raises:
        NameTaken: there is another of that name beside it.
    """
    lock_files(person_id=by.person_id)
    item.refresh_from_db()
    if isinstance(item, Document):
        file = last_version(item).file
        name = name_as(name, file.name, file.content_type)
    if name == item.name:
        return
    _demand_name(item, name)
    item.name = name
    item.save(update_fields=["name"])
    chronicle.write(facts.ItemRenamed(**by.stamp(at), **_named(item)))


@transaction.atomic
def move(*, item: Item, target: Folder | None, by: Actor, at: datetime) -> None:
    """Put a folder or a document into another folder, or at the top.

    Raises:
        NameTaken: there is another of that name.
        MoveUnfit: a folder would lie in itself, or too deep.
    """
    lock_files(person_id=by.person_id)
    item.refresh_from_db()
    target = _there(target)
    if isinstance(item, Folder):
        _move_folder(item, target)
    elif item.folder_id != (target.pk if target else None):
        item.folder = target
        _demand_name(item, item.name)
        item.save(update_fields=["folder"])
    chronicle.write(facts.ItemMoved(**by.stamp(at), **_named(item)))


def _move_folder(folder: Folder, target: Folder | None) -> None:
    above = target.path if target else []
    if rules.leads_into_itself(folder.pk, above):
        raise MoveUnfit("Папку нельзя переместить в неё саму или во вложенную в неё папку.")
    inside = list(Folder.objects.filter(path__contains=[folder.pk]))
    for row in inside:
        row.path = rules.path_after_move(row.path, folder.pk, above)
    if max(len(row.path) for row in inside) > rules.DEEPEST:
        raise MoveUnfit(f"Папки вкладываются не глубже {rules.DEEPEST} уровней.")
    if folder.parent_id != (target.pk if target else None):
        folder.parent = target
        _demand_name(folder, folder.name)
        folder.save(update_fields=["parent"])
    Folder.objects.bulk_update(inside, ["path"])


@transaction.atomic
def trash(*, item: Item, by: Actor, at: datetime) -> None:
    """Put a folder with all in it, or a document, into the trash: nobody it was shared with sees it there."""
    lock_files(person_id=by.person_id)
    if isinstance(item, Folder):
        inside = Folder.objects.filter(path__contains=[item.pk], trashed_at__isnull=True)
        Document.objects.filter(folder__in=inside, trashed_at__isnull=True).update(trashed_at=at)
        inside.update(trashed_at=at)
    else:
        Document.objects.filter(pk=item.pk, trashed_at__isnull=True).update(trashed_at=at)
    chronicle.write(facts.ItemTrashed(**by.stamp(at), **_named(item)))


@transaction.atomic
def restore(*, item: Item, by: Actor, at: datetime) -> None:
    """Take something out of the trash with all that was put there along with it; to the top, if its folder is gone.

    Raises:
        NameTaken: there is another of that name now.
    """
    lock_files(person_id=by.person_id)
    item.refresh_from_db()
    together = item.trashed_at
    if together is None:
        return
    if isinstance(item, Folder):
        if item.parent is not None and item.parent.trashed_at:
            _move_folder(item, None)
        _demand_name(item, item.name)
        inside = Folder.objects.filter(path__contains=[item.pk], trashed_at=together)
        Document.objects.filter(folder__in=inside, trashed_at=together).update(trashed_at=None)
        inside.update(trashed_at=None)
    else:
        if item.folder is not None and item.folder.trashed_at:
            item.folder = None
        _demand_name(item, item.name)
        item.trashed_at = None
        item.save(update_fields=["folder", "trashed_at"])
    chronicle.write(facts.ItemRestored(**by.stamp(at), **_named(item)))


@transaction.atomic
def empty_trash(*, by: Actor, at: datetime) -> None:
    """Delete for good what lies in the person's trash; its space is free at once."""
    lock_files(person_id=by.person_id)
    delete_for_good(folders=access.trashed_folders(by), documents=access.trashed_documents(by), by=by, at=at)


@transaction.atomic
def forget_old_trash(*, at: datetime) -> None:
    """Delete for good what has lain in the trash for a month."""
    old = Q(trashed_at__lt=at - rules.TRASH_KEPT)
    delete_for_good(folders=Folder.objects.filter(old), documents=Document.objects.filter(old), by=None, at=at)


def delete_for_good(
    *, folders: QuerySet[Folder], documents: QuerySet[Document], by: Actor | None, at: datetime
) -> None:
    """Delete folders with all that lies in them, and documents with all versions; their bytes are swept away later."""
    # Locked before they are deleted: somebody may be taking them out just now.
    document_ids = list(documents.select_for_update().values_list("pk", flat=True))
    depths = {pk: len(path) for pk, path in folders.select_for_update().values_list("pk", "path")}
    folder_ids = sorted(depths)
    if not folder_ids and not document_ids:
        return
    versions = DocumentVersion.objects.filter(document__in=document_ids)
    file_ids = list(versions.values_list("file", flat=True))
    Document.objects.filter(pk__in=document_ids).delete()
    # The inner ones first: whatever lies in a folder holds it.
    for depth in sorted(set(depths.values()), reverse=True):
        Folder.objects.filter(pk__in=[pk for pk in folder_ids if depths[pk] == depth]).delete()
    files.forget_files(file_ids=file_ids, by=by, at=at)
    stamp = by.stamp(at) if by else nobody(at)
    chronicle.write(facts.TrashEmptied(**stamp, folder_ids=folder_ids, document_ids=document_ids))


@transaction.atomic
def share(
    *, item: Item, school_class: SchoolClass, last_day: date | None, today: date, by: Actor, at: datetime
) -> None:
    """Let a class read a folder with all in it, or a document, until a day; at the longest until its year ends.

    Raises:
        ShareUnfit: the last day has passed, or is not of the class's year.
    """
    lock_files(person_id=by.person_id)
    end = school_class.school_year.to_date
    to_date = last_day + ONE_DAY if last_day else end
    if not today < to_date <= end:
        raise ShareUnfit("Укажите день не раньше сегодняшнего и в пределах учебного года.", field="last_day")
    place = {"document": item} if isinstance(item, Document) else {"folder": item}
    shared, _ = DocumentShare.objects.update_or_create(
        **place, school_class=school_class, defaults={"shared_by_id": by.person_id, "shared_at": at, "to_date": to_date}
    )
    chronicle.write(
        facts.ItemShared(**by.stamp(at), **_named(item), share_id=shared.pk, school_class_id=school_class.pk)
    )


@transaction.atomic
def end_share(*, shared: DocumentShare, by: Actor, at: datetime) -> None:
    """Let a class read it no longer."""
    fact = facts.SharingEnded(**by.stamp(at), share_id=shared.pk, school_class_id=shared.school_class_id)
    if DocumentShare.objects.filter(pk=shared.pk).delete()[0]:
        chronicle.write(fact)


@transaction.atomic
def make_link(*, document: Document, by: Actor, at: datetime) -> str:
    """Sign a link to a document; answers its own part of the address."""
    chronicle.write(facts.LinkMade(**by.stamp(at), document_id=document.pk))
    return links.signed(document.pk, at)


@transaction.atomic
def take_out(*, owner_id: int, at: datetime) -> None:
    """Put what a person has in somebody else's folders, since these were taken for their own, into one of their own."""
    lock_files(person_id=owner_id)
    folders = Folder.objects.filter(owner=owner_id, parent__isnull=False).exclude(parent__owner=owner_id)
    documents = Document.objects.filter(owner=owner_id, folder__isnull=False).exclude(folder__owner=owner_id)
    if not folders.exists() and not documents.exists():
        return
    place = make_at_the_top(
        owner_id=owner_id, name=f"Добавлено в чужие папки {at:%d.%m.%Y %H:%M:%S}", at=at, changes=Changes()
    )
    # The id makes the name one of its own: what lay apart lies together now.
    for folder in list(folders):
        for inner in Folder.objects.filter(owner=owner_id, path__contains=[folder.pk]):
            inner.path = [place.pk, *inner.path[inner.path.index(folder.pk) :]]
            inner.save(update_fields=["path"])
        Folder.objects.filter(pk=folder.pk).update(parent=place, name=f"{folder.name[:180]} ({folder.pk})")
    for document in list(documents):
        Document.objects.filter(pk=document.pk).update(folder=place, name=file_name(f"({document.pk}) {document.name}"))


def make_at_the_top(*, owner_id: int, name: str, at: datetime, changes: Changes) -> Folder:
    """A new folder at the top of a person's files."""
    place = Folder(owner_id=owner_id, name=name, path=[], made_at=at)
    changes.add(place)
    place.path = [place.pk]
    place.save(update_fields=["path"])
    return place


def lock_files(*, person_id: int) -> None:
    """One change at a time among a person's files: names, paths and the space left are judged by what else is there."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)


def _there(folder: Folder | None) -> Folder | None:
    """The folder as it lies now; the top, if it was trashed a moment ago."""
    return Folder.objects.filter(pk=folder.pk, trashed_at__isnull=True).first() if folder else None


def _demand_name(item: Item, name: str) -> None:
    same = Q(owner=item.owner_id, name=name, trashed_at__isnull=True) & ~Q(pk=item.pk)
    if isinstance(item, Folder):
        what, is_taken = "Папка", Folder.objects.filter(same, parent=item.parent).exists()
    else:
        what, is_taken = "Файл", Document.objects.filter(same, folder=item.folder).exists()
    if is_taken:
        raise NameTaken(f"{what} «{name}» здесь уже есть. Выберите другое имя.", field="name")


def _named(item: Item) -> dict[str, int | None]:
    if isinstance(item, Folder):
        return {"folder_id": item.pk, "document_id": None}
    return {"folder_id": None, "document_id": item.pk}
