"""What happened to what people chose about notices."""

from dataclasses import dataclass

from myschool.kernel.chronicle import Fact


@dataclass(frozen=True, kw_only=True)
class NoticesChosen(Fact, kind="notices.chosen"):
    """A person has chosen how they are told."""


@dataclass(frozen=True, kw_only=True)
class AddressGiven(Fact, kind="notices.address_given"):
    """A person has given an address of mail, or taken it back."""

    is_empty: bool


@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(Fact, kind="notices.address_confirmed"):
    """The address has turned out to be the person's own."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class MailStopped(Fact, kind="notices.mail_stopped"):
    """A person wants no more mail of a kind, or none at all; said by a link in a mail."""

    person_id: int
    notice_kind: str


@dataclass(frozen=True, kw_only=True)
class DeviceAdded(Fact, kind="notices.device_added"):
    """A browser takes the person's pushes."""

    subscription_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceRemoved(Fact, kind="notices.device_removed"):
    """It does so no longer."""

    subscription_id: int


@dataclass(frozen=True, kw_only=True)
class DeliverySentAgain(Fact, kind="notices.delivery_again"):
    """An operator lets what could not be delivered be tried again."""

    delivery_id: int
