"""Whose files are whose, and which of others' one may read."""

from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet

from myschool.enrolment.access import placements_on, students_of
from myschool.folders.models import NOT_TRASHED, Document, DocumentShare, DocumentVersion, Folder
from myschool.kernel.actors import SCHOOL_STAFF, Actor, Role
from myschool.people.access import posts_on
from myschool.people.models import Person, Profile
from myschool.people.queries import posts_at
from myschool.schools.models import SchoolClass


class _Among(Func):
    """An id is among those of an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field: Any = BooleanField()


def _mine(actor: Actor) -> Q:
    """The person's own, in whatever role; who has not chosen one yet has no files."""
    return Q(owner=actor.person_id if actor.role else 0)


def owner_of_files(actor: Actor) -> QuerySet[Person]:
    """The person whose files the actor keeps: oneself."""
    return Person.objects.filter(pk=actor.person_id if actor.role else 0)


def own_folders(actor: Actor) -> QuerySet[Folder]:
    """The person's folders that are not in the trash."""
    return Folder.objects.filter(_mine(actor), NOT_TRASHED)


def own_documents(actor: Actor) -> QuerySet[Document]:
    """The person's documents that are not in the trash."""
    return Document.objects.filter(_mine(actor), NOT_TRASHED)


def trashed_folders(actor: Actor) -> QuerySet[Folder]:
    """Folders in the person's trash, those inside others too."""
    return Folder.objects.filter(_mine(actor), ~NOT_TRASHED)


def trashed_documents(actor: Actor) -> QuerySet[Document]:
    """Documents in the person's trash, those inside folders too."""
    return Document.objects.filter(_mine(actor), ~NOT_TRASHED)


def own_versions(actor: Actor) -> QuerySet[DocumentVersion]:
    """Every version of the person's documents: readers get the last one only."""
    return DocumentVersion.objects.filter(document__in=own_documents(actor))


def shares_on(day: date) -> QuerySet[DocumentShare]:
    """Sharings that hold on a day: a class reads what somebody shared while they hold a post in its school."""
    posts = posts_on(day).filter(
        person=OuterRef("shared_by"), organisation=OuterRef("school_class__school"), role__in=SCHOOL_STAFF
    )
    return DocumentShare.objects.filter(Exists(posts), to_date__gt=day)


def shares_to_read(actor: Actor, day: date) -> QuerySet[DocumentShare]:
    """What is shared with the classes that the student, or the guardian's children, are placed in on that day."""
    places = placements_on(day).filter(student__in=students_of(actor, day), school_class__isnull=False)
    return shares_on(day).filter(school_class__in=places.values("school_class"))


def folders_to_read(actor: Actor, day: date) -> QuerySet[Folder]:
    """The person's own folders, and those shared, with all folders in them."""
    shared = shares_to_read(actor, day).filter(_Among("folder", OuterRef("path")))
    return Folder.objects.filter(_mine(actor) | Exists(shared), NOT_TRASHED)


def documents_to_read(actor: Actor, day: date) -> QuerySet[Document]:
    """The person's own documents, those shared, and those in shared folders."""
    shares = shares_to_read(actor, day)
    shared = shares.filter(document=OuterRef("pk"))
    inside = shares.filter(_Among("folder", OuterRef("folder__path")))
    return Document.objects.filter(_mine(actor) | Exists(shared) | Exists(inside), NOT_TRASHED)


def linked_documents(actor: Actor, made_at: datetime, at: datetime) -> QuerySet[Document]:
    """Documents a signed link of that age may lead to, for whoever has a role here; the signature is the permission.

    It leads nowhere once its maker has no role any more, or has ended all other logins since.
    """
    if not actor.role:
        return Document.objects.none()
    families = Profile.objects.filter(role__in=[Role.STUDENT, Role.GUARDIAN])
    return Document.objects.filter(
        NOT_TRASHED,
        Q(owner__in=posts_at(at).values("person")) | Q(owner__in=families.values("person")),
        Q(owner__others_ended_at__isnull=True) | Q(owner__others_ended_at__lt=made_at),
    )


def classes_to_share_with(actor: Actor, day: date) -> QuerySet[SchoolClass]:
    """Classes of the employee's own school in the year that holds the day.

    Which of them a teacher teaches or leads only `timetable` knows, a neighbour of this package; sharing is reading
    only, and every sharing is in the chronicle.
    """
    if actor.role not in SCHOOL_STAFF:
        return SchoolClass.objects.none()
    return SchoolClass.objects.filter(
        school=actor.school_id, closed_at__isnull=True, school_year__from_date__lte=day, school_year__to_date__gt=day
    )


def own_shares(actor: Actor) -> QuerySet[DocumentShare]:
    """Sharings of what the person owns."""
    return DocumentShare.objects.filter(Q(document__in=own_documents(actor)) | Q(folder__in=own_folders(actor)))
