"""Persons, accounts, sessions, guardianship, posts, consents and what was looked at."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from myschool.kernel.actors import STAFF, Role
from myschool.kernel.models import Ledger
from myschool.schools.models import Organisation, no_overlap


class Gender(models.TextChoices):
    """As in ЕСИА."""

    FEMALE = "F", "женский"
    MALE = "M", "мужской"


class Person(models.Model):
    """A natural person (физическое лицо). A row that turned out to be somebody known already points at them."""

    last_name = models.CharField(max_length=100, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    patronymic = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    # Eleven digits; only from ЕСИА or the school's own papers, never from a stranger's form.
    snils = models.CharField(max_length=11, null=True)  # noqa: DJ001 - absent and empty differ: absent may repeat
    # What a family typed and a school approved: it counts only together with the same name and birth date.
    claimed_snils = models.CharField(max_length=11, blank=True)
    # rules.name_key and rules.sort_key, kept beside the names: the database's collation puts ё before а.
    name_key = models.CharField(max_length=310)
    sort_key = models.TextField()
    merged_into = models.ForeignKey("self", models.PROTECT, null=True)
    # When the person last ended every login but one: what was given out before, such as a link, leads nowhere since.
    others_ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snils"], condition=Q(merged_into__isnull=True), name="people_person_snils_once"
            ),
            models.CheckConstraint(condition=Q(snils__regex=r"^\d{11}$"), name="people_person_snils"),
        ]
        indexes = [
            models.Index(fields=["name_key", "birth_date"], name="people_person_by_name"),
            models.Index(
                fields=["claimed_snils"], condition=~Q(claimed_snils=""), name="people_person_by_claimed_snils"
            ),
        ]


class Account(models.Model):
    """A Gosuslugi account (учётная запись): keyed by issuer and oid, never by e-mail."""

    class Level(models.TextChoices):
        UNDER_14 = "KD", "Детская"
        STANDARD = "P", "Стандартная"
        CONFIRMED = "PR", "Подтверждённая"

    person = models.ForeignKey(Person, models.PROTECT)
    issuer = models.CharField(max_length=200)
    oid = models.CharField(max_length=40)
    level = models.CharField(max_length=2, choices=Level)
    trusted = models.BooleanField()
    # Empty until the first login: a guardian's card in Gosuslugi names a student's account beforehand.
    last_login_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "oid"], name="people_account_once")]


class Profile(models.Model):
    """As what a person has registered (профиль), and which version of the terms they accepted themselves.

    `terms_version` is empty while only a guardian has agreed for them.
    """

    person = models.ForeignKey(Person, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)
    terms_version = models.CharField(max_length=20, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="people_profile_once")]


class Post(models.Model):
    """A post (должность) of a person in an organisation, from and to a day."""

    person = models.ForeignKey(Person, models.PROTECT)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(STAFF)), name="people_post_role"),
            no_overlap("people_post_no_overlap", "person", "organisation", "role"),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="people_post_by_place")]


class Guardianship(models.Model):
    """The link of a legal representative with a student (связь с ребёнком). It ends at 18 whatever `to_date` says."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "Мать"
        FATHER = "father", "Отец"
        GUARDIAN = "guardian", "Опекун или попечитель"
        OTHER = "other", "Другой законный представитель"

    guardian = models.ForeignKey(Person, models.PROTECT, related_name="guardianships")
    student = models.ForeignKey(Person, models.PROTECT, related_name="guardians")
    relation = models.CharField(max_length=10, choices=Relation)
    from_date = models.DateField()
    # A link that ended on its first day has an empty period: that it was, and who ended it, stays to be seen.
    to_date = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_in = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            no_overlap("people_guardianship_no_overlap", "guardian", "student"),
            models.CheckConstraint(condition=~Q(guardian=F("student")), name="people_guardianship_not_of_oneself"),
        ]


class GuardianRestriction(models.Model):
    """What a guardian may not do about a student, and by which document (ограничение прав представителя).

    Lifting it ends it on that day; with several leaders in the school one asks and another lifts.
    """

    class Kind(models.TextChoices):
        ENDED = "ended", "Доступ закрыт"
        LIMITED = "limited", "Видит данные, решений не принимает"

    class Ground(models.TextChoices):
        COURT = "court", "Решение суда"
        GUARDIANSHIP_AUTHORITY = "authority", "Акт органа опеки и попечительства"
        SCHOOL = "school", "Решение школы по документам"
        STATEMENT = "statement", "Заявление самого представителя"

    guardian = models.ForeignKey(Person, models.PROTECT, related_name="restrictions")
    student = models.ForeignKey(Person, models.PROTECT, related_name="restrictions_about", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    ground = models.CharField(max_length=10, choices=Ground)
    document = models.CharField(max_length=200)
    document_number = models.CharField(max_length=50, blank=True)
    document_day = models.DateField()
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    imposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    imposed_at = models.DateTimeField()
    lifting_asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(guardian=F("student")), name="people_restriction_not_of_oneself"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name="people_restriction_period"
            ),
        ]
        indexes = [models.Index(fields=["student", "guardian"], name="people_restriction_by_pair")]


