"""How a door answers: a page, a form's page, or a fragment; templates find the database closed."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render

from myschool.kernel.errors import Refusal

log = logging.getLogger(__name__)
T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])
Forms = Mapping[str, BaseForm]


class QueryInTemplate(RuntimeError):
    """A template asked the database: the page dataclass lacks something, or a list would grow N+1 queries."""


def show(
    request: HttpRequest, template: str, page: object = None, *, forms: Forms = MappingProxyType({}), status: int = 200
) -> HttpResponse:
    """Answer with a template that shows `page`, a frozen dataclass, and draws the forms that other doors read."""
    _bind(*forms.values())
    with _closed_database(template):
        return render(request, template, {"page": page, "forms": forms}, status=status)


def form_page(
    request: HttpRequest,
    form: BaseForm,
    template: str,
    page: Callable[[], object],
    accept: Callable[[dict[str, Any]], HttpResponse],
    *,
    forms: Forms = MappingProxyType({}),
) -> HttpResponse:
    """Show a form; when it is sent and right, answer with what `accept` makes of its cleaned values.

    A refusal of the action comes back as the form's own message, with everything the person typed still in place.
    Further forms of the page, which other doors read, are `forms`.
    """
    status, refused, is_foreign = 200, "", has_foreign_choice(form)
    headers: Mapping[str, str] = {}
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return accept(form.cleaned_data)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
                status, refused, is_foreign = refusal.status, refusal.code, refusal.is_foreign
                headers = refusal.headers
    shown = page()
    _bind(form, *forms.values())
    with _closed_database(template):
        response = render(request, template, {"page": shown, "form": form, "forms": forms}, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    # Read by who writes refused looks down: the page was shown all the same.
    response.refused_form = refused  # type: ignore[attr-defined]
    if is_foreign:
        response.foreign_choice = True  # type: ignore[attr-defined]
    return response


def back(request: HttpRequest, to: str, *rows: int, said: str) -> HttpResponse:
    """Answer a button: back to the page it was about, which says once, in one line, what has happened."""
    messages.success(request, said)
    return redirect(to, *rows)


def document(request: HttpRequest, tag: str, make: Callable[[], bytes], content_type: str) -> HttpResponse:
    """Answer with a document that `make` makes, unless the browser has the one that is called by this tag."""
    # Who packs a document on its way out calls its tag weak.
    tags = [etag.strip().removeprefix("W/") for etag in request.headers.get("If-None-Match", "").split(",")]
    if tag in tags:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(make(), content_type=content_type, headers={"ETag": tag})


def found(sought: T | None) -> T:
    """What a query has found.

    Raises:
        Http404: nothing; absent and forbidden look the same.
    """
    if sought is None:
        raise Http404
    return sought


class NotAccepted(Refusal):
    """What arrived does not have the form's shape."""

    status = 422


class ForeignChoice(NotAccepted):
    """What was chosen was not among the choices: a list that has changed, or an id that somebody tries."""

    is_foreign = True


def has_foreign_choice(form: BaseForm) -> bool:
    """Whether something chosen in the form was never offered."""
    return form.is_bound and any(form.has_error(name, "invalid_choice") for name in form.errors)


def answers_json(view: View) -> View:
    """Answer refusals of this door as data, whatever the program that calls it says it accepts."""
    view.answers_json = True  # type: ignore[attr-defined] # a mark on the function, read where refusals are answered
    return view


def changes_nothing(view: View) -> View:
    """What is sent to this door only asks, as a search does whose words may stand in no address: sent again it asks again."""
    view.changes_nothing = True  # type: ignore[attr-defined] # a mark on the function, read by who remembers sendings
    return view


def accepted(form: BaseForm) -> dict[str, Any]:
    """The form's cleaned values, for doors that answer with no form.

    Raises:
        NotAccepted: naming what is wrong.
    """
    if form.is_valid():
        return form.cleaned_data
    refused = ForeignChoice if has_foreign_choice(form) else NotAccepted
    raise refused(" ".join(str(error) for errors in form.errors.values() for error in errors))


def _bind(*forms: BaseForm) -> None:
    for form in forms:
        for name in form.fields:
            form[name]  # bound fields are made once, and choices read from the database before the template


@contextmanager
def _closed_database(template: str) -> Iterator[None]:
    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's own signature
        if settings.QUERIES_IN_TEMPLATES_RAISE:
            raise QueryInTemplate(f"{template}: {sql}")
        log.error("query in template", extra={"template": template})
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield
