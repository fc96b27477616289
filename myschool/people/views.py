"""Doors of identity."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest, Role, VisitorRequest
from myschool.kernel.middleware import Explained, explain
from myschool.people import access, actions, actors, diagnosis, forms, gateways, processing, queries
from myschool.people.doors import about, before_agreement, for_visitors, untouched
from myschool.people.esia import state
from myschool.people.esia.answers import Grant
from myschool.people.esia.failures import refused
from myschool.people.rules import devices

ATTEMPT = "__Host-login-" if settings.SECURE_COOKIES else "login-"
MOST_ATTEMPTS = 5
MOSCOW = "Europe/Moscow"
# Why a person is sent to Gosuslugi, and what is asked for beyond the login itself.
PURPOSES: dict[str, tuple[str, ...]] = {
    "login": (),
    "family": ("kid_fullname", "kid_birthdate", "kid_gender", "kid_snils"),
    "organisations": ("usr_org",),
}


@for_visitors
@require_safe
def login(request: VisitorRequest) -> HttpResponse:
    """Send the browser to Gosuslugi with a state bound to it."""
    at = clock.now()
    scopes = gateways.LOGIN_SCOPES + PURPOSES.get(request.GET.get("for", ""), ())
    attempt = state.begin(scopes=scopes, next_path=request.GET.get("next"), at=at)
    address = gateways.esia().authorisation_url(
        state=attempt.state, scopes=attempt.scopes, at=at, verifier=attempt.verifier
    )
    response = HttpResponseRedirect(address)
    begun = [name for name in request.COOKIES if name.startswith(ATTEMPT)]
    # Whoever begins over and over finishes none of them; a browser sends no endless row of cookies.
    for name in begun if len(begun) >= MOST_ATTEMPTS else ():
        response.delete_cookie(name, samesite="Lax")
    sealed = state.seal(attempt, key=settings.SECRET_KEY.encode())
    _set_cookie(response, attempt_cookie(attempt.state), sealed, int(state.LIFETIME.total_seconds()))
    return response


def attempt_cookie(begun: str | None) -> str:
    """The name of the cookie that a login's state belongs to: each tab may have begun its own."""
    return ATTEMPT + state.cookie_of(begun)


@for_visitors
@require_safe
def login_return(request: VisitorRequest) -> HttpResponse:
    """Take the person back from Gosuslugi: log them in, or learn what they came for."""
    at, begun = clock.now(), request.GET.get("state")
    cookie = attempt_cookie(begun)
    if request.actor is not None and not request.COOKIES.get(cookie):
        # The address of a login that is long done, out of the browser's history.
        return redirect("home")
    attempt = state.open_seal(request.COOKIES.get(cookie), state=begun, key=settings.SECRET_KEY.encode(), at=at)
    if refusal := refused(request.GET.dict()):
        raise refusal
    esia = gateways.esia()
    grant = esia.exchange(code=request.GET.get("code", ""), scopes=attempt.scopes, at=at, verifier=attempt.verifier)
    identity = esia.person(grant)
    response = redirect(attempt.next_path)
    response.delete_cookie(cookie, samesite="Lax")
    if request.actor is None or not queries.is_account_of(request.actor, settings.ESIA["issuer"], grant.oid):
        token = actions.log_in(
            issuer=settings.ESIA["issuer"],
            grant=grant,
            told=identity,
            device=devices.device_title(request.headers.get("User-Agent", "")),
            at=at,
            leaving=request.actor,
        )
        _set_cookie(response, actors.COOKIE, token, None)
        if request.actor is not None:
            _leave_nothing(response)
    _learn(attempt, grant)
    return response


