"""The way of a version: programs, experts, the clock, publishing, replacing, withdrawing."""

from datetime import timedelta
from typing import Any

import pytest

from myschool.files.gateways import store
from myschool.files.receiving import PAPERS, receive
from myschool.files.tests.makers import upload
from myschool.kernel.actors import Role
from myschool.kernel.errors import ChangedMeanwhile
from myschool.kernel.models import Entry
from myschool.library import access, facts
from myschool.library.actions import making, playing, reviewing, supplying
from myschool.library.checking import check_next
from myschool.library.handlers import count_uses
from myschool.library.models import CatalogueEntry, Conflict, MaterialVersion, PackageFile, Review
from myschool.library.rules.states import CRITERIA, State, Verdict
from myschool.library.tests.makers import (
    described,
    hand_in,
    html_package,
    judge,
    make_expert,
    make_publisher,
    make_version,
    packed,
    publish,
    scorm_package,
)
from myschool.people.models import Person, Post
from myschool.people.tests.makers import make_actor, make_person, make_profile
from myschool.schools.models import Organisation
from myschool.schools.tests.makers import NOON, make_organisation, make_school

pytestmark = pytest.mark.django_db


def test_a_version_goes_through_programs_and_two_experts_into_the_catalogue():
    publisher = make_publisher()
    experts = [make_expert(), make_expert()]
    version = hand_in(make_version(publisher), publisher)
    assert (version.state, version.format, version.launch) == (State.IN_REVIEW, "html", "index.html")
    assert {row.expert_id for row in version.reviews.all()} == {expert.person_id for expert in experts}
    judge(version)
    assert version.state == State.PUBLISHED
    entry = CatalogueEntry.objects.get()
    assert (entry.version_id, entry.levels, entry.title) == (version.pk, [5, 6], "Задача на дробь")
    moved = Entry.objects.filter(kind="library.version_moved").order_by("pk")
    assert [row.payload["state"] for row in moved] == ["checking", "in_review", "published"]


def test_who_of_the_experts_spoke_is_not_told_by_the_step_itself():
    publish()
    assert Entry.objects.filter(kind="library.version_moved", payload__state="published").get().actor_id is None


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([Verdict.ACCEPT, Verdict.ACCEPT], State.PUBLISHED),
        ([Verdict.ACCEPT, Verdict.FIX], State.TO_FIX),
        ([Verdict.REJECT, Verdict.ACCEPT], State.TO_FIX),
        ([Verdict.REJECT, Verdict.REJECT], State.REJECTED),
    ],
)
def test_two_verdicts_decide(verdicts, state):
    publisher = make_publisher()
    make_expert(), make_expert()
    assert judge(hand_in(make_version(publisher), publisher), *verdicts).state == state


def test_one_verdict_decides_nothing_and_without_experts_nothing_is_published():
    publisher = make_publisher()
    make_expert()
    version = judge(hand_in(make_version(publisher), publisher), Verdict.ACCEPT)
    assert version.state == State.IN_REVIEW
    second = make_expert()
    reviewing.set_expert_subjects(person_id=second.person_id, subjects=["mathematics"], by=second, at=NOON)
    assert judge(version, Verdict.ACCEPT).state == State.PUBLISHED


def test_the_clock_runs_in_working_days_and_stands_while_the_publisher_corrects():
    publisher = make_publisher()
    make_expert(), make_expert()
    version = hand_in(make_version(publisher), publisher)
    first_due = version.due_day
    judge(version, Verdict.FIX, Verdict.ACCEPT, at=NOON + timedelta(days=7))
    assert (version.used_days, version.due_day, version.clock_since) == (5, None, None)
    hand_in(version, publisher, NOON + timedelta(days=28))
    assert version.due_day == first_due + timedelta(days=21)
    assert version.reviews.filter(round=2).count() == 2
    assert set(version.reviews.filter(round=2).values_list("expert")) == set(
        version.reviews.filter(round=1).values_list("expert")
    )


def test_an_expert_with_a_conflict_steps_back_and_another_is_appointed():
    publisher = make_publisher()
    first, second, third = make_expert(), make_expert(), make_expert()
    version = hand_in(make_version(publisher), publisher)
    review = version.reviews.get(expert=first.person_id)
    reviewing.declare_conflict(review=review, by=first, at=NOON)
    active = version.reviews.filter(declined_at__isnull=True)
    assert {row.expert_id for row in active} == {second.person_id, third.person_id}
    assert Conflict.objects.get().publisher_id == publisher.organisation_id
    another = hand_in(make_version(publisher), publisher)
    assert not another.reviews.filter(expert=first.person_id).exists()


