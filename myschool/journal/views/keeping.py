"""Doors of topic plans, final marks, the sheet, papers and the school's rules."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from myschool.files.serving import serve
from myschool.journal import access, forms
from myschool.journal.actions import finals as finals_actions
from myschool.journal.actions import notes as notes_actions
from myschool.journal.actions import settings, topics
from myschool.journal.queries import finals as finals_queries
from myschool.journal.queries import keeping
from myschool.kernel import clock, pages
from myschool.kernel.actors import ActorRequest
from myschool.people.doors import about, shows_students

WITH_SCHOOL = ("subject", "school_year", "school__organisation")


@require_safe
def topic_plans(request: ActorRequest) -> HttpResponse:
    """Plans of topics of the school."""
    get_object_or_404(access.school_with_journals(request.actor))
    return pages.show(request, "journal/plans.html", keeping.plans_page(request.actor))


def make_topic_plan(request: ActorRequest) -> HttpResponse:
    """A new plan, typed or pasted."""
    get_object_or_404(access.school_to_teach_in(request.actor))
    at = clock.now()
    day = request.actor.day(at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        subject = get_object_or_404(access.subjects_to_plan_topics(request.actor, day), pk=given["subject"])
        plan = topics.make_topic_plan(
            subject=subject, level=given["level"], title=given["title"], topics=given["text"], by=request.actor, at=at
        )
        return redirect("topic-plan", plan.pk)

    form = forms.NewTopicPlan(request.POST or None, keeping.subjects_to_plan_topics(request.actor, day))
    return pages.form_page(request, form, "journal/new_plan.html", lambda: {"title": "Новый план тем"}, accept)


@require_safe
def topic_plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A plan and the groups taught by it."""
    plan = get_object_or_404(access.plans_to_read(request.actor).select_related("subject"), pk=plan_id)
    page = keeping.plan_page(plan, request.actor, request.actor.day(clock.now()))
    return pages.show(request, "journal/plan.html", page)


def rewrite_topic_plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Make one's own plan read otherwise."""
    plan = get_object_or_404(access.plans_to_write(request.actor), pk=plan_id)

    def accept(given: dict[str, Any]) -> HttpResponse:
        topics.rewrite_topic_plan(
            plan=plan, title=given["title"], topics=given["text"], by=request.actor, at=clock.now()
        )
        return redirect("topic-plan", plan_id)

    form = forms.TopicPlanText(request.POST or None, initial={"title": plan.title, "text": keeping.plan_text(plan)})
    return pages.form_page(request, form, "journal/new_plan.html", lambda: {"title": plan.title}, accept)


@require_POST
def copy_topic_plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A plan of one's own like a colleague's."""
    plan = get_object_or_404(access.plans_to_read(request.actor), pk=plan_id)
    copy = topics.copy_topic_plan(plan=plan, by=request.actor, at=clock.now())
    return redirect("topic-plan", copy.pk)


@require_POST
def follow_topic_plan(request: ActorRequest, group_id: int) -> HttpResponse:
    """Teach a group by a plan."""
    at = clock.now()
    taught = get_object_or_404(access.groups_to_mark(request.actor, request.actor.day(at)), pk=group_id)
    plan_id = pages.accepted(forms.PlanChoice(request.POST))["plan"]
    plan = get_object_or_404(access.plans_to_read(request.actor).filter(subject=taught.subject_id), pk=plan_id)
    topics.follow_topic_plan(teaching_group=taught, plan=plan, by=request.actor, at=at)
    return redirect("topic-plan", plan_id)


@require_safe
def finals(request: ActorRequest, group_id: int) -> HttpResponse:
    """A group's final marks of a term, or of the year with `term=year`."""
    day = request.actor.day(clock.now())
    groups = access.groups_to_read(request.actor, day).select_related(*WITH_SCHOOL)
    taught = get_object_or_404(groups, pk=group_id)
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    page = finals_queries.finals_page(taught, term_id, day, is_year=request.GET.get("term") == "year")
    shows_students(request, "journal", [line.student_id for line in page.lines], "Итоговые отметки")
    further = {"reopening": forms.Reopening(), "final": forms.FinalMark()}
    return pages.show(request, "journal/finals.html", page, forms=further)


