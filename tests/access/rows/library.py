"""Rows that the doors of the library are about."""

from datetime import timedelta

from myschool.files.models import StoredFile
from myschool.journal import actions as journal
from myschool.kernel.actors import Role
from myschool.library import actions
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
from tests.access.world import World


def lay_out(world: World) -> None:
    """Materials of a publisher and of a teacher, in the states that doors ask about."""
    by, at = world.actors["publisher"], world.at
    file = StoredFile.objects.create(
        key="a" * 64, name="index.html", content_type="text/html", size=4, owner_id=by.person_id, stored_at=at
    )

    def made(row: str, state: State, who: str = "publisher") -> MaterialVersion:
        maker = world.actors[who]
        material = Material.objects.create(
            publisher_id=maker.organisation_id or 0,
            school_id=maker.school_id,
            made_by_id=maker.person_id,
            made_at=at,
        )
        version = MaterialVersion.objects.create(
            material=material, number=1, state=state, title=f"Материал {row}", subject="mathematics", from_level=5,
            to_level=6, kind="task", licence="free", format="html", launch="index.html", file=file, made_at=at,
            published_at=at if state == State.PUBLISHED else None, submitted_at=at,
        )  # fmt: skip
        PackageFile.objects.create(version=version, path="index.html", file=file)
        world.rows |= {f"{row}_version": version.pk, row: material.pk}
        return version

    published = made("published", State.PUBLISHED)
    enter(published)
    made("drafted", State.DRAFT)
    made("own_draft", State.DRAFT, "teacher")
    made("checked_own", State.IN_REVIEW, "teacher")
    judged = made("judged", State.IN_REVIEW)
    expert = world.rows["expert_person"]
    ExpertSubject.objects.create(person_id=expert, subject="mathematics")
    world.rows["review"] = Review.objects.create(
        version=judged, expert_id=expert, round=1, appointed_at=at
    ).pk
    world.rows["report"] = ErrorReport.objects.create(
        version=published, told_by_id=world.rows["teacher_person"], text="Опечатка", told_at=at
    ).pk
    operator = world.actors["operator"]
    world.rows["expert_post"] = Post.objects.create(
        person_id=world.rows["listed"], organisation_id=operator.organisation_id or 0, role=Role.EXPERT,
        from_date=world.day - timedelta(days=5),
    ).pk  # fmt: skip
    world.rows["application"] = PublisherApplication.objects.create(
        applicant_id=world.rows["newcomer_person"], inn="7707083893", kpp="770701001", ogrn="1027700132195",
        full_name="ООО «Учебник»", short_name="Учебник", region_code="77", agreement_number="5",
        agreement_day=world.day, agreement=file, submitted_at=at,
    ).pk  # fmt: skip
    tool = LtiTool.objects.create(
        publisher_id=by.organisation_id or 0, title="Тренажёр", client_id="tool", login_url="https://tool.example.org/login",
        target_url="https://tool.example.org/", redirect_urls=["https://tool.example.org/"], keys=[], made_by_id=by.person_id,
        made_at=at,
    )  # fmt: skip
    outside = made("outside", State.DRAFT)
    MaterialVersion.objects.filter(pk=outside.pk).update(
        tool=tool, format="lti", launch="https://tool.example.org/1"
    )
    world.rows |= {"tool": tool.pk, "tool_play": actions.begin_play(version=outside, by=by, at=at).pk}
    play = actions.begin_play(version=published, by=world.actors["guardian"], at=at)
    collection = actions.make_collection(title="К уроку", by=world.actors["guardian"], at=at)
    world.rows |= {"play": play.pk, "collection": collection.pk}
    lesson = Lesson.objects.get(pk=world.rows["lesson"])
    taken = journal.take_material(lesson=lesson, version=published, by=world.actors["teacher"], at=at)
    world.rows["taken_material"] = taken.pk
