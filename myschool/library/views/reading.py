"""Doors for readers: the catalogue, a material, going through it, one's shelves."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.rules.names import made_name
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.kernel.text import row_id
from myschool.library import access, cartridges, forms, origin
from myschool.library.actions import playing, reading
from myschool.library.queries import pages as shown
from myschool.library.queries import search

MOST_PAGES = search.CANDIDATES // search.SHOWN


@require_safe
def catalogue(request: ActorRequest) -> HttpResponse:
    """The catalogue, or what was found in it."""
    pages.found(request.actor.role)
    params = pages.accepted(forms.Search(request.GET))
    page = min(max(row_id(params["page"]) or 1, 1), MOST_PAGES)
    schools = access.schools_of(request.actor, request.actor.day(clock.now()))
    chosen = search.chosen_in(params)
    shown_page = search.catalogue_page(params["q"], chosen, schools, page)
    return pages.show(request, "library/catalogue.html", shown_page, forms={"search": forms.Search()})


@require_safe
def material(request: ActorRequest, material_id: int) -> HttpResponse:
    """A material of the catalogue."""
    material = get_object_or_404(
        access.materials_to_read(request.actor, request.actor.day(clock.now())), pk=material_id
    )
    further = {"collection": forms.NewCollection(), "report": forms.Words()}
    return pages.show(request, "library/material.html", shown.material_page(material, request.actor), forms=further)


@require_POST
def begin(request: ActorRequest, version_id: int) -> HttpResponse:
    """Open a version."""
    at = clock.now()
    version = get_object_or_404(access.versions_to_try(request.actor, request.actor.day(at)), pk=version_id)
    begun = playing.begin_play(version=version, by=request.actor, at=at)
    return redirect("play", begun.pk)


@require_safe
def play(request: ActorRequest, play_id: int) -> HttpResponse:
    """A material on the screen."""
    play = get_object_or_404(
        access.plays_to_go_on(request.actor, request.actor.day(clock.now())).select_related("version"), pk=play_id
    )
    return pages.show(request, "library/play.html", shown.play_page(play, origin.address_of(play.version_id, play.pk)))


@require_POST
def finish(request: ActorRequest, play_id: int) -> HttpResponse:
    """Say that one has read or watched it to the end."""
    play = get_object_or_404(access.plays_to_go_on(request.actor, request.actor.day(clock.now())), pk=play_id)
    playing.keep_play(
        play=play, memory=None, is_finished=True, is_passed=None, score=None, seconds=None, at=clock.now()
    )
    return redirect("play", play_id)


@require_POST
def favour(request: ActorRequest, material_id: int) -> HttpResponse:
    """Keep a material at hand, or no longer."""
    at = clock.now()
    material = get_object_or_404(access.materials_to_read(request.actor, request.actor.day(at)), pk=material_id)
    is_favourite = pages.accepted(forms.Kept(request.POST))["kept"]
    reading.favour(material=material, kept=is_favourite, by=request.actor, at=at)
    return redirect("material", material_id)


@require_POST
def report(request: ActorRequest, material_id: int) -> HttpResponse:
    """Tell the publisher of an error."""
    at = clock.now()
    entries = access.entries_to_read(request.actor, request.actor.day(at)).select_related("version")
    entry = get_object_or_404(entries, material=material_id)
    text = pages.accepted(forms.Words(request.POST))["text"]
    reading.report_error(version=entry.version, text=text, by=request.actor, at=at)
    return redirect("material", material_id)


@require_safe
def shelves(request: ActorRequest) -> HttpResponse:
    """What one keeps at hand, has put together and has gone through."""
    page = shown.shelves_page(request.actor)
    return pages.show(request, "library/shelves.html", page, forms={"collection": forms.NewCollection()})


@require_POST
def make_collection(request: ActorRequest) -> HttpResponse:
    """Begin a collection."""
    title = pages.accepted(forms.NewCollection(request.POST))["title"]
    collection = reading.make_collection(title=title, by=request.actor, at=clock.now())
    return redirect("collection", collection.pk)


@require_safe
def collection(request: ActorRequest, collection_id: int) -> HttpResponse:
    """A collection."""
    collection = get_object_or_404(access.own_collections(request.actor), pk=collection_id)
    return pages.show(request, "library/collection.html", shown.collection_page(collection))


@require_safe
def export_collection(request: ActorRequest, collection_id: int) -> HttpResponseBase:
    """A collection as a Common Cartridge, for other systems."""
    day = request.actor.day(clock.now())
    collection = get_object_or_404(access.own_collections(request.actor), pk=collection_id)
    versions = shown.versions_to_export(collection, access.entries_to_read(request.actor, day))
    file = cartridges.packed(f"collection-{collection.pk}", collection.title, versions)
    name = made_name(collection.title, ".imscc")
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/vnd.ims.imsccv1p3")


@require_POST
def change_collection(request: ActorRequest, collection_id: int) -> HttpResponse:
    """Put a material into a collection, or take it out."""
    at = clock.now()
    collection = get_object_or_404(access.own_collections(request.actor), pk=collection_id)
    fields = pages.accepted(forms.IntoCollection(request.POST))
    material = get_object_or_404(access.materials_to_read(request.actor, request.actor.day(at)), pk=fields["material"])
    reading.change_collection(collection=collection, material=material, kept=fields["kept"], by=request.actor, at=at)
    return redirect("collection", collection_id)


@require_POST
def remove_collection(request: ActorRequest, collection_id: int) -> HttpResponse:
    """Remove a collection."""
    collection = get_object_or_404(access.own_collections(request.actor), pk=collection_id)
    reading.remove_collection(collection=collection, by=request.actor, at=clock.now())
    return redirect("shelves")
