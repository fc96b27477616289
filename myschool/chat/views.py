"""Doors of conversations: the list, a conversation, what is done with its messages, keeping order."""

from contextlib import ExitStack
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.chat import access, forms
from myschool.chat.actions import order, talking
from myschool.chat.feed import shown
from myschool.chat.queries import lists
from myschool.chat.queries import order as order_queries
from myschool.chat.queries import talk as talks
from myschool.files.received import Received
from myschool.files.receiving import MEGABYTE, OFFICE_TYPES, PICTURES, Kinds, taken
from myschool.files.serving import serve, show
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.kernel.deadlines import deadline
from myschool.people.doors import about, shows_students
from myschool.schools.queries import working_day_after

TALKED = Kinds(
    PICTURES | OFFICE_TYPES | {"application/pdf", "text/plain"},
    25 * MEGABYTE,
    "рисунок, PDF, документ, таблица, презентация или текст до 25 МБ",
)
WITH_PLACE = ("conversation__school__organisation", "conversation__lower", "conversation__upper")


def _place(request: ActorRequest, talk_id: int) -> Any:
    places = access.own_memberships(request.actor, clock.now()).select_related(*WITH_PLACE)
    return get_object_or_404(places, conversation=talk_id)


def _place_to_write(request: ActorRequest, talk_id: int) -> Any:
    """The actor's place; who had one is told in words that it is over: their page was open till now.

    Whose place is another role's is answered as anybody else.
    """
    at = clock.now()
    places = access.own_memberships(request.actor, at).select_related(*WITH_PLACE)
    place = places.filter(conversation=talk_id).first()
    if place is None and access.memberships_over(request.actor, at).filter(conversation=talk_id).exists():
        raise talking.MayNotWrite(talking.NO_MEMBER)
    return pages.found(place)