def test_who_works_or_lately_worked_for_the_publisher_does_not_judge_it():
    publisher = make_publisher()
    close, former, fine = make_expert(), make_expert(), make_expert()
    for expert, to_date in ((close, None), (former, NOON.date() - timedelta(days=100))):
        Post.objects.create(
            person_id=expert.person_id,
            organisation_id=publisher.organisation_id,
            role=Role.PUBLISHER,
            from_date=NOON.date() - timedelta(days=400),
            to_date=to_date,
        )
    version = hand_in(make_version(publisher), publisher)
    assert [row.expert_id for row in version.reviews.all()] == [fine.person_id]


def test_a_conflict_is_over_three_years_after_the_last_day_at_the_publisher():
    publisher = make_publisher()
    within, beyond = make_expert(), make_expert()
    years = timedelta(days=3 * 365)
    for expert, last in ((within, NOON.date() - years), (beyond, NOON.date() - years - timedelta(days=1))):
        Post.objects.create(
            person_id=expert.person_id,
            organisation_id=publisher.organisation_id,
            role=Role.PUBLISHER,
            from_date=last - timedelta(days=30),
            to_date=last + timedelta(days=1),
        )
    version = hand_in(make_version(publisher), publisher)
    assert [row.expert_id for row in version.reviews.all()] == [beyond.person_id]


def test_only_who_is_an_expert_at_this_moment_is_appointed_and_kept():
    publisher = make_publisher()
    future, leaving, gone = make_expert(), make_expert(), make_expert()
    today, day = NOON.date(), timedelta(days=1)
    for expert, period in (
        (future, {"from_date": today + day}),
        (leaving, {"to_date": today + day}),
        (gone, {"to_date": today}),
    ):
        Post.objects.filter(person=expert.person_id).update(**period)
    version = hand_in(make_version(publisher), publisher)
    assert [row.expert_id for row in version.reviews.all()] == [leaving.person_id]
    for expert, shown in ((future, False), (leaving, True), (gone, False)):
        operator = make_actor(make_person(), Role.OPERATOR, Organisation.objects.get(post__person=expert.person_id))
        assert access.experts_of(operator, today).filter(person=expert.person_id).exists() == shown
        assert not access.experts_of(expert, today).exists()


def test_a_new_version_replaces_the_old_one_which_stays_readable():
    publisher = make_publisher()
    old = publish(publisher)
    new = making.make_version(material=old.material, by=publisher, at=NOON)
    making.change_version(
        version=new, described=described(title="Задачи на дроби. Новое издание"), received=None, by=publisher, at=NOON
    )
    judge(hand_in(new, publisher))
    old.refresh_from_db()
    assert (old.state, new.state) == (State.SUPERSEDED, State.PUBLISHED)
    assert CatalogueEntry.objects.get().version_id == new.pk
    assert PackageFile.objects.filter(version=old).exists()


def test_a_second_draft_is_refused_while_one_is_on_its_way():
    publisher = make_publisher()
    old = publish(publisher)
    making.make_version(material=old.material, by=publisher, at=NOON)
    with pytest.raises(ChangedMeanwhile):
        making.make_version(material=old.material, by=publisher, at=NOON)


def test_a_withdrawn_material_leaves_the_catalogue_and_keeps_its_reason():
    publisher = make_publisher()
    version = publish(publisher)
    making.withdraw_material(material=version.material, reason="Устарел", by=publisher, at=NOON)
    version.refresh_from_db()
    assert (version.state, version.end_reason) == (State.WITHDRAWN, "Устарел")
    assert not CatalogueEntry.objects.exists()
    with pytest.raises(ChangedMeanwhile):
        making.withdraw_material(material=version.material, reason="Ещё раз", by=publisher, at=NOON)


