"""Doors of suppliers' tools that people come to: connecting, choosing content, opening."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.kernel.headers import PAGE_POLICY
from myschool.library import access, forms, lti
from myschool.library.actions import tools
from myschool.library.queries import tools as shown
from myschool.library.rules import lti as rules
from myschool.schools.queries import items_of


@require_safe
def own_tools(request: ActorRequest) -> HttpResponse:
    """The supplier's tools."""
    pages.found(access.is_supplier(request.actor) or None)
    return pages.show(request, "library/tools.html", shown.tools_page(request.actor))


def new_tool(request: ActorRequest) -> HttpResponse:
    """Connect a tool."""
    pages.found(access.is_supplier(request.actor) or None)

    def accept(given: dict[str, Any]) -> HttpResponse:
        tool_fields = {**given, "keys": lti.keys_in(given["keys"])}
        tools.make_tool(told=tool_fields, by=request.actor, at=clock.now())
        return redirect("own-tools")

    form = forms.NewTool(request.POST or None)
    page = shown.ToolsPage("Подключить тренажёр", [], [])
    return pages.form_page(request, form, "library/new_tool.html", lambda: page, accept)


@require_POST
def end_tool(request: ActorRequest, tool_id: int) -> HttpResponse:
    """Disconnect a tool."""
    tool = get_object_or_404(access.own_tools(request.actor), pk=tool_id)
    tools.end_tool(tool=tool, by=request.actor, at=clock.now())
    return redirect("own-tools")


def _to_tool(tool: Any, subject: str, target: str, hint: str) -> HttpResponse:
    """Send the browser to the tool's login; the tool comes back to `authorize`."""
    params = {
        "iss": settings.SITE_URL,
        "login_hint": subject,
        "target_link_uri": target,
        "lti_message_hint": hint,
        "client_id": tool.client_id,
        "lti_deployment_id": tool.client_id,
    }
    gap = "&" if "?" in tool.login_url else "?"
    return HttpResponseRedirect(f"{tool.login_url}{gap}{urlencode(params)}")


@require_safe
def choose(request: ActorRequest, tool_id: int) -> HttpResponse:
    """Go to a tool to choose what shall be materials."""
    tool = get_object_or_404(access.own_tools(request.actor) & access.working_tools(clock.now()), pk=tool_id)
    subject = tools.subject_of(tool=tool, person_id=request.actor.person_id)
    return _to_tool(tool, str(subject), tool.target_url, lti.hint("choose", tool.pk))


@require_safe
def open_tool(request: ActorRequest, play_id: int) -> HttpResponse:
    """Open a material that runs at its supplier's."""
    play = get_object_or_404(
        access.plays_to_go_on(request.actor, request.actor.day(clock.now())).select_related("version__tool"), pk=play_id
    )
    tool = get_object_or_404(access.working_tools(clock.now()), pk=play.version.tool_id)
    subject = tools.subject_of(tool=tool, person_id=request.actor.person_id)
    return _to_tool(tool, str(subject), play.version.launch, lti.hint("play", play.pk))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorize(request: ActorRequest) -> HttpResponse:
    """Answer a tool's question who is there: a message that says what is opened, and by a number by whom."""
    params = pages.accepted(forms.Question(request.GET if request.method == "GET" else request.POST))
    tool = get_object_or_404(access.working_tools(clock.now()), client_id=params["client_id"])
    subject = str(tools.subject_of(tool=tool, person_id=request.actor.person_id))
    back = lti.address_in(params["redirect_uri"])
    if back not in tool.redirect_urls or params["login_hint"] != subject:
        raise lti.ToolRefused("Тренажёр просит вернуть вход не туда, куда договорились, или для другого человека.")
    claims = rules.envelope(lti.platform(), tool.client_id, subject, params["nonce"], clock.wall())
    message = lti.signed(claims | _claims(request, tool, *lti.hinted(params["lti_message_hint"])))
    fields = [("id_token", message), *([("state", params["state"])] if params["state"] else [])]
    page = shown.MessagePage(tool.title, back, fields)
    response = pages.show(request, "library/to_tool.html", page)
    # This page's form goes to the tool, and the tool's answer may lead on; nowhere else may it go.
    target = urlsplit(back)
    response["Content-Security-Policy"] = PAGE_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {target.scheme}://{target.netloc}"
    )
    return response


def _claims(request: ActorRequest, tool: Any, what: str, about: int) -> dict[str, Any]:
    if what == "choose":
        get_object_or_404(access.own_tools(request.actor), pk=pages.found(about if about == tool.pk else None))
        return rules.linking_claims(tool.target_url, f"{settings.SITE_URL}{reverse('lti-items')}", str(tool.pk))
    today = request.actor.day(clock.now())
    plays = access.plays_to_go_on(request.actor, today).select_related("version").filter(version__tool=tool)
    play = get_object_or_404(plays, pk=about)
    back = settings.SITE_URL + reverse("play", args=[play.pk])
    link, role = shown.link_of(play.version), shown.role_of(request.actor)
    return rules.launch_claims(link, role, shown.place_of(request.actor, today), back, settings.SITE_URL)


def take_items(request: ActorRequest) -> HttpResponse:
    """Confirm what was chosen in a tool: each becomes a draft."""
    form = forms.Chosen(request.POST or None, initial={"items": request.GET.get("items", "")})
    token = request.POST.get("items") or request.GET.get("items", "")
    tool_id, items = lti.choice(token)
    tool = get_object_or_404(access.own_tools(request.actor), pk=tool_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        subject = next((code for code, _ in items_of("subjects")), "")
        tools.take_items(tool=tool, items=items, subject=subject, by=request.actor, at=clock.now())
        return redirect("own-materials")

    page = shown.ItemsPage("Выбранное содержание", tool.title, items)
    return pages.form_page(request, form, "library/take_items.html", lambda: page, accept)