@require_POST
def give_term_marks(request: ActorRequest, group_id: int) -> HttpResponse:
    """Give final marks of a term."""
    at = clock.now()
    day = request.actor.day(at)
    taught = get_object_or_404(access.groups_to_mark(request.actor, day).select_related(*WITH_SCHOOL), pk=group_id)
    term_id = pages.accepted(forms.OneTerm(request.POST))["term"]
    term = get_object_or_404(access.terms_of_group(taught), pk=term_id)
    marks = pages.accepted(forms.FinalMarks(request.POST))["given"]
    finals_actions.give_term_marks(teaching_group=taught, term=term, given=marks, day=day, by=request.actor, at=at)
    return redirect(f"/journal/groups/{group_id}/finals/?term={term_id}")


@require_POST
def give_year_marks(request: ActorRequest, group_id: int) -> HttpResponse:
    """Give final marks of the year."""
    at = clock.now()
    day = request.actor.day(at)
    taught = get_object_or_404(access.groups_to_mark(request.actor, day).select_related(*WITH_SCHOOL), pk=group_id)
    marks = pages.accepted(forms.FinalMarks(request.POST))["given"]
    finals_actions.give_year_marks(teaching_group=taught, given=marks, day=day, by=request.actor, at=at)
    return redirect(f"/journal/groups/{group_id}/finals/?term=year")


@require_POST
def close_term(request: ActorRequest, group_id: int) -> HttpResponse:
    """Close a group's journal for a term."""
    at = clock.now()
    day = request.actor.day(at)
    taught = get_object_or_404(access.groups_to_close(request.actor, day).select_related(*WITH_SCHOOL), pk=group_id)
    term_id = pages.accepted(forms.OneTerm(request.POST))["term"]
    term = get_object_or_404(access.terms_of_group(taught), pk=term_id)
    finals_actions.close_term(teaching_group=taught, term=term, day=day, by=request.actor, at=at)
    return redirect(f"/journal/groups/{group_id}/finals/?term={term_id}")


@require_POST
def reopen_term(request: ActorRequest, group_id: int) -> HttpResponse:
    """Open a closed term again."""
    taught = get_object_or_404(access.groups_to_govern(request.actor), pk=group_id)
    values = pages.accepted(forms.Reopening(request.POST))
    term = get_object_or_404(access.terms_of_group(taught), pk=values["term"])
    finals_actions.reopen_term(
        teaching_group=taught, term=term, reason=values["reason"], by=request.actor, at=clock.now()
    )
    return redirect(f"/journal/groups/{group_id}/finals/?term={term.pk}")


@require_safe
def sheet(request: ActorRequest, class_id: int) -> HttpResponse:
    """The consolidated sheet of a class."""
    day = request.actor.day(clock.now())
    school_class = get_object_or_404(
        access.classes_to_follow(request.actor, day).select_related("school_year", "school"), pk=class_id
    )
    term_id = pages.accepted(forms.TermChoice(request.GET))["term"]
    page = finals_queries.sheet_page(school_class, term_id, day)
    shows_students(request, "journal", [row.student_id for row in page.rows], "Сводная ведомость")
    return pages.show(request, "journal/sheet.html", page)


@require_safe
def notes(request: ActorRequest) -> HttpResponse:
    """Papers about absences."""
    get_object_or_404(access.school_with_journals(request.actor))
    page = keeping.notes_page(request.actor, request.actor.day(clock.now()))
    shows_students(request, "absence", [line.student_id for line in page.lines], "Список справок")
    return pages.show(request, "journal/notes.html", page, forms={"decision": forms.NoteDecision()})


@about(keeping.student_of_note)
@require_POST
def decide_note(request: ActorRequest, note_id: int) -> HttpResponse:
    """Accept a paper, or say why not."""
    at = clock.now()
    note = get_object_or_404(access.notes_to_decide(request.actor, request.actor.day(at)), pk=note_id)
    values = pages.accepted(forms.NoteDecision(request.POST))
    notes_actions.decide_note(note=note, by=request.actor, at=at, **values)
    return redirect("notes")


