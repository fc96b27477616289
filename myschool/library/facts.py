"""What happened in the library."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class PublisherAsked(Fact, kind="library.publisher_asked"):
    """Somebody asks to supply content for an organisation."""

    application_id: int


@dataclass(frozen=True, kw_only=True)
class PublisherDecided(Fact, kind="library.publisher_decided"):
    """An operator has decided on it."""

    application_id: int
    is_approved: bool


@dataclass(frozen=True, kw_only=True)
class MaterialMade(Fact, kind="library.material_made"):
    """A material has its first draft."""

    material_id: int


@dataclass(frozen=True, kw_only=True)
class VersionMade(Fact, kind="library.version_made"):
    """A material has a new draft beside what is published."""

    material_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class VersionChanged(Fact, kind="library.version_changed"):
    """A draft reads otherwise, or has another file."""

    version_id: int


@dataclass(frozen=True, kw_only=True)
class VersionMoved(Fact, kind="library.version_moved"):
    """A version has gone its way: submitted, checked, published, replaced, withdrawn."""

    material_id: int
    version_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ExpertAppointed(Fact, kind="library.expert_appointed"):
    """A version has an expert."""

    version_id: int
    review_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewGiven(Fact, kind="library.review_given"):
    """An expert has spoken."""

    version_id: int
    review_id: int


@dataclass(frozen=True, kw_only=True)
class ConflictDeclared(Fact, kind="library.conflict_declared"):
    """An expert may not judge this publisher and has stepped back."""

    review_id: int
    publisher_id: int


@dataclass(frozen=True, kw_only=True)
class ExpertSubjectsSet(Fact, kind="library.expert_subjects_set"):
    """An operator has said what somebody judges; an empty list ends it."""

    person_id: int
    subjects: list[str]


@dataclass(frozen=True, kw_only=True)
class PlayBegun(Fact, kind="library.play_begun"):
    """Somebody has opened a material."""

    material_id: int
    play_id: int


@dataclass(frozen=True, kw_only=True)
class PlayFinished(Fact, kind="library.play_finished"):
    """Somebody has gone through a material to its end."""

    material_id: int
    play_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialTaken(Fact, kind="library.material_taken"):
    """A teacher has put a material into a lesson."""

    material_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialFavoured(Fact, kind="library.material_favoured"):
    """Somebody keeps a material at hand, or no longer."""

    material_id: int
    is_kept: bool


@dataclass(frozen=True, kw_only=True)
class CollectionMade(Fact, kind="library.collection_made"):
    """Somebody has begun a collection."""

    collection_id: int


@dataclass(frozen=True, kw_only=True)
class CollectionChanged(Fact, kind="library.collection_changed"):
    """A material went into a collection, or out of it."""

    collection_id: int
    material_id: int


@dataclass(frozen=True, kw_only=True)
class CollectionRemoved(Fact, kind="library.collection_removed"):
    """A collection is no more."""

    collection_id: int


@dataclass(frozen=True, kw_only=True)
class ErrorReported(Fact, kind="library.error_reported"):
    """Somebody has found an error in a material."""

    version_id: int
    report_id: int


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(Fact, kind="library.report_answered"):
    """The publisher has answered."""

    report_id: int


@dataclass(frozen=True, kw_only=True)
class ToolMade(Fact, kind="library.tool_made"):
    """A supplier has connected a program of its own."""

    tool_id: int


@dataclass(frozen=True, kw_only=True)
class ToolEnded(Fact, kind="library.tool_ended"):
    """A program opens nothing any more."""

    tool_id: int
