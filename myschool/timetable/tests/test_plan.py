"""Hours, groups, parts and loads: what is written, what is refused, what is done twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from myschool.enrolment.tests.makers import make_placement
from myschool.kernel.actors import Role
from myschool.kernel.models import Entry
from myschool.people.actions import merge_persons
from myschool.people.tests.makers import make_person, make_post
from myschool.schools.models import SchoolYear
from myschool.schools.tests.makers import NOON, make_class, make_school
from myschool.timetable.actions import plan
from myschool.timetable.models import CurriculumHours, GroupMember, TeachingGroup, TeachingLoad
from myschool.timetable.tests.makers import DAY, assign, fill, make_deputy, make_group, make_subject, make_teacher

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=20)


@pytest.fixture
def school_class():
    return make_class()


@pytest.fixture
def by(school_class):
    return make_deputy(school_class.school)


def told():
    kinds = Entry.objects.filter(kind__startswith="timetable.").order_by("id")
    return [kind.removeprefix("timetable.") for kind in kinds.values_list("kind", flat=True)]


def loads(teaching_group):
    rows = TeachingLoad.objects.filter(teaching_group=teaching_group).order_by("from_date")
    return [(row.hours, row.from_date, row.to_date) for row in rows]


def test_a_subject_in_the_plan_is_hours_a_group_and_a_teacher(school_class, by):
    subject, teacher = make_subject(by, school_class.school), make_teacher(school_class.school)
    plan.plan_subject(
        school_class=school_class, subject=subject, hours=Decimal("3.5"), teacher_id=teacher.pk, day=DAY, by=by, at=NOON
    )
    teaching_group = TeachingGroup.objects.get()
    assert CurriculumHours.objects.get().hours == Decimal("3.5")
    assert (teaching_group.title, teaching_group.is_part) == ("7А", False)
    assert loads(teaching_group) == [(Decimal("3.5"), DAY, None)]
    assert told() == ["hours_set", "group_made", "teacher_assigned"]


def test_a_subject_refused_leaves_nothing_behind(school_class, by):
    subject = make_subject(by, school_class.school)
    with pytest.raises(plan.NotATeacher):
        plan.plan_subject(
            school_class=school_class,
            subject=subject,
            hours=Decimal(2),
            teacher_id=by.person_id,
            day=DAY,
            by=by,
            at=NOON,
        )
    assert (CurriculumHours.objects.count(), TeachingGroup.objects.count(), told()) == (0, 0, [])


def test_hours_change_once_and_zero_takes_the_subject_out(school_class, by):
    subject = make_subject(by, school_class.school)
    for hours in ("2", "2.00", "3", "0", "0"):
        plan.set_hours(school_class=school_class, subject=subject, hours=Decimal(hours), by=by, at=NOON)
    assert not CurriculumHours.objects.exists()
    assert told() == ["hours_set"] * 3


def test_a_group_of_the_same_title_is_refused_until_the_first_is_closed(school_class, by):
    subject = make_subject(by, school_class.school)
    first = make_group(by, school_class, subject=subject)
    with pytest.raises(plan.GroupExists, match="уже есть"):
        make_group(by, school_class, subject=subject)
    plan.close_group(teaching_group=first, day=DAY, by=by, at=NOON)
    assert make_group(by, school_class, subject=subject) != first


def test_classes_of_different_years_are_no_group(school_class, by):
    year = school_class.school_year
    next_year = SchoolYear.objects.create(
        region=year.region, from_date=year.to_date, to_date=year.to_date.replace(year=2028)
    )
    later = make_class(school_class.school, year=next_year)
    with pytest.raises(plan.ClassUnfit):
        make_group(by, school_class, later)
    teaching_group = make_group(by, school_class, subject=make_subject(by, school_class.school, "Физика"))
    with pytest.raises(plan.ClassUnfit):
        plan.add_class(teaching_group=teaching_group, school_class=later, day=DAY, by=by, at=NOON)


def test_a_part_is_filled_in_one_step_and_the_same_list_changes_nothing(school_class, by):
    students = [make_person("Ученикова", name) for name in ("Ада", "Ева", "Ия")]
    for student in students:
        make_placement(student, school_class)
    part = make_group(by, school_class, is_part=True)
    for chosen in (students[:2], students[:2], students[1:]):
        fill(part, *chosen, by=by)
    assert set(GroupMember.objects.filter(to_date__isnull=True).values_list("student__first_name", flat=True)) == {
        "Ева",
        "Ия",
    }
    assert told().count("part_filled") == 2


def test_a_stranger_to_the_classes_is_on_no_list(school_class, by):
    part = make_group(by, school_class, is_part=True)
    with pytest.raises(plan.NotInClasses):
        fill(part, make_person(), by=by)
    assert not GroupMember.objects.exists()


def test_a_whole_group_has_no_list(school_class, by):
    with pytest.raises(plan.NotAPart):
        fill(make_group(by, school_class), by=by)


def test_a_group_is_split_into_parts_and_closed(school_class, by):
    whole = make_group(by, school_class, title="7А")
    assign(whole, make_teacher(school_class.school), by)
    parts = plan.split_group(teaching_group=whole, parts=2, day=LATER, by=by, at=NOON)
    assert [(part.title, part.is_part) for part in parts] == [("7А, подгруппа 1", True), ("7А, подгруппа 2", True)]
    assert loads(whole) == [(Decimal(2), DAY, LATER)]
    whole.refresh_from_db()
    assert whole.closed_at == NOON
    with pytest.raises(plan.GroupIsClosed):
        plan.split_group(teaching_group=whole, parts=2, day=LATER, by=by, at=NOON)
    with pytest.raises(plan.NotAPart):
        plan.split_group(teaching_group=parts[0], parts=2, day=LATER, by=by, at=NOON)


def test_a_teacher_assigned_again_has_other_hours_from_that_day(school_class, by):
    teaching_group, teacher = make_group(by, school_class), make_teacher(school_class.school)
    for hours, day in (("2", DAY), ("2", LATER), ("3", LATER), ("4", LATER)):
        assign(teaching_group, teacher, by, hours, day)
    assert loads(teaching_group) == [(Decimal(2), DAY, LATER), (Decimal(4), LATER, None)]


def left_yesterday(school):
    return make_teacher(school, to_date=DAY)


def of_another_school(school):
    return make_teacher(make_school())


def deputy_only(school):
    person = make_person()
    make_post(person, school.organisation, Role.DEPUTY_HEAD)
    return person


@pytest.mark.parametrize("who", [left_yesterday, of_another_school, deputy_only])
def test_only_who_holds_a_teaching_post_teaches(who, school_class, by):
    teaching_group = make_group(by, school_class)
    with pytest.raises(plan.NotATeacher, match="нет учителя"):
        assign(teaching_group, who(school_class.school), by)


def test_a_load_ends_once_and_one_of_a_single_day_never_was(school_class, by):
    teaching_group, teacher = make_group(by, school_class), make_teacher(school_class.school)
    assign(teaching_group, teacher, by)
    for day in (LATER, LATER + timedelta(days=1)):
        plan.end_load(load=TeachingLoad.objects.get(), day=day, by=by, at=NOON)
    assert loads(teaching_group) == [(Decimal(2), DAY, LATER)]
    assert told().count("load_ended") == 1
    second = make_teacher(school_class.school, "Другова")
    assign(teaching_group, second, by)
    plan.end_load(load=TeachingLoad.objects.get(teacher=second), day=DAY, by=by, at=NOON)
    assert not TeachingLoad.objects.filter(teacher=second).exists()


def test_who_turns_out_to_be_somebody_keeps_their_part_and_lessons(school_class, by):
    listed, primary = make_person("Ученикова", "Ада"), make_person("Ученикова", "Ада")
    part = make_group(by, school_class, is_part=True)
    make_placement(listed, school_class)
    fill(part, listed, by=by)
    merge_persons(kept_id=primary.pk, merged_id=listed.pk, by=by, at=NOON)
    assert GroupMember.objects.get().student == primary


def test_a_place_that_both_have_stays_once(school_class, by):
    listed, primary = make_person("Ученикова", "Ада"), make_person("Ученикова", "Ада")
    part = make_group(by, school_class, is_part=True)
    for student in (listed, primary):
        make_placement(student, school_class)
    fill(part, listed, primary, by=by)
    merge_persons(kept_id=primary.pk, merged_id=listed.pk, by=by, at=NOON)
    assert GroupMember.objects.get().student == primary
