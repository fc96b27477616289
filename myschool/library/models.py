"""Materials, their versions and packages, experts' reviews, the catalogue, and what people do with it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from myschool.files.models import StoredFile
from myschool.library.rules.states import WORDS, State, Verdict
from myschool.people.models import Person
from myschool.schools.models import Organisation, School


class Kind(models.TextChoices):
    """What a material is for (вид материала)."""

    LESSON = "lesson", "Урок"
    VIDEO = "video", "Видео"
    TEXT = "text", "Текст"
    TRAINER = "trainer", "Тренажёр"
    TASK = "task", "Задание"
    QUIZ = "quiz", "Тест"
    LAB = "lab", "Лаборатория"
    BOOK = "book", "Электронный учебник"


class Licence(models.TextChoices):
    """On what terms a material is given (лицензия)."""

    FREE = "free", "Свободное использование в обучении"
    CC_BY = "cc_by", "CC BY 4.0"
    CC_BY_SA = "cc_by_sa", "CC BY-SA 4.0"
    CC_BY_NC = "cc_by_nc", "CC BY-NC 4.0"
    PUBLIC = "public", "Общественное достояние"


class Accessibility(models.TextChoices):
    """What a material offers to those who see, hear or move otherwise (доступность)."""

    SUBTITLES = "subtitles", "Субтитры"
    DESCRIPTIONS = "descriptions", "Описания рисунков"
    KEYBOARD = "keyboard", "Работает с клавиатуры"
    LARGE = "large", "Крупный шрифт"
    PLAIN = "plain", "Простой язык"


class PublisherApplication(models.Model):
    """A person asks to supply content for an organisation (заявка поставщика), by its agreement with the operator."""

    class Outcome(models.TextChoices):
        SUBMITTED = "submitted", "На рассмотрении"
        APPROVED = "approved", "Одобрена"
        DECLINED = "declined", "Отклонена"

    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+")
    inn = models.CharField(max_length=10)
    kpp = models.CharField(max_length=9)
    ogrn = models.CharField(max_length=13)
    full_name = models.CharField(max_length=500)
    short_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=2)
    agreement_number = models.CharField(max_length=50)
    agreement_day = models.DateField()
    agreement = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.SUBMITTED)
    reason = models.CharField(max_length=1000, blank=True)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(outcome="submitted"), name="library_application_once"
            )
        ]


class Material(models.Model):
    """A unit of content (материал). Its maker is a publisher; a teacher's own has their school in `school`."""

    publisher = models.ForeignKey(Organisation, models.PROTECT, related_name="materials")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="materials")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class MaterialVersion(models.Model):
    """A version of a material (версия): its description, its package, and where it stands.

    `format` is how it runs (формат), as the technical check has found: a code of `rules/formats`, written by `pass_check` only.
    `launch` is the path in the package that opens first; `passport` what the technical check has read of it: titles
    of parts, the passing score, the tool's addresses. The clock of the expert check is `used_days` working days of
    earlier rounds and `clock_since`, null while it stands.
    """

    material = models.ForeignKey(Material, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=[(state.value, words) for state, words in WORDS.items()])
    title = models.CharField(max_length=200)
    annotation = models.TextField(max_length=3000, blank=True)
    subject = models.CharField(max_length=40)
    from_level = models.SmallIntegerField()
    to_level = models.SmallIntegerField()
    topic = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    licence = models.CharField(max_length=10, choices=Licence)
    accessibility = ArrayField(models.CharField(max_length=12, choices=Accessibility), default=list)
    language = models.CharField(max_length=3, default="ru")
    minutes = models.SmallIntegerField(null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    format = models.CharField(max_length=10, blank=True)
    launch = models.CharField(max_length=500, blank=True)
    tool = models.ForeignKey("LtiTool", models.PROTECT, null=True, related_name="+")
    passport = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # When it came to the line of those that programs check.
    queued_at = models.DateTimeField(null=True)
    # When a worker took it to be checked, or last said that it goes on; how often it was taken since it is in the line.
    taken_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    used_days = models.SmallIntegerField(default=0)
    clock_since = models.DateField(null=True)
    due_day = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="library_version_once"),
            models.UniqueConstraint(
                fields=["material"], condition=Q(state=State.PUBLISHED), name="library_one_published"
            ),
            models.CheckConstraint(
                condition=Q(from_level__gte=1, to_level__lte=11, to_level__gte=F("from_level")),
                name="library_version_levels",
            ),
        ]
        indexes = [
            models.Index(fields=["queued_at"], condition=Q(state=State.CHECKING), name="library_to_check"),
            models.Index(fields=["due_day"], condition=Q(state=State.IN_REVIEW), name="library_in_review"),
            models.Index(Coalesce("ended_at", "published_at"), "id", name="library_to_harvest"),
        ]


class CheckFinding(models.Model):
    """What the technical check has found (замечание проверки); one that does not stop publishing is advice."""

    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=20)
    text = models.CharField(max_length=500)
    is_advice = models.BooleanField()


class PackageFile(models.Model):
    """A file of a version's package (файл пакета), unpacked; the same bytes in two versions lie in the store once."""

    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="package", db_index=False)
    path = models.CharField(max_length=300)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="library_package_path_once")]


