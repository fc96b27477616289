"""Rows that the doors of people's files are about: the teacher's and the guardian's own; one shared with the class."""

from myschool.files import actions as files
from myschool.files.models import Preview
from myschool.files.received import Picture, Received
from myschool.folders import actions, links
from myschool.folders.models import Document, DocumentShare, Folder
from myschool.schools.models import SchoolClass
from tests.access.world import World


def lay_out(world: World) -> None:
    """A folder with a document of the teacher's and of a stranger's; the teacher's are shared with the child's class."""
    world.words |= {"folders": "folders", "documents": "documents"}
    _of(world, "teacher", "")
    _of(world, "stranger_admin", "strange_")
    world.words["file_token"] = links.signed(world.rows["document"], world.at)
    teacher, at = world.actors["teacher"], world.at
    school_class = SchoolClass.objects.select_related("school_year").get(pk=world.rows["class"])
    folder = Folder.objects.get(pk=world.rows["folder"])
    shared = actions.make_folder(name="Для класса", parent=folder, by=teacher, at=at)
    actions.share(item=shared, school_class=school_class, last_day=None, today=at.date(), by=teacher, at=at)
    (inside,) = actions.add_documents(folder=shared, received=[_received("7")], by=teacher, at=at)
    preview = Preview.objects.get(key=inside.versions.get().file.key)
    picture = Picture("picture".ljust(64, "0"), 4, "image/png")
    files.finish_preview(preview=preview, pages=1, pictures=[picture])
    world.rows |= {
        "shared_folder": shared.pk,
        "shared_document": inside.pk,
        "file_share": DocumentShare.objects.get().pk,
    }


def _of(world: World, who: str, name: str) -> None:
    by, at = world.actors[who], world.at
    folder = actions.make_folder(name="Уроки", parent=None, by=by, at=at)
    (document,) = actions.add_documents(folder=folder, received=[_received(f"1{name}")], by=by, at=at)
    gone = actions.make_folder(name="Старое", parent=None, by=by, at=at)
    (thrown,) = actions.add_documents(folder=None, received=[_received(f"2{name}")], by=by, at=at)
    for item in (gone, thrown):
        actions.trash(item=item, by=by, at=at)
    world.rows |= {
        f"{name}folder": folder.pk,
        f"{name}document": document.pk,
        f"{name}trashed_folder": gone.pk,
        f"{name}trashed_document": thrown.pk,
        f"{name}document_version": Document.objects.get(pk=document.pk).versions.get().pk,
    }


def _received(key: str) -> Received:
    return Received(f"document{key}".ljust(64, "0"), f"план-{key}.pdf", "application/pdf", 4)
