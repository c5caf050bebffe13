# SPDX-License-Identifier: Apache-2.0
"""What can happen to evidence."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitEvent(Event):
    """Something happened to an exhibit; its number, name and hash say which."""

    number: int
    file_name: str
    sha256: str
    # The number as people say it; empty in entries of older versions, whose numbers counted through the whole record.
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitReceived(ExhibitEvent):
    """A file was received as an exhibit."""

    name: ClassVar[str] = "evidence.received"
    size: int
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitWithdrawn(ExhibitEvent):
    """An exhibit no longer counts; it stays readable."""

    name: ClassVar[str] = "evidence.withdrawn"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitViewed(ExhibitEvent):
    """An exhibit was shown in a browser."""

    name: ClassVar[str] = "evidence.viewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitDownloaded(ExhibitEvent):
    """An exhibit left as a file."""

    name: ClassVar[str] = "evidence.downloaded"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitExported(ExhibitEvent):
    """An exhibit went into a bundle that leaves."""

    name: ClassVar[str] = "evidence.exported"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReceived(ExhibitEvent):
    """A thing was received as an exhibit."""

    name: ClassVar[str] = "evidence.item_received"
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitTransferred(ExhibitEvent):
    """An exhibit went from one hand, or place, to another."""

    name: ClassVar[str] = "evidence.transferred"
    giver: str
    receiver: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitOffered(ExhibitEvent):
    """An exhibit was offered to somebody, who has not answered yet."""

    name: ClassVar[str] = "evidence.offered"
    giver: str
    receiver: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmed(ExhibitEvent):
    """Whoever an exhibit was offered to has it now, as they say themself."""

    name: ClassVar[str] = "evidence.receipt_confirmed"
    giver: str
    receiver: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRefused(ExhibitEvent):
    """Whoever an exhibit was offered to did not take it."""

    name: ClassVar[str] = "evidence.receipt_refused"
    giver: str
    receiver: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTakenBack(ExhibitEvent):
    """An offer was taken back before it was answered."""

    name: ClassVar[str] = "evidence.offer_taken_back"
    giver: str
    receiver: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitSealed(ExhibitEvent):
    """A seal was put on an exhibit."""

    name: ClassVar[str] = "evidence.seal_applied"
    seal: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitUnsealed(ExhibitEvent):
    """The seal of an exhibit was opened."""

    name: ClassVar[str] = "evidence.seal_opened"
    seal: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitHeld(ExhibitEvent):
    """An exhibit came under legal hold."""

    name: ClassVar[str] = "evidence.held"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitReleased(ExhibitEvent):
    """An exhibit is no longer under legal hold."""

    name: ClassVar[str] = "evidence.released"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitVerified(ExhibitEvent):
    """The bytes of an exhibit were read again and are those that were received."""

    name: ClassVar[str] = "evidence.verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitDamaged(ExhibitEvent):
    """The stored bytes of an exhibit are missing, or not those that were received."""

    name: ClassVar[str] = "evidence.damaged"
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitEncrypted(ExhibitEvent):
    """The bytes of an exhibit of an older version were encrypted where they lie."""

    name: ClassVar[str] = "evidence.encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade(Event):
    """A key was made for the evidence of a record."""

    name: ClassVar[str] = "evidence.key_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDestroyed(Event):
    """A key was destroyed, and with it what it sealed; appended by the database (longwatch/lifecycle/sql)."""

    name: ClassVar[str] = "evidence.key_destroyed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRewrapped(Event):
    """The keys of all evidence were locked anew by another master key."""

    name: ClassVar[str] = "evidence.keys_rewrapped"
    keys: int
    master: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitMarked(ExhibitEvent):
    """Somebody marked an exhibit as dangerous."""

    name: ClassVar[str] = "evidence.marked_dangerous"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentExtracted(ExhibitEvent):
    """An attachment of an e-mail became an exhibit of its own."""

    name: ClassVar[str] = "evidence.attachment_extracted"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyReported(ExhibitEvent):
    """Somebody took a report of an exhibit's chain of custody away."""

    name: ClassVar[str] = "evidence.custody_reported"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMade(ExhibitEvent):
    """The copy that is shown of an exhibit was made, or could not be."""

    name: ClassVar[str] = "evidence.copy_made"
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitScanned(ExhibitEvent):
    """A scanner looked at an exhibit."""

    name: ClassVar[str] = "evidence.scanned"
    scanner: str
    verdict: str
    found: str
