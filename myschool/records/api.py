"""The doors of the store, as xAPI calls them; every one asks for a key and knows no session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from myschool.files.gateways import store
from myschool.kernel import clock
from myschool.kernel.pages import answers_json, found
from myschool.people.doors import for_visitors
from myschool.records import actions, queries, receiving
from myschool.records.access import NotWithThisKey, key_of
from myschool.records.models import Record, RecordKey
from myschool.records.receiving import RequestRefused, as_json, parameters
from myschool.records.rules.bodies import BOUNDARY, Part, in_parts
from myschool.records.rules.editions import EDITIONS, edition_of
from myschool.records.rules.moments import in_words
from myschool.records.rules.places import folder_of
from myschool.records.rules.statements import TWO, identity_of

Door = Callable[[HttpRequest, RecordKey], HttpResponse]


def _edition(request: HttpRequest) -> str:
    """The edition that a request speaks.

    Raises:
        RequestRefused: it names none that we know.
    """
    edition = edition_of(request.headers.get("X-Experience-API-Version", ""))
    if edition is None:
        raise RequestRefused("Нужен заголовок X-Experience-API-Version: 1.0.3 или 2.0.0.")
    return edition


def _door(*methods: str) -> Callable[[Door], Callable[[HttpRequest], HttpResponse]]:
    """A door of the store: these methods, an edition named, a key."""

    def made(view: Door) -> Callable[[HttpRequest], HttpResponse]:
        @answers_json
        @csrf_exempt
        @for_visitors
        @require_http_methods(list(methods))
        def answer(request: HttpRequest) -> HttpResponse:
            _edition(request)
            return view(request, key_of(request.headers.get("Authorization", ""), clock.now()))

        answer.__name__, answer.__doc__ = view.__name__, view.__doc__
        return answer

    return made


def _json(told: Any, **headers: str) -> HttpResponse:
    return HttpResponse(as_json(told), content_type="application/json", headers=headers)


@answers_json
@for_visitors
@require_http_methods(["GET", "HEAD"])
def about(request: HttpRequest) -> HttpResponse:
    """Which editions the store speaks."""
    return _json({"version": list(EDITIONS), "extensions": {}})


# Statements


@_door("GET", "HEAD", "POST", "PUT")
def statements(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """Store statements, or find them."""
    if request.method == "POST":
        parameters(request)
        batch = receiving.told_by(request, _edition(request), clock.now())
        return _json([str(uid) for uid in _keep(request, key, batch)])
    if request.method == "PUT":
        params = parameters(request, "statementId")
        uid = receiving.uuid_in(params, "statementId")
        batch = receiving.told_by(request, _edition(request), clock.now())
        if batch.is_list or batch.statements[0].setdefault("id", str(uid)).lower() != str(uid):
            raise RequestRefused("PUT: одна запись, и её id тот же, что statementId.")
        _keep(request, key, batch)
        return HttpResponse(status=204)
    return _find(request, key)


def _keep(request: HttpRequest, key: RecordKey, told: receiving.Told) -> list[Any]:
    authority = {"objectType": "Agent", "account": {"homePage": f"{settings.SITE_URL}/xapi/", "name": key.name}}
    return actions.keep(
        statements=told.statements,
        key=key,
        edition=_edition(request),
        authority=authority,
        files=told.files,
        at=clock.now(),
    )


def _find(request: HttpRequest, key: RecordKey) -> HttpResponse:
    if "statementId" in request.GET or "voidedStatementId" in request.GET:
        return _one(request, key)
    after = None
    if "more" in request.GET:
        wanted, after = _going_on(parameters(request, "more")["more"])
    else:
        wanted = receiving.wanted_by(parameters(request, also=tuple(receiving.FILTERS)))
    page = queries.records(key, wanted, after)
    more = f"/xapi/statements?more={page.more}" if page.more else ""
    body = {"statements": _shaped(request, page.records, wanted.format, key), "more": more}
    headers = {"X-Experience-API-Consistent-Through": in_words(clock.now())}
    newest = queries.newest_at(key) if not wanted.marks else (page.records[0].stored_at if page.records else None)
    if newest:
        headers["Last-Modified"] = in_words(newest)
    return _with_files(body, page.records, headers, attach=wanted.attachments)


def _going_on(cursor: str) -> tuple[queries.Wanted, tuple[str, int]]:
    continuation = queries.going_on(cursor)
    if continuation is None:
        raise RequestRefused("Продолжение не читается: начните запрос заново.")
    return continuation


def _one(request: HttpRequest, key: RecordKey) -> HttpResponse:
    is_voided = "voidedStatementId" in request.GET
    name = "voidedStatementId" if is_voided else "statementId"
    params = parameters(request, name, also=("format", "attachments"))
    uid = receiving.uuid_in(params, name)
    wanted = receiving.wanted_by({field: params[field] for field in params if field != name})
    record = found(queries.record(key.scope, uid, is_voided=is_voided))
    if key.registration and record.statement.get("context", {}).get("registration", "").lower() != str(
        key.registration
    ):
        raise NotWithThisKey
    (statement,) = _shaped(request, [record], wanted.format, key)
    headers = {
        "X-Experience-API-Consistent-Through": in_words(clock.now()),
        "Last-Modified": in_words(record.stored_at),
    }
    return _with_files(statement, [record], headers, attach=wanted.attachments)


def _shaped(request: HttpRequest, records: list[Record], form: str, key: RecordKey) -> list[dict[str, Any]]:
    wanted = request.headers.get("Accept-Language", "").lower().split(",")
    return queries.shaped(
        records, form, key.scope, [language.split(";")[0].strip() for language in wanted if language.strip()]
    )


def _with_files(told: Any, records: list[Record], headers: dict[str, str], *, attach: bool) -> HttpResponse:
    if not attach:
        return _json(told, **headers)
    parts = [
        Part(attachment.sha2, attachment.file.content_type, b"".join(store().read(attachment.file.key)))
        for attachment in queries.files_of(records)
    ]
    kind = f"multipart/mixed; boundary={BOUNDARY}"
    return HttpResponse(in_parts(as_json(told), parts), content_type=kind, headers=headers)


# Activities and agents


@_door("GET", "HEAD")
def activities(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """What is known of an activity."""
    return _json(queries.activity(key.scope, receiving.iri_in(parameters(request, "activityId"), "activityId")))


@_door("GET", "HEAD")
def agents(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """An agent as a person: the store knows nobody by two identifiers."""
    who = receiving.agent_in(parameters(request, "agent")["agent"])
    _must_be_own(key, who)
    return _json({"objectType": "Person", **{name: [value] for name, value in who.items() if name != "objectType"}})


def _must_be_own(key: RecordKey, who: dict[str, Any], registration: str = "") -> None:
    """A key of one play opens that student's documents, and of states that play's."""
    if key.registration is None:
        return
    if identity_of(who) != receiving.owner_of(key) or registration not in ("", str(key.registration)):
        raise NotWithThisKey


# Documents


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A kind of documents: what names one, what else says where it lies, and whether PUT must have seen it."""

    kind: str
    name: str
    needed: tuple[str, ...]
    also: tuple[str, ...] = ()
    must_know: frozenset[str] = frozenset(EDITIONS)


