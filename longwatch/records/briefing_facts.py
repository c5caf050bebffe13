# SPDX-License-Identifier: Apache-2.0
"""The facts that answers are built from, as plain values: rules about them need no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody wrote into the timeline, the newest wording."""

    id: UUID
    kind: str
    text: str
    occurred_at: datetime
    recorded_at: datetime
    author: str
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that the ledger holds."""

    id: int
    action: str
    at: datetime
    actor: str
    subject_id: UUID
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that nobody has finished."""

    title: str
    owner: str
    due_at: datetime | None
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link of the record to another one, read from this end."""

    kind: str
    outgoing: bool
    other_kind: str
    other_id: UUID
    # As it was called when the link was made; the reader's package may know better.
    other_name: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Insider:
    """A named member of the record's compartment."""

    name: str
    since: datetime
    until: datetime | None
    let_in_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Somebody who saw the record, took something of it or was told of it, as the database recorded it."""

    name: str
    since: datetime
    last: datetime
    times: int
    by_glass: bool
    # Told of it by a notification; whoever read it too is there a second time.
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with a part in handling the record."""

    name: str
    role: str
    since: datetime
    until: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A signal of the record."""

    id: UUID
    title: str
    kind: str
    source: str
    occurred_at: datetime
    first_seen: datetime
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitFact:
    """An exhibit and how often it was in somebody's hands."""

    number: str
    name: str
    size: int
    sha256: str
    received_by: str
    received_at: datetime
    url: str
    of_signal: bool = False
    only_day_known: bool = False
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    viewed: int = 0
    downloaded: int = 0
    exported: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person, place or thing with its part in the record."""

    entity_id: UUID
    kind: str
    kind_word: str
    value: str
    part: str
    part_word: str
    note: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Another record or signal that names the same people or things."""

    record_kind: str
    record_id: UUID
    since: datetime
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """Another record as the reader may see it; a signal has no name, only its title."""

    # In the middle of a sentence: "case", "report".
    kind_word: str
    name: str
    title: str
    status_word: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What hangs on the record itself; totals are counted to 1,001 at most."""

    said: Sequence[Said] = ()
    said_total: int = 0
    notes_total: int = 0
    decisions: Sequence[Said] = ()
    changes: Sequence[Change] = ()
    changes_total: int = 0
    task_changes: Sequence[Change] = ()
    task_changes_total: int = 0
    exports: Sequence[Change] = ()
    tasks: Sequence[OpenTask] = ()
    tasks_total: int = 0
    ties: Sequence[Tie] = ()
    ties_total: int = 0
    lookers: Sequence[Looker] = ()
    insiders: Sequence[Insider] = ()
    insiders_total: int = 0
    signals_total: int = 0
    # How long the timeline is (up to a few pages), and the entry that began it.
    lines: int = 0
    opened_entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What other packages know about the record."""

    arrivals: Sequence[Arrival] = ()
    exhibits: Sequence[ExhibitFact] = ()
    exhibits_total: int = 0
    # Whether the reader's permissions cover evidence; without them nothing is said about how much there is.
    exhibits_readable: bool = True
    named: Sequence[Named] = ()
    shared: Sequence[Shared] = ()
    # Whether there may be more that name them than were looked for.
    shared_more: bool = False
    known: Mapping[UUID, KnownRecord] = field(default_factory=dict)