def _is_program(request: ActorRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _answer(request: ActorRequest, talk_id: int, message_id: int) -> HttpResponse:
    """The message as it stands now, for the page's program; the conversation again without one."""
    if _is_program(request):
        line = talks.message_line(talk_id, message_id, request.actor.person_id)
        shows_students(request, "chat", line.student_ids, "Сообщение")
        return JsonResponse(shown(line))
    return redirect("talk", talk_id)


@require_safe
def conversations(request: ActorRequest) -> HttpResponse:
    """One's conversations, or what was found in them."""
    search = forms.Search(request.GET)
    q = pages.accepted(search)["q"].strip()
    pages.found(request.actor.role)
    if q:
        search_page = lists.found_page(request.actor, q, clock.now())
        shows_students(request, "chat", search_page.student_ids, search_page.title)
        return pages.show(request, "chat/found.html", search_page, forms={"search": search})
    page = lists.list_page(request.actor, clock.now())
    shows_students(request, "chat", page.student_ids, "Список чатов")
    return pages.show(request, "chat/list.html", page, forms={"search": search})


@require_safe
def unread(request: ActorRequest) -> HttpResponse:
    """In how many conversations something is unread, for the menu."""
    pages.found(request.actor.role)
    return pages.show(request, "chat/_unread.html", lists.unread_count(request.actor, clock.now()))


@require_safe
def talk(request: ActorRequest, talk_id: int) -> HttpResponse:
    """A conversation."""
    at = clock.now()
    place = _place(request, talk_id)
    around = pages.accepted(forms.Around(request.GET))["number"]
    page = talks.talk_page(place, at, talking.why_not(place=place, at=at), around)
    shows_students(request, "chat", page.student_ids, page.title)
    return pages.show(request, "chat/talk.html", page, forms={"message": forms.NewMessage(auto_id="%s")})


@pages.answers_json
@require_safe
def changes(request: ActorRequest, talk_id: int) -> HttpResponse:
    """What has changed after the version that the page has."""
    place = _place(request, talk_id)
    after = pages.accepted(forms.After(request.GET))["after"]
    zone = place.conversation.school.time_zone
    lines = talks.changes_after(talk_id, after, zone, request.actor.person_id)
    visible = [line for line in lines if line.number > place.sees_after]
    documents = [shown(line) for line in visible]
    shows_students(request, "chat", talks.students_in(visible), talks.title_of(place))
    return JsonResponse({"changes": documents, "position": max([after, *(line.version for line in lines)])})


@require_safe
def older(request: ActorRequest, talk_id: int) -> HttpResponse:
    """The messages before the first that the page has."""
    place = _place(request, talk_id)
    before = pages.accepted(forms.Before(request.GET))["before"]
    page = talks.older(place, before)
    shows_students(request, "chat", talks.students_in(page.lines), talks.title_of(place))
    return pages.show(request, "chat/_older.html", page)


@require_POST
def send(request: ActorRequest, talk_id: int) -> HttpResponse:
    """Send a message."""
    at = clock.now()
    place = _place_to_write(request, talk_id)
    values = pages.accepted(forms.NewMessage(request.POST, request.FILES))
    replied = (
        access.messages_to_read(request.actor, clock.now())
        .filter(conversation=talk_id, number=values["reply_to"] or 0)
        .first()
    )
    with ExitStack() as stack:
        message = talking.post(
            place=place,
            text=values["text"],
            reply_to=replied,
            attached=_taken(stack, values["attached"]),
            client_key=values["client_key"],
            is_urgent=values["urgent"],
            by=request.actor,
            at=at,
        )
    return _answer(request, talk_id, message.pk)


def _taken(kept: ExitStack, uploads: list[Any]) -> list[Received]:
    received = [kept.enter_context(taken(upload, TALKED, field="attached")) for upload in uploads]
    return [file for file in received if file is not None]


@require_POST
def read(request: ActorRequest, talk_id: int) -> HttpResponse:
    """One has read up to a message."""
    talking.read(place=_place(request, talk_id), number=pages.accepted(forms.ReadUpTo(request.POST))["number"])
    return HttpResponse(status=204)


def _message(rows: Any, talk_id: int, number: int) -> Any:
    return get_object_or_404(rows.filter(conversation=talk_id), number=number)


@require_POST
def edit(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """Say a message otherwise."""
    message = _message(access.messages_to_edit(request.actor, clock.now()), talk_id, number)
    text = pages.accepted(forms.EditedMessage(request.POST))["text"]
    talking.edit(message=message, text=text, by=request.actor, at=clock.now())
    return _answer(request, talk_id, message.pk)


@require_POST
def delete(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """Show a message no longer."""
    message = _message(access.messages_to_delete(request.actor, clock.now()), talk_id, number)
    talking.delete(message=message, by=request.actor, at=clock.now())
    return _answer(request, talk_id, message.pk)


@require_POST
def react(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """Answer a message by a sign, or take it back."""
    message = _message(access.messages_to_read(request.actor, clock.now()), talk_id, number)
    sign = pages.accepted(forms.Signed(request.POST))["sign"]
    talking.react(message=message, sign=sign, by=request.actor, at=clock.now())
    return _answer(request, talk_id, message.pk)


@require_POST
def pin(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """Let a message stand above the others, or no longer."""
    message = _message(access.messages_to_pin(request.actor, clock.now()), talk_id, number)
    pinned = pages.accepted(forms.Pinned(request.POST))["pinned"]
    talking.pin(message=message, is_pinned=pinned, by=request.actor, at=clock.now())
    return _answer(request, talk_id, message.pk)


@require_safe
def members(request: ActorRequest, talk_id: int) -> HttpResponse:
    """Everybody in a conversation, by name: for the school's staff."""
    pages.found(request.actor.school_id)
    page = talks.members_page(_place(request, talk_id), clock.now())
    shows_students(request, "chat", page.student_ids, page.title)
    return pages.show(request, "chat/members.html", page)


@require_safe
def readers(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """How many have read a message: for its author, and for staff; to staff by name."""
    at = clock.now()
    message = _message(access.messages_to_ask_about(request.actor, at), talk_id, number)
    has_names = request.actor.school_id is not None
    page = talks.readers_of_message(message, at, has_names=has_names)
    shows_students(request, "chat", page.student_ids, "Кто прочитал сообщение")
    return pages.show(request, "chat/readers.html", page)


@require_POST
def take_back(request: ActorRequest, message_id: int) -> HttpResponse:
    """Not to send what still waits."""
    message = get_object_or_404(access.waiting_messages(request.actor, clock.now()), pk=message_id)
    talking.take_back(message=message, by=request.actor, at=clock.now())
    return redirect("talk", message.conversation_id)


@require_safe
def attached(request: ActorRequest, file_id: int) -> HttpResponseBase:
    """A file of a message: a picture is shown, anything else is downloaded."""
    attachment = get_object_or_404(
        access.files_to_read(request.actor, clock.now()).select_related("file", "message"), pk=file_id
    )
    if attachment.message.capacity == access.Capacity.STUDENT:
        shows_students(request, "chat", [attachment.message.author_id], f"Файл из сообщения № {attachment.pk}")
    is_picture = attachment.file.content_type in PICTURES
    return show(attachment.file, request) if is_picture else serve(attachment.file, request)


@require_safe
def whom(request: ActorRequest) -> HttpResponse:
    """Whom one may write to."""
    values = pages.accepted(forms.Whom(request.GET))
    schools = [
        (school.pk, school.organisation.short_name)
        for school in access.schools_to_write_in(request.actor, clock.now())
        .select_related("organisation")
        .order_by("pk")
    ]
    chosen = values["school"] if values["school"] in dict(schools) else (schools[0][0] if schools else 0)
    pages.found(request.actor.role)
    page = lists.candidates_page(request.actor, schools, chosen, values["q"].strip(), clock.now())
    shows_students(request, "chat", page.student_ids, "Кому можно написать")
    return pages.show(request, "chat/whom.html", page, forms={"whom": forms.Whom()})


@require_POST
def begin(request: ActorRequest) -> HttpResponse:
    """Open the conversation with a person."""
    values = pages.accepted(forms.Begin(request.POST))
    school = get_object_or_404(access.schools_to_write_in(request.actor, clock.now()), pk=values["school"])
    conversation = talking.open_personal(school=school, person_id=values["person"], by=request.actor, at=clock.now())
    return redirect("talk", conversation.pk)


def make_named(request: ActorRequest) -> HttpResponse:
    """A conversation of several, by staff."""
    pages.found(request.actor.school_id)
    people = lists.people_to_gather(request.actor, clock.now())
    shows_students(request, "chat", people.student_ids, "Кого можно собрать в группу")
    form = forms.Named(request.POST or None, people.choices)

    def accept(given: dict[str, Any]) -> HttpResponse:
        conversation = talking.make_named(
            title=given["title"], person_ids=given["persons"], by=request.actor, at=clock.now()
        )
        return redirect("talk", conversation.pk)

    return pages.form_page(request, form, "chat/form.html", lambda: lists.FormPage("Новая группа", "Создать"), accept)


def report(request: ActorRequest, talk_id: int, number: int) -> HttpResponse:
    """Report a message to the school."""
    at = clock.now()
    message = _message(
        access.messages_to_report(request.actor, clock.now()).select_related("conversation__school__organisation"),
        talk_id,
        number,
    )

    def accept(given: dict[str, Any]) -> HttpResponse:
        school = message.conversation.school
        day = clock.local_day(school.time_zone, at)
        due_day = working_day_after(school.organisation.region_id, day, deadline("chat_complaint").days)
        order.report(message=message, due_day=due_day, by=request.actor, at=at, **given)
        return redirect("own-complaints")

    page = lists.FormPage("Пожаловаться на сообщение", "Отправить жалобу")
    return pages.form_page(request, forms.Report(request.POST or None), "chat/form.html", lambda: page, accept)


@require_safe
def own_complaints(request: ActorRequest) -> HttpResponse:
    """What one has reported, and what came of it."""
    pages.found(request.actor.role)
    at = clock.now()
    complaints = access.own_complaints(request.actor)
    return pages.show(
        request,
        "chat/own_complaints.html",
        order_queries.complaints_page("Мои жалобы", complaints, request.actor.clocks, request.actor.day(at)),
    )


@require_safe
def complaints(request: ActorRequest) -> HttpResponse:
    """What was reported, for those who decide on it."""
    at = clock.now()
    get_object_or_404(access.place_to_decide_in(request.actor))
    complaints = access.complaints_to_decide(request.actor, at)
    actor = request.actor
    page = order_queries.complaints_page("Жалобы на сообщения", complaints, actor.time_zone, actor.day(at))
    return pages.show(request, "chat/complaints.html", page)


@about(order_queries.author_reported)
def complaint(request: ActorRequest, complaint_id: int) -> HttpResponse:
    """A reported message among its neighbours, and the decision; opening it is written down."""
    at = clock.now()
    complaint = get_object_or_404(access.complaints_to_decide(request.actor, clock.now()), pk=complaint_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        order.decide(complaint=complaint, by=request.actor, at=at, **given)
        return redirect("complaint", complaint_id)

    def page() -> order_queries.ComplaintPage:
        order.look_into(complaint=complaint, by=request.actor, at=at)
        shown = order_queries.complaint_page(complaint, request.actor.time_zone)
        shows_students(request, "complaint", shown.student_ids, shown.title)
        return shown

    return pages.form_page(request, forms.Decide(request.POST or None), "chat/complaint.html", page, accept)


@about(order_queries.author_reported)
@require_POST
def evidence(request: ActorRequest, complaint_id: int) -> HttpResponse:
    """The evidence of a complaint as a file, its digest written into the chronicle."""
    at = clock.now()
    complaint = get_object_or_404(access.complaints_to_decide(request.actor, clock.now()), pk=complaint_id)
    export = order_queries.evidence_of(complaint, at)
    digest = order.seal_evidence(complaint=complaint, evidence=export.document, by=request.actor, at=at)
    shows_students(request, "complaint", export.student_ids, f"Материалы жалобы № {complaint_id} скачаны")
    headers = {
        "Content-Disposition": f'attachment; filename="complaint-{complaint_id}.json"',
        "Digest": f"sha-256={digest}",
    }
    return HttpResponse(export.document, content_type="application/json", headers=headers)


def rules(request: ActorRequest) -> HttpResponse:
    """Who may write to whom in the school."""
    school = get_object_or_404(access.school_to_moderate(request.actor))

    def accept(given: dict[str, Any]) -> HttpResponse:
        order.set_rules(school=school, by=request.actor, at=clock.now(), **given)
        return redirect("chat-rules")

    form = forms.Rules(request.POST or None, initial=order_queries.rules_of(school))
    return pages.form_page(request, form, "chat/rules.html", lambda: order_queries.rules_page(school), accept)
