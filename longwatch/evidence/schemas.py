# SPDX-License-Identifier: Apache-2.0
"""What the API says about evidence."""

from datetime import datetime
from uuid import UUID

from ninja import Schema


class ExhibitOut(Schema):
    """A file, or a thing, as it was received; of what came without an account only the day is known."""

    id: UUID
    record_kind: str
    record_id: UUID
    section_id: UUID
    number: int
    mark: str
    name: str
    content_type: str
    size: int
    sha256: str
    is_physical: bool
    acquired_by: str
    acquired_at: datetime | None
    acquired_where: str
    acquired_how: str
    note: str
    received_at: datetime
    only_day_known: bool
    received_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawal_reason: str
    version: int

    @staticmethod
    def resolve_section_id(row: object) -> UUID:
        """Where in the record it lies: its core, or a section."""
        return UUID(str(getattr(row, "compartment_id", "")))

    @staticmethod
    def resolve_received_by(row: object) -> str:
        """The name of whoever brought it."""
        return str(getattr(row, "received_label", ""))

    @staticmethod
    def resolve_withdrawn_by(row: object) -> str:
        """The name of whoever withdrew it, empty while it counts."""
        return str(getattr(row, "withdrawn_label", ""))


class CustodyOut(Schema):
    """One link of the chain of custody; of the receipt of what came without an account only the day is known.

    `receiver_id` is the account of who takes it; `offer_id` of an answer is the link that it answers.
    """

    id: UUID
    kind: str
    at: datetime
    only_day_known: bool
    actor_id: UUID | None
    actor: str
    reason: str
    from_label: str
    to_label: str
    place: str
    condition: str
    seal: str
    receiver_id: UUID | None
    offer_id: UUID | None

    @staticmethod
    def resolve_actor(row: object) -> str:
        """The name of whoever had it in hand."""
        return str(getattr(row, "actor_label", ""))


class ExhibitList(Schema):
    """All exhibits of a record, by number."""

    items: list[ExhibitOut]
    next_cursor: str | None = None


class CustodyList(Schema):
    """A chain of custody, oldest first."""

    items: list[CustodyOut]
    next_cursor: str | None = None


class CopyFact(Schema):
    """What a file says of itself."""

    name: str
    value: str


class CopyPicture(Schema):
    """A picture of a copy; its bytes are at `/exhibits/{id}/copy/pictures/{number}`."""

    number: int
    content_type: str
    width: int
    height: int


class CopyOut(Schema):
    """A safe copy: `state` is ready, waiting, refused, failed, or none for a thing."""

    state: str
    why: str
    kind: str
    notes: list[str]
    facts: list[CopyFact]
    text: str
    columns: list[str]
    rows: list[list[str]]
    pictures: list[CopyPicture]
