"""Regions, organisations, schools, years, terms, classes, subjects and classifiers."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from myschool.schools.rules import class_names


def no_overlap(name: str, *same: str, condition: Q | None = None) -> ExclusionConstraint:
    """Rows that agree in `same`, of those that meet the condition, may not overlap in time."""
    return ExclusionConstraint(
        name=name,
        condition=condition,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in same),
            (
                models.Func(
                    "from_date", "to_date", models.Value("[)"), function="daterange", output_field=DateRangeField()
                ),
                RangeOperators.OVERLAPS,
            ),
        ],
    )


class Region(models.Model):
    """A subject of the Federation (регион), keyed by its constitutional number such as «77»."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=40)


class Municipality(models.Model):
    """A municipality (муниципалитет) by its ОКТМО."""

    region = models.ForeignKey(Region, models.PROTECT)
    oktmo = models.CharField(max_length=11, unique=True)
    name = models.CharField(max_length=200)


class CalendarDay(models.Model):
    """A day on which a region departs from its working week: a public holiday, or a Saturday that is worked."""

    region = models.ForeignKey(Region, models.CASCADE)
    day = models.DateField()
    is_working = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="schools_calendar_day_once")]


class Organisation(models.Model):
    """A legal person or its branch (организация): several branches share one ИНН and differ by КПП."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "Образовательная организация"
        AUTHORITY = "authority", "Орган управления образованием"
        PUBLISHER = "publisher", "Поставщик контента"

    kind = models.CharField(max_length=10, choices=Kind)
    region = models.ForeignKey(Region, models.PROTECT)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True)
    inn = models.CharField(max_length=10)
    kpp = models.CharField(max_length=9)
    ogrn = models.CharField(max_length=13)
    full_name = models.CharField(max_length=500)
    short_name = models.CharField(max_length=200)
    address = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inn", "kpp"], name="schools_organisation_branch_once"),
            models.CheckConstraint(condition=Q(inn__regex=r"^\d{10}$"), name="schools_organisation_inn"),
            models.CheckConstraint(condition=Q(kpp__regex=r"^\d{4}[0-9A-Z]{2}\d{3}$"), name="schools_organisation_kpp"),
            models.CheckConstraint(condition=Q(ogrn__regex=r"^\d{13}$"), name="schools_organisation_ogrn"),
        ]
        indexes = [models.Index(fields=["ogrn"], name="schools_organisation_by_ogrn")]


class School(models.Model):
    """A school (образовательная организация), with its organisation's id; connected once it has an administrator."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True)
    # Not the region's: Якутия and Сахалинская область live in several zones.
    time_zone = models.CharField(max_length=40)
    connected_at = models.DateTimeField(null=True)


class SchoolYear(models.Model):
    """A school year (учебный год) of a region."""

    region = models.ForeignKey(Region, models.PROTECT)
    from_date = models.DateField()
    to_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="schools_year_period"),
            no_overlap("schools_year_no_overlap", "region"),
        ]

    @property
    def title(self) -> str:
        """«2026/27»."""
        return f"{self.from_date.year}/{self.from_date.year % 100 + 1:02d}"


class Subject(models.Model):
    """A subject (предмет) that a school teaches, tied to the federal list by `code` where it is there."""

    school = models.ForeignKey(School, models.PROTECT)
    title = models.CharField(max_length=100)
    code = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "title"], name="schools_subject_once")]


class TermScheme(models.Model):
    """How a school divides its year (вид учебных периодов); classes of one school may follow different schemes."""

    class Kind(models.TextChoices):
        QUARTER = "quarter", "Четверти"
        TRIMESTER = "trimester", "Триместры"
        HALF_YEAR = "half_year", "Полугодия"
        OTHER = "other", "Другие периоды"

    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "school_year", "title"], name="schools_scheme_once")]


class Term(models.Model):
    """A part of the year that ends with term marks (четверть, триместр, полугодие)."""

    scheme = models.ForeignKey(TermScheme, models.CASCADE, related_name="terms")
    number = models.SmallIntegerField()
    from_date = models.DateField()
    to_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="schools_term_once"),
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="schools_term_period"),
            no_overlap("schools_term_no_overlap", "scheme"),
        ]


class Holiday(models.Model):
    """Days without lessons (каникулы), whatever the scheme; with `up_to_level` for the classes up to it only."""

    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    title = models.CharField(max_length=100)
    from_date = models.DateField()
    to_date = models.DateField()
    up_to_level = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "from_date", "title"], name="schools_holiday_once"),
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="schools_holiday_period"),
        ]


class SchoolClass(models.Model):
    """A class (класс) of one school year: level 7 and letter «А», the letter up to 15 characters."""

    school = models.ForeignKey(School, models.PROTECT)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT)
    level = models.SmallIntegerField()
    letter = models.CharField(max_length=15, blank=True)
    term_scheme = models.ForeignKey(TermScheme, models.PROTECT, null=True, related_name="classes")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "school_year", "level", "letter"], name="schools_class_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 12)), name="schools_class_level"),
        ]

    @property
    def title(self) -> str:
        """«7А», «10 физмат»."""
        return class_names.class_name(self.level, self.letter)


class Classifier(models.Model):
    """One version of a classifier (справочник), loaded from a file."""

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="schools_classifier_once")]


class ClassifierItem(models.Model):
    """A value of a classifier."""

    classifier = models.ForeignKey(Classifier, models.CASCADE, related_name="items")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    position = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classifier", "code"], name="schools_classifier_item_once")]
