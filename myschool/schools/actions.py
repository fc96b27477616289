"""What is done to schools, classes, subjects, terms and classifiers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor, Stamp
from myschool.kernel.errors import Refusal
from myschool.schools import facts, questions
from myschool.schools.models import (
    Classifier,
    ClassifierItem,
    Holiday,
    Organisation,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    Term,
    TermScheme,
)
from myschool.schools.queries import WrongClass
from myschool.schools.rules import terms as terms_rules


class ClassExists(Refusal):
    """The year has a class of this name already."""

    status = 409


class SubjectExists(Refusal):
    """The school teaches a subject of this title."""

    status = 409
    field = "title"


class SchemeInUse(Refusal):
    """Classes follow the scheme, or its terms have marks."""

    status = 409


class SchemeExists(Refusal):
    """The year has a scheme of this title."""

    status = 409
    field = "title"


class TermsUnfit(Refusal):
    """The terms do not make a year."""

    status = 422


class HolidayUnfit(Refusal):
    """The days are not days of the year, or are there already."""

    status = 422


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
def enter_publisher(*, inn: str, kpp: str, ogrn: str, full_name: str, short_name: str, region_code: str) -> int:
    """The id of a publisher's organisation, entered if it is new; its names stay as they were first told."""
    organisation, _ = Organisation.objects.get_or_create(
        inn=inn,
        kpp=kpp,
        defaults={
            "kind": Organisation.Kind.PUBLISHER,
            "ogrn": ogrn,
            "full_name": full_name,
            "short_name": short_name,
            "region_id": region_code,
        },
    )
    return organisation.pk


@transaction.atomic
def create_class(*, school: School, year: SchoolYear, level: int, letter: str, by: Actor, at: datetime) -> SchoolClass:
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
    school_class = existing or SchoolClass(school=school, school_year=year, level=level, letter=letter)
    school_class.closed_at = None
    school_class.save()
    chronicle.write(facts.ClassCreated(**by.stamp(at, school_id=school.pk), class_id=school_class.pk))
    return school_class


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
    old_title = school_class.title
    school_class.level, school_class.letter = level, letter
    school_class.save(update_fields=["level", "letter"])
    questions.class_renamed.ask(
        questions.ClassRename(class_id=school_class.pk, old_title=old_title, new_title=school_class.title)
    )
    chronicle.write(facts.ClassRenamed(**by.stamp(at), class_id=school_class.pk))


@transaction.atomic
def close_class(*, school_class: SchoolClass, by: Actor, at: datetime) -> None:
    """Let the class take no more students. Whoever calls has made sure that none is left in it."""
    school_class = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    school_class.closed_at = at
    school_class.save(update_fields=["closed_at"])
    chronicle.write(facts.ClassClosed(**by.stamp(at), class_id=school_class.pk))


@transaction.atomic
def add_subject(*, school: School, title: str, code: str, by: Actor, at: datetime) -> Subject:
    """Let the school teach a subject, or teach it again if it was closed; `code` is the federal list's, or empty.

    Raises:
        SubjectExists: there is one of this title.
    """
    existing = Subject.objects.select_for_update().filter(school=school, title=title).first()
    if existing and existing.closed_at is None:
        raise SubjectExists(f"Предмет «{title}» у школы уже есть.")
    subject = existing or Subject(school=school, title=title)
    subject.code, subject.closed_at = code, None
    subject.save()
    chronicle.write(facts.SubjectAdded(**by.stamp(at, school_id=school.pk), subject_id=subject.pk))
    return subject


@transaction.atomic
def close_subject(*, subject: Subject, by: Actor, at: datetime) -> None:
    """Put the subject into no plan any more; what is taught of it stays."""
    subject = Subject.objects.select_for_update().get(pk=subject.pk)
    if subject.closed_at is None:
        subject.closed_at = at
        subject.save(update_fields=["closed_at"])
        chronicle.write(facts.SubjectClosed(**by.stamp(at, school_id=subject.school_id), subject_id=subject.pk))


@transaction.atomic
def make_term_scheme(
    *,
    school: School,
    year: SchoolYear,
    title: str,
    kind: TermScheme.Kind,
    terms: Sequence[terms_rules.Span],
    by: Actor,
    at: datetime,
) -> TermScheme:
    """Divide the year into terms; classes follow the scheme once it is given to them.

    Raises:
        SchemeExists: the year has one of this title.
        TermsUnfit: the terms leave the year, stand out of order or overlap.
    """
    if fault := terms_rules.terms_fault(terms, terms_rules.Span(year.from_date, year.to_date)):
        raise TermsUnfit(fault)
    School.objects.select_for_update().get(pk=school.pk)
    if TermScheme.objects.filter(school=school, school_year=year, title=title).exists():
        raise SchemeExists(f"Набор периодов «{title}» в этом учебном году уже есть.")
    scheme = TermScheme.objects.create(school=school, school_year=year, title=title, kind=kind)
    Term.objects.bulk_create(
        Term(scheme=scheme, number=number, from_date=term.from_date, to_date=term.to_date)
        for number, term in enumerate(terms, 1)
    )
    chronicle.write(facts.TermSchemeMade(**by.stamp(at, school_id=school.pk), scheme_id=scheme.pk))
    return scheme


