"""Doors for makers: a publisher's materials, a teacher's own, and becoming a publisher."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from myschool.files import tus, uploading
from myschool.files.received import Received
from myschool.files.receiving import DOCUMENTS, PAPERS, receive
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.kernel.resends import kept_at
from myschool.library import access, cartridges, forms
from myschool.library.actions import making as making_actions
from myschool.library.actions import reading, supplying
from myschool.library.queries import making

# Bytes a maker may have sent that no material has yet.
PURPOSE, MOST_SENT = "material", 6_000_000_000


def _received(given: dict[str, Any], request: ActorRequest) -> Received | None:
    """The file that came with the form, in one go or in parts."""
    if token := given.pop("upload"):
        given.pop("file")
        return uploading.take(token, DOCUMENTS, purpose=PURPOSE, field="file", by=request.actor)
    file = given.pop("file")
    return receive(file, DOCUMENTS, field="file") if file else None


@tus.door("OPTIONS", "POST")
def begin_upload(request: ActorRequest) -> HttpResponse:
    """Begin to send the file of a material."""
    pages.found(access.may_make(request.actor) or None)
    return tus.begin(request, purpose=PURPOSE, kinds=DOCUMENTS, left=MOST_SENT)


@require_safe
def own_materials(request: ActorRequest) -> HttpResponse:
    """Everything one has made."""
    pages.found(access.may_make(request.actor) or None)
    return pages.show(request, "library/own.html", making.own_page(request.actor, request.actor.day(clock.now())))


def new_material(request: ActorRequest) -> HttpResponse:
    """A new material."""
    pages.found(access.may_make(request.actor) or None)

    def accept(given: dict[str, Any]) -> HttpResponse:
        received = _received(given, request)
        version = making_actions.make_material(described=given, received=received, by=request.actor, at=clock.now())
        return redirect("own-material", version.material_id)

    form = forms.Described(request.POST or None, request.FILES or None)
    page = making.FormPage("Новый материал")
    return pages.form_page(request, form, "library/describe.html", lambda: page, accept)


def import_cartridge(request: ActorRequest) -> HttpResponse:
    """Take the materials out of a Common Cartridge: each becomes a draft."""
    pages.found(access.may_make(request.actor) or None)

    def accept(given: dict[str, Any]) -> HttpResponse:
        cartridge = pages.found(_received(given, request))
        content = cartridges.unpacked(cartridge)
        described = {**given, "annotation": "", "topic": "", "accessibility": [], "minutes": None}
        drafts = making_actions.take_cartridge(
            materials=[({**described, "title": resource.title}, resource.received) for resource in content.taken],
            cartridge=cartridge,
            by=request.actor,
            at=clock.now(),
        )
        page = making.imported_page(drafts, content.left)
        return kept_at(pages.show(request, "library/imported.html", page), reverse("own-materials"))

    form = forms.Cartridge(request.POST or None, request.FILES or None)
    page = making.FormPage("Перенести из другой системы")
    return pages.form_page(request, form, "library/describe.html", lambda: page, accept)


@require_safe
def own_material(request: ActorRequest, material_id: int) -> HttpResponse:
    """A material for its makers."""
    material = get_object_or_404(access.own_materials(request.actor), pk=material_id)
    today = request.actor.day(clock.now())
    further = {"answer": forms.Words(), "reason": forms.Reason()}
    return pages.show(request, "library/own_material.html", making.own_material_page(material, today), forms=further)


def version(request: ActorRequest, version_id: int) -> HttpResponse:
    """Describe a draft otherwise."""
    version = get_object_or_404(access.versions_to_change(request.actor).select_related("file"), pk=version_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        received = _received(given, request)
        making_actions.change_version(
            version=version, described=given, received=received, by=request.actor, at=clock.now()
        )
        return redirect("own-material", version.material_id)

    form = forms.Described(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(version, name) for name in forms.Described.base_fields if hasattr(version, name)},
    )
    page = making.FormPage(version.title, version.material_id, version.file.name if version.file else "")
    return pages.form_page(request, form, "library/describe.html", lambda: page, accept)


@require_POST
def submit(request: ActorRequest, version_id: int) -> HttpResponse:
    """Hand a draft in."""
    version = get_object_or_404(access.versions_to_change(request.actor), pk=version_id)
    making_actions.submit_version(version=version, by=request.actor, at=clock.now())
    return redirect("own-material", version.material_id)


@require_POST
def new_version(request: ActorRequest, material_id: int) -> HttpResponse:
    """Begin the next version."""
    material = get_object_or_404(access.own_materials(request.actor), pk=material_id)
    version = making_actions.make_version(material=material, by=request.actor, at=clock.now())
    return redirect("version", version.pk)


@require_POST
def withdraw(request: ActorRequest, material_id: int) -> HttpResponse:
    """Take a material out of the catalogue."""
    material = get_object_or_404(access.own_materials(request.actor), pk=material_id)
    reason = pages.accepted(forms.Reason(request.POST))["reason"]
    making_actions.withdraw_material(material=material, reason=reason, by=request.actor, at=clock.now())
    return redirect("own-material", material_id)


@require_POST
def answer_report(request: ActorRequest, report_id: int) -> HttpResponse:
    """Answer whoever has found an error."""
    report = get_object_or_404(access.own_reports(request.actor).select_related("version"), pk=report_id)
    text = pages.accepted(forms.Words(request.POST))["text"]
    reading.answer_report(report=report, text=text, by=request.actor, at=clock.now())
    return redirect("own-material", report.version.material_id)


def become_publisher(request: ActorRequest) -> HttpResponse:
    """Ask to supply content for an organisation."""

    def accept(given: dict[str, Any]) -> HttpResponse:
        agreement = receive(given.pop("agreement"), PAPERS, field="agreement")
        supplying.ask_publisher(agreement=agreement, by=request.actor, at=clock.now(), **given)
        return redirect("become-publisher")

    form = forms.Supplier(request.POST or None, request.FILES or None)
    return pages.form_page(
        request, form, "library/become_publisher.html", lambda: making.own_applications(request.actor), accept
    )