def _learn(attempt: state.Attempt, grant: Grant) -> None:
    """Keep what was asked for beyond the login, as far as the person granted it."""
    at, esia = clock.now(), gateways.esia()
    person_id = queries.person_of(settings.ESIA["issuer"], grant.oid)
    actions.keep_scopes_receipt(person_id=person_id, scopes=grant.scopes, at=at)
    if set(PURPOSES["family"]) & set(attempt.scopes):
        actions.remember_family(person_id=person_id, told=esia.children(grant), at=at)
    if set(PURPOSES["organisations"]) & set(attempt.scopes):
        actions.remember_esia_posts(person_id=person_id, told=esia.organisations(grant), at=at)


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(name, value, max_age=seconds, httponly=True, secure=settings.SECURE_COOKIES, samesite="Lax")


@for_visitors
@require_POST
def log_out(request: VisitorRequest) -> HttpResponse:
    """End our session first, then send the browser to end the one at Gosuslugi."""
    if request.actor is not None:
        session = access.own_sessions(request.actor).get(pk=request.actor.session_id)
        actions.log_out(session=session, by=request.actor, at=clock.now())
    response = HttpResponseRedirect(gateways.esia().logout_url(redirect_url=settings.SITE_URL + "/"))
    response.delete_cookie(actors.COOKIE, samesite="Lax")
    _leave_nothing(response)
    return response


def _leave_nothing(response: HttpResponse) -> None:
    # Drafts and pages are kept by the browser: the next person at this computer must not find them.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@for_visitors
@require_safe
def help_login(request: VisitorRequest) -> HttpResponse:
    """Find out why a login does not work on this device."""
    if "check" not in request.GET:
        response = redirect("/help/login/?check=1")
        _set_cookie(response, diagnosis.PROBE, "1", 600)
        return response
    at = clock.now()
    page = diagnosis.help_page(request.found, cookies=diagnosis.PROBE in request.COOKIES, at=at)
    return pages.show(request, "people/help_login.html", page)


@require_safe
def replay(request: ActorRequest) -> HttpResponse:
    """Offer to send again what was sent after the session had ended."""
    page = queries.replay_page(request.actor, clock.now() - actions.UNSENT_FORMS_LIVE)
    if page is None:
        return redirect("/")
    actions.forget_unsent_form(by=request.actor)
    return pages.show(request, "people/replay.html", page)


@before_agreement
def registration(request: ActorRequest) -> HttpResponse:
    """Choose a profile and accept the terms."""
    at = clock.now()
    day = clock.latest_day(at)

    def accept(given: dict[str, Role]) -> HttpResponse:
        actions.register(role=given["role"], by=request.actor, at=at, day_somewhere=day)
        return redirect("/")

    return pages.form_page(
        request,
        forms.Registration(request.POST or None),
        "people/registration.html",
        lambda: queries.registration_page(request.actor, day, actions.TERMS_VERSION),
        accept,
    )


@for_visitors
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use."""
    return pages.show(request, "people/terms.html", processing.Terms("Условия использования", actions.TERMS_VERSION))


@require_safe
def roles(request: ActorRequest) -> HttpResponse:
    """The role switch."""
    return pages.show(request, "people/roles.html", queries.roles_page(request.actor, clock.now()))


@require_POST
def switch_role(request: ActorRequest) -> HttpResponse:
    """Act in another role from now on."""
    chosen = pages.accepted(forms.RoleChoice(request.POST))
    actions.switch_role(role=chosen["role"], organisation_id=chosen["organisation"], by=request.actor, at=clock.now())
    return redirect("/")


@require_safe
def sessions(request: ActorRequest) -> HttpResponse:
    """Where one is logged in."""
    return pages.show(request, "people/sessions.html", queries.sessions_page(request.actor, clock.now()))


@require_POST
def end_session(request: ActorRequest, session_id: int) -> HttpResponse:
    """Sign out on another device."""
    session = get_object_or_404(access.own_sessions(request.actor), pk=session_id)
    actions.log_out(session=session, by=request.actor, at=clock.now())
    return redirect("sessions")


@require_POST
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    """Sign out everywhere else."""
    actions.log_out_elsewhere(by=request.actor, at=clock.now())
    return redirect("sessions")


@before_agreement
@untouched
def session_time(request: ActorRequest) -> HttpResponse:
    """Seconds till the session `of` ends, as a bare number; POST starts its idle time anew.

    A page names the session that it was made in: the browser may have another one by now, which tells nothing of it.
    """
    if request.GET.get("of", "") not in ("", str(request.actor.session_id)):
        return HttpResponse(0, content_type="text/plain")
    if request.method != "POST":
        return HttpResponse(request.found.seconds_left, content_type="text/plain")
    actions.touch(session_id=request.actor.session_id, at=clock.now())
    return HttpResponse(request.found.seconds_if_touched, content_type="text/plain")


@for_visitors
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The register of processing: what is kept, why, on what ground, who sees it and for how long."""
    return pages.show(request, "people/privacy.html", processing.register())


