"""Doors of people's files."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.files import serving, tus
from myschool.files.access import pages_of
from myschool.files.receiving import DOCUMENTS
from myschool.folders import access, actions, forms, links, queries, taking
from myschool.kernel import clock, pages
from myschool.kernel.actors import Actor, ActorRequest
from myschool.people.doors import untouched


def _uploading(request: ActorRequest, folder: Any, show: Any, form: forms.NewFiles | forms.NewVersion) -> HttpResponse:
    """A page of a folder with its form; what is sent is put there."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        received = taking.take(given["attached"], given["uploads"], by=request.actor)
        actions.add_documents(folder=folder, received=received, by=request.actor, at=clock.now())
        return redirect("folder", folder.pk) if folder else redirect("own-files")

    further = {"search": forms.Search(), "folder": forms.Name()}
    return pages.form_page(request, form, "folders/folder.html", show, accept, forms=further)


@require_http_methods(["GET", "HEAD", "POST"])
def own_files(request: ActorRequest) -> HttpResponse:
    """The top of one's files, or what is sought in them; what is sent is put there."""
    get_object_or_404(access.owner_of_files(request.actor))
    sought = pages.accepted(forms.Search(request.GET))["q"].strip()

    def show() -> queries.FolderPage:
        return queries.found_page(request.actor, sought) if sought else queries.top_page(request.actor)

    return _uploading(request, None, show, forms.NewFiles(request.POST or None, request.FILES or None))


@tus.door("OPTIONS", "POST")
def begin_upload(request: ActorRequest) -> HttpResponse:
    """Begin to send a big file into one's own space."""
    get_object_or_404(access.owner_of_files(request.actor))
    left = queries.space_of(request.actor).left
    return tus.begin(request, purpose=taking.PURPOSE, kinds=DOCUMENTS, left=left)


@require_http_methods(["GET", "HEAD", "POST"])
def folder(request: ActorRequest, folder_id: int) -> HttpResponse:
    """A folder that is one's own or shared; what is sent to one's own is put there."""
    readable = access.folders_to_read(request.actor, request.actor.day(clock.now()))
    folder = get_object_or_404(
        access.own_folders(request.actor) if request.method == "POST" else readable, pk=folder_id
    )
    form = forms.NewFiles(request.POST or None, request.FILES or None)
    return _uploading(request, folder, lambda: queries.folder_page(folder, request.actor), form)


@require_POST
def make_folder(request: ActorRequest) -> HttpResponse:
    """Make a folder in another one, or at the top."""
    get_object_or_404(access.owner_of_files(request.actor))
    parent = _place(request)
    name = pages.accepted(forms.Name(request.POST))["name"]
    folder = actions.make_folder(name=name, parent=parent, by=request.actor, at=clock.now())
    return redirect("folder", folder.pk)


def _place(request: ActorRequest) -> Any:
    """The actor's own folder that a form names, or None for the top."""
    place = pages.accepted(forms.Place(request.POST))["folder"]
    return None if place is None else get_object_or_404(access.own_folders(request.actor), pk=place)


@require_safe
def folder_options(request: ActorRequest, folder_id: int) -> HttpResponse:
    """What the owner may do with a folder."""
    folder = get_object_or_404(access.own_folders(request.actor), pk=folder_id)
    today = request.actor.day(clock.now())
    page = queries.options_page(folder, request.actor, today)
    return pages.show(request, "folders/options.html", page, forms=_options())


def _options() -> dict[str, Form]:
    """What an owner may do with a folder or a document, for the page to draw."""
    return {"sharing": forms.Sharing(), "name": forms.Name(), "place": forms.Place()}


