"""What happened in conversations."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact, kind="chat.opened"):
    """A conversation exists."""

    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class MembersChanged(Fact, kind="chat.members_changed"):
    """People have joined a conversation, or left it."""

    conversation_id: int
    joined_ids: list[int]
    left_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Fact, kind="chat.posted"):
    """A message was sent; those named in it are `mentioned_ids`."""

    conversation_id: int
    message_id: int
    conversation_kind: str
    mentioned_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class MessageEdited(Fact, kind="chat.edited"):
    """A message says something else; what it said is kept for a complaint."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(Fact, kind="chat.deleted"):
    """A message is no longer shown; what it said is kept for a complaint."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessagePinned(Fact, kind="chat.pinned"):
    """A message stands above the others, or no longer."""

    conversation_id: int
    message_id: int
    is_pinned: bool


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(Fact, kind="chat.complaint_filed"):
    """A message was reported to the school."""

    complaint_id: int
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintDecided(Fact, kind="chat.complaint_decided"):
    """The school has decided on a reported message."""

    complaint_id: int
    conversation_id: int
    decision: str
    filed_by_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationLookedInto(Fact, kind="chat.looked_into"):
    """A leader has opened a conversation because of a complaint."""

    complaint_id: int
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class EvidenceExported(Fact, kind="chat.evidence_exported"):
    """The evidence of a complaint was handed out; its bytes have this SHA-256."""

    complaint_id: int
    conversation_id: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ChatRulesChanged(Fact, kind="chat.rules_changed"):
    """A school lets others talk with each other, or at other hours."""

    pairs: list[str]
