"""Rows that the doors of the library are about."""

from datetime import timedelta

from myschool.journal.actions import library
from myschool.kernel.actors import Role
from myschool.library.actions import playing, reading
from myschool.library.actions.steps import enter
from myschool.library.models import (
    ErrorReport,
    ExpertSubject,
    LtiTool,
    Material,
    MaterialVersion,
    PackageFile,
    PublisherApplication,
    Review,
)
from myschool.library.rules.states import State
from myschool.people.models import Post
from myschool.timetable.models import Lesson
from tests.access.world import Side, World


def lay_out(world: World) -> None:
    """Materials of a publisher and of a teacher, in the states that doors ask about, and who is busy with them."""
    for side, region, applicant in zip(world.sides, ("77", "39"), ("newcomer", "mover"), strict=True):
        _of(side)
        _application(side, region, world.rows[f"{applicant}_person"])


def _made(side: Side, row: str, state: State, who: str = "publisher") -> MaterialVersion:
    maker, at = side.actor(who), side.world.at
    file = side.paper(row, who)
    material = Material.objects.create(
        publisher_id=maker.organisation_id or 0, school_id=maker.school_id, made_by_id=maker.person_id, made_at=at
    )
    version = MaterialVersion.objects.create(
        material=material,
        number=1,
        state=state,
        title=f"Материал {side.rows}{row}",
        subject="mathematics",
        from_level=5,
        to_level=6,
        kind="task",
        licence="free",
        format="html",
        launch="index.html",
        file=file,
        made_at=at,
        published_at=at if state == State.PUBLISHED else None,
        submitted_at=at,
    )
    PackageFile.objects.create(version=version, path="index.html", file=file)
    side.keep(**{f"{row}_version": version.pk, row: material.pk})
    return version


def _of(side: Side) -> None:
    by, at = side.actor("publisher"), side.world.at
    published = _made(side, "published", State.PUBLISHED)
    enter(published)
    of_school = _made(side, "school_own", State.PUBLISHED, "teacher")
    enter(of_school)
    _made(side, "drafted", State.DRAFT)
    _made(side, "own_draft", State.DRAFT, "teacher")
    _made(side, "checked_own", State.IN_REVIEW, "teacher")
    judged = _made(side, "judged", State.IN_REVIEW)
    ExpertSubject.objects.create(person_id=side.row("expert_person"), subject="mathematics")
    review = Review.objects.create(version=judged, expert_id=side.row("expert_person"), round=1, appointed_at=at)
    report = ErrorReport.objects.create(
        version=published, told_by_id=side.row("teacher_person"), text="Опечатка", told_at=at
    )
    expert_post = Post.objects.create(
        person_id=side.row("listed"),
        organisation_id=side.actor("operator").organisation_id or 0,
        role=Role.EXPERT,
        from_date=side.world.day - timedelta(days=5),
    )
    tool = LtiTool.objects.create(
        publisher_id=by.organisation_id or 0,
        title="Тренажёр",
        client_id=f"{side.rows}tool",
        login_url="https://tool.example.org/login",
        target_url="https://tool.example.org/",
        redirect_urls=["https://tool.example.org/"],
        keys=[],
        made_by_id=by.person_id,
        made_at=at,
    )
    outside = _made(side, "outside", State.DRAFT)
    MaterialVersion.objects.filter(pk=outside.pk).update(tool=tool, format="lti", launch="https://tool.example.org/1")
    guardian = side.actor("guardian")
    lesson_material = library.take_material(
        lesson=Lesson.objects.get(pk=side.row("lesson")), version=published, by=side.actor("teacher"), at=at
    )
    side.keep(
        review=review.pk,
        report=report.pk,
        expert_post=expert_post.pk,
        tool=tool.pk,
        tool_play=playing.begin_play(version=outside, by=by, at=at).pk,
        play=playing.begin_play(version=published, by=guardian, at=at).pk,
        school_play=playing.begin_play(version=of_school, by=side.actor("student"), at=at).pk,
        collection=reading.make_collection(title="К уроку", by=guardian, at=at).pk,
        taken_material=lesson_material.pk,
    )


def _application(side: Side, region: str, applicant_id: int) -> None:
    inn = "7707083893" if side.is_home else "3900000005"
    application = PublisherApplication.objects.create(
        applicant_id=applicant_id,
        inn=inn,
        kpp="770701001",
        ogrn="1027700132195",
        full_name="ООО «Учебник»",
        short_name="Учебник",
        region_code=region,
        agreement_number="5",
        agreement_day=side.world.day,
        agreement=side.paper("соглашение", "publisher"),
        submitted_at=side.world.at,
    )
    side.keep(application=application.pk)
