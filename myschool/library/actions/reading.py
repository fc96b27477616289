"""What readers do beside reading: keep at hand, put together, tell of errors, turn out to be somebody known."""

from datetime import datetime

from django.db import transaction

from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.kernel.errors import ChangedMeanwhile
from myschool.library import facts
from myschool.library.models import Collection, CollectionItem, ErrorReport, Favourite, Material, MaterialVersion


@transaction.atomic
def favour(*, material: Material, kept: bool, by: Actor, at: datetime) -> None:
    """Keep a material at hand, or no longer."""
    if kept:
        Favourite.objects.get_or_create(person_id=by.person_id, material=material, defaults={"added_at": at})
    else:
        Favourite.objects.filter(person=by.person_id, material=material).delete()
    chronicle.write(facts.MaterialFavoured(**by.stamp(at), material_id=material.pk, is_kept=kept))


@transaction.atomic
def make_collection(*, title: str, by: Actor, at: datetime) -> Collection:
    """Begin a collection."""
    collection = Collection.objects.create(person_id=by.person_id, title=title, made_at=at)
    chronicle.write(facts.CollectionMade(**by.stamp(at), collection_id=collection.pk))
    return collection


@transaction.atomic
def change_collection(*, collection: Collection, material: Material, kept: bool, by: Actor, at: datetime) -> None:
    """Put a material into a collection, or take it out."""
    if kept:
        CollectionItem.objects.get_or_create(collection=collection, material=material)
    else:
        CollectionItem.objects.filter(collection=collection, material=material).delete()
    chronicle.write(facts.CollectionChanged(**by.stamp(at), collection_id=collection.pk, material_id=material.pk))


@transaction.atomic
def remove_collection(*, collection: Collection, by: Actor, at: datetime) -> None:
    """Remove a collection; the materials stay."""
    pk = collection.pk
    collection.delete()
    chronicle.write(facts.CollectionRemoved(**by.stamp(at), collection_id=pk))


@transaction.atomic
def report_error(*, version: MaterialVersion, text: str, by: Actor, at: datetime) -> ErrorReport:
    """Tell the publisher of an error."""
    report = ErrorReport.objects.create(version=version, told_by_id=by.person_id, text=text, told_at=at)
    chronicle.write(facts.ErrorReported(**by.stamp(at), version_id=version.pk, report_id=report.pk))
    return report


@transaction.atomic
def answer_report(*, report: ErrorReport, text: str, by: Actor, at: datetime) -> None:
    """Answer whoever told of an error.

    Raises:
        ChangedMeanwhile: it is answered already.
    """
    if not ErrorReport.objects.filter(pk=report.pk, answered_at__isnull=True).update(answer=text, answered_at=at):
        raise ChangedMeanwhile("На это сообщение уже ответили.")
    chronicle.write(facts.ReportAnswered(**by.stamp(at), report_id=report.pk))
