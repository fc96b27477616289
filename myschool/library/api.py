"""Doors of suppliers' tools that programs come to: keys, tokens, chosen content, scores, members of a class."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.kernel import clock
from myschool.kernel.pages import answers_json, found
from myschool.library import access, harvesting, lti
from myschool.library.actions import tools
from myschool.library.queries import tools as shown
from myschool.library.rules import lti as rules
from myschool.people.doors import for_visitors
from myschool.records.receiving import body_of, read_json

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LARGEST = 100_000
ITEM, ITEMS = "application/vnd.ims.lis.v2.lineitem+json", "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def _answer(told: Any, content_type: str) -> HttpResponse:
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=content_type)


def _tool(request: HttpRequest, *scopes: str) -> Any:
    return lti.tool_with(request.headers.get("Authorization", ""), *scopes)


@csrf_exempt
@for_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest) -> HttpResponse:
    """The catalogue for other catalogues, by OAI-PMH: nothing here is anybody's secret."""
    query = request.POST if request.method == "POST" else request.GET
    params = {name: query.getlist(name) for name in query}
    return HttpResponse(harvesting.answered(params, clock.now()), content_type="text/xml; charset=utf-8")


@answers_json
@for_visitors
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Our public keys."""
    return JsonResponse(lti.public_keys())


@answers_json
@csrf_exempt
@for_visitors
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A token for our services, for a tool that proves itself by its key (RFC 7523)."""
    form = request.POST
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
        raise lti.ToolRefused("Нужны grant_type=client_credentials и client_assertion_type по RFC 7523.")
    tool, claims = lti.read(form.get("client_assertion", ""), f"{settings.SITE_URL}{reverse('lti-token')}")
    if claims.get("sub") != tool.client_id:
        raise lti.ToolRefused("sub и iss должны быть client_id тренажёра.")
    scopes = [scope for scope in form.get("scope", "").split() if scope in rules.SCOPES]
    if not scopes:
        raise lti.ToolRefused("Ни одного известного права (scope).")
    return JsonResponse(
        {
            "access_token": lti.token_for(tool, scopes),
            "token_type": "Bearer",
            "expires_in": lti.TOKEN_LASTS,
            "scope": " ".join(scopes),
        }
    )


@csrf_exempt
@for_visitors
@require_POST
def items(request: HttpRequest) -> HttpResponse:
    """What was chosen in a tool. The browser brings it from another site and so without its session: it goes on by GET."""
    tool, claims = lti.read(request.POST.get("JWT", ""), settings.SITE_URL)
    choices = lti.items_in(tool, claims)
    return HttpResponseRedirect(f"{reverse('take-items')}?{urlencode({'items': lti.chosen(tool, choices)})}")


@answers_json
@for_visitors
@require_safe
def line_items(request: HttpRequest) -> HttpResponse:
    """The materials that the tool runs, as columns."""
    tool = _tool(request, rules.READ_ITEMS)
    wanted = request.GET.get("resource_link_id", "")
    lines = [shown.line_item(material) for material in shown.materials_of(tool) if wanted in ("", str(material.pk))]
    return _answer(lines, ITEMS)


def _material(tool: Any, material_id: int) -> Any:
    return get_object_or_404(access.materials_of_tool(tool), pk=material_id)


@answers_json
@for_visitors
@require_safe
def line_item(request: HttpRequest, material_id: int) -> HttpResponse:
    """One of them."""
    return _answer(shown.line_item(_material(_tool(request, rules.READ_ITEMS), material_id)), ITEM)


@answers_json
@csrf_exempt
@for_visitors
@require_POST
def scores(request: HttpRequest, material_id: int) -> HttpResponse:
    """A student's score."""
    tool = _tool(request, rules.SCORE)
    score = lti.score_in(read_json(body_of(request, LARGEST)))
    tools.keep_score(tool=tool, material=_material(tool, material_id), score=score, at=clock.now())
    return HttpResponse(status=204)


@answers_json
@for_visitors
@require_safe
def results(request: HttpRequest, material_id: int) -> HttpResponse:
    """What students made of a material."""
    tool = _tool(request, rules.READ_RESULTS)
    subject = lti.subject_in(request.GET.get("user_id", ""))
    return _answer(shown.results(tool, _material(tool, material_id), subject), RESULTS)


@answers_json
@for_visitors
@require_http_methods(["GET", "HEAD"])
def members(request: HttpRequest, class_id: int) -> HttpResponse:
    """The students of a class where the tool was opened: numbers and roles, no names."""
    tool = _tool(request, rules.READ_NAMES)
    title, students = found(shown.classmates(tool, class_id, clock.latest_day(clock.now())))
    subjects = tools.subjects_of(tool=tool, person_ids=students)
    body = {
        "id": f"{settings.SITE_URL}{request.path}",
        "context": {"id": f"class-{class_id}", "title": title},
        "members": [
            {"status": "Active", "user_id": str(subjects[student]), "roles": [rules.MEMBERSHIP + "Learner"]}
            for student in students
        ],
    }
    return _answer(body, MEMBERS)
