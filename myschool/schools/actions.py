"""What is done to schools, classes and classifiers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, Stamp
from myschool.kernel.errors import Refusal
from myschool.schools import facts
from myschool.schools.models import Classifier, ClassifierItem, School, SchoolClass, SchoolYear


class ClassExists(Refusal):
    """The year has a class of this name already."""

    status = 409


class ClassifierDiffers(Refusal):
    """A version once loaded never changes: a changed file needs a new version."""

    status = 409


@transaction.atomic
def connect_school(*, school_id: int, at: datetime, stamp: Stamp) -> None:
    """Let the school work on the platform; nothing changes if it does already."""
    school = School.objects.select_for_update().get(pk=school_id)
    if school.connected_at is None:
        school.connected_at = at
        school.save(update_fields=["connected_at"])
        chronicle.write(facts.SchoolConnected(**stamp))


@transaction.atomic
def create_class(
    *, school: School, year: SchoolYear, level: int, letter: str, by: Actor, at: datetime
) -> SchoolClass:
    """Create a class of a year, or open it again if it was closed.

    Raises:
        ClassExists: there is one of this name.
    """
    existing = (
        SchoolClass.objects.select_for_update()
        .filter(school=school, school_year=year, level=level, letter=letter)
        .first()
    )
    if existing and existing.closed_at is None:
        raise ClassExists(f"Класс {existing.title} в этом учебном году уже есть.", field="name")
    made = existing or SchoolClass(school=school, school_year=year, level=level, letter=letter)
    made.closed_at = None
    made.save()
    chronicle.write(facts.ClassCreated(**by.stamp(at, school_id=school.pk), class_id=made.pk))
    return made


@transaction.atomic
def rename_class(*, school_class: SchoolClass, level: int, letter: str, by: Actor, at: datetime) -> None:
    """Give a class another level or letter; its students stay in it.

    Raises:
        ClassExists: another class of the year has this name.
    """
    school_class = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    same = SchoolClass.objects.filter(
        school=school_class.school_id, school_year=school_class.school_year_id, level=level, letter=letter
    )
    if same.exclude(pk=school_class.pk).exists():
        raise ClassExists("Класс с таким названием в этом учебном году уже есть.", field="name")
    school_class.level, school_class.letter = level, letter
    school_class.save(update_fields=["level", "letter"])
    chronicle.write(facts.ClassRenamed(**by.stamp(at), class_id=school_class.pk))


@transaction.atomic
def close_class(*, school_class: SchoolClass, by: Actor, at: datetime) -> None:
    """Let the class take no more students. Whoever calls has made sure that none is left in it."""
    school_class = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    school_class.closed_at = at
    school_class.save(update_fields=["closed_at"])
    chronicle.write(facts.ClassClosed(**by.stamp(at), class_id=school_class.pk))


@transaction.atomic
def load_classifier(
    *,
    code: str,
    version: str,
    title: str,
    source: str,
    digest: str,
    items: Sequence[tuple[str, str]],
    stamp: Stamp,
) -> bool:
    """Load one version of a classifier; answers whether it was new.

    Raises:
        ClassifierDiffers: this version was loaded with other content.
    """
    known = Classifier.objects.filter(code=code, version=version).first()
    if known:
        if known.digest != digest:
            raise ClassifierDiffers(f"Справочник {code} версии {version} уже загружен с другим содержанием.")
        return False
    made = Classifier.objects.create(
        code=code, version=version, title=title, source=source, digest=digest, loaded_at=stamp["at"]
    )
    ClassifierItem.objects.bulk_create(
        ClassifierItem(classifier=made, code=item, title=words, position=position)
        for position, (item, words) in enumerate(items)
    )
    chronicle.write(facts.ClassifierLoaded(**stamp, classifier_id=made.pk))
    return True
