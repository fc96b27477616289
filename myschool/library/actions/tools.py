"""Suppliers' tools: connecting them, what was chosen in them, and the scores they send."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.library import access, facts
from myschool.library.actions.making import first_version
from myschool.library.actions.playing import keep_play
from myschool.library.models import Kind, Licence, LtiTool, Material, MaterialVersion, Play, ToolSubject
from myschool.library.rules.lti import Item, Score

LEVELS = (1, 11)


class NoSuchStudent(Refusal):
    """A tool names somebody whom it does not know from us."""

    status = 404


@transaction.atomic
def make_tool(*, told: Mapping[str, Any], by: Actor, at: datetime) -> LtiTool:
    """Connect a supplier's program."""
    tool = LtiTool.objects.create(
        publisher_id=by.organisation_id or 0,
        made_by_id=by.person_id,
        made_at=at,
        client_id=secrets.token_urlsafe(16),
        **told,
    )
    chronicle.write(facts.ToolMade(**by.stamp(at), tool_id=tool.pk))
    return tool


@transaction.atomic
def end_tool(*, tool: LtiTool, by: Actor, at: datetime) -> None:
    """Disconnect a program; its materials stay and say that they do not open."""
    if LtiTool.objects.filter(pk=tool.pk, ended_at__isnull=True).update(ended_at=at):
        chronicle.write(facts.ToolEnded(**by.stamp(at), tool_id=tool.pk))


@transaction.atomic
def take_items(*, tool: LtiTool, items: Sequence[Item], subject: str, by: Actor, at: datetime) -> list[MaterialVersion]:
    """Make a draft of each thing that was chosen; its supplier describes it and hands it in as any other.

    Raises:
        ChangedMeanwhile: the tool was disconnected.
    """
    if not access.working_tools(at).filter(pk=tool.pk).exists():
        raise ChangedMeanwhile("Тренажёр уже отключён.")
    drafts = []
    for item in items:
        draft = first_version(publisher_id=tool.publisher_id, school_id=None, by=by, at=at)
        for name, value in {
            "title": item.title,
            "subject": subject,
            "from_level": LEVELS[0],
            "to_level": LEVELS[1],
            "kind": Kind.TRAINER,
            "licence": Licence.FREE,
            "accessibility": [],
            "tool": tool,
            "launch": item.url or tool.target_url,
            "passport": {"custom": item.custom},
        }.items():
            setattr(draft, name, value)
        draft.save()
        drafts.append(draft)
    return drafts


def subject_of(*, tool: LtiTool, person_id: int) -> UUID:
    """A person's number at a tool."""
    return subjects_of(tool=tool, person_ids=[person_id])[person_id]


@transaction.atomic
def subjects_of(*, tool: LtiTool, person_ids: Sequence[int]) -> dict[int, UUID]:
    """The numbers of people at a tool; those who had none get one."""
    ToolSubject.objects.bulk_create(
        [ToolSubject(tool=tool, person_id=person_id, name=uuid4()) for person_id in person_ids], ignore_conflicts=True
    )
    subjects = ToolSubject.objects.filter(tool=tool, person__in=person_ids)
    return dict(subjects.values_list("person_id", "name"))


@transaction.atomic
def keep_score(*, tool: LtiTool, material: Material, score: Score, at: datetime) -> None:
    """Let a student's latest play stand as the tool says.

    Raises:
        NoSuchStudent: nobody of that number has opened this.
        ChangedMeanwhile: a later score is there already.
    """
    plays = Play.objects.select_for_update().filter(
        material=material,
        version__tool=tool,
        person__in=ToolSubject.objects.filter(tool=tool, name=score.subject).values("person"),
    )
    play = plays.order_by("-pk").first()
    if play is None:
        raise NoSuchStudent("Ученик с таким номером это не открывал.")
    scored_at = play.memory.get("scored_at")
    if scored_at and datetime.fromisoformat(scored_at) > score.at:
        raise ChangedMeanwhile("Более поздний результат уже пришёл.")
    keep_play(
        play=play,
        memory={**play.memory, "scored_at": score.at.isoformat()},
        is_finished=score.is_done,
        is_passed=None,
        score=None if score.scaled is None else round(Decimal(str(score.scaled)), 4),
        seconds=None,
        at=at,
    )
