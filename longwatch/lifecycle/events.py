# SPDX-License-Identifier: Apache-2.0
"""What happens to holds, retention classes, disposals and requests of data subjects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from longwatch.ledger.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Event):
    """Counsel ordered to keep."""

    name: ClassVar[str] = "hold.placed"

    scope: str
    matter: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased(Event):
    """Counsel ended a hold."""

    name: ClassVar[str] = "hold.released"

    matter: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionChanged(Event):
    """A retention class says something else."""

    name: ClassVar[str] = "retention.changed"

    code: str
    years_before: int
    years: int
    outcome_before: str
    outcome: str
    reason: str
    days_before: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalProposed(Event):
    """A privacy officer proposed that the content of a record goes."""

    name: ClassVar[str] = "disposal.proposed"

    outcome: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSought(Event):
    """A privacy officer looked whether a record names a person, to propose that they go; whom is not kept here."""

    name: ClassVar[str] = "disposal.person_sought"

    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalApproved(Event):
    """A second person agreed."""

    name: ClassVar[str] = "disposal.approved"

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalRefused(Event):
    """Somebody decided to keep the record longer."""

    name: ClassVar[str] = "disposal.refused"

    until: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalProgressed(Event):
    """One place's personal content goes now, under entries of its own."""

    name: ClassVar[str] = "disposal.progressed"

    step: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalTakenUp(Event):
    """A privacy officer carries out in their own name what was approved, as whoever was to do it cannot."""

    name: ClassVar[str] = "disposal.taken_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalStopped(Event):
    """A hold came before all had gone."""

    name: ClassVar[str] = "disposal.stopped"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePerformed(Event):
    """What opened the older entries that are named here is erased with this one; their proofs stay valid."""

    name: ClassVar[str] = "erasure.performed"

    basis: str
    approver: str
    outcome: str
    erases: Sequence[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalCertified(Event):
    """All has gone; what went is in the certificate."""

    name: ClassVar[str] = "disposal.certified"

    outcome: str
    basis: str
    approver: str
    rows: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestOpened(Event):
    """A data subject asked for something."""

    name: ClassVar[str] = "subject_request.opened"

    kind: str
    due_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestAsked(Event):
    """A record names a data subject: whoever leads it is asked to decide. Tells nobody's name."""

    name: ClassVar[str] = "subject_request.asked"

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestDecided(Event):
    """The owner of a record decided about a data subject's data in it."""

    name: ClassVar[str] = "subject_request.decided"

    choice: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestExtended(Event):
    """The answer comes later (GDPR art. 12(3))."""

    name: ClassVar[str] = "subject_request.extended"

    due_before: str
    due_on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestPackaged(Event):
    """What may be disclosed left as a file."""

    name: ClassVar[str] = "subject_request.packaged"

    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequestAnswered(Event):
    """A request was answered, and is closed."""

    name: ClassVar[str] = "subject_request.answered"

    answer: str
