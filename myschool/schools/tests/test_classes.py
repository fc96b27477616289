"""Classes of a school year, the connection of a school, and the classifiers."""

import pytest
from django.db import IntegrityError, transaction

from myschool.kernel.actors import Actor, Role, nobody
from myschool.kernel.models import Entry
from myschool.schools import actions
from myschool.schools.actions import ClassExists, ClassifierDiffers
from myschool.schools.classifiers import loading
from myschool.schools.models import Classifier, ClassifierItem, Region, SchoolClass
from myschool.schools.queries import WrongClass, class_offered, open_classes
from myschool.schools.tests.makers import FIRST_DAY, NOON, make_class, make_school, make_year

pytestmark = pytest.mark.django_db


def admin_of(school):
    return Actor(person_id=1, session_id=1, role=Role.SCHOOL_ADMIN, organisation_id=school.pk)


def create(school, level=7, letter="А"):
    return actions.create_class(
        school=school, year=make_year(), level=level, letter=letter, by=admin_of(school), at=NOON
    )


def rename(school_class, level, letter):
    actions.rename_class(
        school_class=school_class, level=level, letter=letter, by=admin_of(school_class.school), at=NOON
    )


def close(school_class):
    actions.close_class(school_class=school_class, by=admin_of(school_class.school), at=NOON)


def kinds():
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def test_a_class_is_created_and_offered():
    school = make_school()
    school_class = create(school)
    assert open_classes(school.pk, make_year().pk, 7) == [school_class]
    assert (school_class.title, kinds()) == ("7А", ["schools.class_created"])


def test_a_class_of_the_same_name_is_refused_beside_its_field():
    school = make_school()
    create(school)
    with pytest.raises(ClassExists, match="Класс 7А в этом учебном году уже есть") as refused:
        create(school)
    assert (refused.value.field, refused.value.status) == ("name", 409)


def test_another_school_level_or_letter_is_no_hindrance():
    school = make_school()
    for school_class in (create(school), create(school, 8), create(school, letter="Б"), create(make_school())):
        assert school_class.pk
    assert SchoolClass.objects.count() == 4


def test_the_database_itself_refuses_a_second_class_of_that_name():
    school_class = create(make_school())
    with pytest.raises(IntegrityError), transaction.atomic():
        make_class(school_class.school, school_class.level, school_class.letter, school_class.school_year)


@pytest.mark.parametrize("level", [0, 13, -1])
def test_the_database_itself_refuses_a_level_no_school_has(level):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_class(level=level)


def test_a_closed_class_takes_nobody_and_is_opened_again_by_creating_it():
    school = make_school()
    school_class = create(school)
    close(school_class)
    assert open_classes(school.pk, make_year().pk, 7) == []
    assert create(school) == school_class
    assert open_classes(school.pk, make_year().pk, 7) == [school_class]


def test_a_renamed_class_stays_the_same_class():
    school_class = create(make_school())
    rename(school_class, 7, "физмат")
    school_class.refresh_from_db()
    assert school_class.title == "7 физмат"
    assert kinds()[-1] == "schools.class_renamed"


def test_a_class_keeps_its_own_name_without_complaint_and_takes_no_others():
    school = make_school()
    first, second = create(school), create(school, letter="Б")
    rename(first, 7, "А")
    with pytest.raises(ClassExists):
        rename(second, 7, "А")
    second.refresh_from_db()
    assert second.letter == "Б"


def test_a_class_is_offered_only_within_its_school_year_and_level():
    school_class = make_class()
    school, year = school_class.school_id, school_class.school_year_id
    assert class_offered(school, year, 7, school_class.pk) == school_class
    assert class_offered(school, year, 7, None) is None
    for wrong in (
        (make_school().pk, year, 7, school_class.pk),
        (school, year + 1, 7, school_class.pk),
        (school, year, 8, school_class.pk),
        (school, year, None, school_class.pk),
        (school, year, 7, 2**62),
    ):
        with pytest.raises(WrongClass, match="Выберите класс из списка"):
            class_offered(*wrong)


def test_a_closed_class_is_not_offered_by_its_id_either():
    school_class = make_class()
    close(school_class)
    with pytest.raises(WrongClass):
        class_offered(school_class.school_id, school_class.school_year_id, 7, school_class.pk)


def test_a_school_is_connected_once():
    school = make_school(connected=False)
    for _ in range(2):
        actions.connect_school(school_id=school.pk, at=NOON, stamp=nobody(NOON, school_id=school.pk))
    school.refresh_from_db()
    assert (school.connected_at, kinds()) == (NOON, ["schools.connected"])


def test_two_years_of_a_region_never_overlap():
    make_year()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_year(from_date=FIRST_DAY.replace(month=12))


def classifier_file(folder, *rows, version="2026-01-01"):
    lines = ["# title: Пробный справочник", "# source: приказ № 1", "code,title", *rows]
    (folder / f"trial.{version}.csv").write_text("\n".join(lines), "utf-8")


def test_the_classifiers_are_loaded_once_and_bring_the_regions():
    loaded = loading.load(at=NOON)
    assert {file.code for file in loaded} == set(Classifier.objects.values_list("code", flat=True))
    assert Region.objects.get(code="41").time_zone == "Asia/Kamchatka"
    assert loading.load(at=NOON) == []


def test_a_new_version_stands_beside_the_old(tmp_path):
    classifier_file(tmp_path, "1,Первый")
    loading.load(at=NOON, folder=tmp_path)
    classifier_file(tmp_path, '1,"Первый, с запятой"', "2,Второй", version="2027-01-01")
    assert [file.version for file in loading.load(at=NOON, folder=tmp_path)] == ["2027-01-01"]
    assert list(ClassifierItem.objects.order_by("pk").values_list("title", flat=True)) == [
        "Первый",
        "Первый, с запятой",
        "Второй",
    ]


def test_a_version_once_loaded_never_changes(tmp_path):
    classifier_file(tmp_path, "1,Первый")
    loading.load(at=NOON, folder=tmp_path)
    classifier_file(tmp_path, "1,Подменённый")
    with pytest.raises(ClassifierDiffers, match="trial версии 2026-01-01 уже загружен с другим содержанием"):
        loading.load(at=NOON, folder=tmp_path)
    assert ClassifierItem.objects.get().title == "Первый"