@transaction.atomic
def change_terms(*, scheme: TermScheme, terms: Sequence[terms_rules.Span], by: Actor, at: datetime) -> None:
    """Move the days on which a scheme's terms begin and end; there are as many as before. `questions.terms_move` may be refused.

    Raises:
        TermsUnfit: another number of terms; they leave the year, stand out of order or overlap.
    """
    scheme = TermScheme.objects.select_for_update().select_related("school_year").get(pk=scheme.pk)
    year, existing = scheme.school_year, list(scheme.terms.order_by("number"))
    if len(terms) != len(existing):
        raise TermsUnfit(
            f"В этом наборе периодов: {len(existing)}. Чтобы их стало больше или меньше, создайте новый набор."
        )
    if fault := terms_rules.terms_fault(terms, terms_rules.Span(year.from_date, year.to_date)):
        raise TermsUnfit(fault)
    moved = [
        term.pk
        for term, span in zip(existing, terms, strict=True)
        if (term.from_date, term.to_date) != (span.from_date, span.to_date)
    ]
    # No two may overlap even for a moment, so they first stand aside: each on its own day before the year.
    for term in existing:
        term.from_date = year.from_date - timedelta(days=2 * term.number)
        term.to_date = term.from_date + timedelta(days=1)
        term.save(update_fields=["from_date", "to_date"])
    for term, span in zip(existing, terms, strict=True):
        term.from_date, term.to_date = span.from_date, span.to_date
        term.save(update_fields=["from_date", "to_date"])
    questions.terms_move.ask(moved)
    chronicle.write(facts.TermsChanged(**by.stamp(at, school_id=scheme.school_id), scheme_id=scheme.pk))


@transaction.atomic
def remove_scheme(*, scheme: TermScheme, by: Actor, at: datetime) -> None:
    """Offer a scheme no longer.

    Raises:
        SchemeInUse: classes follow it, or marks were given for its terms.
    """
    scheme = TermScheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.classes.exists():
        raise SchemeInUse("По этим периодам учатся классы. Сначала выберите для них другой набор.")
    stamp, pk = by.stamp(at, school_id=scheme.school_id), scheme.pk
    try:
        scheme.delete()
    except ProtectedError:
        raise SchemeInUse("За эти периоды уже выставлены отметки: набор нужно сохранить.") from None
    chronicle.write(facts.TermSchemeRemoved(**stamp, scheme_id=pk))


@transaction.atomic
def give_scheme(*, scheme: TermScheme, class_ids: Sequence[int], by: Actor, at: datetime) -> None:
    """Let exactly these classes follow the scheme: others leave it, and these leave any other.

    Raises:
        WrongClass: a class is not an open one of the scheme's school and year.
    """
    scheme = TermScheme.objects.select_for_update().get(pk=scheme.pk)
    named = SchoolClass.objects.select_for_update().filter(
        pk__in=class_ids, school=scheme.school_id, school_year=scheme.school_year_id, closed_at__isnull=True
    )
    wanted = {row.pk for row in named}
    if wanted != set(class_ids):
        raise WrongClass("Такого класса в школе нет: возможно, его уже закрыли. Обновите страницу.")
    followed = set(SchoolClass.objects.filter(term_scheme=scheme).values_list("pk", flat=True))
    if followed == wanted:
        return
    SchoolClass.objects.filter(pk__in=followed - wanted).update(term_scheme=None)
    SchoolClass.objects.filter(pk__in=wanted).update(term_scheme=scheme)
    chronicle.write(facts.TermSchemeGiven(**by.stamp(at, school_id=scheme.school_id), scheme_id=scheme.pk))


@transaction.atomic
def add_holiday(
    *,
    school: School,
    year: SchoolYear,
    title: str,
    from_date: date,
    to_date: date,
    up_to_level: int | None,
    by: Actor,
    at: datetime,
) -> Holiday:
    """Have no lessons from one day to another, in all classes or in those up to a level.

    Raises:
        HolidayUnfit: the days leave the year or stand in the wrong order, or the school has written them down already.
    """
    days = terms_rules.Span(from_date, to_date)
    if to_date <= from_date:
        raise HolidayUnfit("Последний день каникул раньше первого.", field="last_day")
    if not terms_rules.within(days, terms_rules.Span(year.from_date, year.to_date)):
        raise HolidayUnfit("Каникулы выходят за учебный год.", field="from_date")
    School.objects.select_for_update().get(pk=school.pk)
    if Holiday.objects.filter(school=school, from_date=from_date, title=title).exists():
        raise HolidayUnfit("Такие каникулы с этого дня уже есть.", field="title")
    holiday = Holiday.objects.create(
        school=school, school_year=year, title=title, from_date=from_date, to_date=to_date, up_to_level=up_to_level
    )
    chronicle.write(facts.HolidayAdded(**by.stamp(at, school_id=school.pk), holiday_id=holiday.pk))
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, by: Actor, at: datetime) -> None:
    """Make the days ordinary again."""
    if Holiday.objects.filter(pk=holiday.pk).delete()[0]:
        chronicle.write(facts.HolidayRemoved(**by.stamp(at, school_id=holiday.school_id), holiday_id=holiday.pk))


@transaction.atomic
def load_classifier(
    *, code: str, version: str, title: str, source: str, digest: str, items: Sequence[tuple[str, str]], stamp: Stamp
) -> bool:
    """Load one version of a classifier; answers whether it was new.

    Raises:
        ClassifierDiffers: this version was loaded with other content.
    """
    existing = Classifier.objects.filter(code=code, version=version).first()
    if existing:
        if existing.digest != digest:
            raise ClassifierDiffers(f"Справочник {code} версии {version} уже загружен с другим содержанием.")
        return False
    classifier = Classifier.objects.create(
        code=code, version=version, title=title, source=source, digest=digest, loaded_at=stamp["at"]
    )
    ClassifierItem.objects.bulk_create(
        ClassifierItem(classifier=classifier, code=item, title=words, position=position)
        for position, (item, words) in enumerate(items)
    )
    chronicle.write(facts.ClassifierLoaded(**stamp, classifier_id=classifier.pk))
    return True
