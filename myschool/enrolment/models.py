"""Requests, placements, invitations and connections of schools."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from myschool.files.models import StoredFile
from myschool.kernel.actors import SCHOOL_STAFF, Role
from myschool.people.models import Gender, Guardianship, Person
from myschool.schools.models import Organisation, School, SchoolClass, SchoolYear, no_overlap


class Placement(models.Model):
    """A student's place in a school and class (место в классе); without a class the school has not chosen one yet."""

    student = models.ForeignKey(Person, models.PROTECT, related_name="placements")
    school = models.ForeignKey(School, models.PROTECT)
    level = models.SmallIntegerField()
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("enrolment_placement_no_overlap", "student")]
        indexes = [
            models.Index(fields=["school_class"], name="enrolment_placement_by_class"),
            models.Index(
                fields=["school", "level"], condition=Q(to_date__isnull=True), name="enrolment_placement_open"
            ),
        ]


class StudentCard(models.Model):
    """A student as described by who asks (карточка в запросе): oneself, or a parent's child.

    `person` stays empty until a school has said who it is; a typed card never links or makes a person by itself.
    """

    class Source(models.TextChoices):
        OWN = "own", "Сам ученик"
        ESIA = "esia", "Карточка ребёнка в Госуслугах"
        TYPED = "typed", "Введено вручную"

    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="student_cards")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="described_by")
    source = models.CharField(max_length=5, choices=Source)
    esia_oid = models.CharField(max_length=40, blank=True)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField()
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    snils = models.CharField(max_length=11, blank=True)
    name_key = models.CharField(max_length=310)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filed_by", "name_key", "birth_date"], name="enrolment_card_once")
        ]
        indexes = [models.Index(fields=["person"], name="enrolment_card_by_person")]


class EnrolmentRequest(models.Model):
    """A request to join a school (запрос на присоединение).

    A place for a student, the link of the guardian with the student (запрос представителя), or a post on the staff.
    The two requests for one child share a `bundle` and are decided separately. With `from_school` a place request is a
    transfer (перевод): after the new school's approval it waits for the old school to let the student go.
    """

    class Kind(models.TextChoices):
        PLACE = "place", "Место ученика"
        GUARDIAN = "guardian", "Связь представителя"
        POST = "post", "Работа в школе"

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        SUBMITTED = "submitted", "На рассмотрении"
        CLARIFY = "clarify", "Нужно уточнение"
        ANSWERED = "answered", "Уточнено"
        RELEASE = "release", "Ждёт прежнюю школу"
        APPROVED = "approved", "Одобрен"
        DECLINED = "declined", "Отклонён"
        WITHDRAWN = "withdrawn", "Отозван"
        EXPIRED = "expired", "Истёк срок"

    class Reason(models.TextChoices):
        NOT_ON_LIST = "not_on_list", "Нет в списке школы"
        WRONG_CLASS = "wrong_class", "Указан не тот класс"
        DUPLICATE = "duplicate", "Такой запрос уже есть"
        NOT_GUARDIAN = "not_guardian", "Не подтверждено, что вы законный представитель"
        MISMATCH = "mismatch", "Данные не совпадают с документами школы"
        FINISHED = "finished", "Обучение в школе закончено"
        OTHER_ORGANISATION = "other_organisation", "Нужна другая организация с тем же ИНН"
        OTHER = "other", "Другая причина"

    kind = models.CharField(max_length=10, choices=Kind)
    bundle = models.UUIDField()
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="requests")
    card = models.ForeignKey(StudentCard, models.PROTECT, null=True, related_name="requests")
    relation = models.CharField(max_length=10, choices=Guardianship.Relation, blank=True)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    level = models.SmallIntegerField(null=True)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True)
    from_school = models.ForeignKey(School, models.PROTECT, null=True, related_name="releases")
    # Who of the school's own list it is: joined when the school that the student leaves has let them go.
    same_as = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    submitted_at = models.DateTimeField()
    due_day = models.DateField()
    expires_day = models.DateField()
    question = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    reason_text = models.CharField(max_length=1000, blank=True)
    # When it came to its end, whether somebody decided, the requester withdrew, or time ran out.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Where the request lies on the desk; kept by the database, so that one index gives every tray in order.
    tray = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=["submitted", "answered"], then=models.Value("new")),
            models.When(state="clarify", then=models.Value("waiting")),
            models.When(state="release", then=models.Value("release")),
            models.When(state="draft", then=models.Value("draft")),
            default=models.Value("done"),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "card", "school", "school_year"],
                condition=Q(state__in=["draft", "submitted", "clarify", "answered", "release"]),
                name="enrolment_request_once",
            ),
            models.UniqueConstraint(
                fields=["applicant", "school", "role"],
                condition=Q(kind="post", state__in=["draft", "submitted", "clarify", "answered", "release"]),
                name="enrolment_post_request_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="post", card__isnull=True, role__in=sorted(SCHOOL_STAFF))
                | Q(kind__in=["place", "guardian"], card__isnull=False, role=""),
                name="enrolment_request_shape",
            ),
        ]
        indexes = [
            # The desk: a school's requests in one tray, oldest first, page by page.
            models.Index(fields=["school", "tray", "submitted_at", "id"], name="enrolment_request_desk"),
            models.Index(
                fields=["school", "submitted_at", "id"],
                condition=Q(tray="new", kind="place", school_class__isnull=True),
                name="enrolment_request_no_class",
            ),
            models.Index(
                fields=["from_school", "submitted_at", "id"],
                condition=Q(tray__in=["new", "waiting", "release"]),
                name="enrolment_request_leaving",
            ),
            models.Index(fields=["applicant", "submitted_at"], name="enrolment_request_own"),
            models.Index(fields=["bundle"], name="enrolment_request_bundle"),
            models.Index(
                fields=["expires_day"],
                condition=Q(state__in=["draft", "submitted", "clarify", "answered", "release"]),
                name="enrolment_request_expiry",
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(state__in=["declined", "withdrawn", "expired"]),
                name="enrolment_request_forgetting",
            ),
        ]