def _readable(request: ActorRequest, document_id: int) -> Any:
    """A document the actor may read, with its owner."""
    readable = access.documents_to_read(request.actor, request.actor.day(clock.now()))
    return get_object_or_404(readable.select_related("owner"), pk=document_id)


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: ActorRequest, document_id: int) -> HttpResponse:
    """A document as it looks, and to its owner what may be done with it; what they send is its new version."""
    today = request.actor.day(clock.now())
    own = access.own_documents(request.actor)
    document = get_object_or_404(own, pk=document_id) if request.method == "POST" else _readable(request, document_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        received = taking.take(given["attached"], given["uploads"], by=request.actor)
        actions.add_version(document=document, received=received, by=request.actor, at=clock.now())
        return redirect("document", document_id)

    def show() -> queries.DocumentPage:
        version = queries.last_version(document)
        text = serving.beginning_of(version.file) if version.file.content_type == "text/plain" else ""
        return queries.document_page(document, version, request.actor, today, text)

    form = forms.NewVersion(request.POST or None, request.FILES or None)
    return pages.form_page(request, form, "folders/document.html", show, accept, forms=_options())


@untouched
@require_safe
def preview(request: ActorRequest, document_id: int) -> HttpResponse:
    """How far a document's preview is: its page asks again while it is being made."""
    document = _readable(request, document_id)
    part = queries.preview_part(document, queries.last_version(document))
    return pages.show(request, "folders/_preview.html", part)


@require_safe
def download(request: ActorRequest, document_id: int) -> HttpResponseBase:
    """A document's last version; it leaves under the document's name."""
    document = _readable(request, document_id)
    return serving.serve(queries.last_version(document).file, request, name=document.name)


@require_safe
def content(request: ActorRequest, document_id: int) -> HttpResponseBase:
    """A picture, film or sound inside its document's page."""
    return serving.show(queries.last_version(_readable(request, document_id)).file, request)


@require_safe
def page_picture(request: ActorRequest, document_id: int, number: int) -> HttpResponseBase:
    """The picture of a page."""
    file = queries.last_version(_readable(request, document_id)).file
    return serving.show_page(get_object_or_404(pages_of(file), number=number), request)


@require_safe
def download_version(request: ActorRequest, version_id: int) -> HttpResponseBase:
    """Any version of one's own document."""
    versions = access.own_versions(request.actor).select_related("file", "document")
    version = get_object_or_404(versions, pk=version_id)
    return serving.serve(version.file, request, name=version.document.name)


@require_POST
def make_link(request: ActorRequest, document_id: int) -> HttpResponse:
    """A link to one's own document for an hour."""
    document = get_object_or_404(access.own_documents(request.actor), pk=document_id)
    token = actions.make_link(document=document, by=request.actor, at=clock.now())
    url = settings.SITE_URL + reverse("file-link", args=[token])
    return pages.show(request, "folders/link.html", queries.link_page(document, url))


@require_safe
def linked(request: ActorRequest, token: str) -> HttpResponseBase:
    """What a link leads to, for everybody who has a role here.

    Not for visitors: a file of a school stays among people whom Gosuslugi has named, also when its link is passed on.
    """
    at = clock.now()
    link = links.read(token, at)
    linked = access.linked_documents(request.actor, link.made_at, at)
    document = get_object_or_404(linked, pk=link.document_id)
    return serving.serve(queries.last_version(document).file, request, name=document.name)


@require_safe
def shared(request: ActorRequest) -> HttpResponse:
    """What others have shared with one's class, or one's children's."""
    get_object_or_404(access.owner_of_files(request.actor))
    today = request.actor.day(clock.now())
    return pages.show(request, "folders/shared.html", queries.shared_page(request.actor, today))


@require_safe
def trash(request: ActorRequest) -> HttpResponse:
    """What was put into the trash."""
    get_object_or_404(access.owner_of_files(request.actor))
    return pages.show(request, "folders/trash.html", queries.trash_page(request.actor))


@require_POST
def empty_trash(request: ActorRequest) -> HttpResponse:
    """Delete it for good."""
    get_object_or_404(access.owner_of_files(request.actor))
    actions.empty_trash(by=request.actor, at=clock.now())
    return redirect("trash")


def _own(actor: Actor, kind: str, item_id: int) -> actions.Item:
    """The actor's own folder or document."""
    rows = {"folders": access.own_folders, "documents": access.own_documents}
    return _found(rows, actor, kind, item_id)


def _found(rows: dict[str, Any], actor: Actor, kind: str, item_id: int) -> actions.Item:
    item: actions.Item = get_object_or_404(pages.found(rows.get(kind))(actor), pk=item_id)
    return item


def _back(kind: str, item_id: int) -> HttpResponse:
    """The page where a folder's or a document's options are."""
    return redirect("folder-options" if kind == "folders" else "document", item_id)


@require_POST
def rename(request: ActorRequest, kind: str, item_id: int) -> HttpResponse:
    """Call a folder or a document otherwise."""
    item = _own(request.actor, kind, item_id)
    name = pages.accepted(forms.Name(request.POST))["name"]
    actions.rename(item=item, name=name, by=request.actor, at=clock.now())
    return _back(kind, item_id)


@require_POST
def move(request: ActorRequest, kind: str, item_id: int) -> HttpResponse:
    """Put a folder or a document elsewhere."""
    item = _own(request.actor, kind, item_id)
    actions.move(item=item, target=_place(request), by=request.actor, at=clock.now())
    return _back(kind, item_id)


@require_POST
def trash_item(request: ActorRequest, kind: str, item_id: int) -> HttpResponse:
    """Put a folder or a document into the trash."""
    actions.trash(item=_own(request.actor, kind, item_id), by=request.actor, at=clock.now())
    return redirect("own-files")


@require_POST
def restore(request: ActorRequest, kind: str, item_id: int) -> HttpResponse:
    """Take it out of the trash."""
    rows = {"folders": access.trashed_folders, "documents": access.trashed_documents}
    actions.restore(item=_found(rows, request.actor, kind, item_id), by=request.actor, at=clock.now())
    return redirect("trash")


@require_POST
def share(request: ActorRequest, kind: str, item_id: int) -> HttpResponse:
    """Let a class read it."""
    at = clock.now()
    today = request.actor.day(at)
    item = _own(request.actor, kind, item_id)
    values = pages.accepted(forms.Sharing(request.POST))
    classes = access.classes_to_share_with(request.actor, today).select_related("school_year")
    school_class = get_object_or_404(classes, pk=values["school_class"])
    actions.share(
        item=item, school_class=school_class, last_day=values["last_day"], today=today, by=request.actor, at=at
    )
    return _back(kind, item_id)


@require_POST
def end_share(request: ActorRequest, share_id: int) -> HttpResponse:
    """Let a class read it no longer."""
    share = get_object_or_404(access.own_shares(request.actor), pk=share_id)
    kind, item_id = ("documents", share.document_id) if share.document_id else ("folders", share.folder_id or 0)
    actions.end_share(shared=share, by=request.actor, at=clock.now())
    return _back(kind, item_id)