class ExpertSubject(models.Model):
    """A subject an expert judges (предмет эксперта); the post itself is the person's."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "subject"], name="library_expert_subject_once")]
        indexes = [models.Index(fields=["subject"], name="library_expert_by_subject")]


class Conflict(models.Model):
    """An expert may not judge a publisher (конфликт интересов), as they said themselves."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    publisher = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "publisher"], name="library_conflict_once")]


class Review(models.Model):
    """An expert's check of a version (экспертиза). Neither the publisher nor the other expert learns who it is.

    `round` counts how often the version came; an expert who declined because of a conflict has `declined_at`.
    """

    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="reviews")
    expert = models.ForeignKey(Person, models.PROTECT, related_name="review_due", db_index=False)
    round = models.SmallIntegerField()
    appointed_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    verdict = models.CharField(
        max_length=10, choices=[(verdict.value, verdict.value) for verdict in Verdict], blank=True
    )
    scores = models.JSONField(default=dict)
    comment = models.TextField(max_length=5000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "expert", "round"], name="library_review_once"),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, verdict="") | Q(given_at__isnull=False) & ~Q(verdict=""),
                name="library_review_verdict",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expert"],
                condition=Q(given_at__isnull=True, declined_at__isnull=True),
                name="library_reviews_due",
            )
        ]


class CatalogueEntry(models.Model):
    """A published material as the catalogue finds it (запись каталога); `used` counts how often it was opened."""

    material = models.OneToOneField(Material, models.CASCADE, primary_key=True)
    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="+", db_index=False)
    publisher = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    annotation = models.CharField(max_length=300)
    subject = models.CharField(max_length=40)
    levels = ArrayField(models.SmallIntegerField())
    topic = models.CharField(max_length=300)
    kind = models.CharField(max_length=10)
    format = models.CharField(max_length=10)
    licence = models.CharField(max_length=10)
    accessibility = ArrayField(models.CharField(max_length=12))
    minutes = models.SmallIntegerField(null=True)
    words = SearchVectorField()
    used = models.IntegerField(default=0)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What people narrow by first lies beside the words: of a frequent word only what is shown is looked at.
            GinIndex(fields=["words", "levels", "kind", "subject"], name="library_catalogue_words", fastupdate=False),
            models.Index(F("used").desc(), F("material").desc(), name="library_catalogue_used"),
            models.Index(F("subject"), F("used").desc(), name="library_catalogue_subject"),
        ]


class CatalogueWord(models.Model):
    """A word of the catalogue (слово каталога) with its stem: what a mistyped word may have meant."""

    word = models.CharField(max_length=60, primary_key=True)
    stem = models.CharField(max_length=60, db_index=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="library_word_alike")]


class MaterialDay(models.Model):
    """How often a material was opened, finished and put into lessons on a day (использование за день)."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    opened = models.IntegerField(default=0)
    finished = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["material", "day"], name="library_material_day_once")]


class Play(models.Model):
    """Somebody goes through a material (прохождение).

    `memory` is what the package keeps for itself between visits. `score` is scaled to 0–1; `is_passed` is null where
    the material does not judge. `registration` names it in xAPI statements.
    """

    version = models.ForeignKey(MaterialVersion, models.PROTECT, related_name="plays", db_index=False)
    material = models.ForeignKey(Material, models.PROTECT, related_name="plays", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="plays", db_index=False)
    registration = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_passed = models.BooleanField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    seconds = models.IntegerField(default=0)
    memory = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__range=(0, 1)), name="library_play_score")
        ]
        indexes = [
            models.Index(fields=["person", "material"], name="library_play_by_person"),
            models.Index(fields=["material", "person"], name="library_play_by_material"),
            models.Index(fields=["version"], name="library_play_by_version"),
        ]


class Favourite(models.Model):
    """A material somebody keeps at hand (избранное)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    material = models.ForeignKey(Material, models.CASCADE, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "material"], name="library_favourite_once")]


class Collection(models.Model):
    """Materials a person has put together (подборка)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()


class CollectionItem(models.Model):
    """A material in a collection (материал подборки)."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", db_index=False)
    material = models.ForeignKey(Material, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "material"], name="library_collection_item_once")]


class ErrorReport(models.Model):
    """Somebody has found an error in a material (сообщение об ошибке); its publisher answers."""

    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="reports")
    told_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    told_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)


class LtiTool(models.Model):
    """A supplier's program on its own servers (внешний тренажёр), opened by LTI 1.3.

    `keys` are its public keys: {"kid", "pem"} each; `redirect_urls` the only addresses where a launch may end.
    """

    publisher = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    client_id = models.CharField(max_length=22, unique=True)
    login_url = models.CharField(max_length=500)
    target_url = models.CharField(max_length=500)
    redirect_urls = ArrayField(models.CharField(max_length=500))
    keys = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class ToolSubject(models.Model):
    """A person as a tool knows them (ученик для тренажёра): a number of its own for each tool, no name."""

    tool = models.ForeignKey(LtiTool, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.UUIDField(unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tool", "person"], name="one_subject_of_tool")]
