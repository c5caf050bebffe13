# SPDX-License-Identifier: Apache-2.0
"""What can happen between the team and a reporter."""

from dataclasses import dataclass
from typing import Any, ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOpened(Event):
    """A report's exchange was opened; whoever holds the receipt continues it."""

    name: ClassVar[str] = "reporter.thread_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMoved(Event):
    """The exchange went where its report is handled now."""

    name: ClassVar[str] = "reporter.thread_moved"
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterWrote(Event):
    """The reporter wrote to the team."""

    name: ClassVar[str] = "reporter.wrote"
    number: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWrote(Event):
    """One of the team wrote to the reporter."""

    name: ClassVar[str] = "reporter.asked"
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExcluded(Event):
    """Somebody may not see a report and what becomes of it."""

    name: ClassVar[str] = "compartment.person_excluded"
    account_id: Any
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityKept(Event):
    """A reporter's identity was sealed where custodians open it."""

    name: ClassVar[str] = "identity.kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRead(Event):
    """Somebody read who the reporter is."""

    name: ClassVar[str] = "identity.read"
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureAsked(Event):
    """Somebody asked to learn who the reporter is."""

    name: ClassVar[str] = "identity.asked"
    motivation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureGranted(Event):
    """The custodian told one person, for a time."""

    name: ClassVar[str] = "identity.granted"
    told: str
    until: Any
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureDenied(Event):
    """The custodian refused to tell."""

    name: ClassVar[str] = "identity.denied"
    told: str
    note: str