class PersonMerge(models.Model):
    """A row that was joined with another, by a school (объединение записей).

    `changes` holds what each changed row was before, so that it can be undone while the term for that runs; then it is
    emptied: it holds names.
    """

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    merged_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-merged_at"], name="people_merge_by_place")]


class MergePart(models.Model):
    """What a package has changed because of a merge (часть объединения), until it is undone or its term is over."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    package = models.CharField(max_length=20)
    merged_at = models.DateTimeField(db_index=True)
    changes = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kept", "merged", "package"], name="people_merge_part_once")]


class Session(models.Model):
    """A login on one device. The browser holds a random token, this row only its hash."""

    class Ended(models.TextChoices):
        LOGGED_OUT = "logged_out", "Вы вышли"
        REMOTE = "remote", "Вход завершён с другого устройства"

    token_hash = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.PROTECT)
    account = models.ForeignKey(Account, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    device = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="people_session_live"),
            models.Index(fields=["expires_at"], name="people_session_by_expiry"),
        ]


class UnsentForm(models.Model):
    """What a person sent just after their session had ended, kept for an hour for that person only."""

    person = models.ForeignKey(Person, models.CASCADE)
    path = models.CharField(max_length=500)
    fields = models.JSONField()
    kept_at = models.DateTimeField()


class Consent(models.Model):
    """An agreement and its receipt (согласие): who agreed, for whom, to what, in which wording, when.

    For Gosuslugi `scopes` lists what was asked and granted.
    """

    class Purpose(models.TextChoices):
        ESIA = "esia", "Получение данных из Госуслуг"
        TERMS = "terms", "Условия использования"

    subject = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="consents_given")
    purpose = models.CharField(max_length=20, choices=Purpose)
    wording = models.CharField(max_length=20)
    scopes = models.JSONField(default=list)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "given_at"], name="people_consent_by_subject")]


class EsiaPost(models.Model):
    """A post a person holds by Gosuslugi, as told at `told_at`; believed for an hour."""

    person = models.ForeignKey(Person, models.CASCADE)
    ogrn = models.CharField(max_length=15)
    title = models.CharField(max_length=500)
    is_chief = models.BooleanField()
    is_admin = models.BooleanField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ogrn"], name="people_esia_post_once")]


class FamilyCard(models.Model):
    """A card in a person's «Семья и дети» of Gosuslugi, as told at `told_at` with the person's leave."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="family_cards")
    oid = models.CharField(max_length=40, blank=True)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField()
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    snils = models.CharField(max_length=11, blank=True)
    name_key = models.CharField(max_length=310)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name_key", "birth_date"], name="people_family_card_once")
        ]


class AccessRecord(Ledger):
    """A look at a student's data (запись о просмотре) by staff from outside the student's class, or a refused one.

    Written once and never changed: it keeps the ids of the moment, and who reads it follows persons that were merged
    since. `door` is the name of the address. Of a refused look `rows` are the ids that stood in the address, `number`
    is the how manieth refusal of its minute it was, and the student is known only if the address named their row.
    It is evidence for the family, deleted only when its term is over.
    """

    ledger, chain, term = "access", "organisation_id", "people_access_records_term()"

    class Section(models.TextChoices):
        REQUEST = "request", "Запрос на присоединение"
        DESK = "desk", "Список запросов школы"
        MATCHES = "matches", "Поиск совпадений по списку школы"
        CARD = "card", "Карточка ученика"
        JOURNAL = "journal", "Журнал: отметки и посещаемость"
        ABSENCE = "absence", "Справки о пропусках, в том числе медицинские"
        HOMEWORK = "homework", "Домашние задания и сданные работы"
        LIBRARY = "library", "Результаты в материалах библиотеки"
        CHAT = "chat", "Чат: участники и сообщения"
        COMPLAINT = "complaint", "Жалоба на сообщение в чате"
        ANSWERS = "answers", "Ответы семьи на вопросы школы"
        MEETING = "meeting", "Запись на родительский вечер"
        DELETION = "deletion", "Требование об удалении данных"
        REFUSED = "refused", "Попытка не удалась: данные не показаны"

    student = models.ForeignKey(Person, models.PROTECT, null=True, related_name="access_records")
    viewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    section = models.CharField(max_length=10, choices=Section)
    reason = models.CharField(max_length=300, blank=True)
    door = models.CharField(max_length=100, blank=True)
    rows = models.CharField(max_length=100, blank=True)
    number = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=False) | Q(section="refused"), name="people_access_names_a_student"
            )
        ]
        indexes = [
            models.Index(fields=["student", "at"], name="people_access_by_student"),
            models.Index(fields=["xid", "id"], name="people_access_order"),
            models.Index(fields=["organisation", "at"], condition=Q(section="refused"), name="people_access_refused"),
        ]


class DeletionRequest(models.Model):
    """A demand to delete one's data (требование субъекта), with its legal term in working days."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "На рассмотрении"
        DONE = "done", "Выполнено"
        REFUSED = "refused", "Отказано"

    subject = models.ForeignKey(Person, models.PROTECT, related_name="deletion_requests")
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State)
    answer = models.CharField(max_length=2000, blank=True)
    submitted_at = models.DateTimeField()
    due_day = models.DateField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(state="submitted"), name="people_deletion_once")
        ]