STATES = Shelf(
    kind="state", name="stateId", needed=("activityId", "agent"), also=("registration",), must_know=frozenset({TWO})
)
ACTIVITY_PROFILES = Shelf(kind="activity_profile", name="profileId", needed=("activityId",))
AGENT_PROFILES = Shelf(kind="agent_profile", name="profileId", needed=("agent",))


@_door("GET", "HEAD", "PUT", "POST", "DELETE")
def states(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """What content keeps of a student's place in it."""
    return _documents(request, key, STATES)


@_door("GET", "HEAD", "PUT", "POST", "DELETE")
def activity_profiles(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """What content keeps for everybody."""
    return _documents(request, key, ACTIVITY_PROFILES)


@_door("GET", "HEAD", "PUT", "POST", "DELETE")
def agent_profiles(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """What content keeps of a student whatever they play."""
    return _documents(request, key, AGENT_PROFILES)


def _documents(request: HttpRequest, key: RecordKey, shelf: Shelf) -> HttpResponse:
    reads = request.method in ("GET", "HEAD")
    may_be_many = reads or (request.method == "DELETE" and shelf is STATES)
    named = () if may_be_many and shelf.name not in request.GET else (shelf.name,)
    since = ("since",) if reads and not named else ()
    params = parameters(request, *shelf.needed, *named, also=(*shelf.also, *since))
    folder, name = _folder(key, shelf, params), params.get(shelf.name)
    if name and len(name) > 300:
        raise RequestRefused(f"{shelf.name}: не длиннее 300 знаков.")
    if reads:
        return _read(folder, name) if name else _json(queries.names_in(folder, receiving.moment_in(params, "since")))
    etag = request.headers.get("If-Match")
    if request.method == "DELETE":
        actions.remove_documents(folder=folder, name=name, is_seen=etag)
        return HttpResponse(status=204)
    merge = request.method == "POST"
    body, content_type = receiving.document_in(request, merge=merge)
    actions.keep_document(
        folder=folder,
        name=name or "",
        body=body,
        content_type=content_type,
        is_seen=etag,
        merge=merge,
        is_new=request.headers.get("If-None-Match") == "*",
        must_know=not merge and _edition(request) in shelf.must_know,
        at=clock.now(),
    )
    return HttpResponse(status=204)


def _read(folder: str, name: str) -> HttpResponse:
    document = found(queries.document(folder, name))
    headers = {"ETag": f'"{document.tag}"', "Last-Modified": in_words(document.changed_at)}
    return HttpResponse(bytes(document.body), content_type=document.content_type, headers=headers)


def _folder(key: RecordKey, shelf: Shelf, given: dict[str, str]) -> str:
    activity = receiving.iri_in(given, "activityId") if "activityId" in given else ""
    registration = str(receiving.uuid_in(given, "registration")) if "registration" in given else ""
    who = receiving.agent_in(given["agent"], anyone=True) if "agent" in given else {}
    if who:
        _must_be_own(key, who, registration)
    return folder_of(
        key.scope, shelf.kind, activity=activity, agent=identity_of(who) if who else "", registration=registration
    )