@about(keeping.student_of_note)
@require_safe
def note_file(request: ActorRequest, note_id: int) -> HttpResponseBase:
    """The paper itself."""
    readable = access.notes_to_read(request.actor, request.actor.day(clock.now())).filter(file__isnull=False)
    note = get_object_or_404(readable.select_related("file"), pk=note_id)
    shows_students(request, "absence", [note.student_id], f"Открыт файл справки № {note.pk}")
    return serve(pages.found(note.file))


def school_rules(request: ActorRequest) -> HttpResponse:
    """How the school keeps its journals."""
    school = get_object_or_404(access.school_to_govern(request.actor))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        settings.declare_rules(school=school, given=given, by=request.actor, at=at)
        return redirect("journal-rules")

    row = keeping.journal_rules_of(school)
    form = forms.SchoolRules(request.POST or None, initial=vars(row))
    return pages.form_page(
        request, form, "journal/rules.html", lambda: keeping.rules_page(school, request.actor.day(at)), accept
    )


def add_kind(request: ActorRequest) -> HttpResponse:
    """A new kind of work."""
    school = get_object_or_404(access.school_to_govern(request.actor))

    def accept(given: dict[str, Any]) -> HttpResponse:
        settings.add_kind(school=school, by=request.actor, at=clock.now(), **given)
        return redirect("journal-rules")

    form = forms.NewKind(request.POST or None)
    return pages.form_page(request, form, "journal/form.html", lambda: {"title": "Новый вид работы"}, accept)


@require_POST
def close_kind(request: ActorRequest, kind_id: int) -> HttpResponse:
    """Plan no further works of a kind."""
    get_object_or_404(access.school_to_govern(request.actor))
    kind = get_object_or_404(access.kinds_to_use(request.actor), pk=kind_id)
    settings.close_kind(kind=kind, by=request.actor, at=clock.now())
    return redirect("journal-rules")


def change_weight(request: ActorRequest, kind_id: int) -> HttpResponse:
    """Another weight of a kind of work, from a day on."""
    get_object_or_404(access.school_to_govern(request.actor))
    kind = get_object_or_404(access.kinds_to_use(request.actor), pk=kind_id)
    at = clock.now()
    day = request.actor.day(at)

    def accept(given: dict[str, Any]) -> HttpResponse:
        settings.change_weight(kind=kind, today=day, by=request.actor, at=at, **given)
        return redirect("journal-rules")

    form = forms.NewWeight(request.POST or None, initial={"from_day": day})
    return pages.form_page(request, form, "journal/weight.html", lambda: keeping.weight_page(kind), accept)


def add_final_rule(request: ActorRequest) -> HttpResponse:
    """A rule of final marks from a day on."""
    school = get_object_or_404(access.school_to_govern(request.actor))
    at = clock.now()

    def accept(given: dict[str, Any]) -> HttpResponse:
        settings.declare_final_rule(school=school, from_day=given.pop("from_day"), given=given, by=request.actor, at=at)
        return redirect("journal-rules")

    day = request.actor.day(at)
    row = keeping.final_rule_now(school, day)
    usual = {"five": "4,5", "four": "3,5", "three": "2,5", "least_marks": 3, "debt_blocks": True}
    form = forms.NewFinalRule(request.POST or None, initial={"from_day": day, **(vars(row) if row else usual)})
    return pages.form_page(request, form, "journal/form.html", lambda: {"title": "Правило итоговых отметок"}, accept)


@require_POST
def set_group_scale(request: ActorRequest, group_id: int) -> HttpResponse:
    """Mark a group by a scale of its own."""
    taught = get_object_or_404(access.groups_to_govern(request.actor), pk=group_id)
    scale = pages.accepted(forms.ScaleChoice(request.POST))["scale"]
    settings.set_group_scale(teaching_group=taught, scale=scale, by=request.actor, at=clock.now())
    return redirect("journal-page", group_id)