def test_a_review_is_given_once():
    publisher = make_publisher()
    expert = make_expert()
    version = hand_in(make_version(publisher), publisher)
    review = version.reviews.get()
    judge(version, Verdict.ACCEPT)
    with pytest.raises(ChangedMeanwhile):
        reviewing.give_review(
            review=review, verdict=Verdict.REJECT, scores=dict.fromkeys(CRITERIA, 0), comment="", by=expert, at=NOON
        )
    assert Review.objects.get().verdict == Verdict.ACCEPT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"text.txt": "слова"}), "непонятно, что открывать первым"),
        (packed({"imsmanifest.xml": "<broken"}), "ошибка XML"),
        (packed({"imsmanifest.xml": "<!DOCTYPE a [<!ENTITY x 'y'>]><manifest>&x;</manifest>"}), "ошибка XML"),
        (scorm_package(**{"sco.html": "x"})[:-40], "повреждён"),
        (b"%PDF-1.7 and nothing else", "повреждён"),
        (packed({"h5p.json": "{}"}), "mainLibrary"),
    ],
)
def test_what_cannot_run_is_returned_with_its_reason_and_keeps_no_files(content, words):
    publisher = make_publisher()
    version = make_version(publisher)
    version.file.key = _stored(content)
    version.file.size = len(content)
    version.file.save()
    hand_in(version, publisher)
    assert version.state == State.UNFIT
    assert words in version.findings.get().text
    assert not version.package.exists()


def _stored(content):
    return store().put([content]).key


def test_a_teachers_own_material_is_shared_after_the_schools_word(school_staff):
    teacher, deputy = school_staff
    version = hand_in(make_version(teacher), teacher)
    assert (version.state, version.reviews.count()) == (State.IN_REVIEW, 0)
    reviewing.return_own(version=version, comment="Добавьте ответы", by=deputy, at=NOON)
    version.refresh_from_db()
    assert (version.state, version.end_reason) == (State.TO_FIX, "Добавьте ответы")
    hand_in(version, teacher)
    reviewing.approve_own(version=version, by=deputy, at=NOON)
    assert CatalogueEntry.objects.get().school_id == teacher.school_id


@pytest.fixture
def school_staff():
    organisation = make_school().organisation
    return make_actor(role=Role.TEACHER, organisation=organisation), make_actor(
        make_person("Завучева"), Role.DEPUTY_HEAD, organisation
    )


def test_uses_are_counted_by_day_and_in_the_catalogue():
    version = publish()
    reader = make_actor()
    play = playing.begin_play(version=version, by=reader, at=NOON)
    fields = {"material_id": version.material_id, **reader.stamp(NOON)}
    count_uses(
        [
            facts.PlayBegun(play_id=play.pk, **fields),
            facts.PlayBegun(play_id=play.pk, **fields),
            facts.PlayFinished(play_id=play.pk, **fields),
            facts.MaterialTaken(**fields),
        ]
    )
    count_uses([facts.MaterialTaken(**fields)])
    day = version.material.days.get()
    assert (day.opened, day.finished, day.taken) == (2, 1, 2)
    assert CatalogueEntry.objects.get().used == 4


def test_a_publisher_comes_in_by_an_application():

    person = make_actor(role=Role.PUBLISHER, organisation=make_organisation("publisher"))
    make_profile(Person.objects.get(pk=person.person_id), Role.PUBLISHER)
    details: dict[str, Any] = {
        "inn": "7707083893",
        "kpp": "770701001",
        "ogrn": "1027700132195",
        "full_name": "ООО «Учебник»",
        "short_name": "Учебник",
        "region_code": "77",
        "agreement_number": "5",
        "agreement_day": NOON.date(),
    }
    received = receive(upload(), PAPERS, field="agreement")
    application = supplying.ask_publisher(agreement=received, by=person, at=NOON, **details)
    with pytest.raises(ChangedMeanwhile):
        supplying.ask_publisher(agreement=received, by=person, at=NOON, **details)
    operator = make_actor(make_person("Операторова"), Role.OPERATOR, make_organisation("authority"))
    supplying.approve_publisher(application=application, today=NOON.date(), by=operator, at=NOON)
    entered = Organisation.objects.get(inn="7707083893")
    assert (entered.kind, entered.short_name) == ("publisher", "Учебник")
    assert Post.objects.get(organisation=entered).person_id == person.person_id


def test_versions_are_checked_once_and_in_their_order():
    publisher = make_publisher()
    versions = [make_version(publisher, html_package(n=str(n))) for n in range(2)]
    for minutes, version in zip((5, 0), versions, strict=True):
        making.submit_version(version=version, by=publisher, at=NOON + timedelta(minutes=minutes))
    assert check_next(NOON)
    states = list(MaterialVersion.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.CHECKING, State.IN_REVIEW]
    assert check_next(NOON)
    assert not check_next(NOON)
