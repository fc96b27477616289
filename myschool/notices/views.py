"""Doors of notices: the list and the bell, what people choose, links in letters, and what operators watch."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from myschool.enrolment.access import authority_to_act_for
from myschool.kernel import clock, pages, throttle
from myschool.kernel.actors import ActorRequest, VisitorRequest
from myschool.notices import access, actions, forms, gateways, letters
from myschool.notices.queries import browser
from myschool.notices.queries import pages as pages_queries
from myschool.notices.queries.pages import chosen_by
from myschool.notices.register import title_of
from myschool.people.doors import for_visitors, untouched
from myschool.people.rules.devices import device_title

LETTERS_AN_HOUR = 5
ONE_HOUR = timedelta(hours=1)


@require_safe
def notices(request: ActorRequest) -> HttpResponse:
    """One's notices."""
    narrowed = forms.Narrowed(request.GET)
    page = pages_queries.list_page(request.actor, clock.now(), **pages.accepted(narrowed))
    return pages.show(request, "notices/list.html", page, forms={"narrowed": narrowed})


@untouched
@require_safe
def bell(request: ActorRequest) -> HttpResponse:
    """How many are unread; pages ask for it by themselves."""
    page = pages_queries.bell_page(request.actor, clock.now())
    return pages.show(request, "notices/_bell.html", page)


@require_safe
def open_notice(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Go to what a notice is about; from now on it is read."""
    at = clock.now()
    notice = get_object_or_404(access.own_notices(request.actor, at), pk=notice_id)
    actions.mark_read(notice=notice, by=request.actor, at=at)
    return redirect(notice.path)


@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """All that was shown is read."""
    newest = pages.accepted(forms.UpTo(request.POST))["newest"]
    actions.mark_all_read(up_to=newest, by=request.actor, at=clock.now())
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: ActorRequest) -> HttpResponse:
    """How one is told."""
    chosen = chosen_by(request.actor)
    current_settings = chosen.settings
    named = ("zone", "quiet_from", "quiet_to", "digest_at", "with_details")
    form = forms.Choices(
        request.POST or None, chosen.kinds, initial={name: getattr(current_settings, name) for name in named}
    )

    def accept(given: dict[str, Any]) -> HttpResponse:
        actions.choose(**{name: given[name] for name in named}, choices=form.chosen(), by=request.actor, at=clock.now())
        return redirect("notice-settings")

    def page() -> pages_queries.SettingsPage:
        return pages_queries.settings_page(
            request.actor, chosen, gateways.application_key(), has_mail=bool(settings.SMTP_URL)
        )

    return pages.form_page(request, form, "notices/settings.html", page, accept, forms={"address": forms.Address()})


@require_POST
def give_address(request: ActorRequest) -> HttpResponse:
    """Give an address of mail, or take it back."""
    at = clock.now()
    address = pages.accepted(forms.Address(request.POST))["address"]
    throttle.count(f"address:{request.actor.person_id}", at=at, limit=LETTERS_AN_HOUR, per=ONE_HOUR)
    actions.give_address(address=address, by=request.actor, at=at)
    return redirect("notice-settings")


@require_POST
def add_device(request: ActorRequest) -> HttpResponse:
    """Let this browser take pushes."""
    fields = pages.accepted(forms.Device(request.POST))
    title = device_title(request.headers.get("User-Agent", ""))
    actions.add_device(**fields, device=title, by=request.actor, at=clock.now())
    return HttpResponse(status=204)


@require_POST
def remove_device(request: ActorRequest, subscription_id: int) -> HttpResponse:
    """Let a browser take pushes no longer."""
    subscription = get_object_or_404(access.own_devices(request.actor), pk=subscription_id)
    actions.remove_device(subscription=subscription, by=request.actor, at=clock.now())
    return redirect("notice-settings")


@for_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: VisitorRequest, token: str) -> HttpResponse:
    """A letter's link: pressed, the address is confirmed. Programs that look into letters press nothing."""
    named = pages.found(letters.named(letters.CONFIRM, token, within=letters.CONFIRMED_WITHIN))
    if request.method == "POST":
        actions.confirm_address(person_id=named.person_id, mark=named.about, at=clock.now())
    page = pages_queries.ConfirmPage("Адрес почты", token, is_done=request.method == "POST")
    return pages.show(request, "notices/confirm.html", page)


@csrf_exempt
@for_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: VisitorRequest, token: str) -> HttpResponse:
    """A letter's link that ends letters: by a press here, or at once by the mailbox itself (RFC 8058)."""
    named = pages.found(letters.named(letters.STOP, token))
    if request.method == "POST":
        actions.stop_mail(person_id=named.person_id, kind=named.about, at=clock.now())
    title = title_of(named.about)
    page = pages_queries.StopPage("Письма с уведомлениями", token, title, is_done=request.method == "POST")
    return pages.show(request, "notices/stop.html", page)


@require_safe
def deliveries(request: ActorRequest) -> HttpResponse:
    """How deliveries go, and which did not arrive."""
    get_object_or_404(authority_to_act_for(request.actor))
    before = pages.accepted(forms.Page(request.GET))["before"]
    return pages.show(
        request, "notices/watch.html", pages_queries.watch_page(request.actor, clock.now(), before=before)
    )


@require_POST
def send_again(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Try anew what could not be delivered."""
    delivery = get_object_or_404(access.deliveries_to_send_again(request.actor), pk=delivery_id)
    actions.send_again(delivery=delivery, by=request.actor, at=clock.now())
    return redirect("deliveries")


@for_visitors
@require_safe
def service_worker(request: VisitorRequest) -> HttpResponse:
    """The program that shows pushes while no page is open; at the root, so that it may speak for all pages."""
    return HttpResponse(browser.worker_script(), content_type="text/javascript; charset=utf-8")


@for_visitors
@require_safe
def manifest(request: VisitorRequest) -> HttpResponse:
    """What telephones want to know to put the platform among their programs."""
    return HttpResponse(browser.web_manifest(), content_type="application/manifest+json")