@before_agreement
@require_safe
def own_privacy(request: ActorRequest) -> HttpResponse:
    """Consents, views and demands of oneself and one's children, and what is restricted."""
    day = clock.latest_day(clock.now())
    page = queries.own_privacy_page(request.actor, list(access.persons_to_see(request.actor, day)), day)
    return pages.show(request, "people/own_privacy.html", page, forms={"demand": forms.Demand()})


@before_agreement
@require_POST
def withdraw_consent(request: ActorRequest, consent_id: int) -> HttpResponse:
    """Take back an agreement."""
    consent = get_object_or_404(access.consents_to_withdraw(request.actor), pk=consent_id)
    actions.withdraw_consent(consent=consent, by=request.actor, at=clock.now())
    return redirect("own-privacy")


@about(queries.known_person)
@before_agreement
@require_safe
def who_looked(request: ActorRequest, person_id: int) -> HttpResponse:
    """Who looked at a student's record."""
    persons = access.persons_to_see(request.actor, clock.latest_day(clock.now()))
    student = get_object_or_404(persons, pk=person_id)
    after = pages.accepted(forms.Page(request.GET))["after"]
    return pages.show(request, "people/who_looked.html", queries.views_page(student, after))


@require_safe
def refused_looks(request: ActorRequest) -> HttpResponse:
    """What staff asked for that was not theirs to see, for those who answer for the staff."""
    get_object_or_404(access.place_to_watch(request.actor))
    after = pages.accepted(forms.Page(request.GET))["after"]
    return pages.show(request, "people/refused_looks.html", queries.refused_page(request.actor, after))


@about(queries.known_person)
@before_agreement
@require_POST
def demand_deletion(request: ActorRequest, person_id: int) -> HttpResponse:
    """Demand that data be deleted."""
    at = clock.now()
    persons = access.persons_to_speak_for(request.actor, clock.latest_day(at))
    subject = get_object_or_404(persons, pk=person_id)
    fields = pages.accepted(forms.Demand(request.POST))
    actions.demand_deletion(
        subject_id=subject.pk,
        text=fields["text"],
        due_day=processing.answer_due(clock.local_day(MOSCOW, at)),
        by=request.actor,
        at=at,
    )
    return redirect("own-privacy")


@for_visitors
def csrf_failed(request: VisitorRequest, reason: str = "") -> HttpResponse:
    """A form came without its secret: cookies are blocked, or the page is very old. Never a dead end."""
    blocked = settings.CSRF_COOKIE_NAME not in request.COOKIES
    explained = Explained(
        title="Браузер не прислал защитную метку",
        explanation="Похоже, в браузере запрещены файлы cookie, а без них нельзя убедиться, что форму отправили именно вы."
        if blocked
        else "Страница была открыта слишком давно или в другом окне вы вошли заново.",
        steps=(
            "Разрешите cookie для этого сайта и откройте страницу заново."
            if blocked
            else "Вернитесь назад, обновите страницу и отправьте форму ещё раз.",
            "Проверить вход на этом устройстве можно на странице «Помощь со входом».",
        ),
        code="csrf_failed",
    )
    return explain(request, explained, status=403)