class SearchName(models.Model):
    """A name by which something is found in a school (имя для поиска).

    The rows are the database's own: triggers on names, requests, places and posts keep them in whichever transaction
    changes those (migration 0007), and nobody else writes here. A row grants nothing: what it leads to is asked of `access`.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "Запрос"
        STUDENT = "student", "Ученик"
        STAFF = "staff", "Сотрудник"

    # Of a request, a place or a post, whichever the kind says.
    kind = models.CharField(max_length=7, choices=Kind)
    subject_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    # A request's tray at its school, «leaving» at the school that it would take a student from; else the kind.
    shelf = models.CharField(max_length=10)
    # Whose name it is, or of which card.
    person_id = models.BigIntegerField(null=True)
    card_id = models.BigIntegerField(null=True)
    name_key = models.CharField(max_length=310)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="enrolment_name_subject"),
            models.Index(fields=["person_id"], condition=Q(person_id__isnull=False), name="enrolment_name_person"),
            models.Index(fields=["card_id"], condition=Q(card_id__isnull=False), name="enrolment_name_card"),
            # Without a list of what waits to be sorted in: each search would read it from end to end.
            GinIndex(
                Func(F("organisation_id"), F("shelf"), F("name_key"), function="enrolment_found_by"),
                name="enrolment_name_words",
                fastupdate=False,
            ),
        ]


class RequestStep(models.Model):
    """One step in a request's life, for its history."""

    request = models.ForeignKey(EnrolmentRequest, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=EnrolmentRequest.State)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()


class Invitation(models.Model):
    """A school's invitation to work in it (приглашение): whoever brings the code and has this name takes the post."""

    school = models.ForeignKey(School, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    name_key = models.CharField(max_length=310)
    code_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(SCHOOL_STAFF)), name="enrolment_invitation_role")
        ]
        indexes = [models.Index(fields=["school", "invited_at"], name="enrolment_invitation_list")]


class ConnectionRequest(models.Model):
    """An application to connect an organisation (заявка на подключение), with its appointing decree (приказ)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "На рассмотрении"
        APPROVED = "approved", "Подключена"
        DECLINED = "declined", "Отклонена"
        WITHDRAWN = "withdrawn", "Отозвана"

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="connection_requests")
    decree_number = models.CharField(max_length=50, blank=True)
    decree_day = models.DateField(null=True)
    decree = models.ForeignKey(StoredFile, models.PROTECT, null=True)
    state = models.CharField(max_length=10, choices=State)
    reason_text = models.CharField(max_length=1000, blank=True)
    submitted_at = models.DateTimeField()
    due_day = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "applicant"], condition=Q(state="submitted"), name="enrolment_connection_once"
            )
        ]
        indexes = [models.Index(fields=["state", "submitted_at", "id"], name="enrolment_connection_desk")]
