"""What happened to schools and classes."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class SchoolConnected(Fact, kind="schools.connected"):
    """A school works on the platform from now on."""


@dataclass(frozen=True, kw_only=True)
class ClassCreated(Fact, kind="schools.class_created"):
    """A class exists, and students can be placed in it."""

    class_id: int


@dataclass(frozen=True, kw_only=True)
class ClassRenamed(Fact, kind="schools.class_renamed"):
    """A class has another level or letter."""

    class_id: int


@dataclass(frozen=True, kw_only=True)
class ClassClosed(Fact, kind="schools.class_closed"):
    """A class takes no more students."""

    class_id: int


@dataclass(frozen=True, kw_only=True)
class ClassifierLoaded(Fact, kind="schools.classifier_loaded"):
    """A version of a classifier is in force."""

    classifier_id: int


@dataclass(frozen=True, kw_only=True)
class SubjectAdded(Fact, kind="schools.subject_added"):
    """The school teaches a subject."""

    subject_id: int


@dataclass(frozen=True, kw_only=True)
class SubjectClosed(Fact, kind="schools.subject_closed"):
    """The school puts a subject into no plan any more."""

    subject_id: int


@dataclass(frozen=True, kw_only=True)
class TermSchemeMade(Fact, kind="schools.term_scheme_made"):
    """The school has a way to divide its year."""

    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class TermsChanged(Fact, kind="schools.terms_changed"):
    """The terms of a scheme begin and end on other days."""

    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class TermSchemeRemoved(Fact, kind="schools.term_scheme_removed"):
    """A way to divide the year that nobody followed is no longer offered."""

    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class TermSchemeGiven(Fact, kind="schools.term_scheme_given"):
    """Other classes than before follow a scheme."""

    scheme_id: int


@dataclass(frozen=True, kw_only=True)
class HolidayAdded(Fact, kind="schools.holiday_added"):
    """There are no lessons on some days."""

    holiday_id: int


@dataclass(frozen=True, kw_only=True)
class HolidayRemoved(Fact, kind="schools.holiday_removed"):
    """Days are ordinary again."""

    holiday_id: int
