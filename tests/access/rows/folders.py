"""Rows that the doors of people's files are about: a teacher's own of either school; one shared with the class."""

from myschool.files import actions as files
from myschool.files.models import Preview
from myschool.files.received import Picture, Received
from myschool.folders import actions, links
from myschool.folders.models import Document, DocumentShare
from myschool.schools.models import SchoolClass
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """A folder with a document of the teacher's; another folder is shared with the child's class."""
    world.words |= {"folders": "folders", "documents": "documents"}
    for side in world.sides:
        _of(side)


def _of(side: Side) -> None:
    by, at = side.actor("teacher"), side.world.at
    folder = actions.make_folder(name="Уроки", parent=None, by=by, at=at)
    (document,) = actions.add_documents(folder=folder, received=[_received(f"1{side.rows}")], by=by, at=at)
    gone = actions.make_folder(name="Старое", parent=None, by=by, at=at)
    (thrown,) = actions.add_documents(folder=None, received=[_received(f"2{side.rows}")], by=by, at=at)
    for item in (gone, thrown):
        actions.trash(item=item, by=by, at=at)
    school_class = SchoolClass.objects.select_related("school_year").get(pk=side.row("class"))
    shared = actions.make_folder(name="Для класса", parent=folder, by=by, at=at)
    actions.share(item=shared, school_class=school_class, last_day=None, today=at.date(), by=by, at=at)
    (inside,) = actions.add_documents(folder=shared, received=[_received(f"7{side.rows}")], by=by, at=at)
    preview = Preview.objects.get(key=inside.versions.get().file.key)
    picture = Picture(f"picture{side.rows}".ljust(64, "0"), 4, "image/png")
    files.finish_preview(preview=preview, pages=1, pictures=[picture])
    side.say(file_token=links.signed(document.pk, at))
    side.keep(
        folder=folder.pk,
        document=document.pk,
        trashed_folder=gone.pk,
        trashed_document=thrown.pk,
        document_version=Document.objects.get(pk=document.pk).versions.get().pk,
        shared_folder=shared.pk,
        shared_document=inside.pk,
        file_share=DocumentShare.objects.get(folder=shared).pk,
    )


def _received(key: str) -> Received:
    return Received(key=f"document{key}".ljust(64, "0"), name=f"план-{key}.pdf", content_type="application/pdf", size=4)
